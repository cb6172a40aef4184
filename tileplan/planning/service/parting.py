"""A run whose problem falls apart: each part is a job of its own, a last job joins their plans.

Nothing here waits for another worker. Whoever ends a part looks, with the run's row locked, whether
it was the last; then it writes the job that joins. Rows are locked jobs first, then runs.
"""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from scheduler import parts as scheduler_parts
from scheduler.plan import read_plan
from scheduler.problem import InvalidProblem
from scheduler.reading import read_problem
from tileplan.kernel import jobs
from tileplan.kernel.db import session
from tileplan.kernel.jobs import Cancelled, JobState, LeaseLost
from tileplan.kernel.words import Text, say
from tileplan.planning import queries
from tileplan.planning.models import Run, RunPart
from tileplan.planning.rules import Outcome, RunState
from tileplan.planning.rules.figures import summed
from tileplan.planning.rules.wants import kept, reason_of
from tileplan.planning.service import solver
from tileplan.planning.service.endings import SolverFailed
from tileplan.planning.service.holding import Hold, Transaction
from tileplan.planning.service.recording import end_failed, end_stopped, fail, record
from tileplan.planning.service.solver import GRACE_SECONDS, Progress

log = logging.getLogger(__name__)

PART_TASK, JOIN_TASK = "planning.part", "planning.join"
_WELL = (Outcome.FOUND, Outcome.STOPPED)


@dataclass(frozen=True)
class _Ended:
    """What became of a part."""

    outcome: Outcome
    plan: str | None = None
    progress: Progress = field(default_factory=dict)
    reason: Text | None = None

    @property
    def job_state(self) -> JobState:
        """The state in which its job ends."""
        ends = {Outcome.FOUND: JobState.DONE, Outcome.STOPPED: JobState.CANCELLED}
        return ends.get(self.outcome, JobState.FAILED)


def part(run: Run, problem_json: str) -> bool:
    """Write a job for each part of a problem that falls apart; False where it hangs together."""
    try:
        found = scheduler_parts.split(read_problem(problem_json))
    except InvalidProblem:
        return False  # the scheduler itself will say everything that is wrong with it
    if len(found) < 2:
        return False
    for position, problem in enumerate(found, 1):
        job = jobs.enqueue(PART_TASK, f"{run.number}/{position}")
        session.add(
            RunPart(
                run_id=run.id,
                position=position,
                job_id=job.id,
                problem=problem.to_json(),
                progress={},
            )
        )
    session.flush()
    return True


def solve_part(
    name: str,
    hold: Hold,
    *,
    memory_mb: int,
    transaction: Transaction,
    grace: float = GRACE_SECONDS,
) -> None:
    """Solve one part (`run/position`) for the run's seconds; the last of them has them joined."""
    number, _, place = name.rpartition("/")
    position = int(place)

    def beat(progress: Progress | None) -> None:
        with transaction():
            hold.beat(progress)
            if not queries.is_solving(number):
                raise Cancelled  # another part has failed

    def solved() -> solver.Solved:
        beat(None)
        with transaction():
            seconds = queries.run(number).seconds
            problem = queries.part(number, position).problem
        return solver.solve(
            problem, seconds=seconds, memory_mb=memory_mb, on_beat=beat, grace=grace
        )

    try:
        ended = _ended(solved)
        with transaction():
            hold.end(ended.job_state, error=None if ended.reason is None else str(ended.reason))
            _end(queries.part(number, position), ended)
    except LeaseLost:
        log.warning("part %s: another worker has it now; what this one found is dropped", name)


def _ended(solved: Callable[[], solver.Solved]) -> _Ended:
    """Solve a part, and give whatever comes of it as one kind of thing."""
    try:
        found = solved()
    except SolverFailed as failure:
        return _Ended(failure.outcome, failure.plan, failure.progress, failure.reason)
    except Cancelled:
        return _Ended(Outcome.STOPPED)
    return _Ended(found.outcome, found.plan, found.progress)


def _end(part: RunPart, ended: _Ended) -> None:
    """Keep what became of a part; one without a plan fails the run, the last has them joined."""
    part.outcome, part.plan, part.progress = ended.outcome, ended.plan, ended.progress
    part.error = None if ended.reason is None else json.dumps(kept(ended.reason))
    session.flush()
    run = queries.locked_run(part.run_id)
    if run.state is not RunState.SOLVING:
        return
    if ended.reason is not None and ended.plan is None:
        fail(run, ended.outcome, ended.reason)
    else:
        _join_after_last(run)


def _join_after_last(run: Run) -> None:
    if all(each.outcome is not None for each in queries.parts(run.id)):
        jobs.enqueue(JOIN_TASK, run.number)


def join(number: str, hold: Hold, *, memory_mb: int, transaction: Transaction) -> None:
    """Put the plans of all parts together and record them as the run's."""

    def beat(_: Progress | None) -> None:
        with transaction():
            hold.beat(None)

    try:
        with transaction():
            hold.beat(None)
            run, parts = queries.run(number), None
            if run.state is RunState.SOLVING:
                parts = queries.parts(run.id, has_plans=True)
            if parts is None or not any(each.plan for each in parts):
                hold.end(JobState.DONE)
                if parts is not None:
                    end_stopped(run)
                return
        plan = _joined(run.problem or "", parts, memory_mb, beat)
        told = summed([each.progress for each in parts])
        unwell = [each for each in parts if each.outcome not in _WELL]
        if unwell:
            raise _failure(unwell[0], plan, told)
        is_stopped = any(each.outcome is Outcome.STOPPED for each in parts)
        outcome = Outcome.STOPPED if is_stopped else Outcome.FOUND
        with transaction():
            hold.end(JobState.DONE)
            record(queries.run(number), plan, progress=told, outcome=outcome)
    except SolverFailed as failure:
        end_failed(number, hold, failure, transaction)
    except LeaseLost:
        log.warning("run %s: another worker joins it now", number)


def _joined(
    problem_json: str, parts: Sequence[RunPart], memory_mb: int, beat: solver.OnBeat
) -> str:
    """Join the plans; a part stopped before it was begun gets its first plan, there is none else."""
    plans = []
    for each in parts:
        text = each.plan
        if text is None:
            text = solver.solve(each.problem, seconds=0, memory_mb=memory_mb, on_beat=beat).plan
        plans.append(read_plan(text))
    return scheduler_parts.join(read_problem(problem_json), plans).to_json()


def _failure(part: RunPart, plan: str, told: Progress) -> SolverFailed:
    reason = reason_of(json.loads(part.error or "{}"))
    return SolverFailed(part.outcome or Outcome.CRASHED, reason, plan, told)


def stop(run: Run) -> None:
    """Ask the parts of a run to stop; those that nobody has begun end at once."""
    open_parts = [each for each in queries.parts(run.id) if each.outcome is None]
    for each in open_parts:
        jobs.cancel(each.job_id)
    unbegun = [each for each in open_parts if jobs.job(each.job_id).state is JobState.CANCELLED]
    for each in unbegun:
        each.outcome = Outcome.STOPPED
    if unbegun:
        session.flush()
        _join_after_last(queries.locked_run(run.id))


def note_job_ended(job_id: int) -> bool:
    """Learn that a part's job, or the one that joins, ended without its worker; False if neither."""
    job = jobs.job(job_id)
    if job.task == JOIN_TASK:
        run = queries.run(job.subject)
        if run.state is RunState.SOLVING:
            fail(run, Outcome.LOST, lost())
        return True
    found = queries.part_of_job(job_id)
    if found is None:
        return False
    is_stopped = job.state is JobState.CANCELLED
    _end(found, _Ended(Outcome.STOPPED) if is_stopped else _Ended(Outcome.LOST, reason=lost()))
    return True


def lost() -> Text:
    """Say that a worker died too often."""
    return say("The worker died %(times)s times while planning.", times=jobs.MOST_ATTEMPTS)


def progress(run: Run) -> Progress:
    """How far the parts of a run are together; empty where it has none."""
    rows = queries.progress_of_parts(run.id)
    if not rows:
        return {}
    ended = sum(has_ended for has_ended, _ in rows)
    return {**summed([told for _, told in rows]), "groups": len(rows), "groups_ended": ended}
