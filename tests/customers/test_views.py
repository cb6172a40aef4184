"""The pages of customers."""

import csv
import io
import re

import pytest

from tests import factories
from tests.web.test_access import without_asker
from tileplan.customers import queries

TYPED = {
    "name": "佛山顺恒陶瓷经营部",
    "kind": "dealer",
    "phone": "13800002222",
    "region": "GD",
    "address": "佛山市季华路 8 号",
    "tier": "B",
}


def test_a_salesperson_writes_a_customer_down_and_finds_them_again(sign_in):
    sales = factories.user("sales")
    browser = sign_in(sales)
    answer = browser.post("/customers/new", data=TYPED)
    assert answer.status_code == 303
    page = browser.get(answer.location).get_data(as_text=True)
    assert "佛山顺恒陶瓷经营部" in page
    assert "佛山顺恒陶瓷经营部" in browser.get("/customers/?q=顺恒").get_data(as_text=True)
    assert queries.customer(answer.location.rpartition("/")[2]).owner_id == sales.id


def test_a_salesperson_is_offered_no_credit_and_gets_none_by_asking(sign_in):
    browser = sign_in("sales")
    assert 'name="credit_limit"' not in browser.get("/customers/new").get_data(as_text=True)
    answer = browser.post("/customers/new", data={**TYPED, "credit_limit": "999999"})
    assert queries.customer(answer.location.rpartition("/")[2]).credit_limit == 0


def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(sign_in):
    answer = sign_in("sales").post("/customers/new", data={**TYPED, "region": ""})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="region-error"' in page
    assert "佛山顺恒陶瓷经营部" in page


def test_a_manager_changes_credit_and_an_older_page_is_shown_again_with_what_is_stored(sign_in):
    found = factories.customer()
    browser = sign_in("sales_manager")
    page = browser.get(f"/customers/{found.code}/edit").get_data(as_text=True)
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)[1]
    data = {**TYPED, "credit_limit": "80,000.50", "payment_days": "45", "version": version}
    assert browser.post(f"/customers/{found.code}/edit", data=data).status_code == 303
    assert str(queries.customer(found.code).credit_limit) == "80000.50"
    mine = {**data, "payment_days": "60"}
    answer = browser.post(f"/customers/{found.code}/edit", data=mine)
    assert answer.status_code == 409
    assert "<li><b>Payment days</b> 45</li>" in answer.text
    again = re.search(r'name="version"[^>]*value="(\d+)"', answer.text)[1]
    data = {**mine, "version": again}
    assert browser.post(f"/customers/{found.code}/edit", data=data).status_code == 303
    assert queries.customer(found.code).payment_days == 60


def test_finance_reads_customers_and_changes_none(sign_in):
    found = factories.customer()
    browser = sign_in("finance")
    assert browser.get(f"/customers/{found.code}").status_code == 200
    assert browser.get(f"/customers/{found.code}/edit").status_code == 403
    assert browser.post("/customers/new", data=TYPED).status_code == 403


@pytest.mark.parametrize(
    "role", ["planner", "supervisor", "warehouse", "purchasing", "quality", "admin"]
)
def test_who_has_nothing_to_do_with_customers_sees_none(sign_in, role):
    found = factories.customer()
    browser = sign_in(role)
    for address in (
        "/customers/",
        f"/customers/{found.code}",
        "/customers/export.csv",
        "/customers/find?q=1",
    ):
        assert browser.get(address).status_code == 403


def test_nothing_of_a_strangers_customer_is_seen_anywhere(sign_in):
    own, other = factories.user("sales"), factories.user("sales")
    factories.customer(own, name="自家建材")
    theirs = factories.customer(other, name="别家建材", phone="13999999999")
    browser = sign_in(own)
    shown = "".join(
        browser.get(address).get_data(as_text=True)
        for address in (
            "/customers/",
            "/customers/?q=建材",
            "/customers/export.csv",
            "/customers/find?q=建材",
            "/customers/find?q=13999999999",
        )
    )
    assert "自家建材" in shown or "\\u81ea" in shown
    for hidden in ("别家", "\\u522b", "13999999999", theirs.code + '"'):
        assert hidden not in shown
    for address in ("/customers/{}", "/customers/{}/edit"):
        answers = [browser.get(address.format(code)) for code in (theirs.code, "NO-SUCH")]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert without_asker(answers[0]) == without_asker(answers[1])
    assert browser.post(f"/customers/{theirs.code}/edit", data=TYPED).status_code == 404


def test_the_export_is_what_the_list_shows_and_holds_no_formula(sign_in):
    factories.customer(name="=1+1")
    factories.customer(name="别家")
    text = sign_in("sales_manager").get("/customers/export.csv?q==1").get_data().decode("utf-8")
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text[1:])))
    assert [row["Name"] for row in rows] == ["'=1+1"]
    assert rows[0]["Credit limit"] == "1000000.00"


def test_the_page_says_where_contracts_orders_and_credit_come_from(sign_in):
    found = factories.customer()
    page = sign_in("sales_manager").get(f"/customers/{found.code}").get_data(as_text=True)
    for address in (
        f"/contracts/of-customer/{found.code}",
        f"/orders/of-customer/{found.code}",
        f"/orders/credit/{found.code}",
    ):
        assert f'data-fragment="{address}"' in page
