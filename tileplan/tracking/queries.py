"""Where an order is: its items with what stock, the plan and the floor know of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.kernel.documents import JournalEntry
from tileplan.kernel.errors import NotFound
from tileplan.kernel.paging import Page, page
from tileplan.kernel.words import say
from tileplan.orders.models import Order, OrderItem
from tileplan.orders.rules import ORDER, OrderState
from tileplan.planning.models import Peg, PlannedLot, PlanVersion
from tileplan.planning.rules import PlanState
from tileplan.plant import queries as plant
from tileplan.stock import queries as stock
from tileplan.stock.models import Reservation
from tileplan.tracking import rules
from tileplan.tracking.rules import Facts, Journey, Work

# The steps of an order's life that end its review.
_REVIEWED = ("approve", "approve_only", "confirm", "load")
_OPEN = (OrderState.SUBMITTED, OrderState.APPROVED, OrderState.CONFIRMED)


@dataclass(frozen=True)
class ItemStory:
    """One item and how far it is."""

    item: OrderItem
    ref: str
    journey: Journey


@dataclass(frozen=True)
class OrderStory:
    """One order and how far its items are."""

    order: Order
    items: list[ItemStory]

    @property
    def ready(self) -> int:
        """How many items are ready."""
        return sum(one.journey.is_ready for one in self.items)

    @property
    def days_late(self) -> int:
        """By how many days the latest item is late."""
        return max((one.journey.days_late for one in self.items), default=0)


@dataclass(frozen=True)
class _Known:
    """What the other slices know of some orders, each read with one statement."""

    kept: Mapping[str, Reservation]
    lots: Mapping[int, PlannedLot]
    reviewed: Mapping[str, datetime]
    position: Mapping[str, int]


def journey(number: str) -> OrderStory:
    """Where one order is; a stranger's is not found."""
    found = session.scalars(_orders().where(Order.number == number)).one_or_none()
    if found is None:
        raise NotFound(say("There is no such order."))
    return _stories([found])[0]


def journeys(text: str, after: str | None) -> Page[OrderStory]:
    """A page of orders, newest first: the open ones, or those that a search finds."""
    statement = _orders()
    if text:
        statement = statement.where(
            or_(
                Order.number.icontains(text, autoescape=True),
                Order.customer_name.icontains(text, autoescape=True),
            )
        )
    else:
        unfinished = Order.items.any(OrderItem.finished_at.is_(None))
        statement = statement.where(Order.state.in_(_OPEN), unfinished)
    found: Page[Order] = page(statement, Order.id, after, descending=True)
    return Page(_stories(found.rows), found.after)


def _orders() -> Select[Order]:
    return select(Order).options(
        selectinload(Order.items).options(joinedload(OrderItem.tile), joinedload(OrderItem.phase))
    )


def _stories(orders: Sequence[Order]) -> list[OrderStory]:
    """Tell several orders, in a number of statements that does not grow with them."""
    ids = [item.id for order in orders for item in order.items]
    refs = [_ref(order, item) for order in orders for item in order.items]
    known = _Known(
        kept=stock.reservations_of(refs) if refs else {},
        lots=_lots_of(ids),
        reviewed=_reviewed_at([order.number for order in orders]),
        position={stage.code: stage.position for stage in plant.stages()},
    )
    return [
        OrderStory(order, [_item_story(order, item, known) for item in order.items])
        for order in orders
    ]


def _item_story(order: Order, item: OrderItem, known: _Known) -> ItemStory:
    told = rules.journey(_facts(order, item, known), now=clock.now(), zone=clock.plant_zone())
    return ItemStory(item, _ref(order, item), told)


def _ref(order: Order, item: OrderItem) -> str:
    return f"{order.number}/{item.position}"


def _facts(order: Order, item: OrderItem, known: _Known) -> Facts:
    reservation, lot = known.kept.get(_ref(order, item)), known.lots.get(item.id)
    operations = lot.operations if lot else []
    works = sorted(operations, key=lambda one: known.position.get(one.stage, 0))
    return Facts(
        ordered_on=order.ordered_on,
        is_draft=order.state is OrderState.DRAFT,
        is_cancelled=order.state is OrderState.CANCELLED,
        is_reviewed=order.state in {OrderState.APPROVED, OrderState.CONFIRMED},
        is_confirmed=order.state is OrderState.CONFIRMED,
        reviewed_at=known.reviewed.get(order.number),
        due_on=item.due_on,
        area=item.tile.packing.area(item.pieces),
        started_at=item.started_at,
        finished_at=item.finished_at,
        shade=reservation.lot.shade if reservation else "",
        works=[
            Work(one.stage, one.start_at, one.end_at, one.started_at, one.finished_at)
            for one in works
        ],
    )


def _lots_of(item_ids: Sequence[int]) -> dict[int, PlannedLot]:
    """The lot of the published plan that makes each item."""
    if not item_ids:
        return {}
    statement = (
        select(Peg)
        .join(PlannedLot, PlannedLot.id == Peg.lot_id)
        .join(PlanVersion, PlanVersion.id == PlannedLot.plan_id)
        .where(PlanVersion.state == PlanState.PUBLISHED, Peg.item_id.in_(item_ids))
        .options(joinedload(Peg.lot).selectinload(PlannedLot.operations))
        .order_by(Peg.id)
        .execution_options(populate_existing=True)
    )
    return {peg.item_id: peg.lot for peg in session.scalars(statement) if peg.item_id}


def _reviewed_at(numbers: Iterable[str]) -> dict[str, datetime]:
    """When each order's review last ended."""
    statement = (
        select(JournalEntry.number, JournalEntry.at)
        .where(
            JournalEntry.kind == ORDER.kind,
            JournalEntry.number.in_(list(numbers)),
            JournalEntry.action.in_(_REVIEWED),
        )
        .order_by(JournalEntry.id)
    )
    return {row.number: row.at for row in session.execute(statement)}
