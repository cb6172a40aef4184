"""What may be written about a customer."""

from decimal import Decimal

import pytest

from tileplan.customers.rules import NewCustomer, check_customer, kind_named
from tileplan.kernel.errors import Refused


def customer(**values):
    facts = {
        "code": "D001",
        "name": "福建德泰建材有限公司",
        "kind": "dealer",
        "region": "SC",
        "tier": "B",
        "credit_limit": Decimal(500_000),
        "payment_days": 30,
        "owner": "sales3",
        "phone": "13225522956",
        "address": "四川省高新区建材路177号",
    }
    return NewCustomer(**{**facts, **values})


def test_an_ordinary_customer_is_accepted():
    check_customer(customer())
    check_customer(customer(credit_limit=Decimal(0), payment_days=0, phone="", address=""))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "王" * 161}, "name"),
        ({"region": ""}, "region"),
        ({"kind": "friend"}, "kind"),
        ({"credit_limit": Decimal(-1)}, "credit_limit"),
        ({"credit_limit": Decimal("0.001")}, "credit_limit"),
        ({"payment_days": -1}, "payment_days"),
        ({"payment_days": 366}, "payment_days"),
        ({"phone": "1" * 41}, "phone"),
    ],
)
def test_a_customer_whom_nobody_could_find_or_bill_is_refused(values, field):
    with pytest.raises(Refused) as refused:
        check_customer(customer(**values))
    assert refused.value.field == field


def test_an_unknown_kind_is_refused_with_the_ones_there_are():
    with pytest.raises(Refused, match="retail, dealer, project"):
        kind_named("friend")
