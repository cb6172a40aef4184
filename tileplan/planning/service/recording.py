"""Recording what the scheduler found: judged once more, then kept as a draft of a plan."""

import json
import logging

from scheduler.plan import read_plan
from scheduler.problem import Problem
from scheduler.reading import read_problem
from scheduler.referee import faults
from tileplan.kernel import clock, numbering
from tileplan.kernel.db import session
from tileplan.kernel.documents import advance
from tileplan.kernel.jobs import JobState
from tileplan.kernel.words import Text, say
from tileplan.planning import queries, rules, translate
from tileplan.planning.models import PlannedLot, PlanVersion, Run
from tileplan.planning.rules import Outcome, PlanState
from tileplan.planning.rules.drafts import draft_of
from tileplan.planning.rules.wants import kept
from tileplan.planning.service.endings import SolverFailed
from tileplan.planning.service.holding import Hold, Transaction
from tileplan.planning.service.improving import improved
from tileplan.planning.service.rewriting import add
from tileplan.planning.service.solver import Progress

log = logging.getLogger(__name__)

SERIES = "PL"


def record(
    run: Run,
    plan_json: str,
    *,
    progress: Progress | None = None,
    outcome: Outcome = Outcome.FOUND,
) -> PlanVersion:
    """Keep a plan as a draft, with its lots, pegs and operations; a faulty one is never kept.

    What improves a draft becomes a step of it.
    """
    if run.draft is not None:
        return improved(run, plan_json, progress=progress or {}, outcome=outcome)
    told = progress or {}
    version = _kept(run, plan_json, told)
    run.progress, run.outcome = told, outcome
    action = "stop" if outcome is Outcome.STOPPED else "record"
    advance(run, rules.RUN, action, by=None, detail={"plan": version.number})
    session.flush()
    return version


def _kept(run: Run, plan_json: str, told: Progress) -> PlanVersion:
    """A sound plan as a new draft, with all its rows."""
    problem = read_problem(run.problem or "")
    _check(run, problem, plan_json)
    plan = read_plan(plan_json)
    found = translate.Answer(
        problem=problem,
        plan=plan,
        axis=translate.Axis(run.epoch_at),
        capability=queries.capability(),
        standing=_standing(run),
    )
    drafts = [draft_of(row) for row in run.lots]
    lots = translate.answer(found, drafts)
    version = PlanVersion(
        number=numbering.draw(SERIES),
        run=run,
        state=PlanState.DRAFT,
        epoch_at=run.epoch_at,
        plan=plan_json,
        price=plan.price.to_dict(),
        figures=translate.figures(found, drafts, told),
        made_at=clock.now(),
    )
    session.add(version)
    session.flush()
    add(version, lots)
    return version


def _check(run: Run, problem: Problem, plan_json: str) -> None:
    """Have the referee judge a plan; raises SolverFailed."""
    wrong = faults(problem, json.loads(plan_json))
    if wrong:
        log.error("run %s: the referee found %s", run.number, "; ".join(map(str, wrong[:20])))
        raise SolverFailed(
            Outcome.FAULTY, say("The scheduler's plan broke a rule, so it was not kept.")
        )


def _standing(run: Run) -> dict[str, PlannedLot]:
    """The lots of the plan that the run departed from, as the floor has told of them since."""
    if run.based_on is None:
        return {}
    return {lot.code: lot for lot in queries.lots(queries.plan(run.based_on))}


def _record_failed(run: Run, failure: SolverFailed) -> None:
    """Keep the best plan of a scheduler that did not end well, and why it ended so.

    Whoever watched it has seen that plan, and the referee judges it as every other.
    """
    if failure.plan is None:
        fail(run, failure.outcome, failure.reason)
        return
    record(run, failure.plan, progress=failure.progress, outcome=failure.outcome)
    run.error = json.dumps(kept(failure.reason))
    session.flush()


def fail(run: Run, outcome: Outcome, reason: Text) -> None:
    """End a run that found no plan, with the reason in words."""
    run.outcome, run.error = outcome, json.dumps(kept(reason))
    detail = {"reason": str(reason), "outcome": outcome.value}
    advance(run, rules.RUN, "fail", by=None, detail=detail)
    session.flush()


def end_stopped(run: Run) -> None:
    """End a run that was stopped before it had a plan."""
    run.outcome = Outcome.STOPPED
    advance(run, rules.RUN, "stop", by=None)
    session.flush()


def end_failed(number: str, hold: Hold, failure: SolverFailed, transaction: Transaction) -> None:
    """End a run whose scheduler did not end well, with its best plan if it has a sound one."""
    try:
        with transaction():
            hold.end(JobState.FAILED, error=str(failure))
            _record_failed(queries.run(number), failure)
    except SolverFailed as worse:
        with transaction():
            hold.end(JobState.FAILED, error=str(failure))
            fail(queries.run(number), worse.outcome, worse.reason)
