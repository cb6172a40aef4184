"""What the crew says while it works: start, pause with a reason, resume."""

from sqlalchemy.exc import IntegrityError

from tileplan.accounts.models import User
from tileplan.kernel import clock, documents
from tileplan.kernel.db import session
from tileplan.kernel.errors import Conflict
from tileplan.kernel.words import say
from tileplan.orders import service as orders
from tileplan.orders.rules import OrderState
from tileplan.planning import service as planning
from tileplan.planning.models import Peg
from tileplan.production import queries, rules
from tileplan.production.models import WorkOrder

_BY_HAND = frozenset({"start", "pause", "resume"})


def act(
    number: str, action: str, *, by: User, reason: str | None = None, version: int | None = None
) -> WorkOrder:
    """Start, pause or resume a work order of one's own lines; `reason` is the code of a pause."""
    work = mine(number, by=by, version=version)
    if action not in _BY_HAND:
        raise Conflict(say("A work order is finished by reporting what came out."))
    told = _told(action, reason)
    rules.WORK.take(action, work.state, by.permissions, told)
    if action == "start":
        rules.check_start(queries.earlier_of(work))
    if action in ("start", "resume"):
        rules.check_free(work.resource, queries.running_on(work))
    documents.advance(work, rules.WORK, action, by=by, reason=told)
    _store(work)
    _tell(work, action)
    session.flush()
    return work


def mine(number: str, *, by: User, version: int | None) -> WorkOrder:
    """Read a work order of one's own lines, as it was when the page was shown."""
    work = queries.work_order(number, rules.lines_of(by.permissions, by.areas))
    if version is not None and version != work.version:
        raise Conflict(
            say(
                "Somebody else has just changed this work order: it is now “%(state)s”. "
                "Reload the page and look.",
                state=rules.WORK.labels[work.state],
            )
        )
    return work


def wanted_pegs(work: WorkOrder) -> list[Peg]:
    """The pegs of this lot whose order items still wait, the most urgent first."""
    waiting = [
        peg
        for peg in work.operation.lot.pegs
        if peg.item
        and peg.item.finished_at is None
        and peg.item.order.state is OrderState.CONFIRMED
    ]
    return sorted(
        waiting, key=lambda peg: (peg.item.priority if peg.item else 0, peg.due_at, peg.item_ref)
    )


def _store(work: WorkOrder) -> None:
    """Write the state; the database lets one crew run a machine where two have seen it free."""
    machine = work.resource
    try:
        session.flush()
    except IntegrityError as race:
        raise Conflict(
            say(
                "Another crew has just started work on %(machine)s. Reload the page and look.",
                machine=machine,
            )
        ) from race


def _told(action: str, reason: str | None) -> str | None:
    return rules.reason_of((reason or "").strip()).code if action == "pause" else None


def _tell(work: WorkOrder, action: str) -> None:
    if action == "start":
        _start(work)
    elif action == "pause":
        planning.note_paused(work.operation_id, clock.now())
    else:
        planning.note_resumed(work.operation_id, clock.now())


def _start(work: WorkOrder) -> None:
    work.started_at = clock.now()
    planning.note_started(work.operation_id, work.started_at)
    orders.note_started([peg.item.id for peg in wanted_pegs(work) if peg.item], work.started_at)
