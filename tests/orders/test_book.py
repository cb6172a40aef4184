"""Taking over an order book from outside."""

import time
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event

from tests import factories
from tileplan.contracts import queries as contracts
from tileplan.kernel import clock, numbering
from tileplan.kernel.errors import Refused
from tileplan.kernel.units import Unit
from tileplan.orders import queries, service
from tileplan.orders.rules import BookLine, OrderState
from tileplan.stock import queries as stock


@pytest.fixture
def world(database):
    """A salesperson of GD, a dealer, a contract of two phases, a tile in stock."""
    sales = factories.user("sales", regions="GD;GX")
    tile = factories.tile("P66-GRY-M")
    factories.lot(tile, 100_000)
    factories.customer(sales, code="D001")
    buyer = factories.customer(factories.user("sales", regions="SC"), code="P001")
    factories.contract(buyer, of=factories.tile("OTHER"), number="PC-0001", pieces=1)
    return database


def line(**values):
    facts = {
        "order": "SO-00001",
        "line": 1,
        "kind": "dealer",
        "customer": "D001",
        "customer_name": "测试建材",
        "region": "GD",
        "contract": "",
        "phase": "",
        "tile": "P66-GRY-M",
        "quantity": Decimal(10),
        "unit": Unit.BOX,
        "price": Decimal("24.7"),
        "ordered_on": clock.today() - timedelta(days=5),
        "due_on": clock.today() + timedelta(days=5),
        "homogeneity": "ONE_LOT",
        "priority": 2,
    }
    return BookLine(**{**facts, **values})


def walk_in(**values):
    return line(**{"kind": "retail", "customer": "", "customer_name": "零售客户", **values})


def project(**values):
    facts = {
        "kind": "project",
        "customer": "P001",
        "contract": "PC-0001",
        "phase": "1号楼",
        "homogeneity": "ONE_LOT_PER_PHASE",
    }
    return line(**{**facts, **values})


def test_lines_come_in_confirmed_as_they_stand_and_no_stock_is_reserved(world):
    assert service.take_over([line(quantity=Decimal(13), unit=Unit.M2), line(line=2)]) == []
    order = queries.order("SO-00001")
    assert order.state is OrderState.CONFIRMED
    assert [(item.position, item.pieces) for item in order.items] == [(1, 40), (2, 40)]
    assert stock.reservations_of(["SO-00001/1", "SO-00001/2"]) == {}


def test_an_order_belongs_to_the_customers_salesperson_a_walk_in_to_the_regions(world):
    service.take_over([project(region="GD"), walk_in(order="SO-00002", region="GX")])
    assert queries.order("SO-00001").owner.areas == ["SC"]
    assert queries.order("SO-00002").owner.areas == ["GD", "GX"]


def test_a_contract_agrees_exactly_what_its_lines_draw_at_the_locked_price(world):
    service.take_over(
        [project(), project(line=2, quantity=Decimal(3)), project(line=3, phase="2号楼")]
    )
    agreed = {
        (item.phase.name, item.tile.code): (item.pieces, item.called_off, item.price)
        for item in contracts.contract("PC-0001").items
        if item.tile.code == "P66-GRY-M"
    }
    assert agreed == {
        ("1号楼", "P66-GRY-M"): (52, 52, Decimal("24.7")),
        ("2号楼", "P66-GRY-M"): (40, 40, Decimal("24.7")),
    }


def test_twice_is_harmless(world):
    lines = [line(), project(order="SO-00002")]
    service.take_over(lines)
    assert service.take_over(lines) == []
    assert len(queries.order("SO-00001").items) == 1
    drawn = [item for item in contracts.contract("PC-0001").items if item.tile.code == "P66-GRY-M"]
    assert [item.called_off for item in drawn] == [40]


def test_a_line_that_says_something_else_later_is_left_with_a_warning(world):
    service.take_over([line()])
    warnings = service.take_over([line(quantity=Decimal(99))])
    assert ["differs" in warning for warning in warnings] == [True]
    assert queries.order("SO-00001").items[0].pieces == 40


def test_a_new_line_of_a_known_order_is_added(world):
    service.take_over([line()])
    service.take_over([line(), line(line=2)])
    assert [item.position for item in queries.order("SO-00001").items] == [1, 2]


def test_a_line_for_an_order_that_is_cancelled_here_is_left_out_with_a_warning(world):
    service.take_over([line()])
    manager = factories.user("sales_manager")
    service.act("SO-00001", "cancel", by=manager, reason="no")
    warnings = service.take_over([line(), line(line=2)])
    assert ["left out" in warning for warning in warnings] == [True]
    assert len(queries.order("SO-00001").items) == 1


def test_past_due_dates_and_credit_over_the_limit_warn_and_do_not_refuse(world):
    late = clock.today() - timedelta(days=1)
    warnings = service.take_over([line(due_on=late, quantity=Decimal(99_999))])
    assert [warning.msgid for warning in warnings] == [
        "%(count)s lines were due before today.",
        "Customer %(code)s is over the credit limit.",
    ]


def test_the_next_order_gets_a_number_above_those_taken_over(world):
    service.take_over([line(order="SO-00620"), line(order="SO-00099")])
    assert numbering.draw("SO") == "SO-00621"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"tile": "NO-SUCH"}, "tile"),
        ({"customer": "D999"}, "customer"),
        ({"contract": "PC-9999", "phase": "1号楼"}, "contract"),
        ({"contract": "PC-0001", "phase": "1号楼"}, "customer"),
        ({"kind": "project", "customer": "P001", "contract": "PC-0001", "phase": "9号楼"}, "phase"),
        ({"customer": "", "region": "XX"}, "region"),
        ({"quantity": Decimal("1.5")}, "quantity"),
        ({"priority": 7}, "priority"),
    ],
)
def test_a_faulty_line_is_named_and_nothing_is_kept(world, changes, field):
    lines = [line(order="SO-00007"), line(**changes)]
    assert [(index, fault.field) for index, fault in service.faults(lines)] == [(1, field)]
    with pytest.raises(Refused) as refused:
        service.take_over(lines)
    assert refused.value.field == field
    assert queries.orders_by_number(["SO-00007", "SO-00001"]) == {}


def test_lines_that_contradict_each_other_are_faults(world):
    lines = [line(), line(), line(line=2, customer_name="别人")]
    assert [(index, fault.field) for index, fault in service.faults(lines)] == [
        (1, "line"),
        (2, "customer_name"),
    ]


def test_two_thousand_lines_take_a_few_seconds_and_the_same_questions_as_twenty(world):
    lines = [
        replace(make(order=f"SO-{1 + index // 4:05d}"), line=1 + index % 4)
        for index in range(2000)
        for make in [(line, walk_in, project)[index // 4 % 3]]
    ]
    count = {}
    for part in (lines[:20], lines):
        statements = []
        listen = lambda *args: statements.append(args[2])  # noqa: E731, B023
        event.listen(world.engine, "before_cursor_execute", listen)
        began = time.monotonic()
        service.take_over(part)
        count[len(part)] = sum(text.startswith("SELECT") for text in statements)
        event.remove(world.engine, "before_cursor_execute", listen)
        assert time.monotonic() - began < 10

    # names are asked for in parts of 500
    assert count[2000] <= count[20] + 4
