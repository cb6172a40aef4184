"""Plans drawn by hand for the board's tests: lots on a tiny plant, hour by hour."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tests import factories
from tileplan.catalog.models import Tile
from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.orders.models import Order, OrderItem
from tileplan.planning.models import Peg, PlannedLot, PlannedOperation, PlanVersion, Run
from tileplan.planning.rules import PlanState, RunState
from tileplan.plant import queries as plant
from tileplan.plant.models import CalendarWindow, WindowKind

FIGURES = {
    "late_items": 1, "late_area": "57.60", "area": "1234.50", "changeover_hours": 3.5,
    "idle_hours": 2.0,
}  # fmt: skip
HOUR = timedelta(hours=1)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def plan(lots: Sequence[PlannedLot], epoch_at: datetime) -> PlanVersion:
    """A draft of these lots, not kept."""
    run = Run(
        number="RUN-00001",
        state=RunState.SOLVED,
        seconds=10,
        epoch_at=epoch_at,
        asked_by="planner",
        asked_at=epoch_at,
    )
    made = PlanVersion(
        number="PLAN-00001",
        run=run,
        state=PlanState.DRAFT,
        epoch_at=epoch_at,
        plan="{}",
        price={"total": 154500},
        figures=FIGURES,
        made_at=epoch_at,
    )
    for lot in lots:
        lot.plan_id = made.id
    return made


def lot(
    code: str,
    tile: Tile,
    start_at: datetime,
    *,
    kiln: str = "K1",
    fires_for: float = 6,
    changeover: int = 0,
    pegs: Sequence[Peg] = (),
    late_minutes: int = 0,
    forming: str = "FG1, FG2",
) -> PlannedLot:
    """A lot that is fired at `start_at`, formed an hour ahead of it and sorted three hours after."""
    end_at = start_at + hours(fires_for)
    firing = PlannedOperation(
        stage="firing",
        resource=kiln,
        start_at=start_at,
        end_at=end_at,
        changeover_minutes=changeover,
        forming_lines=forming,
        forming_start_at=start_at - HOUR,
        forming_end_at=end_at - HOUR,
    )
    sorting = PlannedOperation(
        stage="sorting",
        resource="SP1",
        start_at=start_at + hours(3),
        end_at=end_at + hours(3),
        changeover_minutes=0,
        forming_lines="",
    )
    made = PlannedLot(
        code=code,
        kiln=kiln,
        good_pieces=400,
        kiln_area=Decimal("160.00"),
        late_minutes=late_minutes,
        pegs=list(pegs),
        operations=[firing, sorting],
    )
    made.tile = tile
    made.due_at = min((peg.due_at for peg in made.pegs), default=None)
    return made


def peg(order: Order, item: OrderItem, *, due_at: datetime, late_minutes: int = 0) -> Peg:
    """All of an item, owed by a lot."""
    made = Peg(
        item_ref=f"{order.number}/{item.position}",
        pieces=item.pieces,
        due_at=due_at,
        late_minutes=late_minutes,
    )
    made.item = item
    return made


def kept(lots: Sequence[PlannedLot], epoch_at: datetime) -> PlanVersion:
    """A draft of these lots, kept in the database."""
    made = plan([], epoch_at)
    session.add(made)
    session.flush()
    for own in lots:
        own.plan_id = made.id
        for operation in own.operations:
            operation.plan_id = made.id
    session.add_all(lots)
    session.commit()
    return made


def close_today(*, from_hour: float, to_hour: float) -> None:
    """Close every line of the plant for some hours of today, for maintenance."""
    [calendar] = plant.calendars()
    window = CalendarWindow(
        calendar_id=calendar.id,
        kind=WindowKind.CLOSED_ONCE,
        day=clock.today(),
        from_minute=round(from_hour * 60),
        to_minute=round(to_hour * 60),
        reason="repair",
    )
    session.add(window)


def this_morning() -> datetime:
    return clock.at_plant(clock.today(), 6 * 60)


def ten_lots() -> dict[str, Any]:
    """Ten lots of two tiles on one kiln, each for an order; the third is late, the last for stock."""
    tiles = [
        factories.tile(f"P66-{name}-M", family=family, name_en=f"{name} stone")
        for name, family in (("ASH", "porcelain matt"), ("SKY", "polished glazed"))
    ]
    factories.plant(*tiles)
    start = this_morning()
    lots, orders = [], []
    for number in range(10):
        tile = tiles[number % 2]
        pegs = []
        if number < 9:
            order = factories.order(tile)
            late = 90 if number == 2 else 0
            item = order_item(order)
            pegs = [peg(order, item, due_at=start + hours(30), late_minutes=late)]
            orders.append(order)
        lots.append(
            lot(
                f"L{number + 1:04d}",
                tile,
                start + hours(8 * number),
                changeover=90 if number else 0,
                pegs=pegs,
                late_minutes=90 if number == 2 else 0,
            )
        )
    return {"plan": kept(lots, start), "tiles": tiles, "orders": orders}


def order_item(order: Order) -> OrderItem:
    return session.query(OrderItem).filter(OrderItem.order_id == order.id).one()
