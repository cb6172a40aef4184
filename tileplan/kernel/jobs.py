"""Background work kept in the database: lease, heartbeat, attempt cap, reaper, outbox.

The broker is only a doorbell. A message may be lost or doubled: the job row decides, and every
write of a worker names its claim, so a worker that lost its lease cannot write any more.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Index, String, Text, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from tileplan.kernel import clock
from tileplan.kernel.db import Base, session, transaction
from tileplan.kernel.errors import NotFound
from tileplan.kernel.words import say

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
# A queued job whose doorbell nobody answered for so long is rung for again.
FORGOTTEN = timedelta(seconds=10)


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Base):
    """One piece of background work; `claim` is the fencing token of the worker that holds it."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_lease_until", "state", "lease_until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(60))
    state: Mapped[JobState] = mapped_column(default=JobState.QUEUED)
    attempt: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None] = mapped_column(String(40))
    lease_until: Mapped[datetime | None]
    is_cancel_wanted: Mapped[bool] = mapped_column(default=False)
    progress: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[str | None] = mapped_column(Text)
    queued_at: Mapped[datetime]
    rung_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class OutboxMessage(Base):
    """A message to the broker, written with the business rows and sent after their commit."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(60))
    body: Mapped[dict[str, Any]] = mapped_column(default=dict)
    written_at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(index=True)


Bell = Callable[[str, dict[str, Any]], None]


@dataclass
class _Doorbell:
    """Who carries messages to the broker; set once by the web, the worker or the command line."""

    ring: Bell | None = None


_doorbell = _Doorbell()


def set_bell(ring: Bell | None) -> None:
    """Say who carries messages to the broker; None leaves them to the next relay."""
    _doorbell.ring = ring


class LeaseLost(Exception):
    """Another worker has the job now; what this one found is dropped."""


class Cancelled(Exception):
    """Somebody asked for the job to stop."""


@dataclass(frozen=True)
class Lease:
    """A worker's hold on a job."""

    job_id: int
    subject: str
    claim: str
    seconds: int


def enqueue(task: str, subject: str) -> Job:
    """Write a job and its doorbell message; they become real with the caller's commit."""
    moment = clock.now()
    job = Job(task=task, subject=subject, progress={}, queued_at=moment, rung_at=moment)
    session.add(job)
    session.flush()
    _write_message(job.id, task)
    return job


def take(task: str, subject: str, *, lease_seconds: int) -> Lease:
    """Write a job that this process does by itself: once it falls silent, nobody takes it over."""
    moment = clock.now()
    lease_until = moment + timedelta(seconds=lease_seconds)
    token = secrets.token_hex(16)
    own = Job(
        task=task,
        subject=subject,
        state=JobState.RUNNING,
        attempt=MOST_ATTEMPTS,
        claim=token,
        lease_until=lease_until,
        progress={},
        queued_at=moment,
        rung_at=moment,
        started_at=moment,
    )
    session.add(own)
    session.flush()
    return Lease(own.id, subject, token, lease_seconds)


def job(job_id: int) -> Job:
    """One job by its id."""
    found = session.scalars(
        select(Job).where(Job.id == job_id).execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound(say("There is no such job."))
    return found


def claim(job_id: int, *, lease_seconds: int) -> Lease | None:
    """Take a waiting job; None where another has it, it has ended, or it was tried too often."""
    token = secrets.token_hex(16)
    moment = clock.now()
    taken = session.execute(
        update(Job)
        .where(
            Job.id == job_id,
            Job.attempt < MOST_ATTEMPTS,
            Job.is_cancel_wanted.is_(False),
            or_(
                Job.state == JobState.QUEUED,
                (Job.state == JobState.RUNNING) & (Job.lease_until < moment),
            ),
        )
        .values(
            state=JobState.RUNNING,
            attempt=Job.attempt + 1,
            claim=token,
            lease_until=moment + timedelta(seconds=lease_seconds),
            started_at=moment,
        )
        .returning(Job.subject)
        .execution_options(synchronize_session=False)
    ).first()
    return Lease(job_id, taken.subject, token, lease_seconds) if taken else None


def beat(lease: Lease, progress: dict[str, Any] | None = None) -> None:
    """Hold on to the job for another lease and tell how far it is; raises when it must stop."""
    values: dict[str, Any] = {"lease_until": clock.now() + timedelta(seconds=lease.seconds)}
    if progress is not None:
        values["progress"] = progress
    held = session.execute(_held(lease).values(**values).returning(Job.is_cancel_wanted)).first()
    if held is None:
        raise LeaseLost
    if held.is_cancel_wanted:
        raise Cancelled


def end(lease: Lease, state: JobState, *, error: str | None = None) -> None:
    """Write how the job ended; raises LeaseLost where another worker has it now."""
    ended = session.execute(
        _held(lease)
        .values(state=state, error=error, ended_at=clock.now(), lease_until=None)
        .returning(Job.id)
    ).first()
    if ended is None:
        raise LeaseLost


def cancel(job_id: int) -> None:
    """Ask a job to stop; one that nobody has begun, or whose last worker is gone, ends at once."""
    session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state.in_([JobState.QUEUED, JobState.RUNNING]))
        .values(is_cancel_wanted=True)
    )
    moment = clock.now()
    is_gone = (Job.attempt >= MOST_ATTEMPTS) & (Job.lease_until < moment)
    session.execute(
        update(Job)
        .where(Job.id == job_id, or_(Job.state == JobState.QUEUED, is_gone))
        .values(state=JobState.CANCELLED, ended_at=moment, lease_until=None)
    )


def reap() -> list[int]:
    """Put back what dead workers held, ring again for what nobody took; returns the ended jobs."""
    moment = clock.now()
    dead = (Job.state == JobState.RUNNING) & (Job.lease_until < moment)
    ended = [
        *_end_dead(dead & Job.is_cancel_wanted, JobState.CANCELLED, None),
        *_end_dead(dead & (Job.attempt >= MOST_ATTEMPTS), JobState.FAILED, "Its last worker died."),
    ]
    session.execute(
        update(Job)
        .where(dead)
        .values(state=JobState.QUEUED, claim=None, lease_until=None, rung_at=moment - FORGOTTEN)
        .execution_options(synchronize_session=False)
    )
    waiting = session.execute(
        update(Job)
        .where(Job.state == JobState.QUEUED, Job.rung_at <= moment - FORGOTTEN)
        .values(rung_at=moment)
        .returning(Job.id, Job.task)
        .execution_options(synchronize_session=False)
    ).all()
    for row in waiting:
        _write_message(row.id, row.task)
    return ended


def _end_dead(which: ColumnElement[bool], state: JobState, error: str | None) -> list[int]:
    statement = (
        update(Job)
        .where(which)
        .values(state=state, error=error, ended_at=clock.now(), lease_until=None)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    return list(session.scalars(statement))


def relay(limit: int = 100) -> int:
    """Carry unsent messages to the broker, in transactions of its own; returns how many went."""
    if _doorbell.ring is None:
        return 0
    with transaction():
        messages = session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.sent_at.is_(None))
            .order_by(OutboxMessage.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        for message in messages:
            _doorbell.ring(message.topic, message.body)
            message.sent_at = clock.now()
        return len(messages)


def ring_after_commit() -> None:
    """Relay at once after a commit; a dead broker costs nothing, the periodic relay comes again."""
    try:
        relay()
    except Exception:
        log.warning("the broker did not answer; waiting messages will be sent later", exc_info=True)


def has_messages(current: Session) -> bool:
    """True where this transaction wrote a message that wants sending after its commit."""
    return bool(current.info.pop("rings", False))


def _write_message(job_id: int, task: str) -> None:
    session.add(OutboxMessage(topic=task, body={"job_id": job_id}, written_at=clock.now()))
    session().info["rings"] = True


def _held(lease: Lease) -> Any:
    return (
        update(Job)
        .where(Job.id == lease.job_id, Job.claim == lease.claim, Job.state == JobState.RUNNING)
        .execution_options(synchronize_session=False)
    )
