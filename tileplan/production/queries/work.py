"""One work order and what belongs to it: the lot's other stages, the tile before, the materials."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from tileplan.catalog.models import Tile
from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.kernel.errors import NotFound
from tileplan.kernel.words import Text, say
from tileplan.materials import queries as materials
from tileplan.materials.models import Material
from tileplan.orders.models import OrderItem
from tileplan.planning.models import Peg, PlannedLot, PlannedOperation
from tileplan.plant import queries as plant
from tileplan.production.models import WorkOrder, WorkReport
from tileplan.production.rules import (
    GOOD,
    CameOut,
    Earlier,
    WorkState,
    minutes_behind,
    taken,
    waits,
)

# How far back the tile is looked for that stands on a machine.
_LOOK_BACK = timedelta(days=60)


@dataclass(frozen=True)
class Need:
    """How much of a material a work order's lot takes, in the recipe's unit."""

    material: Material
    quantity: Decimal
    unit: str


def mine(statement: Select[WorkOrder], lines: Collection[str] | None) -> Select[WorkOrder]:
    """Limit a list of work to some lines; None is all."""
    return statement if lines is None else statement.where(WorkOrder.line.in_(sorted(lines)))


def work_order(number: str, lines: Collection[str] | None) -> WorkOrder:
    """One work order with its tile, reports, lot and pegs; another line's is not found."""
    lot = joinedload(WorkOrder.operation).joinedload(PlannedOperation.lot)
    statement = mine(
        select(WorkOrder)
        .where(WorkOrder.number == number)
        .options(
            joinedload(WorkOrder.tile),
            selectinload(WorkOrder.reports),
            lot.selectinload(PlannedLot.pegs).joinedload(Peg.item).joinedload(OrderItem.order),
        )
        .execution_options(populate_existing=True),
        lines,
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound(say("There is no such work order."))
    return found


def behind(work: WorkOrder) -> int:
    """Count the minutes that a work order is behind its plan now, or was when it ended."""
    return minutes_behind(
        start_at=work.first_at,
        end_at=work.end_at,
        started_at=work.started_at,
        finished_at=work.finished_at,
        now=clock.now(),
    )


def of_lots(codes: Collection[str]) -> dict[str, list[WorkOrder]]:
    """The work of some lots that is not withdrawn, by lot and in stage order."""
    if not codes:
        return {}
    position = {stage.code: stage.position for stage in plant.stages()}
    statement = (
        select(WorkOrder)
        .where(WorkOrder.lot_code.in_(sorted(codes)), WorkOrder.state != WorkState.WITHDRAWN)
        .options(joinedload(WorkOrder.operation))
    )
    found: dict[str, list[WorkOrder]] = {}
    for work in sorted(
        session.scalars(statement), key=lambda one: (position.get(one.stage, 0), one.id)
    ):
        found.setdefault(work.lot_code, []).append(work)
    return found


def stages_of_lot(work: WorkOrder) -> list[WorkOrder]:
    """All work of this work order's lot, in stage order, itself included."""
    return of_lots([work.lot_code]).get(work.lot_code, [work])


def earlier_of(work: WorkOrder) -> Earlier | None:
    """The work of the stage before, of the same lot."""
    return _earlier(work, stages_of_lot(work))


def _earlier(work: WorkOrder, stages: Iterable[WorkOrder]) -> Earlier | None:
    before = _before(work, stages)
    return Earlier(before.number, before.stage, before.state) if before else None


def came_out_before(work: WorkOrder) -> CameOut | None:
    """What the stage before reported as good; None while it runs, and for the first stage."""
    before = _before(work, stages_of_lot(work))
    if before is None or before.state is not WorkState.FINISHED:
        return None
    good = select(func.coalesce(func.sum(WorkReport.pieces), 0)).where(
        WorkReport.work_order_id == before.id, WorkReport.grade == GOOD
    )
    return CameOut(before.number, before.stage, session.scalar(good) or 0, work.tile.packing)


def share_left(work: WorkOrder) -> Decimal:
    """The share of what comes into a later stage that should leave it good: as A, at sorting."""
    known = plant.yields().get(work.tile_id)
    if known is None:
        return Decimal(1)
    return known.grade_a_share if is_last_stage(work) else known.finishing


def running_on(work: WorkOrder) -> str | None:
    """The number of other work that runs on this work order's machine."""
    return session.scalar(
        select(WorkOrder.number).where(
            WorkOrder.resource == work.resource,
            WorkOrder.state == WorkState.RUNNING,
            WorkOrder.id != work.id,
        )
    )


def blocked(works: Iterable[WorkOrder]) -> dict[int, Text]:
    """Why some of these work orders cannot run now, by id; in two statements for all of them."""
    waiting = [work for work in works if work.state in (WorkState.RELEASED, WorkState.PAUSED)]
    lots = of_lots({work.lot_code for work in waiting})
    running = _running({work.resource for work in waiting})
    found: dict[int, Text] = {}
    for work in waiting:
        stages = lots[work.lot_code] if work.state is WorkState.RELEASED else []
        reason = waits(_earlier(work, stages)) or taken(work.resource, running.get(work.resource))
        if reason:
            found[work.id] = reason
    return found


def _running(resources: Collection[str]) -> dict[str, str]:
    """The numbers of the work that runs on some machines."""
    statement = select(WorkOrder.resource, WorkOrder.number).where(
        WorkOrder.resource.in_(sorted(resources)), WorkOrder.state == WorkState.RUNNING
    )
    return {row.resource: row.number for row in session.execute(statement)}


def _before(work: WorkOrder, stages: Iterable[WorkOrder]) -> WorkOrder | None:
    before = None
    for one in stages:
        if one.id == work.id:
            break
        before = one
    return before


def is_last_stage(work: WorkOrder) -> bool:
    """True where tiles are graded and boxed: the last stage of the plant."""
    return bool(work.stage == plant.stages()[-1].code)


def predecessors(works: Iterable[WorkOrder]) -> dict[int, Tile]:
    """The tile that each work order meets on its machine, by the id of the work order."""
    wanted = list(works)
    if not wanted:
        return {}
    since = min(work.start_at for work in wanted) - _LOOK_BACK
    before = (
        select(
            WorkOrder.id,
            func.lag(WorkOrder.tile_id)
            .over(partition_by=WorkOrder.resource, order_by=(WorkOrder.start_at, WorkOrder.id))
            .label("tile_id"),
        )
        .where(WorkOrder.state != WorkState.WITHDRAWN, WorkOrder.start_at >= since)
        .subquery()
    )
    statement = (
        select(before.c.id, Tile)
        .join(Tile, Tile.id == before.c.tile_id)
        .where(before.c.id.in_([work.id for work in wanted]))
    )
    return {row.id: row.Tile for row in session.execute(statement)}


def materials_needed(work: WorkOrder) -> list[Need]:
    """What this work order's lot takes of every material: its recipe times the m² of the kiln."""
    area = work.operation.lot.kiln_area
    return [
        Need(line.material, line.quantity_per_m2 * area, line.unit)
        for line in materials.recipe_of(work.tile_id)
    ]
