"""What is asked of the plant and how it stands: open items, what stock keeps, what is under way."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tileplan.kernel.db import session
from tileplan.orders import queries as orders
from tileplan.orders.models import Order, OrderItem
from tileplan.orders.rules import Homogeneity, OrderState
from tileplan.planning.models import PlannedLot, PlanVersion
from tileplan.planning.queries.plans import lots, published
from tileplan.planning.rules.wants import Want
from tileplan.stock import queries as stock
from tileplan.stock.models import Lot, Reservation

BEST_GRADE = "A"


@dataclass(frozen=True)
class Demand:
    """Every confirmed item that is not finished, and what already stands behind it.

    `standing` are the lots of the published plan by code; `finished` are the items of the same
    phases that the floor has finished, with what was reserved for them.
    """

    items: list[OrderItem]
    finished: list[OrderItem]
    reservations: dict[str, Reservation]
    published: PlanVersion | None
    standing: dict[str, PlannedLot]
    stock: dict[int, Lot]

    @property
    def under_way(self) -> list[PlannedLot]:
        """The lots on which work has begun and not ended."""
        return [lot for lot in self.standing.values() if is_under_way(lot)]

    def free_pieces(self) -> dict[int, int]:
        """Free grade A pieces by stock lot."""
        return {lot.id: lot.free for lot in self.stock.values()}


def demand() -> Demand:
    """Read the demand of this moment, in a number of statements that never grows."""
    items = orders.open_items()
    finished = _finished_of({item.phase_id for item in items if item.phase_id})
    refs = [item.ref for item in (*items, *finished)]
    reservations = stock.reservations_of(refs)
    now_published = published()
    standing = {lot.code: lot for lot in lots(now_published)} if now_published else {}
    free = stock.free_lots(None, grade=BEST_GRADE)
    kept = [reservation.lot for reservation in reservations.values()]
    known = {lot.id: lot for lot in (*free, *kept)}
    return Demand(items, finished, reservations, now_published, standing, known)


def want(item: OrderItem) -> Want:
    """An order item as lotting sees it: nothing of its price."""
    return Want(
        item_id=item.id,
        ref=item.ref,
        tile_id=item.tile_id,
        pieces=item.pieces,
        due_on=item.due_on,
        priority=item.priority,
        group=group_of(item),
    )


def group_of(item: OrderItem) -> str:
    """The name shared by items that must be of one shade: a tile of one phase, else the item."""
    if item.homogeneity is Homogeneity.ONE_LOT_PER_PHASE and item.phase_id:
        return f"phase {item.phase_id} tile {item.tile_id}"
    return item.ref


def is_under_way(lot: PlannedLot) -> bool:
    """True where the floor has begun a lot and not ended it."""
    has_begun = any(operation.started_at for operation in lot.operations)
    return has_begun and not all(operation.finished_at for operation in lot.operations)


def _finished_of(phase_ids: Collection[int]) -> list[OrderItem]:
    """The finished items of some phases, whose shade the rest of the phase must match."""
    if not phase_ids:
        return []
    statement = (
        select(OrderItem)
        .join(OrderItem.order)
        .where(
            Order.state == OrderState.CONFIRMED,
            OrderItem.phase_id.in_(phase_ids),
            OrderItem.finished_at.is_not(None),
        )
        .options(joinedload(OrderItem.order))
    )
    return list(session.scalars(statement))
