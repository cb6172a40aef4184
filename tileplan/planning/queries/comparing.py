"""Two plan versions as they are compared, in a number of statements that never grows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, select

from tileplan.catalog.models import Tile
from tileplan.kernel.db import session
from tileplan.kernel.documents import JournalEntry
from tileplan.orders.models import Order, OrderItem
from tileplan.planning.models import Peg, PlannedLot, PlannedOperation, PlanVersion
from tileplan.planning.queries.plans import plan, published
from tileplan.planning.rules import PLAN, lateness
from tileplan.planning.rules.compared import (
    Comparison,
    Group,
    Lot,
    Place,
    Promised,
    Step,
    Version,
)
from tileplan.planning.rules.comparing import compare


def other_of(one: PlanVersion, number: str | None = None) -> PlanVersion | None:
    """What a plan is compared with: the plan of that number, else the published one, else its basis."""
    if number:
        return plan(number)
    in_force = published()
    if in_force is not None and in_force.id != one.id:
        return in_force
    return plan(one.run.based_on) if one.run.based_on else None


def comparison(before: PlanVersion, after: PlanVersion) -> Comparison:
    """What `after` changes against `before`."""
    lots = _lots([before.id, after.id])
    old, new = (Version(one.epoch_at, tuple(lots[one.id])) for one in (before, after))
    return compare(old, new)


def steps_moved(before: PlanVersion, plans: Sequence[PlanVersion]) -> dict[str, int]:
    """How many steps each of some plans has elsewhere than one, by number."""
    lots = _lots([before.id, *(one.id for one in plans)])
    old = Version(before.epoch_at, tuple(lots[before.id]))
    return {
        one.number: len(compare(old, Version(one.epoch_at, tuple(lots[one.id]))).moved)
        for one in plans
    }


def publications(plans: Iterable[PlanVersion]) -> dict[str, JournalEntry]:
    """Who has published each of these plans, when and why, by number."""
    statement = (
        select(JournalEntry)
        .where(
            JournalEntry.kind == PLAN.kind,
            JournalEntry.number.in_([one.number for one in plans]),
            JournalEntry.action == "publish",
        )
        .order_by(JournalEntry.id)
    )
    return {entry.number: entry for entry in session.scalars(statement)}


def _lots(plan_ids: Sequence[int]) -> dict[int, list[Lot]]:
    """The lots of some plans, by plan."""
    statement = (
        select(PlannedLot.id, PlannedLot.plan_id, PlannedLot.code, PlannedLot.kiln_area)
        .add_columns(Tile.code.label("tile"), Tile.name_en, Tile.name_zh, Tile.body, Tile.family)
        .join(Tile, Tile.id == PlannedLot.tile_id)
        .where(PlannedLot.plan_id.in_(plan_ids))
        .order_by(PlannedLot.id)
    )
    steps, pegs = _steps(plan_ids), _pegs(plan_ids)
    found: dict[int, list[Lot]] = defaultdict(list)
    for row in session.execute(statement):
        found[row.plan_id].append(_lot(row, steps[row.id], pegs[row.id]))
    return found


def _lot(row: Row[Any], steps: Sequence[Row[Any]], pegs: Sequence[Row[Any]]) -> Lot:
    ends = [step.finished_at for step in steps]
    ended_at = max(ends) if all(ends) else None
    return Lot(
        code=row.code,
        tile=row.tile,
        name_en=row.name_en,
        name_zh=row.name_zh,
        group=Group(row.body, row.family),
        kiln_area=row.kiln_area,
        steps=tuple(_step(step) for step in steps),
        promises=tuple(
            Promised(peg.item_ref, peg.number, peg.customer_name, lateness(peg, ended_at))
            for peg in pegs
        ),
        is_over=ended_at is not None,
    )


def _step(row: Row[Any]) -> Step:
    return Step(
        stage=row.stage,
        place=Place(row.resource, row.start_at, row.end_at),
        changeover_minutes=row.changeover_minutes,
        begun_at=row.started_at,
    )


def _steps(plan_ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """The operations of some plans by lot, in order of time."""
    one = PlannedOperation
    statement = (
        select(one.lot_id, one.stage, one.resource, one.start_at, one.end_at)
        .add_columns(one.changeover_minutes, one.started_at, one.finished_at)
        .where(one.plan_id.in_(plan_ids))
        .order_by(one.start_at, one.id)
    )
    return _by_lot(session.execute(statement))


def _pegs(plan_ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """The order lines that the lots of some plans serve; an order that is out of scope has no names."""
    statement = (
        select(Peg.lot_id, Peg.item_ref, Peg.due_at, Peg.late_minutes)
        .add_columns(Order.number, Order.customer_name)
        .join(PlannedLot, PlannedLot.id == Peg.lot_id)
        .outerjoin(OrderItem, OrderItem.id == Peg.item_id)
        .outerjoin(Order, Order.id == OrderItem.order_id)
        .where(PlannedLot.plan_id.in_(plan_ids), Peg.item_id.is_not(None))
        .order_by(Peg.id)
    )
    return _by_lot(session.execute(statement))


def _by_lot(rows: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.lot_id].append(row)
    return found
