"""What one changeover hour less costs in lateness: short searches between both, from a draft's plan."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from scheduler.plan import Plan, read_plan
from scheduler.problem import Problem
from scheduler.reading import read_problem
from scheduler.replan import steadier
from scheduler.standing import repriced
from tileplan.kernel.db import session
from tileplan.kernel.documents import Actor, advance
from tileplan.kernel.errors import Conflict
from tileplan.kernel.jobs import Cancelled, JobState, LeaseLost
from tileplan.kernel.words import say
from tileplan.planning import queries, rules, translate
from tileplan.planning.models import FrontierPoint, PlanVersion, Run
from tileplan.planning.rules import Outcome
from tileplan.planning.rules.editing import RunKind, StepKind
from tileplan.planning.rules.frontier import SEARCHES, Search
from tileplan.planning.service import solver
from tileplan.planning.service.changing import sound
from tileplan.planning.service.editing import Edited, add_step, editable, shown
from tileplan.planning.service.effects import effects
from tileplan.planning.service.endings import SolverFailed
from tileplan.planning.service.holding import Hold, Transaction, refuse_seconds
from tileplan.planning.service.improving import open_run
from tileplan.planning.service.recording import fail
from tileplan.planning.service.rewriting import answer_of, change
from tileplan.planning.service.solver import GRACE_SECONDS, Progress
from tileplan.planning.service.states import State, state_of

log = logging.getLogger(__name__)

TASK = "planning.frontier"
_WHOLE = 100


def explore(number: str, seen: int, seconds: int, *, by: Actor) -> Run:
    """Ask for plans between changeovers and lateness; each search may take so many seconds."""
    refuse_seconds(seconds)
    plan = editable(number, seen)
    problem = state_of(plan).problem
    return open_run(
        plan, RunKind.FRONTIER, seconds * len(_searches(problem)), problem, task=TASK, by=by
    )


def take(number: str, seen: int, run_number: str, position: int, *, by: Actor) -> Edited:
    """Let a draft be one of the plans found; one step, which can be undone."""
    plan = editable(number, seen)
    before = state_of(plan)
    run = queries.run(run_number)
    if run.draft != plan.number or run.problem != before.problem.to_json():
        raise Conflict(say("The draft was changed since this picture was made. Make a new one."))
    point = queries.frontier_point(run, position)
    after = replace(before, plan=sound(before, read_plan(point.plan)))
    done = change(plan, before, after)
    step = add_step(done, StepKind.TAKEN, {"run": run.number, "point": position}, by=by)
    return Edited(plan, after, effects(before, after, ()), (), *shown(done, step))


@dataclass(frozen=True)
class _Asked:
    """What is searched, for how long each, and where every search begins."""

    problem: Problem
    seconds: int
    start: Plan


def trace(
    number: str,
    hold: Hold,
    *,
    memory_mb: int,
    transaction: Transaction,
    grace: float = GRACE_SECONDS,
) -> None:
    """Search one after another and keep what each has found; stopped, what there is stays."""
    try:
        asked = _begin(number, hold, transaction)
        outcome = Outcome.FOUND
        for at, search in enumerate(_searches(asked.problem), 1):
            problem = _weighed(asked.problem, search)
            solved = solver.solve(
                problem.to_json(),
                seconds=asked.seconds,
                start=repriced(problem, asked.start).to_json(),
                memory_mb=memory_mb,
                on_beat=_beat(hold, transaction, (at - 1) * asked.seconds),
                grace=grace,
            )
            with transaction():
                hold.beat({"seconds": at * asked.seconds})
                _keep(queries.run(number), at, read_plan(solved.plan))
            outcome = solved.outcome
            if solved.is_stopped:
                break
        _end(number, hold, transaction, outcome)
    except SolverFailed as failure:
        with transaction():
            hold.end(JobState.FAILED, error=str(failure))
            fail(queries.run(number), failure.outcome, failure.reason)
    except Cancelled:
        _end(number, hold, transaction, Outcome.STOPPED)
    except LeaseLost:
        log.warning("run %s: another worker has it now; what this one found is dropped", number)


def _begin(number: str, hold: Hold, transaction: Transaction) -> _Asked:
    """Begin, or begin again where a worker died; the plan of the draft is the first point."""
    with transaction():
        hold.beat(None)
        run = queries.run(number)
        advance(run, rules.RUN, "begin", by=None)
        for left in queries.frontier_points(run):
            session.delete(left)
        session.flush()
        draft = queries.plan(run.draft or "")
        start, problem = read_plan(draft.plan), read_problem(run.problem or "")
        _keep(run, 0, start)
        return _Asked(problem, run.seconds // len(_searches(problem)), start)


def _beat(hold: Hold, transaction: Transaction, before: int) -> Callable[[Progress], None]:
    """Tell how far all searches are; the price of one that weighs otherwise means nothing."""

    def beat(told: Progress) -> None:
        with transaction():
            hold.beat({"seconds": before + (told.get("seconds") or 0)})

    return beat


def _end(number: str, hold: Hold, transaction: Transaction, outcome: Outcome) -> None:
    is_stopped = outcome is Outcome.STOPPED
    with transaction():
        hold.end(JobState.CANCELLED if is_stopped else JobState.DONE)
        run = queries.run(number)
        points = len(queries.frontier_points(run))
        run.outcome, run.progress = outcome, {"seconds": run.seconds, "points": points}
        action = "stop" if is_stopped else "record"
        advance(run, rules.RUN, action, by=None, detail={"plan": run.draft})
        session.flush()


def _searches(problem: Problem) -> tuple[Search, ...]:
    """Without a plan in force there is nothing to stay near."""
    return tuple(one for one in SEARCHES if problem.published or not one.is_near)


def _weighed(problem: Problem, search: Search) -> Problem:
    """The problem with changeovers dearer or cheaper than they are, or with every departure dear."""
    tables = {
        name: replace(table, cents_per_minute=table.cents_per_minute * search.percent // _WHOLE)
        for name, table in problem.changeovers.items()
    }
    found = replace(problem, changeovers=tables)
    return replace(found, stability=steadier(problem)) if search.is_near else found


def _keep(run: Run, position: int, found: Plan) -> None:
    """Keep a plan at the price that the draft states, with what it is compared by."""
    draft = queries.plan(run.draft or "")
    state = state_of(draft)
    stated = replace(state, plan=sound(state, found))
    figures = translate.figures(answer_of(stated, queries.capability()), stated.drafts, {})
    session.add(
        FrontierPoint(
            run_id=run.id,
            position=position,
            plan=stated.plan.to_json(),
            price=stated.plan.price.to_dict(),
            figures={**figures, "moved": _moved(stated)},
        )
    )
    session.flush()


def _moved(state: State) -> int | None:
    """How many steps stand elsewhere than in the plan in force; None where there is none."""
    if not state.base.published:
        return None
    here = {(one.lot, one.stage): (one.resource, one.start) for one in state.plan.operations}
    return sum(
        here.get((row.lot, row.stage)) not in {None, (row.resource, row.start)}
        for row in state.base.published
    )


def is_stale(plan: PlanVersion, run: Run) -> bool:
    """True where a draft is no longer the question that a picture answers."""
    return run.problem != state_of(plan).problem.to_json()
