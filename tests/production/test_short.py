"""What the floor brought short: the lines stand in the pool and are demand of the next run."""

from decimal import Decimal
from typing import Any

import pytest

from tests import factories
from tests.planning import answers
from tests.production import plans
from tileplan.kernel.db import session
from tileplan.operations import queries as operations
from tileplan.orders import service as orders
from tileplan.planning import queries as planning
from tileplan.production import service
from tileplan.production.rules import Report
from tileplan.tracking import queries as tracking


@pytest.fixture
def order(app: Any) -> Any:
    """An order of two lines whose lot was finished with 100 m² of grade A, enough for neither."""
    tile = factories.tile(code="P66-CEM-M")
    factories.plant(tile)
    made = factories.order(tile, items=2, pieces=2000)
    plan = plans.plan()
    plans.lot(plan, tile, "L900-001", items=plans.items_of(made), refs=plans.refs_of(made))
    service.publish(plan.number, by=factories.user("planner"), reason="the week")
    crew = factories.user("supervisor", regions="K1")
    reports = {
        "firing": Report(Decimal(1500)),
        "sorting": Report(
            Decimal(100), Decimal(0), Decimal(1400), shade="A48", calibre="R", warehouse="WH1"
        ),
    }
    for work in plans.work():
        service.act(work.number, "start", by=crew)
        service.finish(work.number, reports[work.stage], by=crew)
    session.commit()
    return made


def test_lines_that_a_finished_lot_left_open_stand_in_the_pool_with_the_reason(order: Any) -> None:
    rows = planning.pool().rows
    assert [row.item.ref for row in rows] == plans.refs_of(order)
    assert str(rows[0].reason) == (
        "Lot L900-001 was finished without enough grade A for it: short by 720.00 m². "
        "The next run plans it again."
    )
    assert [part.items for part in planning.standing()] == [0, 0, 2]


def test_the_next_run_plans_them_again_and_the_pool_lets_them_go_once_it_is_published(
    order: Any,
) -> None:
    _, plan = answers.plan()
    pegged = {peg.item_ref for lot in planning.lots(plan) for peg in lot.pegs if peg.item_id}
    assert pegged == set(plans.refs_of(order))
    assert "draft" in str(planning.pool().rows[0].reason)
    service.publish(plan.number, by=factories.user("planner"), reason="again")
    assert planning.pool().rows == []
    assert tracking.journey(order.number).items[0].journey.headline == "In the plan"


def test_what_lies_in_no_lot_is_not_told_as_in_production_and_may_be_cancelled(order: Any) -> None:
    assert {item.started_at for item in plans.items_of(order)} == {None}
    orders.act(order.number, "cancel", by=factories.user("sales_manager"), reason="too late")
    assert planning.pool().rows == []


def test_sales_reads_that_it_is_short_and_never_in_time(order: Any, sign_in: Any) -> None:
    page = sign_in("sales_manager").get(f"/tracking/{order.number}").text
    assert page.count("Short by 720.00 m², waiting to be planned again") == 2
    assert "in time" not in page


def broken() -> set[str]:
    """The invariants that do not hold, but for the numbers, which these plans make up."""
    return {found.invariant.id for found in operations.check()} - {"I-14"}


def test_the_check_holds_while_stock_serves_what_the_floor_brought_short(order: Any) -> None:
    assert broken() == set()
    tile = planning.pool().rows[0].item.tile
    factories.lot(tile, pieces=2000, shade="C11")
    answers.plan()
    assert [part.items for part in planning.standing()] == [1, 0, 1]
    assert broken() == set()
