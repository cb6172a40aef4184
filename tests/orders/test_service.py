"""An order's life on the real database."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests import factories
from tileplan.contracts import queries as contracts
from tileplan.contracts import service as contract_service
from tileplan.kernel import clock, scope
from tileplan.kernel.db import session
from tileplan.kernel.documents import journal
from tileplan.kernel.errors import Conflict, NotAllowed, Refused
from tileplan.kernel.units import Unit
from tileplan.orders import queries, service
from tileplan.orders.rules import NewItem, NewOrder, OrderKind, OrderState
from tileplan.stock import queries as stock

pytestmark = pytest.mark.usefixtures("database")


def new_item(tile, quantity=10, unit=Unit.BOX, **values):
    facts = {"price": None, "due_on": clock.today() + timedelta(days=20), "priority": 3}
    return NewItem(tile=tile.code, quantity=Decimal(quantity), unit=unit, **{**facts, **values})


def new_order(*items, **values):
    facts = {
        "kind": OrderKind.RETAIL,
        "customer_name": "王女士",
        "phone": "13800001111",
        "region": "GD",
    }
    return NewOrder(items=items, **{**facts, **values})


def confirmed(order, *, by=None):
    manager = by or factories.user("sales_manager")
    if order.state is OrderState.DRAFT:
        order = service.act(order.number, "submit", by=session.merge(order.owner))
    return service.act(order.number, "approve", by=manager)


def project_order(contract, *items):
    sales = factories.user("sales_manager")
    made = service.place(
        new_order(*items, kind=OrderKind.PROJECT, contract=contract.number, customer_name=""),
        by=sales,
    )
    return service.act(made.number, "submit", by=sales)


def pieces_left(number):
    return {item.phase.name: item.left for item in contracts.contract(number).items}


# ---- writing -----------------------------------------------------------------------------------


def test_a_walk_in_of_a_salesperson_is_theirs_and_quantities_become_pieces():
    sales = factories.user("sales")
    tile = factories.tile()
    made = service.place(new_order(new_item(tile, "13", Unit.M2)), by=sales)
    order = queries.order(made.number)
    assert order.owner_id == sales.id
    assert order.customer is None
    assert order.state is OrderState.DRAFT
    assert [(item.pieces, item.quantity, item.unit) for item in order.items] == [(40, 13, Unit.M2)]
    assert order.items[0].price == tile.list_price


def test_a_walk_in_that_a_manager_writes_goes_to_the_salesperson_of_the_region():
    south = factories.user("sales", regions="GD;GX")
    manager = factories.user("sales_manager")
    made = service.place(new_order(new_item(factories.tile())), by=manager)
    assert made.owner_id == south.id


def test_a_walk_in_from_a_region_of_nobody_is_refused_beside_the_region():
    with pytest.raises(Refused) as refused:
        service.place(
            new_order(new_item(factories.tile()), region="XX"), by=factories.user("sales_manager")
        )
    assert refused.value.field == "region"


def test_an_order_of_a_customer_belongs_to_their_salesperson_and_takes_their_details():
    buyer = factories.customer(factories.user("sales"))
    order = service.place(
        new_order(
            new_item(factories.tile()),
            kind=OrderKind.DEALER,
            customer=buyer.code,
            phone="",
            region="",
            customer_name="",
        ),
        by=factories.user("sales_manager"),
    )
    assert (order.owner_id, order.customer_name, order.phone, order.region, order.address) == (
        buyer.owner_id,
        buyer.name,
        buyer.phone,
        buyer.region,
        buyer.address,
    )


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({"tile": "NO-SUCH"}, "items-0-tile"),
        ({"quantity": Decimal(0)}, "items-0-quantity"),
        ({"quantity": Decimal("1.5")}, "items-0-quantity"),
        ({"quantity": Decimal(10) ** 11}, "items-0-quantity"),
    ],
)
def test_what_cannot_be_made_is_refused_in_its_row(item, field):
    tile = factories.tile()
    facts = {
        "tile": tile.code,
        "quantity": Decimal(1),
        "unit": Unit.BOX,
        "price": None,
        "due_on": clock.today(),
    }
    with pytest.raises(Refused) as refused:
        service.place(new_order(NewItem(**{**facts, **item})), by=factories.user("sales"))
    assert refused.value.field == field


def test_changing_a_draft_replaces_its_items():
    sales = factories.user("sales")
    one, two = factories.tile(), factories.tile()
    made = service.place(new_order(new_item(one), new_item(two)), by=sales)
    service.rewrite(
        made.number, new_order(new_item(two, 3), note="call first"), version=made.version, by=sales
    )
    order = queries.order(made.number)
    assert [(item.position, item.tile.code, item.pieces) for item in order.items] == [
        (1, two.code, 12)
    ]
    assert order.note == "call first"


def test_a_draft_changed_by_somebody_else_meanwhile_is_a_conflict():
    sales = factories.user("sales")
    tile = factories.tile()
    made = service.place(new_order(new_item(tile)), by=sales)
    seen = made.version
    service.rewrite(made.number, new_order(new_item(tile, 3)), version=seen, by=sales)
    with pytest.raises(Conflict):
        service.rewrite(made.number, new_order(new_item(tile, 4)), version=seen, by=sales)


@pytest.mark.parametrize("state", [state for state in OrderState if state is not OrderState.DRAFT])
def test_only_a_draft_can_be_changed(state):
    order = factories.order(state=state)
    with pytest.raises(Refused):
        service.rewrite(
            order.number,
            new_order(new_item(factories.tile())),
            version=order.version,
            by=factories.user("sales_manager"),
        )


# ---- review ------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["approve", "approve_only"])
def test_whoever_wrote_an_order_does_not_approve_it(action):
    manager = factories.user("sales_manager")
    factories.user("sales", regions="GD")
    made = service.place(new_order(new_item(factories.tile())), by=manager)
    service.act(made.number, "submit", by=factories.user("sales_manager"))
    with pytest.raises(Refused, match="Somebody else"):
        service.act(made.number, action, by=manager)


def test_whoever_submitted_an_order_does_not_approve_it():
    manager = factories.user("sales_manager")
    made = service.place(new_order(new_item(factories.tile())), by=factories.user("sales"))
    service.act(made.number, "submit", by=manager)
    with pytest.raises(Refused, match="Somebody else"):
        service.act(made.number, "approve", by=manager)


def test_a_salesperson_does_not_approve():
    made = service.place(new_order(new_item(factories.tile())), by=factories.user("sales"))
    service.act(made.number, "submit", by=factories.user("sales"))
    with pytest.raises(NotAllowed):
        service.act(made.number, "approve", by=factories.user("sales"))


def test_a_page_of_an_older_version_decides_nothing():
    order = factories.order(state="submitted")
    with pytest.raises(Conflict):
        service.act(
            order.number, "approve", by=factories.user("sales_manager"), version=order.version - 1
        )


def test_each_step_stands_in_the_journal_with_its_reason():
    order = factories.order(state="submitted")
    manager = factories.user("sales_manager")
    service.act(order.number, "return", by=manager, reason="price?")
    entry = journal("order", order.number)[0]
    assert (entry.action, entry.from_state, entry.to_state, entry.by_name, entry.reason) == (
        "return",
        "submitted",
        "draft",
        manager.login,
        "price?",
    )


# ---- stock -------------------------------------------------------------------------------------


def test_confirming_reserves_the_item_that_one_lot_can_serve():
    tile = factories.tile()
    lot = factories.lot(tile, 400)
    order = confirmed(factories.order(tile, state="submitted", pieces=400))
    kept = stock.reservations_of([f"{order.number}/1"])
    assert kept[f"{order.number}/1"].lot_id == lot.id
    assert stock.lot(lot.id).free == 0


def test_an_item_that_no_single_lot_can_serve_is_left_to_production():
    tile = factories.tile()
    factories.lot(tile, 399)
    factories.lot(tile, 399)
    order = confirmed(factories.order(tile, state="submitted", pieces=400))
    assert stock.reservations_of([f"{order.number}/1"]) == {}


def test_a_lot_of_second_grade_serves_nobody_by_itself():
    tile = factories.tile()
    factories.lot(tile, 4000, grade="B")
    order = confirmed(factories.order(tile, state="submitted", pieces=400))
    assert stock.reservations_of([f"{order.number}/1"]) == {}


def test_two_items_of_a_tile_never_take_the_same_pieces():
    tile = factories.tile()
    lot = factories.lot(tile, 700)
    order = confirmed(factories.order(tile, state="submitted", pieces=400, items=2))
    kept = stock.reservations_of([f"{order.number}/1", f"{order.number}/2"])
    assert list(kept) == [f"{order.number}/1"]
    assert stock.lot(lot.id).reserved == 400


def test_approving_without_confirming_reserves_nothing_yet():
    tile = factories.tile()
    lot = factories.lot(tile, 400)
    order = factories.order(tile, state="submitted", pieces=400)
    service.act(order.number, "approve_only", by=factories.user("sales_manager"))
    assert stock.lot(lot.id).reserved == 0
    service.act(order.number, "confirm", by=factories.user("sales"))
    assert stock.lot(lot.id).reserved == 400


def test_cancelling_a_confirmed_order_frees_its_stock():
    tile = factories.tile()
    lot = factories.lot(tile, 400)
    manager = factories.user("sales_manager")
    order = confirmed(factories.order(tile, state="submitted", pieces=400), by=manager)
    service.act(order.number, "cancel", by=manager, reason="changed their mind")
    assert stock.lot(lot.id).free == 400


@pytest.mark.parametrize("told", [service.note_started, service.note_finished])
def test_an_order_that_the_floor_has_begun_is_not_cancelled(told):
    order = factories.order(state="confirmed")
    told([item.id for item in queries.order(order.number).items], clock.now())
    with pytest.raises(Refused, match="has begun"):
        service.act(
            order.number, "cancel", by=factories.user("sales_manager"), reason="changed their mind"
        )


# ---- contracts ---------------------------------------------------------------------------------


def test_confirming_a_project_order_draws_exactly_its_pieces_from_the_contract():
    tile = factories.tile()
    contract = factories.contract(of=tile, pieces=4000)
    order = project_order(
        contract, new_item(tile, 10, phase="1号楼"), new_item(tile, 5, phase="2号楼")
    )
    service.act(order.number, "approve", by=factories.user("sales_manager"))
    assert pieces_left(contract.number) == {"1号楼": 3960, "2号楼": 3980}


def test_the_contracts_price_is_locked_into_the_order():
    tile = factories.tile(list_price=Decimal(99))
    order = project_order(factories.contract(of=tile), new_item(tile, phase="1号楼"))
    assert queries.order(order.number).items[0].price == Decimal("25.5")


def test_cancelling_gives_back_what_was_called_off():
    tile = factories.tile()
    contract = factories.contract(of=tile, pieces=4000)
    order = project_order(contract, new_item(tile, 10, phase="1号楼"))
    manager = factories.user("sales_manager")
    service.act(order.number, "approve", by=manager)
    service.act(order.number, "cancel", by=manager, reason="site stopped")
    assert pieces_left(contract.number) == {"1号楼": 4000, "2号楼": 4000}


def test_approving_more_than_is_left_amends_the_contract_and_says_so_in_its_journal():
    tile = factories.tile()
    contract = factories.contract(of=tile, pieces=40)
    order = project_order(contract, new_item(tile, 15, phase="1号楼"))
    service.act(order.number, "approve", by=factories.user("sales_manager"))
    item = contracts.contract(contract.number).items[0]
    assert (item.pieces, item.called_off) == (60, 60)
    entry = journal("contract", contract.number)[0]
    assert entry.action == "amend"
    assert entry.detail == {"phase": "1号楼", "tile": tile.code, "pieces": 20}


def test_a_tile_that_the_phase_has_not_agreed_is_added_at_the_orders_price():
    contract = factories.contract()
    other = factories.tile()
    order = project_order(contract, new_item(other, 2, phase="2号楼", price=Decimal("31.5")))
    service.act(order.number, "approve", by=factories.user("sales_manager"))
    added = contracts.contract(contract.number).items[-1]
    assert (added.tile.code, added.phase.name, added.pieces, added.called_off, added.price) == (
        other.code,
        "2号楼",
        8,
        8,
        Decimal("31.5"),
    )


def test_a_confirmation_beyond_what_is_left_is_refused_not_amended():
    tile = factories.tile()
    contract = factories.contract(of=tile, pieces=40)
    manager = factories.user("sales_manager")
    first = project_order(contract, new_item(tile, 8, phase="1号楼"))
    second = project_order(contract, new_item(tile, 8, phase="1号楼"))
    service.act(first.number, "approve_only", by=manager)
    service.act(second.number, "approve_only", by=manager)
    service.act(first.number, "confirm", by=manager)
    with pytest.raises(Refused, match="less left"):
        service.act(second.number, "confirm", by=manager)


def test_nothing_is_drawn_from_a_contract_that_is_not_signed():
    tile = factories.tile()
    contract = factories.contract(of=tile)
    manager = factories.user("sales_manager")
    order = project_order(contract, new_item(tile, phase="1号楼"))
    service.act(order.number, "approve_only", by=manager)
    contract_service.act(contract.number, "close", by=manager, reason="built")
    with pytest.raises(Refused, match="not signed"):
        service.act(order.number, "confirm", by=manager)


def test_a_phase_comes_out_of_one_lot_or_none_of_it():
    tile = factories.tile()
    contract = factories.contract(of=tile)
    factories.lot(tile, 60)
    factories.lot(tile, 50)
    manager = factories.user("sales_manager")
    order = project_order(
        contract, new_item(tile, 10, phase="1号楼"), new_item(tile, 8, phase="1号楼")
    )
    service.act(order.number, "approve", by=manager)
    assert stock.reservations_of([f"{order.number}/1", f"{order.number}/2"]) == {}


def test_a_later_order_of_a_phase_goes_to_the_lot_of_the_earlier_one():
    tile = factories.tile()
    contract = factories.contract(of=tile)
    manager = factories.user("sales_manager")
    big = factories.lot(tile, 4000)
    first = project_order(contract, new_item(tile, 10, phase="1号楼"))
    service.act(first.number, "approve", by=manager)
    factories.lot(tile, 40)
    second = project_order(contract, new_item(tile, 10, phase="1号楼"))
    service.act(second.number, "approve", by=manager)
    assert stock.reservations_of([f"{second.number}/1"])[f"{second.number}/1"].lot_id == big.id


def test_when_the_phases_lot_is_too_small_the_whole_phase_moves_to_one_that_serves_it():
    tile = factories.tile()
    contract = factories.contract(of=tile)
    manager = factories.user("sales_manager")
    small = factories.lot(tile, 40)
    first = project_order(contract, new_item(tile, 10, phase="1号楼"))
    service.act(first.number, "approve", by=manager)
    large = factories.lot(tile, 400)
    second = project_order(contract, new_item(tile, 10, phase="1号楼"))
    service.act(second.number, "approve", by=manager)
    kept = stock.reservations_of([f"{first.number}/1", f"{second.number}/1"])
    assert {row.lot_id for row in kept.values()} == {large.id}
    assert len(kept) == 2
    assert stock.lot(small.id).reserved == 0


def test_when_no_lot_serves_the_whole_phase_it_is_made_together():
    tile = factories.tile()
    contract = factories.contract(of=tile)
    manager = factories.user("sales_manager")
    small = factories.lot(tile, 40)
    first = project_order(contract, new_item(tile, 10, phase="1号楼"))
    service.act(first.number, "approve", by=manager)
    second = project_order(contract, new_item(tile, 10, phase="1号楼"))
    service.act(second.number, "approve", by=manager)
    assert stock.reservations_of([f"{first.number}/1", f"{second.number}/1"]) == {}
    assert stock.lot(small.id).reserved == 0


# ---- facts -------------------------------------------------------------------------------------


def test_the_first_start_and_the_first_end_count():
    order = factories.order(state="confirmed")
    ids = [item.id for item in queries.order(order.number).items]
    first, later = clock.now(), clock.now() + timedelta(hours=1)
    service.note_started(ids, first)
    service.note_started(ids, later)
    service.note_finished(ids, later)
    service.note_finished(ids, later + timedelta(hours=1))
    item = queries.order(order.number).items[0]
    assert (item.started_at, item.finished_at) == (first, later)


def test_open_items_are_confirmed_and_not_finished():
    kept = factories.order(state="confirmed")
    factories.order(state="approved")
    done = factories.order(state="confirmed")
    service.note_finished([item.id for item in queries.order(done.number).items], clock.now())
    assert [item.ref for item in queries.open_items()] == [f"{kept.number}/1"]


def test_handing_a_customer_over_takes_contracts_and_orders_along():
    old, new = factories.user("sales"), factories.user("sales")
    buyer = factories.customer(old)
    contract = factories.contract(buyer)
    order = factories.order(owner=old, customer=buyer)
    service.hand_over(buyer.code, new.login, by=factories.user("sales_manager"))
    session.expire_all()
    owners = {
        buyer.owner_id,
        contracts.contract(contract.number).owner_id,
        queries.order(order.number).owner_id,
    }
    assert owners == {new.id}


def test_credit_counts_what_is_approved_or_confirmed():
    owner = factories.user("sales")
    buyer = factories.customer(owner)
    tile = factories.tile()
    for state in OrderState:
        factories.order(tile, state=state, owner=owner, customer=buyer, pieces=400)
    # 144 m² at 26.00, twice
    assert queries.credit(buyer).used == Decimal("7488.00")


def test_credit_counts_orders_that_the_salesperson_does_not_see():
    owner, other = factories.user("sales"), factories.user("sales")
    buyer = factories.customer(owner)
    factories.order(state="confirmed", owner=other, customer=buyer, pieces=400)
    scope.limit_to(owner.id)
    used = queries.credit(buyer).used
    assert scope.owner() == owner.id
    scope.limit_to(None)
    assert used == Decimal("3744.00")


def test_contracts_and_orders_follow_a_customer_whom_a_file_gave_another_salesperson():
    old, new = factories.user("sales"), factories.user("sales")
    buyer = factories.customer(old)
    contract, order = factories.contract(buyer), factories.order(owner=old, customer=buyer)
    buyer.owner_id = new.id
    service.follow_customer(buyer.code)
    session.expire_all()
    assert contracts.contract(contract.number).owner_id == new.id
    assert queries.order(order.number).owner_id == new.id
