"""Publishing a plan, discarding a draft, and what the floor tells of published work."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.kernel.documents import Actor, advance
from tileplan.kernel.errors import Conflict
from tileplan.kernel.words import Text, say
from tileplan.planning import queries, rules
from tileplan.planning.models import PlannedLot, PlannedOperation, PlanVersion
from tileplan.planning.rules.assuming import Assumption
from tileplan.planning.service.running import stop
from tileplan.planning.translate.assuming import assumption_text
from tileplan.planning.translate.naming import MOST_NAMED

MINUTE = timedelta(minutes=1)


def publish(number: str, *, by: Actor | None, reason: str | None = None) -> PlanVersion:
    """Make a plan the one that the factory works by; the one before it is superseded.

    Refused with what to do where another plan was published, or work begun, since it was made.
    """
    plan = queries.plan(number)
    before = queries.published()
    rules.PLAN.take("publish", plan.state, by.permissions if by else None, reason)
    _refuse_assumed(plan)
    _refuse_stale(plan, before)
    try:
        if before is not None:
            # The old plan goes first: the database lets at most one be published at any moment.
            advance(before, rules.PLAN, "supersede", by=None, detail={"by": plan.number})
            session.flush()
        advance(plan, rules.PLAN, "publish", by=by, reason=reason)
        plan.published_at = clock.now()
        session.flush()
        _put_aside(plan, by)
    except (IntegrityError, StaleDataError) as race:
        raise Conflict(
            say("Somebody else has just published a plan. Reload the page and look at it.")
        ) from race
    return plan


def _refuse_assumed(plan: PlanVersion) -> None:
    """What the plant does not know of cannot be worked by."""
    assumed = queries.assumptions(plan)
    if assumed:
        raise Conflict(resting(assumed))


def resting(assumed: Sequence[Assumption]) -> Text:
    """Say that a draft cannot be published for what it assumes."""
    texts = map(assumption_text, assumed[:MOST_NAMED])
    row = reduce(lambda one, other: say("%(one)s; %(other)s", one=one, other=other), texts)
    left = len(assumed) - MOST_NAMED
    what = say("%(named)s and %(n)s more", named=row, n=left) if left > 0 else row
    return say(
        "This draft rests on assumptions, so it cannot be published: %(what)s. Undo them, or settle "
        "the draft with the plant.",
        what=what,
    )


def _refuse_stale(plan: PlanVersion, before: PlanVersion | None) -> None:
    if before is None:
        return
    if plan.run.based_on != before.number:
        raise Conflict(
            say(
                "Plan %(newer)s was published since %(plan)s was made. Plan again, and publish "
                "the new plan.",
                newer=before.number,
                plan=plan.number,
            )
        )
    _take_over(queries.lots(before), queries.lots(plan))


def _take_over(before: Sequence[PlannedLot], after: Sequence[PlannedLot]) -> None:
    """Take over what the floor has told meanwhile; what it began anew makes the plan stale."""
    known = _by_step(after)
    for (code, stage), old in _by_step(before).items():
        if old.started_at is None:
            continue
        new = known.get((code, stage))
        is_over = all(one.finished_at for one in _of_lot(before, code))
        if new is None and is_over:
            continue
        if new is None or new.started_at is None:
            raise Conflict(
                say(
                    "Work on lot %(lot)s has begun since this plan was made. Plan again, and "
                    "publish the new plan.",
                    lot=code,
                )
            )
        new.finished_at = old.finished_at
        new.paused_at, new.stood_minutes = old.paused_at, old.stood_minutes


def _by_step(lots: Sequence[PlannedLot]) -> dict[tuple[str, str], PlannedOperation]:
    return {(lot.code, one.stage): one for lot in lots for one in lot.operations}


def _of_lot(lots: Sequence[PlannedLot], code: str) -> list[PlannedOperation]:
    return next(list(lot.operations) for lot in lots if lot.code == code)


def discard(number: str, *, by: Actor) -> PlanVersion:
    """Put a draft aside for good; a run that improves it ends."""
    plan = queries.plan(number)
    advance(plan, rules.PLAN, "discard", by=by)
    run = queries.replanning(plan)
    if run is not None:
        stop(run.number, by=by)
    session.flush()
    return plan


def _put_aside(plan: PlanVersion, by: Actor | None) -> None:
    """Of several ways around a closure one was chosen: the others are no longer wanted."""
    for number in queries.ways(plan).values():
        other = queries.plan(number)
        if by is not None and other.id != plan.id and other.state is rules.PlanState.DRAFT:
            discard(number, by=by)


def note_started(operation_id: int, at: datetime) -> None:
    """Learn from the floor that an operation has begun; told twice, the first time counts."""
    operation = queries.operation(operation_id)
    operation.started_at = operation.started_at or at
    session.flush()


def note_paused(operation_id: int, at: datetime) -> None:
    """Learn from the floor that an operation stands still from now on."""
    queries.operation(operation_id).paused_at = at
    session.flush()


def note_resumed(operation_id: int, at: datetime) -> None:
    """Learn from the floor that an operation goes on, and how long it has stood still."""
    operation = queries.operation(operation_id)
    if operation.paused_at:
        operation.stood_minutes += (at - operation.paused_at) // MINUTE
    operation.paused_at = None
    session.flush()


def note_finished(operation_id: int, at: datetime) -> None:
    """Learn from the floor that an operation has ended; told twice, the first time counts."""
    operation = queries.operation(operation_id)
    operation.started_at = operation.started_at or at
    operation.finished_at = operation.finished_at or at
    session.flush()
