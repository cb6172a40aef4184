"""What may be agreed in a contract."""

from decimal import Decimal

import pytest

from tileplan.contracts.rules import NewContract, NewItem, check_contract
from tileplan.kernel.errors import Refused, Several
from tileplan.kernel.units import Unit


def item(**values):
    facts = {
        "phase": "1号楼",
        "tile": "P66-GRY-M",
        "quantity": Decimal(100),
        "unit": Unit.M2,
        "price": Decimal("25.5"),
    }
    return NewItem(**{**facts, **values})


def contract(**values):
    facts = {
        "number": "",
        "customer": "P001",
        "site": "广西鑫景城市广场",
        "signed_on": None,
        "deposit_percent": Decimal(20),
        "retention_percent": Decimal(3),
        "phases": ("1号楼", "2号楼"),
        "late_penalty_per_day": Decimal("0.001"),
        "late_penalty_cap": Decimal("0.05"),
        "items": (item(),),
    }
    return NewContract(**{**facts, **values})


def test_an_ordinary_contract_is_accepted():
    check_contract(contract())
    check_contract(contract(items=()))
    check_contract(contract(items=(item(), item(phase="2号楼"), item(tile="OTHER"))))


def test_everything_that_is_wrong_is_told_at_once_each_beside_its_field():
    wrong = contract(
        site="", items=(item(phase="9号楼"), item(), item(price=Decimal(-1), tile="X"))
    )
    with pytest.raises(Several) as refused:
        check_contract(wrong)
    assert [one.field for one in refused.value.refusals] == [
        "site",
        "items-0-phase",
        "items-2-price",
    ]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"site": " "}, "site"),
        ({"site": "x" * 201}, "site"),
        ({"deposit_percent": Decimal("100.01")}, "deposit_percent"),
        ({"deposit_percent": Decimal(-1)}, "deposit_percent"),
        ({"retention_percent": Decimal("3.001")}, "retention_percent"),
        ({"late_penalty_per_day": Decimal("1.1")}, "late_penalty_per_day"),
        ({"late_penalty_cap": Decimal("0.0000001")}, "late_penalty_cap"),
        ({"phases": ()}, "phases"),
        ({"phases": ("1号楼", "1号楼")}, "phases"),
        ({"phases": ("1号楼", "x" * 121)}, "phases"),
        ({"items": (item(phase="9号楼"),)}, "items-0-phase"),
        ({"items": (item(), item())}, "items-1-tile"),
        ({"items": (item(price=Decimal(-1)),)}, "items-0-price"),
        ({"items": (item(price=Decimal("1.00001")),)}, "items-0-price"),
    ],
)
def test_a_contract_that_could_not_be_kept_is_refused_beside_its_field(values, field):
    with pytest.raises(Refused) as refused:
        check_contract(contract(**values))
    assert refused.value.field == field
