"""A small draft to edit, and what must hold of a draft after every step."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from scheduler.reading import read_problem
from scheduler.referee import faults
from tests import factories
from tests.planning.answers import plan
from tileplan.catalog import queries as catalog
from tileplan.catalog.models import Tile
from tileplan.kernel import clock
from tileplan.kernel.db import session, transaction
from tileplan.planning import queries, service
from tileplan.planning.models import PlannedLot, PlanVersion
from tileplan.planning.translate.names import STAGES
from tileplan.plant.rules import StageCode


def small(orders: int = 6, kilns: int = 2) -> PlanVersion:
    """A draft of some orders of two tiles that either kiln can fire."""
    tiles = factories.tile(), factories.tile(finish="gloss")
    factories.plant(*tiles, kilns=kilns)
    return draft_of_orders(orders, tiles)


def draft_of_orders(orders: int = 6, tiles: Sequence[Tile] = ()) -> PlanVersion:
    """A draft of some orders of these tiles, or of every tile that there is."""
    tiles = tiles or catalog.tiles()
    for number in range(orders):
        factories.order(
            tiles[number % len(tiles)],
            pieces=20_000 + 4000 * number,
            due_on=clock.today() + timedelta(days=3 + 4 * number),
        )
    return plan()[1]


def published(orders: int = 6) -> PlanVersion:
    """The plan in force, made of such a draft."""
    made = small(orders)
    boss = factories.user("planner")
    session.commit()
    with transaction():
        service.publish(made.number, by=boss, reason="so it shall be")
    return queries.plan(made.number)


def plan_now(number: str) -> PlanVersion:
    """A plan as the database has it now."""
    session.remove()
    with transaction(writing=False):
        return queries.plan(number)


def lots(number: str) -> list[PlannedLot]:
    """The lots of a plan, as they are fired."""
    session.remove()
    with transaction(writing=False):
        return sorted(
            queries.lots(queries.plan(number)),
            key=lambda lot: min(row.start_at for row in lot.operations),
        )


def rows(number: str) -> dict[tuple[str, str], Any]:
    """Where the database has each operation of a plan."""
    return {
        (lot.code, row.stage): (row.resource, row.start_at, row.end_at, row.changeover_minutes)
        for lot in lots(number)
        for row in lot.operations
    }


def lot(number: str, code: str) -> PlannedLot:
    """One lot of a plan as the database has it now."""
    session.remove()
    with transaction(writing=False):  # nothing stays locked: a server may want to write
        return queries.lot(queries.plan(number), code)


def agree(number: str) -> None:
    """Rows, figures and price of a draft say what its plan says, and the plan breaks no rule."""
    session.remove()
    with transaction(writing=False):
        _agree(number)


def _agree(number: str) -> None:
    plan = queries.plan(number)
    service.states._shelf._kept.clear()  # as another process would read it
    state = service.state_of(plan)
    told = json.loads(plan.plan)
    assert faults(read_problem(service.problem_of(plan)), told) == []
    assert plan.price == told["price"] == state.plan.price.to_dict()
    planned = {(one.lot, one.stage): one for one in state.plan.operations}
    found = queries.lots(plan)
    assert {lot.code for lot in found} == {draft.code for draft in state.drafts}
    late = 0
    for lot in found:
        for row in lot.operations:
            one = planned.pop((lot.code, STAGES[StageCode(row.stage)]), None)
            if row.finished_at:
                continue
            assert one is not None
            assert (row.resource, row.end_at) == (one.resource, state.axis.moment(one.end))
            if row.started_at is None:
                assert row.start_at == state.axis.moment(one.start)
        ready = max(row.end_at for row in lot.operations)
        for peg in lot.pegs:
            minutes = max(0, -((peg.due_at - ready) // timedelta(minutes=1)))
            assert peg.late_minutes == minutes
            late += bool(minutes and peg.item_id)
    assert planned == {}
    assert plan.figures["late_items"] == late
    assert plan.figures["lots"] == len(found)
