"""A new plan takes over the work orders of the old one: same number, new place in the plan."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import bindparam, update

from tileplan.kernel import documents
from tileplan.kernel.db import session
from tileplan.kernel.documents import Actor
from tileplan.kernel.errors import Conflict
from tileplan.kernel.words import say
from tileplan.planning import service as planning
from tileplan.planning.models import PlannedLot, PlannedOperation, PlanVersion
from tileplan.plant import queries as plant
from tileplan.production import rules
from tileplan.production.models import WorkOrder
from tileplan.production.rules import WorkState

# A work order, and the operation of the new plan that it answers to from now on.
Pair = tuple[WorkOrder, PlannedOperation]

# A printed sheet is still right where work moves by no more than this.
_SAME_TIME = timedelta(minutes=15)


def unstarted(pairs: Sequence[Pair], plan: PlanVersion, by: Actor | None) -> int:
    """Move work that nobody has begun to its operations of the new plan, with one statement.

    The new operations had no work order, so none is ever claimed twice while rows change. A crew
    that starts one of them at this moment makes it fail.
    """
    moved = [pair for pair in pairs if pair[0].state is WorkState.RELEASED]
    if not moved:
        return 0
    told = [work.number for work, operation in moved if _is_elsewhere(work, operation)]
    areas = _new_areas(moved)
    if len(_move([work.id for work, _ in moved], plan)) != len(moved):
        raise Conflict(say("A crew has just begun work that this plan moves. Plan again."))
    _write_areas(areas)
    for work, _ in moved:
        session.expire(work)
    _tell_journals(told, WorkState.RELEASED, plan, by)
    return len(moved)


def under_way(pairs: Sequence[Pair], plan: PlanVersion, by: Actor | None) -> int:
    """Let running and paused work answer to the new plan; finished work only tells it so."""
    begun = [(work, to) for work, to in pairs if work.started_at]
    open_ = [(work, to) for work, to in begun if work.state is not WorkState.FINISHED]
    for work, operation in begun:
        _tell_plan(work, operation)
    for work, operation in open_:
        work.operation = operation
        work.start_at, work.end_at = operation.start_at, operation.end_at
        work.resource, work.forming_lines = operation.resource, operation.forming_lines
        _tell_journals([work.number], work.state, plan, by)
    return len(open_)


def _move(ids: Sequence[int], plan: PlanVersion) -> Sequence[int]:
    moved = session.scalars(
        update(WorkOrder)
        .where(
            WorkOrder.id.in_(ids),
            WorkOrder.state == WorkState.RELEASED,
            PlannedOperation.plan_id == plan.id,
            PlannedOperation.lot_id == PlannedLot.id,
            PlannedOperation.stage == WorkOrder.stage,
            PlannedLot.code == WorkOrder.lot_code,
            PlannedLot.tile_id == WorkOrder.tile_id,
        )
        .values(
            operation_id=PlannedOperation.id,
            line=PlannedLot.kiln,
            resource=PlannedOperation.resource,
            forming_lines=PlannedOperation.forming_lines,
            good_pieces=PlannedLot.good_pieces,
            start_at=PlannedOperation.start_at,
            end_at=PlannedOperation.end_at,
            version=WorkOrder.version + 1,
        )
        .returning(WorkOrder.id)
        .execution_options(synchronize_session=False)
    )
    return moved.all()


def _is_elsewhere(work: WorkOrder, operation: PlannedOperation) -> bool:
    is_later = abs(operation.start_at - work.start_at) > _SAME_TIME
    return is_later or operation.resource != work.resource


def _new_areas(moved: Sequence[Pair]) -> dict[int, Decimal]:
    """The planned m² of the work orders whose lots the new plan makes smaller or larger."""
    yields = plant.yields()
    areas: dict[int, Decimal] = {}
    for work, operation in moved:
        known = yields.get(work.tile_id)
        share = known.finishing if known else Decimal(1)
        area = rules.expected_area(operation.stage, operation.lot.kiln_area, share)
        if area != work.planned_area:
            areas[work.id] = area
    return areas


def _write_areas(areas: dict[int, Decimal]) -> None:
    if not areas:
        return
    rows = [{"work_id": work_id, "area": area} for work_id, area in areas.items()]
    table = WorkOrder.__table__
    session.connection().execute(
        update(WorkOrder)
        .where(table.c.id == bindparam("work_id"))
        .values(planned_area=bindparam("area")),
        rows,
    )


def _tell_plan(work: WorkOrder, operation: PlannedOperation) -> None:
    if work.started_at and operation.started_at is None:
        planning.note_started(operation.id, work.started_at)
    if work.finished_at and operation.finished_at is None:
        planning.note_finished(operation.id, work.finished_at)


def _tell_journals(
    numbers: Sequence[str], state: WorkState, plan: PlanVersion, by: Actor | None
) -> None:
    documents.note_each(
        rules.WORK.kind,
        numbers,
        "carry",
        by=by,
        states=(state, state),
        detail={"plan": plan.number},
    )
