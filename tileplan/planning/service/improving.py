"""Runs that improve a draft: the scheduler begins at the plan that the draft shows."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scheduler.plan import read_plan
from scheduler.problem import Problem
from scheduler.replan import steadier
from tileplan.kernel import clock, jobs, numbering
from tileplan.kernel.db import session
from tileplan.kernel.documents import Actor, advance, note
from tileplan.planning import queries, rules
from tileplan.planning.models import PlanVersion, Run
from tileplan.planning.rules import Outcome, PlanState, RunState
from tileplan.planning.rules.editing import RunKind, StepKind
from tileplan.planning.service.changing import rows_of, sound
from tileplan.planning.service.editing import add_step, editable, show
from tileplan.planning.service.holding import TASK, refuse_seconds
from tileplan.planning.service.rewriting import change, rewrite
from tileplan.planning.service.states import State, state_of

SERIES = "RUN"
STEPS = {RunKind.STABLE: StepKind.STABLE, RunKind.FREE: StepKind.FREE}


def improve(number: str, seen: int, kind: RunKind, seconds: int, *, by: Actor) -> Run:
    """Ask for a better plan of a draft's lots and pins; nobody edits the draft meanwhile."""
    refuse_seconds(seconds)
    plan = editable(number, seen)
    problem = _asked(state_of(plan), kind)
    return open_run(plan, kind, seconds, problem, task=TASK, by=by)


def open_run(
    plan: PlanVersion, kind: RunKind, seconds: int, problem: Problem, *, task: str, by: Actor
) -> Run:
    """Ask for a run that begins at a draft; nobody edits the draft until it has ended."""
    state, model = state_of(plan), queries.run(plan.run.number)
    run = Run(
        number=numbering.draw(SERIES),
        kind=kind,
        draft=plan.number,
        state=RunState.QUEUED,
        seconds=seconds,
        epoch_at=state.axis.epoch,
        asked_by=by.login,
        asked_at=clock.now(),
        problem=problem.to_json(),
        based_on=model.based_on,
        served=model.served,
        lots=[draft.to_dict() for draft in state.drafts],
        refused=model.refused,
        progress={},
    )
    session.add(run)
    detail = {"seconds": seconds, "draft": plan.number}
    note(rules.RUN.kind, run.number, "place", by=by, detail=detail)
    run.job_id = jobs.enqueue(task, run.number).id
    session.flush()
    plan.replan_id = run.id
    session.flush()
    return run


def _asked(state: State, kind: RunKind) -> Problem:
    """What the scheduler minimises: the price as stated, or with every departure made dear."""
    if kind is RunKind.FREE:
        return state.problem
    return replace(state.problem, published=rows_of(state.plan), stability=steadier(state.problem))


def improved(
    run: Run, plan_json: str, *, progress: Mapping[str, Any], outcome: Outcome
) -> PlanVersion:
    """Keep what a run has found as a step of its draft, where it is cheaper than what is there."""
    plan = queries.plan(run.draft or "")
    before = state_of(plan)
    after = replace(before, plan=sound(before, read_plan(plan_json)))
    # A draft that was put aside meanwhile stays as it was.
    is_open = plan.state is PlanState.DRAFT
    is_better = is_open and after.plan.price.total < before.plan.price.total
    if is_better:
        done = change(plan, before, after)
        detail = {"run": run.number, "cents": after.plan.price.total - before.plan.price.total}
        show(plan, add_step(done, STEPS[run.kind], detail, by=None))
        rewrite(done)
    run.progress = {**progress, "is_better": is_better, "total": after.plan.price.total}
    run.outcome = outcome
    action = "stop" if outcome is Outcome.STOPPED else "record"
    advance(run, rules.RUN, action, by=None, detail={"plan": plan.number})
    session.flush()
    return plan
