"""The demand that no plan serves yet, each item with the reason, and how the whole demand stands."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, Exists, Select, String, cast, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from tileplan.catalog.models import Tile
from tileplan.kernel.db import session
from tileplan.kernel.paging import Page, page
from tileplan.kernel.words import Text, say
from tileplan.orders import queries as orders
from tileplan.orders.models import Order, OrderItem
from tileplan.orders.rules import OrderState
from tileplan.planning.models import Peg, PlannedLot, PlannedOperation, PlanVersion, Run
from tileplan.planning.queries.demand import group_of
from tileplan.planning.rules import PlanState, RunState
from tileplan.planning.rules.wants import reason_of
from tileplan.stock.models import Reservation, ReservationState

NOT_PLANNED = say("Not planned yet. Plan now to give it a lot.")
PLANNED_IN_DRAFT = say("In a draft that is not published yet.")
NOT_HERE = say("Not in this draft yet.")
ONLY_IN_FORCE = say("In a lot of the plan in force, but not in this draft.")


@dataclass(frozen=True)
class Unplanned:
    """A confirmed order item without stock and without a lot still to come, and why."""

    item: OrderItem
    reason: Text
    is_refused: bool


@dataclass(frozen=True)
class Standing:
    """How many confirmed, unfinished order items are kept from stock, planned, and neither; in m²."""

    name: Text
    items: int
    area: Decimal


def pool(
    after: str | None = None, plan: PlanVersion | None = None, text: str = ""
) -> Page[Unplanned]:
    """The confirmed items that a plan, else the published one, does not serve, in order of entry.

    `text` is a part of an order's number, a customer's name or a tile's code.
    """
    statement = unserved(plan)
    if text:
        columns = (Order.number, Order.customer_name, Tile.code)
        found_in = or_(*(column.icontains(text, autoescape=True) for column in columns))
        statement = statement.join(Tile, Tile.id == OrderItem.tile_id).where(found_in)
    found = page(statement, OrderItem.id, after)
    ids = [item.id for item in found.rows]
    is_here = plan is not None and plan.state is not PlanState.PUBLISHED
    refused, short = _refusals(), _short(ids)
    known = _in_force(ids) if is_here else _drafted(ids)
    reasons = (ONLY_IN_FORCE, NOT_HERE) if is_here else (PLANNED_IN_DRAFT, NOT_PLANNED)
    rows = [_unplanned(item, refused, known, short, reasons) for item in found.rows]
    return Page(rows, found.after)


def unserved(plan: PlanVersion | None) -> Select[OrderItem]:
    """The confirmed items without stock that a plan, else the published one, does not serve."""
    return (
        _open()
        .where(~_is_reserved(), ~_is_pegged(plan))
        .options(
            contains_eager(OrderItem.order),
            joinedload(OrderItem.tile),
            joinedload(OrderItem.phase),
        )
    )


def unserved_items(plan: PlanVersion, refs: Collection[str]) -> list[OrderItem]:
    """Those of some items that a plan does not serve, and that nothing else serves."""
    known = orders.items(refs)
    wanted = [item.id for item in known.values()]
    return list(session.scalars(unserved(plan).where(OrderItem.id.in_(wanted))))


def of_one_shade(items: Iterable[OrderItem]) -> list[OrderItem]:
    """All confirmed items, finished ones too, that must be of one shade with any of these."""
    groups = {group_of(item) for item in items}
    phases = {item.phase_id for item in items if item.phase_id}
    if not phases:
        return list(items)
    statement = (
        select(OrderItem)
        .join(OrderItem.order)
        .where(Order.state == OrderState.CONFIRMED, OrderItem.phase_id.in_(phases))
        .options(contains_eager(OrderItem.order), joinedload(OrderItem.tile))
        .order_by(OrderItem.id)
    )
    found = {item.id: item for item in items}
    found |= {item.id: item for item in session.scalars(statement) if group_of(item) in groups}
    return list(found.values())


def standing() -> list[Standing]:
    """How the whole confirmed demand stands."""
    parts = (
        (say("Kept from stock"), _open().where(_is_reserved())),
        (say("In the published plan"), _open().where(~_is_reserved(), _is_pegged())),
        (say("Waiting for a plan"), _open().where(~_is_reserved(), ~_is_pegged())),
    )
    return [_sum(name, statement) for name, statement in parts]


def _open() -> Select[OrderItem]:
    return (
        select(OrderItem)
        .join(OrderItem.order)
        .where(Order.state == OrderState.CONFIRMED, OrderItem.finished_at.is_(None))
    )


def _is_reserved() -> Exists:
    ref = Order.number + "/" + cast(OrderItem.position, String)
    return exists().where(Reservation.item_ref == ref, Reservation.state == ReservationState.OPEN)


def _is_pegged(plan: PlanVersion | None = None) -> Exists:
    """In a lot of the plan that is still to come: one that is over brings no more."""
    state = PlanVersion.state == PlanState.PUBLISHED
    return (
        exists()
        .where(Peg.item_id == OrderItem.id)
        .where(Peg.lot_id == PlannedLot.id, PlannedLot.plan_id == PlanVersion.id)
        .where(state if plan is None else PlanVersion.id == plan.id, ~_is_over())
    )


def _is_over() -> ColumnElement[bool]:
    """The floor has ended every stage of the lot."""
    is_left = exists().where(
        PlannedOperation.lot_id == PlannedLot.id, PlannedOperation.finished_at.is_(None)
    )
    return ~is_left


def _sum(name: Text, statement: Select[OrderItem]) -> Standing:
    """Pieces by tile, so that m² are exact."""
    counted = statement.with_only_columns(
        OrderItem.tile_id, func.count(), func.sum(OrderItem.pieces)
    ).group_by(OrderItem.tile_id)
    rows = session.execute(counted).all()
    wanted = select(Tile).where(Tile.id.in_([row[0] for row in rows]))
    tiles = {tile.id: tile for tile in session.scalars(wanted)}
    area = sum((tiles[row[0]].packing.area(int(row[2])) for row in rows), Decimal(0))
    return Standing(name, sum(row[1] for row in rows), area)


def _refusals() -> dict[int, Text]:
    """What the newest run that read the demand has refused, and why."""
    newest = (
        select(Run)
        .where(Run.state.in_([RunState.SOLVED, RunState.CANCELLED]))
        .order_by(Run.id.desc())
        .limit(1)
    )
    run = session.scalars(newest).one_or_none()
    return {row["item_id"]: reason_of(row) for row in run.refused} if run else {}


def _drafted(item_ids: list[int]) -> set[int]:
    """Which of these items the current draft serves."""
    if not item_ids:
        return set()
    newest = select(func.max(PlanVersion.id)).where(PlanVersion.state == PlanState.DRAFT)
    statement = (
        select(Peg.item_id)
        .join(PlannedLot, PlannedLot.id == Peg.lot_id)
        .where(PlannedLot.plan_id == newest.scalar_subquery(), Peg.item_id.in_(item_ids))
    )
    return {item_id for item_id in session.scalars(statement) if item_id}


def _in_force(item_ids: list[int]) -> set[int]:
    """Which of these items a lot of the plan in force is still to serve."""
    if not item_ids:
        return set()
    statement = select(OrderItem.id).where(OrderItem.id.in_(item_ids), _is_pegged())
    return set(session.scalars(statement))


def _short(item_ids: list[int]) -> dict[int, str]:
    """The lot of the published plan that was to serve each of these items, and is over."""
    if not item_ids:
        return {}
    statement = (
        select(Peg.item_id, PlannedLot.code)
        .join(PlannedLot, PlannedLot.id == Peg.lot_id)
        .join(PlanVersion, PlanVersion.id == PlannedLot.plan_id)
        .where(PlanVersion.state == PlanState.PUBLISHED, Peg.item_id.in_(item_ids), _is_over())
    )
    return {row.item_id: row.code for row in session.execute(statement)}


def _unplanned(
    item: OrderItem,
    refused: dict[int, Text],
    known: set[int],
    short: dict[int, str],
    reasons: tuple[Text, Text],
) -> Unplanned:
    """Why an item has no lot; `reasons` are for those that another plan knows, and for all others."""
    is_known, is_new = reasons
    if item.id in refused:
        return Unplanned(item, refused[item.id], is_refused=True)
    if item.id in known:
        return Unplanned(item, is_known, is_refused=False)
    if item.id in short:
        return Unplanned(item, _brought_short(item, short[item.id]), is_refused=False)
    return Unplanned(item, is_new, is_refused=False)


def _brought_short(item: OrderItem, lot: str) -> Text:
    return say(
        "Lot %(lot)s was finished without enough grade A for it: short by %(area)s m². "
        "The next run plans it again.",
        lot=lot,
        area=item.tile.packing.area(item.pieces),
    )
