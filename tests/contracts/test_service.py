"""A contract's life and its quantities on the real database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from tests import factories
from tileplan.contracts import queries, service
from tileplan.contracts.models import ContractItem
from tileplan.contracts.rules import CONTRACT, ContractState, Drawn, NewContract, NewItem
from tileplan.customers.models import CustomerKind
from tileplan.kernel import clock, numbering, scope
from tileplan.kernel.db import session
from tileplan.kernel.documents import journal
from tileplan.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from tileplan.kernel.keeping import Kept
from tileplan.kernel.units import Unit

pytestmark = pytest.mark.usefixtures("database")


def item(tile, **values):
    facts = {"phase": "1号楼", "quantity": Decimal(13), "unit": Unit.M2, "price": Decimal("25.5")}
    return NewItem(tile=tile.code, **{**facts, **values})


def new_contract(*items, customer=None, **values):
    facts = {
        "number": "",
        "site": "广西鑫景城市广场",
        "signed_on": None,
        "deposit_percent": Decimal(20),
        "retention_percent": Decimal(3),
        "phases": ("1号楼", "2号楼"),
        "late_penalty_per_day": Decimal("0.001"),
        "late_penalty_cap": Decimal("0.05"),
    }
    buyer = customer or factories.customer(factories.user("sales"), kind=CustomerKind.PROJECT).code
    return NewContract(customer=buyer, items=items, **{**facts, **values})


def only(contract):
    """The first item of a contract, as it stands in the database."""
    return queries.contract(contract.number).items[0]


# ---- writing -----------------------------------------------------------------------------------


def test_a_contract_is_written_in_whole_boxes_and_belongs_to_the_customers_salesperson():
    owner = factories.user("sales")
    buyer = factories.customer(owner)
    tile = factories.tile()
    made = service.write(
        new_contract(item(tile), customer=buyer.code), by=factories.user("sales_manager")
    )
    found = queries.contract(made.number)
    assert found.owner_id == owner.id
    assert found.state is ContractState.DRAFT
    assert [phase.name for phase in found.phases] == ["1号楼", "2号楼"]
    assert [(row.phase.name, row.pieces, row.called_off) for row in found.items] == [
        ("1号楼", 40, 0)
    ]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"quantity": Decimal(0)}, "items-0-quantity"),
        ({"quantity": Decimal("1.5"), "unit": Unit.BOX}, "items-0-quantity"),
    ],
)
def test_a_quantity_that_is_none_is_refused_in_its_row(values, field):
    with pytest.raises(Refused) as refused:
        service.write(new_contract(item(factories.tile(), **values)), by=factories.user("sales"))
    assert refused.value.field == field


def test_a_stranger_is_refused_beside_the_customer():
    with pytest.raises(Refused) as refused:
        service.write(new_contract(customer="NO-SUCH"), by=factories.user("sales"))
    assert refused.value.field == "customer"


def test_changing_a_draft_replaces_phases_and_items_and_makes_the_older_page_a_conflict():
    sales = factories.user("sales")
    tile = factories.tile()
    row = new_contract(item(tile))
    made = service.write(row, by=sales)
    seen = made.version
    changed = replace(row, phases=("A栋",), items=(item(tile, phase="A栋", quantity=Decimal(30)),))
    service.rewrite(made.number, changed, version=seen, by=sales)
    found = queries.contract(made.number)
    assert [(row.phase.name, row.pieces) for row in found.items] == [("A栋", 84)]
    with pytest.raises(Conflict):
        service.rewrite(made.number, row, version=seen, by=sales)


def test_a_signed_contract_is_not_changed_any_more():
    contract = factories.contract()
    with pytest.raises(Refused):
        service.rewrite(
            contract.number, new_contract(), version=contract.version, by=factories.user("sales")
        )


# ---- its life ----------------------------------------------------------------------------------


@pytest.mark.parametrize("state", list(ContractState))
def test_from_this_state_exactly_the_steps_of_the_table_can_be_taken(state):
    manager = factories.user("sales_manager")
    steps = {arrow.action: arrow for arrow in CONTRACT.arrows if arrow.state is state}
    for action in {arrow.action for arrow in CONTRACT.arrows}:
        contract = factories.contract(state=state)
        if action in steps:
            service.act(contract.number, action, by=manager, reason="why not")
            assert queries.contract(contract.number).state is steps[action].to
        else:
            with pytest.raises(Conflict):
                service.act(contract.number, action, by=manager, reason="why not")


def test_a_salesperson_does_not_sign():
    contract = factories.contract(state=ContractState.DRAFT)
    with pytest.raises(NotAllowed):
        service.act(contract.number, "sign", by=factories.user("sales"))


def test_signing_writes_down_the_day():
    contract = factories.contract(state=ContractState.DRAFT, signed_on=None)
    service.act(contract.number, "sign", by=factories.user("sales_manager"))
    assert queries.contract(contract.number).signed_on == clock.today()


def test_an_empty_contract_is_not_signed():
    made = service.write(new_contract(), by=factories.user("sales"))
    with pytest.raises(Refused):
        service.act(made.number, "sign", by=factories.user("sales_manager"))


# ---- quantities --------------------------------------------------------------------------------


def test_calling_off_stops_exactly_at_what_is_agreed():
    contract = queries.contract(factories.contract(pieces=100).number)
    at = (only(contract).phase_id, only(contract).tile_id)
    service.call_off(contract, *at, 60)
    service.call_off(contract, *at, 40)
    with pytest.raises(Refused):
        service.call_off(contract, *at, 1)
    assert only(contract).called_off == 100


def test_the_database_itself_refuses_more_than_is_agreed():
    contract = factories.contract(pieces=100)
    with pytest.raises(IntegrityError):
        session.execute(
            update(ContractItem)
            .where(ContractItem.contract_id == contract.id)
            .values(called_off=ContractItem.called_off + 101)
        )
    session.rollback()


def test_no_more_is_given_back_than_was_called_off():
    contract = queries.contract(factories.contract(pieces=100).number)
    at = (only(contract).phase_id, only(contract).tile_id)
    service.call_off(contract, *at, 60)
    service.give_back(contract, *at, 60)
    with pytest.raises(Conflict):
        service.give_back(contract, *at, 1)
    assert only(contract).called_off == 0


def test_agreeing_more_grows_the_item_and_stands_in_the_journal():
    contract = queries.contract(factories.contract(pieces=100).number)
    manager = factories.user("sales_manager")
    row = only(contract)
    service.agree(
        contract, row.phase_id, row.tile, 40, price=Decimal(99), by=manager, why="SO-00001"
    )
    assert (only(contract).pieces, only(contract).price) == (140, Decimal("25.5"))
    entry = journal("contract", contract.number)[0]
    assert (entry.action, entry.by_name) == ("amend", manager.login)
    assert "SO-00001" in entry.reason
    assert "14.40 m²" in entry.reason


def test_nothing_is_agreed_or_called_off_in_a_draft():
    contract = queries.contract(factories.contract(state=ContractState.DRAFT).number)
    row = only(contract)
    with pytest.raises(Refused):
        service.call_off(contract, row.phase_id, row.tile_id, 1)
    with pytest.raises(Refused):
        service.agree(
            contract,
            row.phase_id,
            row.tile,
            1,
            price=row.price,
            by=factories.user("sales"),
            why="x",
        )


def test_what_loaded_orders_have_drawn_is_agreed_and_called_off_at_the_first_price():
    contract = factories.contract(of=factories.tile(), pieces=10)
    tile = factories.tile()
    phase_id = only(contract).phase_id
    draw = Drawn(
        contract_id=contract.id, phase_id=phase_id, tile_id=tile.id, pieces=60, price=Decimal(20)
    )
    assert service.take_over([draw, replace(draw, pieces=4)]) == []
    warnings = service.take_over([replace(draw, price=Decimal(21))])
    assert [warning.msgid.startswith("A price") for warning in warnings] == [True]
    row = queries.contract(contract.number).items[-1]
    assert (row.pieces, row.called_off, row.price) == (124, 124, Decimal(20))


# ---- files and scope ---------------------------------------------------------------------------


def test_a_file_is_kept_once_and_brought_up_to_date_later():
    buyer = factories.customer(factories.user("sales"))
    row = new_contract(number="PC-0007", customer=buyer.code, signed_on=date(2026, 11, 14))
    assert service.keep([row]) == Kept(new=1)
    assert service.keep([row]) == Kept()
    assert service.keep([replace(row, site="别处", phases=("1号楼", "3号楼"))]) == Kept(changed=1)
    found = queries.contract("PC-0007")
    assert found.state is ContractState.SIGNED
    assert (found.site, found.owner_id) == ("别处", buyer.owner_id)
    assert [phase.name for phase in found.phases] == ["1号楼", "2号楼", "3号楼"]
    assert numbering.draw("PC") == "PC-00008"


def test_a_contract_of_nobody_is_refused():
    with pytest.raises(Refused) as refused:
        service.keep([new_contract(number="PC-0007", customer="NO-SUCH")])
    assert refused.value.field == "customer"


def test_a_salespersons_statements_see_their_own_contracts_only():
    own, other = factories.user("sales"), factories.user("sales")
    mine = factories.contract(factories.customer(own))
    theirs = factories.contract(factories.customer(other))
    scope.limit_to(own.id)
    assert [row.number for row in queries.search("", None).rows] == [mine.number]
    assert set(queries.by_number([mine.number, theirs.number])) == {mine.number}
    assert queries.items_of([theirs.id]) == {}
    with pytest.raises(NotFound):
        queries.contract(theirs.number)
