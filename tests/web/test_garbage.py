"""Garbage from outside is answered with a sentence, never with a crash, and is never stored."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests import factories
from tileplan.accounts.rules import PERMISSIONS, Role
from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.orders.models import Order

ENDLESS = "9" * 5000
NONSENSE = (
    "²",
    ENDLESS,
    "-1",
    "1e9",
    "\x00",
    "%",
    "' OR 1=1 --",
    "abc",
    "0001-01-01",
    "9999-12-31",
)
ARGUMENTS = ("after", "q", "day", "kind", "state", "rows", "line", "stage", "grade", "contract")


@pytest.mark.parametrize("role", ["sales_manager", "planner", "admin", "warehouse", "purchasing"])
def test_no_argument_of_any_list_breaks_it(app, sign_in, role):
    person = sign_in(role)
    pages = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if not rule.arguments
        and "GET" in rule.methods
        and app.view_functions[rule.endpoint].needs in PERMISSIONS[Role(role)]
    ]
    for page in pages:
        for value in NONSENSE:
            query = {name: value for name in ARGUMENTS if name != "q" or len(value) < 80}
            answer = person.get(page, query_string=query)
            assert answer.status_code < 500, (page, value[:20])


def test_a_search_of_a_thousand_words_is_refused_in_words(sign_in):
    answer = sign_in("sales").get("/customers/", query_string={"q": "word " * 1000})
    assert answer.status_code == 422
    assert "too long" in answer.text


@pytest.mark.parametrize(
    "quantity",
    ["1E-8000000", "1E-999999999", "1E+999999999", "NaN", "Infinity", "0x10", "１２", "--1", "."],
)
def test_a_number_that_is_none_is_refused_at_once_and_nothing_is_kept(sign_in, quantity):
    tile = factories.tile()
    person = sign_in("sales")
    began = time.monotonic()
    answer = person.post("/orders/new", data=order_of(tile.code, quantity))
    assert answer.status_code == 422
    assert time.monotonic() - began < 5
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Order)) == 0


@pytest.mark.parametrize(
    "name", ["items-²-tile", f"items-{ENDLESS}-tile", "items--1-tile", "items-x-tile"]
)
def test_a_row_in_no_place_is_no_row(sign_in, name):
    tile = factories.tile()
    data = order_of(tile.code, "0") | {name: tile.code}
    assert sign_in("sales").post("/orders/new", data=data).status_code == 422


@pytest.mark.parametrize("version", ["²", ENDLESS, "-1", "1.5", "x"])
def test_a_version_that_is_none_matches_no_document(sign_in, version):
    seller = factories.user("sales", "seller", regions="GD")
    order = factories.order(state="draft", owner=seller)
    answer = sign_in(seller).post(f"/orders/{order.number}/submit", data={"version": version})
    assert answer.status_code == 409


def test_invisible_characters_are_not_kept(sign_in):
    tile = factories.tile()
    person = sign_in(factories.user("sales", "seller", regions="GD"))
    data = order_of(tile.code, "1") | {"customer_name": "\u200b陈\u202e女士\x00"}
    assert person.post("/orders/new", data=data).status_code == 303
    assert session.scalars(select(Order.customer_name)).all() == ["陈女士"]


def test_adding_a_row_without_scripts_lets_the_order_be_kept_afterwards(sign_in):
    tile = factories.tile()
    person = sign_in(factories.user("sales", "seller", regions="GD"))
    data = order_of(tile.code, "1") | {"idempotency_key": "one key"}
    assert person.post("/orders/new", data=data | {"add_line": "1"}).status_code == 200
    assert person.post("/orders/new", data=data).status_code == 303


def order_of(tile: str, quantity: str) -> dict[str, str]:
    return {
        "kind": "retail",
        "customer_name": "陈女士",
        "phone": "13800138000",
        "region": "GD",
        "items-0-tile": tile,
        "items-0-quantity": quantity,
        "items-0-unit": "m2",
        "items-0-price": "26",
        "items-0-due_on": str(clock.today() + timedelta(days=20)),
        "items-0-priority": "3",
    }
