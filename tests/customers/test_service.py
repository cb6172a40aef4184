"""Adding and changing customers on the real database."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests import factories
from tileplan.customers import queries, service
from tileplan.customers.rules import NewCustomer
from tileplan.kernel import scope
from tileplan.kernel.errors import Conflict, NotFound, Refused
from tileplan.kernel.keeping import Kept

pytestmark = pytest.mark.usefixtures("database")

ORDINARY = NewCustomer(
    code="D001",
    name="福建德泰建材有限公司",
    kind="dealer",
    region="SC",
    tier="B",
    credit_limit=Decimal(500_000),
    payment_days=30,
    owner="wang",
    phone="13225522956",
    address="四川省高新区建材路177号",
)


def test_a_salesperson_adds_customers_of_their_own_without_credit():
    sales = factories.user("sales")
    made = service.add(ORDINARY, by=sales)
    assert (made.owner_id, made.credit_limit, made.payment_days) == (sales.id, 0, 0)
    assert made.code.startswith("C-")


def test_a_manager_says_whose_a_customer_is_and_gives_credit():
    wang = factories.user("sales", login="wang")
    made = service.add(ORDINARY, by=factories.user("sales_manager"))
    assert (made.owner_id, made.credit_limit) == (wang.id, 500_000)


def test_a_manager_must_name_a_salesperson():
    factories.user("planner", login="wang")
    with pytest.raises(Refused) as refused:
        service.add(ORDINARY, by=factories.user("sales_manager"))
    assert refused.value.field == "owner"


def test_changing_a_customer_leaves_the_credit_alone_unless_a_manager_does_it():
    sales = factories.user("sales")
    found = factories.customer(sales, credit_limit=Decimal(7))
    changed = replace(ORDINARY, name="新名")
    service.change(found.code, changed, version=found.version, by=sales)
    assert (found.name, found.credit_limit) == ("新名", 7)
    service.change(found.code, changed, version=found.version, by=factories.user("sales_manager"))
    assert found.credit_limit == 500_000


def test_of_two_who_change_a_customer_at_once_the_second_is_told():
    found = factories.customer(factories.user("sales"))
    seen = found.version
    manager = factories.user("sales_manager")
    service.change(found.code, ORDINARY, version=seen, by=manager)
    with pytest.raises(Conflict):
        service.change(found.code, replace(ORDINARY, name="别的"), version=seen, by=manager)


def test_a_file_is_kept_once_and_brought_up_to_date_later():
    wang = factories.user("sales", login="wang")
    assert service.keep([ORDINARY]) == Kept(new=1)
    assert service.keep([ORDINARY]) == Kept()
    assert service.keep([replace(ORDINARY, phone="1")]) == Kept(changed=1)
    found = queries.customer("D001")
    assert (found.owner_id, found.phone) == (wang.id, "1")


def test_a_file_that_names_an_unknown_salesperson_is_refused_and_nothing_of_it_kept():
    factories.user("sales", login="wang")
    with pytest.raises(Refused) as refused:
        service.keep([ORDINARY, replace(ORDINARY, code="D002", owner="nobody")])
    assert refused.value.field == "owner"
    with pytest.raises(NotFound):
        queries.customer("D001")


def test_codes_of_ours_from_a_file_are_never_drawn_again():
    factories.user("sales", login="wang")
    service.keep([replace(ORDINARY, code="C-00041"), replace(ORDINARY, code="C-00007")])
    assert service.add(ORDINARY, by=factories.user("sales")).code == "C-00042"


@pytest.mark.parametrize("text", ["顺恒", "1388", "d7", "顺恒 d7"])
def test_a_customer_is_found_by_name_telephone_or_code(text):
    sales = factories.user("sales")
    factories.customer(sales, code="D7", name="佛山顺恒陶瓷", phone="13889990000")
    factories.customer(sales, code="X8", name="别家", phone="100")
    assert [row.code for row in queries.find(text)] == ["D7"]
    assert [row.code for row in queries.search(text, None).rows] == ["D7"]


def test_a_salespersons_statements_see_their_own_customers_only():
    own, other = factories.user("sales"), factories.user("sales")
    mine, theirs = factories.customer(own), factories.customer(other)
    scope.limit_to(own.id)
    assert [row.code for row in queries.search("", None).rows] == [mine.code]
    assert [row.code for row in queries.listed("")] == [mine.code]
    assert set(queries.by_code([mine.code, theirs.code])) == {mine.code}
    with pytest.raises(NotFound):
        queries.customer(theirs.code)
