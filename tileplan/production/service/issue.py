"""Publishing a plan: its operations become work orders, what the old plan had goes along."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, update

from tileplan.kernel import documents, numbering
from tileplan.kernel.db import session
from tileplan.kernel.documents import Actor
from tileplan.kernel.errors import Conflict
from tileplan.kernel.words import say
from tileplan.planning import service as planning
from tileplan.planning.models import PlannedOperation, PlanVersion
from tileplan.plant import queries as plant
from tileplan.plant.models import Yield
from tileplan.production import queries, rules
from tileplan.production.models import WorkOrder
from tileplan.production.rules import WorkState
from tileplan.production.service import carry

SERIES = "WO"

# The same work in two plans: the same step of the same lot of the same tile.
Step = tuple[str, str, int]


@dataclass(frozen=True)
class Issued:
    """A published plan, and how many work orders it issued, took over and withdrew."""

    plan: PlanVersion
    issued: int
    carried: int
    withdrawn: int


def publish(number: str, *, by: Actor | None, reason: str | None = None) -> Issued:
    """Make a plan version the one that the factory works by, and issue its work orders."""
    return release(planning.publish(number, by=by, reason=reason), by=by)


def release(plan: PlanVersion, *, by: Actor | None) -> Issued:
    """Issue one work order for each operation of a published plan; twice is harmless."""
    works = queries.standing(plan.id)
    asked = {_step(operation): operation for operation in queries.operations_of(plan.id)}
    known = {_step_of(work): work for work in works}
    fresh = [operation for step, operation in asked.items() if step not in known]
    others = [
        (work, asked[step])
        for step, work in known.items()
        if step in asked and work.operation.plan_id != plan.id
    ]
    gone = _withdraw(works, set(asked), plan)
    carried = carry.under_way(others, plan, by) + carry.unstarted(others, plan, by)
    _issue(fresh, plan, by)
    session.flush()
    return Issued(plan, len(fresh), carried, gone)


def _step(operation: PlannedOperation) -> Step:
    return (operation.lot.code, operation.stage, operation.lot.tile_id)


def _step_of(work: WorkOrder) -> Step:
    return (work.lot_code, work.stage, work.tile_id)


def _withdraw(works: Sequence[WorkOrder], wanted: set[Step], plan: PlanVersion) -> int:
    """Take back unstarted work the plan does not want, but never the rest of a lot that was begun.

    Tile that has left the kiln must be sorted, whether or not the new plan speaks of it. All go
    back with one statement, which a crew that starts one of them at this moment makes fail.
    """
    begun = {work.lot_code for work in works if work.state is not WorkState.RELEASED}
    gone = [work for work in works if work.lot_code not in begun and _step_of(work) not in wanted]
    arrow = rules.WORK.take("withdraw", WorkState.RELEASED, None, None)
    ids = session.scalars(
        update(WorkOrder)
        .where(WorkOrder.id.in_([work.id for work in gone]), WorkOrder.state == arrow.state)
        .values(state=arrow.to, version=WorkOrder.version + 1)
        .returning(WorkOrder.id)
    ).all()
    if len(ids) != len(gone):
        raise Conflict(say("A crew has just begun work that this plan withdraws. Plan again."))
    documents.note_each(
        rules.WORK.kind,
        [work.number for work in gone],
        arrow.action,
        by=None,
        states=(arrow.state, arrow.to),
        detail={"plan": plan.number},
    )
    return len(gone)


def _issue(operations: Sequence[PlannedOperation], plan: PlanVersion, by: Actor | None) -> None:
    if not operations:
        return
    yields = plant.yields()
    numbers = numbering.draw_many(SERIES, len(operations))
    rows = [
        _row(number, operation, yields.get(operation.lot.tile_id))
        for number, operation in zip(numbers, operations, strict=True)
    ]
    session.execute(insert(WorkOrder), rows)
    documents.note_each(
        rules.WORK.kind,
        numbers,
        "issue",
        by=by,
        states=("", WorkState.RELEASED),
        detail={"plan": plan.number},
    )


def _row(number: str, operation: PlannedOperation, known: Yield | None) -> dict[str, Any]:
    lot = operation.lot
    share = known.finishing if known else Decimal(1)
    return {
        "number": number,
        "operation_id": operation.id,
        "lot_code": lot.code,
        "tile_id": lot.tile_id,
        "line": lot.kiln,
        "stage": operation.stage,
        "resource": operation.resource,
        "forming_lines": operation.forming_lines,
        "planned_area": rules.expected_area(operation.stage, lot.kiln_area, share),
        "good_pieces": lot.good_pieces,
        "start_at": operation.start_at,
        "end_at": operation.end_at,
        "state": WorkState.RELEASED,
    }
