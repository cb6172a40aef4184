"""Plans as the scheduler would have made them, for tests of the floor and of what rests on it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import select

from tileplan.catalog.models import Tile
from tileplan.kernel.db import session
from tileplan.orders.models import Order, OrderItem
from tileplan.planning.models import Peg, PlannedLot, PlannedOperation, PlanVersion, Run
from tileplan.planning.rules import PlanState, RunState
from tileplan.production.models import WorkOrder

EPOCH = datetime(2026, 11, 23, 0, tzinfo=UTC)  # 08:00 on a Monday in the plant
HOUR = timedelta(hours=1)
_numbers = count(1)


def plan(*, based_on: PlanVersion | None = None, epoch: datetime = EPOCH) -> PlanVersion:
    """A draft plan without lots."""
    number = next(_numbers)
    run = Run(
        number=f"RUN-{number:05d}",
        state=RunState.SOLVED,
        seconds=1,
        epoch_at=epoch,
        asked_by="planner",
        asked_at=epoch,
        based_on=based_on.number if based_on else None,
    )
    session.add(run)
    session.flush()
    made = PlanVersion(
        number=f"PLAN-{number:05d}",
        run_id=run.id,
        state=PlanState.DRAFT,
        epoch_at=epoch,
        plan="{}",
        price={},
        figures={},
        made_at=epoch,
    )
    session.add(made)
    session.flush()
    return made


def lot(
    of: PlanVersion,
    tile: Tile,
    code: str = "L1-001",
    *,
    items: Sequence[OrderItem] = (),
    refs: Sequence[str] = (),
    good_pieces: int = 4000,
    kiln: str = "K1",
    start: int = 0,
    stages: Sequence[str] = ("firing", "sorting"),
    told: Sequence[WorkOrder] = (),
) -> PlannedLot:
    """A lot of 1,500 m² of the kiln, ten hours a stage, an hour between stages' starts.

    `told` is work that has begun: its operations are taken over with what the floor has said.
    """
    made = PlannedLot(
        plan_id=of.id,
        code=code,
        tile_id=tile.id,
        kiln=kiln,
        good_pieces=good_pieces,
        kiln_area=Decimal(1500),
        due_at=EPOCH + 500 * HOUR,
    )
    session.add(made)
    session.flush()
    begun = {work.stage: work for work in told if work.started_at}
    for place, stage in enumerate(stages):
        session.add(_operation(of, made, stage, of.epoch_at + (start + place) * HOUR, begun))
    for item, ref in zip(items, refs, strict=True):
        session.add(
            Peg(
                lot_id=made.id,
                item_id=item.id,
                item_ref=ref,
                pieces=item.pieces,
                due_at=EPOCH + 300 * HOUR,
            )
        )
    session.flush()
    return made


def _operation(
    of: PlanVersion, made: PlannedLot, stage: str, start: datetime, begun: dict[str, WorkOrder]
) -> PlannedOperation:
    facts: dict[str, Any] = {}
    if stage in begun:
        work = begun[stage]
        facts = {"started_at": work.started_at, "finished_at": work.finished_at}
    if stage == "firing":
        facts |= {
            "forming_lines": "FG1;FG2",
            "forming_start_at": start - HOUR,
            "forming_end_at": start + 9 * HOUR,
        }
    machine = {"firing": made.kiln, "finishing": "PL1", "sorting": "SP1"}[stage]
    return PlannedOperation(
        plan_id=of.id,
        lot_id=made.id,
        stage=stage,
        resource=machine,
        start_at=start,
        end_at=start + 10 * HOUR,
        changeover_minutes=150,
        **facts,
    )


def items_of(order: Order) -> list[OrderItem]:
    """The items of an order, in order."""
    statement = select(OrderItem).where(OrderItem.order_id == order.id).order_by(OrderItem.position)
    return list(session.scalars(statement))


def refs_of(order: Order) -> list[str]:
    """The references of an order's items."""
    return [f"{order.number}/{item.position}" for item in items_of(order)]


def work() -> list[WorkOrder]:
    """All work orders as they are stored."""
    session.expire_all()
    return list(session.scalars(select(WorkOrder).order_by(WorkOrder.id)))
