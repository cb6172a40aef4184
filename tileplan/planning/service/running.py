"""A run from its request to its end: prepare, solve in a child process, record; each write fenced.

A problem that falls apart is handed to several workers (`parting`) once it is prepared.

Every step writes in a transaction that the caller provides, and asks its hold first: a worker that
lost its job writes nothing any more.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scheduler.plan import read_plan
from scheduler.reading import read_problem
from scheduler.standing import repriced
from tileplan.kernel import clock, jobs, numbering
from tileplan.kernel.db import session
from tileplan.kernel.documents import Actor, advance, note
from tileplan.kernel.errors import Conflict
from tileplan.kernel.jobs import Cancelled, JobState, LeaseLost
from tileplan.kernel.words import say
from tileplan.planning import queries, rules
from tileplan.planning.models import Run
from tileplan.planning.rules import Outcome, RunState
from tileplan.planning.service import parting, solver
from tileplan.planning.service.endings import SolverFailed
from tileplan.planning.service.holding import (
    TASK,
    Hold,
    OwnHold,
    Transaction,
    refuse_seconds,
)
from tileplan.planning.service.preparing import epoch_of, prepare, think
from tileplan.planning.service.recording import end_failed, end_stopped, fail, record
from tileplan.planning.service.serving import propose
from tileplan.planning.service.solver import BEAT_SECONDS, GRACE_SECONDS, Progress

log = logging.getLogger(__name__)

# A run that a command line carries out by itself: no worker knows such a task.
OWN_TASK = "planning.own"
SERIES = "RUN"


def request(seconds: int, *, by: Actor | None) -> Run:
    """Ask for a plan of the demand as it will be when a worker takes the run."""
    run = _open(seconds, epoch_of(clock.now()), by)
    run.job_id = jobs.enqueue(TASK, run.number).id
    session.flush()
    return run


def plan_now(
    seconds: int,
    *,
    epoch: datetime | None = None,
    by: Actor | None = None,
    memory_mb: int,
    transaction: Transaction,
    lease_seconds: int = 30,
    on_progress: Callable[[Progress], None] = lambda _: None,
    is_stop_wanted: Callable[[], bool] = lambda: False,
) -> str:
    """Plan in this process, without a worker; returns the number of the run, however it ended."""
    with transaction():
        run = _open(seconds, epoch or epoch_of(clock.now()), by)
        number = run.number
        with clock.going():
            lease = jobs.take(OWN_TASK, number, lease_seconds=lease_seconds)
        run.job_id = lease.job_id
    hold = OwnHold(lease, on_progress, is_stop_wanted)
    try:
        carry_out(number, hold, memory_mb=memory_mb, transaction=transaction)
    except BaseException:
        with transaction():
            hold.end(JobState.CANCELLED)
            reason = say("Planning was broken off before it found a plan.")
            fail(queries.run(number), Outcome.STOPPED, reason)
        raise
    return number


def _open(seconds: int, epoch_at: datetime, by: Actor | None) -> Run:
    refuse_seconds(seconds)
    run = Run(
        number=numbering.draw(SERIES),
        state=RunState.QUEUED,
        seconds=seconds,
        epoch_at=epoch_at,
        asked_by=by.login if by else "system",
        asked_at=clock.now(),
        served=[],
        lots=[],
        refused=[],
        progress={},
    )
    session.add(run)
    note(rules.RUN.kind, run.number, "place", by=by, detail={"seconds": seconds})
    session.flush()
    return run


def carry_out(
    number: str,
    hold: Hold,
    *,
    memory_mb: int,
    transaction: Transaction,
    grace: float = GRACE_SECONDS,
) -> None:
    """Take a run to its end; a second worker that takes it over begins again and ends it once."""

    def beat(progress: Progress | None) -> None:
        with transaction():
            hold.beat(progress)

    try:
        asked = _again(number, hold, transaction) or _anew(number, beat, hold, transaction)
        if asked is None:
            return
        solved = solver.solve(
            asked.problem,
            seconds=asked.seconds,
            start=asked.start,
            memory_mb=memory_mb,
            on_beat=beat,
            grace=grace,
        )
        with transaction():
            hold.end(JobState.CANCELLED if solved.is_stopped else JobState.DONE)
            record(
                queries.run(number), solved.plan, progress=solved.progress, outcome=solved.outcome
            )
    except SolverFailed as failure:
        end_failed(number, hold, failure, transaction)
    except Cancelled:
        with transaction():
            hold.end(JobState.CANCELLED)
            end_stopped(queries.run(number))
    except LeaseLost:
        log.warning("run %s: another worker has it now; what this one found is dropped", number)


@dataclass(frozen=True)
class _Asked:
    """What the scheduler is asked, for how long, and the plan that it begins at, if any."""

    problem: str
    seconds: int
    start: str | None = None


def _again(number: str, hold: Hold, transaction: Transaction) -> _Asked | None:
    """Begin a run that improves a draft; None for one that plans the demand."""
    with transaction():
        hold.beat(None)
        run = queries.run(number)
        if run.draft is None:
            return None
        advance(run, rules.RUN, "begin", by=None)
        problem = run.problem or ""
        # The price of the draft is that of its own problem; few changes weigh more in the run's.
        start = repriced(read_problem(problem), read_plan(queries.plan(run.draft).plan))
        return _Asked(problem, run.seconds, start.to_json())


def _anew(
    number: str, beat: Callable[[Progress | None], None], hold: Hold, transaction: Transaction
) -> _Asked | None:
    """Begin a run that plans the demand; None where its parts were handed to other workers."""
    proposal = _propose(number, beat, transaction)
    with transaction():
        hold.beat(None)
        run = queries.run(number)
        asked = _Asked(prepare(run, proposal), run.seconds)
        if hold.has_others and parting.part(run, asked.problem):
            hold.end(JobState.DONE)
            return None
    return asked


def _propose(
    number: str, beat: Callable[[Progress | None], None], transaction: Transaction
) -> dict[str, int | None]:
    """Think out which stock serves whom, beating meanwhile, for it may take a minute."""
    with transaction():
        asked = think(queries.run(number))
    proposal: dict[str, int | None] = {}
    with ThreadPoolExecutor(max_workers=1) as thinker:
        for done, question in enumerate(asked):
            answer = thinker.submit(propose, question)
            while not wait([answer], BEAT_SECONDS).done:
                beat({"done": done, "tiles": len(asked)})
            proposal.update(answer.result())
    return proposal


def stop(number: str, *, by: Actor) -> Run:
    """Ask a run to stop; one that nobody carries out ends at once, another keeps its best plan."""
    run = queries.run(number)
    if run.state not in (RunState.QUEUED, RunState.SOLVING):
        raise Conflict(say("This run has ended already. Reload the page."))
    note(rules.RUN.kind, run.number, "stop", by=by, states=(run.state, run.state))
    if run.job_id is not None:
        jobs.cancel(run.job_id)
    if run.job_id is None or jobs.job(run.job_id).state is JobState.CANCELLED:
        end_stopped(run)
    parting.stop(run)
    session.flush()
    return run


def note_job_ended(job_id: int) -> None:
    """Learn that a job was ended without its worker: it died too often, or while it was stopped."""
    if parting.note_job_ended(job_id):
        return
    run = queries.run_of_job(job_id)
    if run is None or run.state not in (RunState.QUEUED, RunState.SOLVING):
        return
    job = jobs.job(job_id)
    if job.state is JobState.CANCELLED:
        end_stopped(run)
    elif job.task == OWN_TASK:
        fail(run, Outcome.LOST, say("The process that planned is gone; perhaps it was killed."))
    else:
        fail(run, Outcome.LOST, parting.lost())


def progress_of(run: Run) -> dict[str, Any]:
    """How far a run is: of its jobs while they work, else as it was kept."""
    if run.job_id is None or run.progress:
        return run.progress
    return parting.progress(run) or jobs.job(run.job_id).progress
