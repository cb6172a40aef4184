"""Plan versions as they are read: the current one, the board of one, the list."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.kernel.errors import NotFound
from tileplan.kernel.paging import Page, page
from tileplan.kernel.words import say
from tileplan.orders.models import Order, OrderItem
from tileplan.planning.models import Peg, PlannedLot, PlannedOperation, PlanVersion, Run
from tileplan.planning.queries.assuming import supposed
from tileplan.planning.rules import PlanState
from tileplan.plant import queries as plant
from tileplan.plant.models import Resource
from tileplan.plant.rules import Closed

# Closures are drawn from a day before the plan begins to a week after its last operation ends.
_BEFORE = timedelta(days=1)
_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class Board:
    """Everything that a Gantt of one plan shows.

    `lots` have tile, operations, and pegs with their item, order and phase loaded; `closures` are
    the non-working windows by resource code between `from_at` and `to_at`, and `downs` those of them
    in which a resource is down.
    """

    plan: PlanVersion
    lots: list[PlannedLot]
    resources: list[Resource]
    closures: dict[str, list[Closed]]
    from_at: datetime
    to_at: datetime
    now: datetime
    downs: dict[str, list[Closed]] = field(default_factory=dict)


def _plans() -> Select[PlanVersion]:
    return select(PlanVersion).options(joinedload(PlanVersion.run))


def published() -> PlanVersion | None:
    """The plan that the factory works by, if any was published."""
    return session.scalars(_plans().where(PlanVersion.state == PlanState.PUBLISHED)).one_or_none()


def current() -> PlanVersion | None:
    """The published plan, else the newest draft, else None."""
    draft = _plans().where(PlanVersion.state == PlanState.DRAFT).order_by(PlanVersion.id.desc())
    return published() or session.scalars(draft.limit(1)).one_or_none()


def plan(number: str) -> PlanVersion:
    """One plan version by its number."""
    found = session.scalars(_plans().where(PlanVersion.number == number)).one_or_none()
    if found is None:
        raise NotFound(say("There is no plan %(number)s.", number=number))
    return found


def ways(plan_version: PlanVersion) -> dict[str, str]:
    """The drafts that were made together to choose one of, by way; empty where it was made alone."""
    found = plan_version.run.progress.get("ways")
    return dict(found) if isinstance(found, dict) else {}


def plan_of(run_id: int) -> PlanVersion | None:
    """The plan version that a run has found, or the draft that it improves."""
    draft = select(Run.draft).where(Run.id == run_id).scalar_subquery()
    statement = _plans().where(or_(PlanVersion.run_id == run_id, PlanVersion.number == draft))
    return session.scalars(statement).one_or_none()


def plans(after: str | None = None) -> Page[PlanVersion]:
    """Plan versions, newest first."""
    return page(_plans(), PlanVersion.id, after, descending=True)


def _lots(plan_version: PlanVersion) -> Select[PlannedLot]:
    pegs = selectinload(PlannedLot.pegs).joinedload(Peg.item)
    return (
        select(PlannedLot)
        .where(PlannedLot.plan_id == plan_version.id)
        .options(
            joinedload(PlannedLot.tile),
            selectinload(PlannedLot.operations),
            pegs.joinedload(OrderItem.order).joinedload(Order.contract),
            pegs.joinedload(OrderItem.phase),
        )
        .order_by(PlannedLot.code)
    )


def lots(plan_version: PlanVersion, codes: Collection[str] | None = None) -> list[PlannedLot]:
    """The lots of a plan, or some of them, with tile, operations, and pegs down to the order."""
    statement = _lots(plan_version)
    if codes is not None:
        statement = statement.where(PlannedLot.code.in_(codes))
    return list(session.scalars(statement))


def lot(plan_version: PlanVersion, code: str) -> PlannedLot:
    """One lot of a plan, with tile, operations, and pegs down to the order."""
    found = session.scalars(_lots(plan_version).where(PlannedLot.code == code)).one_or_none()
    if found is None:
        raise NotFound(say("There is no lot %(code)s in this plan.", code=code))
    return found


def operations(plan_version: PlanVersion) -> list[PlannedOperation]:
    """The operations of a plan in order of time, each with its lot and tile."""
    statement = (
        select(PlannedOperation)
        .where(PlannedOperation.plan_id == plan_version.id)
        .options(joinedload(PlannedOperation.lot).joinedload(PlannedLot.tile))
        .order_by(PlannedOperation.start_at, PlannedOperation.id)
    )
    return list(session.scalars(statement))


def told(plan_version: PlanVersion, now: datetime) -> tuple[object, ...]:
    """What the floor has told of a plan, summed up in one statement: another fact is another sum.

    The last part counts the work that goes on beyond its planned end, and so grows with the clock.
    """
    row = PlannedOperation
    overdue = (row.started_at.is_not(None), row.finished_at.is_(None), row.end_at < now)
    statement = select(
        func.count(row.id), func.max(row.end_at),
        func.count(row.started_at), func.max(row.started_at),
        func.count(row.paused_at), func.max(row.paused_at), func.sum(row.stood_minutes),
        func.count(row.finished_at), func.max(row.finished_at),
        func.count(row.id).filter(*overdue),
    ).where(row.plan_id == plan_version.id)  # fmt: skip
    return tuple(session.execute(statement).one())


def operation(operation_id: int) -> PlannedOperation:
    """One operation by its id."""
    found = session.scalars(
        select(PlannedOperation).where(PlannedOperation.id == operation_id)
    ).one_or_none()
    if found is None:
        raise NotFound(say("There is no such operation."))
    return found


def board(plan_version: PlanVersion, some: list[PlannedLot] | None = None) -> Board:
    """Everything that a Gantt of this plan shows, or of some lots of it.

    The number of statements never grows.
    """
    planned = lots(plan_version) if some is None else some
    ends = [operation.end_at for lot in planned for operation in lot.operations]
    from_at = plan_version.epoch_at - _BEFORE
    to_at = max(ends, default=plan_version.epoch_at) + _AFTER
    resources = plant.resources()
    return Board(
        plan=plan_version,
        lots=planned,
        resources=resources,
        closures=supposed(plan_version, plant.closures(resources, from_at, to_at)),
        from_at=from_at,
        to_at=to_at,
        now=clock.now(),
        downs=plant.downs(resources, from_at, to_at),
    )


def used_codes(like: str) -> set[str]:
    """The codes of all lots, of every plan there ever was, that begin so."""
    statement = select(PlannedLot.code).where(PlannedLot.code.startswith(like, autoescape=True))
    return set(session.scalars(statement.distinct()))


def begun_codes(codes: Collection[str]) -> set[str]:
    """Those of some lots that the floor has begun, as lots of the plan in force."""
    statement = (
        select(PlannedLot.code)
        .join(PlanVersion, PlanVersion.id == PlannedLot.plan_id)
        .join(PlannedOperation, PlannedOperation.lot_id == PlannedLot.id)
        .where(PlanVersion.state == PlanState.PUBLISHED, PlannedLot.code.in_(codes))
        .where(PlannedOperation.started_at.is_not(None))
    )
    return set(session.scalars(statement))
