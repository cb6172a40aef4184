"""The pages of contracts."""

import re
from decimal import Decimal

import pytest

from tests import factories
from tests.web.test_access import without_asker
from tileplan.contracts import queries
from tileplan.contracts.rules import ContractState


def typed(buyer, tile, **values):
    facts = {
        "customer": buyer.code,
        "site": "广西鑫景城市广场",
        "phases": "1号楼\r\n\r\n 2号楼 \r\n",
        "deposit_percent": "20",
        "retention_percent": "3",
        "penalty_percent": "0.1",
        "cap_percent": "5",
        "items-0-phase": "2号楼",
        "items-0-tile": tile.code,
        "items-0-quantity": "100",
        "items-0-unit": "m2",
        "items-0-price": "25.5",
    }
    return {**facts, **values}


@pytest.mark.parametrize(("price", "status"), [("", 422), ("0", 303)])
def test_nothing_is_agreed_for_nothing_unless_nothing_is_typed(sign_in, price, status):
    sales = factories.user("sales")
    buyer, tile = factories.customer(sales), factories.tile()
    data = typed(buyer, tile, **{"items-0-price": price})
    answer = sign_in(sales).post("/contracts/new", data=data)
    assert answer.status_code == status
    assert ("items-0-price-error" in answer.text) == (status == 422)


def test_a_step_without_the_version_that_was_seen_is_a_conflict(sign_in):
    contract = factories.contract(factories.customer(factories.user("sales")))
    answer = sign_in("sales_manager").post(
        f"/contracts/{contract.number}/close", data={"reason": "done"}
    )
    assert answer.status_code == 409


def test_a_contract_is_written_by_sales_and_signed_by_the_manager(sign_in):
    sales = factories.user("sales")
    buyer, tile = factories.customer(sales), factories.tile()
    browser = sign_in(sales)
    answer = browser.post("/contracts/new", data=typed(buyer, tile))
    assert answer.status_code == 303
    page = browser.get(answer.location).get_data(as_text=True)
    assert "100.80 m²" in page
    assert "25.50" in page
    assert "Mark as signed" not in page
    assert browser.act(f"{answer.location}/sign").status_code == 403
    assert sign_in("sales_manager").act(f"{answer.location}/sign").status_code == 303
    found = queries.contract(answer.location.rpartition("/")[2])
    assert found.state is ContractState.SIGNED
    assert (found.late_penalty_per_day, found.late_penalty_cap) == (
        Decimal("0.001"),
        Decimal("0.05"),
    )


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("phases", "1号楼\n1号楼", "phases-error"),
        ("customer", "NO-SUCH", "customer-error"),
        ("penalty_percent", "101", "penalty_percent-error"),
        ("items-0-phase", "9号楼", "items-0-phase-error"),
        ("items-0-quantity", "0", "items-0-quantity-error"),
        ("items-0-tile", "NO-SUCH", "items-0-tile-error"),
        ("items-0-price", "abc", "items-0-price-error"),
    ],
)
def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(sign_in, field, value, error):
    data = typed(factories.customer(), factories.tile(), **{field: value})
    answer = sign_in("sales_manager").post("/contracts/new", data=data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="{error}"' in page
    assert "广西鑫景城市广场" in page


def test_an_older_page_of_a_draft_is_shown_again_with_what_is_stored_now(sign_in):
    browser = sign_in("sales_manager")
    buyer, tile = factories.customer(), factories.tile()
    place = browser.post("/contracts/new", data=typed(buyer, tile)).location
    page = browser.get(f"{place}/edit").get_data(as_text=True)
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)[1]
    changed = typed(buyer, tile, version=version, **{"items-0-quantity": "200"})
    assert browser.post(f"{place}/edit", data=changed).status_code == 303
    mine = {**changed, "items-0-quantity": "300"}
    answer = browser.post(f"{place}/edit", data=mine)
    assert answer.status_code == 409
    assert f"<li><b>Line no. 1</b> 2号楼 · {tile.code} · 200.16 · m² · 25.5</li>" in answer.text
    again = re.search(r'name="version"[^>]*value="(\d+)"', answer.text)[1]
    assert browser.post(f"{place}/edit", data={**mine, "version": again}).status_code == 303


def test_the_page_shows_agreed_called_off_and_left_in_m2_and_boxes(sign_in):
    contract = factories.contract(pieces=400)
    row = queries.contract(contract.number).items[0]
    row.called_off = 100
    page = sign_in("sales_manager").get(f"/contracts/{contract.number}").get_data(as_text=True)
    for words in ("144.00 m²", "36.00 m²", "108.00 m²", "25 boxes", "75 boxes"):
        assert words in page


def test_finance_reads_contracts_and_moves_none(sign_in):
    contract = factories.contract()
    browser = sign_in("finance")
    page = browser.get(f"/contracts/{contract.number}").get_data(as_text=True)
    assert "25.50" in page
    assert "/close" not in page
    assert browser.get("/contracts/new").status_code == 403
    answer = browser.act(f"/contracts/{contract.number}/close", data={"reason": "x"})
    assert answer.status_code == 403


@pytest.mark.parametrize("role", ["planner", "supervisor", "warehouse", "purchasing", "admin"])
def test_who_has_nothing_to_do_with_contracts_sees_none(sign_in, role):
    contract = factories.contract()
    browser = sign_in(role)
    for address in ("/contracts/", f"/contracts/{contract.number}"):
        assert browser.get(address).status_code == 403


def test_nothing_of_a_strangers_contract_is_seen_anywhere(sign_in):
    own, other = factories.user("sales"), factories.user("sales")
    factories.contract(factories.customer(own, name="自家集团"))
    buyer = factories.customer(other, name="别家集团")
    theirs = factories.contract(buyer, number="PC-7777", site="别家广场")
    browser = sign_in(own)
    shown = "".join(
        browser.get(address).get_data(as_text=True)
        for address in ("/contracts/", "/contracts/?q=集团", "/contracts/?q=PC-7777")
    )
    assert "自家集团" in shown
    assert "别家" not in shown
    for address in ("/contracts/{}", "/contracts/{}/edit"):
        answers = [browser.get(address.format(n)) for n in (theirs.number, "PC-9999")]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert without_asker(answers[0]) == without_asker(answers[1])
    assert browser.get(f"/contracts/of-customer/{buyer.code}").status_code == 404
    assert (
        browser.act(f"/contracts/{theirs.number}/cancel", data={"reason": "x"}).status_code == 404
    )


def test_a_customers_contracts_are_a_part_of_their_page(sign_in):
    contract = factories.contract()
    code = queries.contract(contract.number).customer.code
    part = sign_in("finance").get(f"/contracts/of-customer/{code}").get_data(as_text=True)
    assert contract.number in part
    assert "<html" not in part
