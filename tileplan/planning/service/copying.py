"""A draft to work on: a copy of a plan version, with what the floor has told since."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from scheduler.plan import Plan, Price, Status
from scheduler.problem import Pin, Problem, Published
from tileplan.kernel import clock, numbering
from tileplan.kernel.db import session
from tileplan.kernel.documents import Actor, advance, note
from tileplan.kernel.errors import Conflict
from tileplan.kernel.words import say
from tileplan.planning import queries, rules, translate
from tileplan.planning.models import PlannedLot, PlanVersion, Run
from tileplan.planning.queries.demand import is_under_way
from tileplan.planning.rules import PlanState, RunState
from tileplan.planning.rules.drafts import Draft
from tileplan.planning.rules.editing import RunKind, StepKind
from tileplan.planning.service.changing import retimed
from tileplan.planning.service.editing import Impossible, add_step, editable, show
from tileplan.planning.service.preparing import carried, epoch_of
from tileplan.planning.service.reconciling import reconciled
from tileplan.planning.service.recording import record
from tileplan.planning.service.rewriting import change, rewrite
from tileplan.planning.service.states import State, state_of
from tileplan.planning.translate.names import STAGES
from tileplan.plant.rules import StageCode

SERIES = "RUN"
_NO_PLAN = Plan("", (), Price(), None, Status.INFEASIBLE, 1, 0, None)
Place = tuple[str, str, str, datetime]


def copy(number: str, *, by: Actor) -> PlanVersion:
    """Make a draft of a plan: the published one as the floor stands now, a draft as it is."""
    plan = queries.plan(number)
    if plan.state is PlanState.DRAFT:
        return _same(plan, by)
    if plan.state is not PlanState.PUBLISHED:
        raise Conflict(
            say(
                "Plan %(plan)s is “%(state)s”: edit a copy of the plan in force.",
                plan=plan.number,
                state=rules.PLAN.labels[plan.state],
            )
        )
    run = _run(plan, epoch_of(clock.now()), by)
    state = _restated(run, queries.lots(plan))
    return _recorded(run, state)


def renew(number: str, seen: int, *, by: Actor) -> PlanVersion:
    """Bring a draft up to date: what the floor has begun is a fact, the rest keeps its order.

    Pins of work that was begun, or whose hour has passed, are gone; nothing before can be undone.
    """
    plan = editable(number, seen)
    published = queries.published()
    if published is None or plan.run.based_on != published.number:
        raise Conflict(
            say(
                "Plan %(plan)s was not made of the plan in force. Edit a copy of the plan in force.",
                plan=plan.number,
            )
        )
    before = state_of(plan)
    epoch = epoch_of(clock.now())
    standing = {lot.code: lot for lot in queries.lots(published)}
    drafts, renamed = reconciled(plan, before.drafts, published, standing)
    places = [
        (renamed.get(one.lot, one.lot), one.stage, one.resource, before.axis.moment(one.start))
        for one in before.plan.operations
    ]
    base, rows = _asked(plan.run.number, drafts, standing, places, epoch)
    axis = translate.Axis(epoch)
    pins = _pins_left(before, base, epoch)
    stated = State(axis, base, pins, tuple(drafts), before.plan)
    found = retimed(stated, rows)
    if found.after is None:
        raise Impossible(stated, found.reasons)
    done = change(plan, before, found.after, standing)
    detail = {"dropped": len(before.pins) - len(pins)}
    show(plan, add_step(done, StepKind.RENEWED, detail, by=by))
    rewrite(done)
    return plan


def _pins_left(before: State, base: Problem, epoch: datetime) -> tuple[Pin, ...]:
    """The planner's pins from an epoch on: of what is neither begun nor gone nor past its hour."""
    moved = int((before.axis.epoch - epoch).total_seconds() // 60)
    left = {(lot.id, step.stage) for lot in base.lots for step in lot.steps}
    facts = {(pin.lot, pin.stage) for pin in base.pins}
    return tuple(
        replace(pin, start=pin.start + moved)
        for pin in before.pins
        if pin.start is not None and pin.start + moved >= 0 and (pin.lot, pin.stage) in left - facts
    )


def _same(plan: PlanVersion, by: Actor) -> PlanVersion:
    """A second draft like the first: what if."""
    run = _run(plan, plan.epoch_at, by)
    return _recorded(run, state_of(plan))


def _run(plan: PlanVersion, epoch_at: datetime, by: Actor) -> Run:
    """The run that a copy belongs to; it accounts for the demand as the run of its model did."""
    asked = queries.run(plan.run.number)
    run = Run(
        number=numbering.draw(SERIES),
        kind=RunKind.COPY,
        state=RunState.QUEUED,
        seconds=0,
        epoch_at=epoch_at,
        asked_by=by.login,
        asked_at=clock.now(),
        based_on=plan.number if plan.state is PlanState.PUBLISHED else asked.based_on,
        served=asked.served,
        lots=asked.lots,
        refused=asked.refused,
        progress={},
    )
    session.add(run)
    note(rules.RUN.kind, run.number, "place", by=by, detail={"copy": plan.number})
    session.flush()
    advance(run, rules.RUN, "begin", by=None)
    return run


def _recorded(run: Run, state: State) -> PlanVersion:
    """Keep a state as the first of a new draft."""
    named = replace(state.base, name=run.number)
    mine = replace(state, base=named, plan=replace(state.plan, problem=run.number))
    run.problem, run.problem_hash = named.to_json(), named.content_hash()
    run.lots = [draft.to_dict() for draft in mine.drafts]
    version = record(run, mine.plan.to_json())
    if mine.pins:
        done = change(version, mine.with_pins(()), mine)
        show(version, add_step(done, StepKind.LOCKED, _locks(mine), by=None))
    return version


def _locks(state: State) -> dict[str, list[str]]:
    return {"lots": sorted({pin.lot for pin in state.pins})}


def _restated(run: Run, lots: Sequence[PlannedLot]) -> State:
    """The lots of a plan that are still to be made, asked anew, at the places that they have."""
    standing = {lot.code: lot for lot in lots}
    open_lots = [lot for lot in lots if not lot.ended_at]
    drafts = [replace(carried(lot), is_carried=is_under_way(lot)) for lot in open_lots]
    places = [
        (lot.code, STAGES[StageCode(one.stage)], one.resource, one.start_at)
        for lot in open_lots
        for one in lot.operations
    ]
    base, rows = _asked(run.number, drafts, standing, places, run.epoch_at)
    nothing = State(translate.Axis(run.epoch_at), base, (), tuple(drafts), _NO_PLAN)
    found = retimed(nothing, rows)
    if found.after is None:
        raise Impossible(nothing, found.reasons)
    return found.after


def _asked(
    name: str,
    drafts: Sequence[Draft],
    standing: dict[str, PlannedLot],
    places: Sequence[Place],
    epoch: datetime,
) -> tuple[Problem, list[Published]]:
    """The problem of some lots from an epoch on, and the rows that say where they stand in it.

    Lots are asked for in the order of their beginnings: what should have begun already, and has
    not, stands at the epoch, and keeps its order by that.
    """
    first: dict[str, datetime] = {}
    for lot, _, _, at in places:
        first[lot] = min(first.get(lot, at), at)
    in_order = sorted(drafts, key=lambda draft: first.get(draft.code, epoch))
    asked = translate.Asked(
        name,
        [draft for draft in in_order if not draft.is_carried],
        [draft for draft in in_order if draft.is_carried],
        standing,
    )
    problem = translate.problem(asked, translate.sheet(queries.capability(), epoch))
    axis = translate.Axis(epoch)
    steps = {(lot.id, step.stage) for lot in problem.lots for step in lot.steps}
    rows = []
    for lot, stage, resource, at in places:
        start = max(0, axis.minute(at))
        if (lot, stage) in steps:
            rows.append(Published(lot, stage, resource, start, start + 1))
    return problem, rows
