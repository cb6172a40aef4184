"""A draft to work on: a copy of a plan version, with what the floor has told since."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from scheduler.plan import Plan, Price, Status
from scheduler.problem import Pin, Problem, Published
from tileplan.kernel import clock, numbering
from tileplan.kernel.db import session
from tileplan.kernel.documents import Actor, advance, note
from tileplan.kernel.errors import Conflict, Refused
from tileplan.kernel.words import clean, say
from tileplan.planning import queries, rules, translate
from tileplan.planning.models import PlannedLot, PlanVersion, Run
from tileplan.planning.queries.assuming import SETTLED
from tileplan.planning.queries.demand import is_under_way
from tileplan.planning.rules import PlanState, RunState
from tileplan.planning.rules.assuming import MOST_NAME, kept, without_rush
from tileplan.planning.rules.drafts import Draft
from tileplan.planning.rules.editing import RunKind, StepKind
from tileplan.planning.rules.wants import due_at
from tileplan.planning.service.changing import retimed
from tileplan.planning.service.editing import Impossible, add_step, editable, show
from tileplan.planning.service.preparing import carried, epoch_of
from tileplan.planning.service.reconciling import reconciled
from tileplan.planning.service.recording import record
from tileplan.planning.service.rewriting import change, rewrite
from tileplan.planning.service.states import State, state_of
from tileplan.planning.translate.assuming import restated
from tileplan.planning.translate.minutes import MINUTE
from tileplan.planning.translate.names import STAGES
from tileplan.plant.rules import StageCode

SERIES = "RUN"
_NO_PLAN = Plan("", (), Price(), None, Status.INFEASIBLE, 1, 0, None)
Place = tuple[str, str, str, datetime]


def copy(number: str, *, by: Actor, name: str = "") -> PlanVersion:
    """Make a draft of a plan: the published one as the floor stands now, a draft as it is.

    One that was in force before gives its order and lines to the lots that are still to be made.
    """
    plan, force = queries.plan(number), queries.published()
    if plan.state is PlanState.DRAFT:
        made = _same(plan, by)
    elif plan.state is PlanState.SUPERSEDED and force is not None:
        run = _run(plan, epoch_of(clock.now()), by, based_on=force.number)
        made = _recorded(run, as_it_stands(force, queries.lots(plan)))
    else:
        [made] = copies(number, 1, by=by)
    made.name = named(name)
    session.flush()
    return made


def copies(number: str, count: int, *, by: Actor) -> list[PlanVersion]:
    """Make several drafts of the published plan as the floor stands now, all alike."""
    plan = queries.plan(number)
    if plan.state is not PlanState.PUBLISHED:
        raise Conflict(
            say(
                "Plan %(plan)s is “%(state)s”: edit a copy of the plan in force.",
                plan=plan.number,
                state=rules.PLAN.labels[plan.state],
            )
        )
    state = as_it_stands(plan)
    runs = (_run(plan, state.axis.epoch, by, based_on=plan.number) for _ in range(count))
    return [_recorded(run, state) for run in runs]


def call(number: str, seen: int, name: str) -> PlanVersion:
    """Give a draft a name, or take it away."""
    plan = editable(number, seen)
    plan.name = named(name)
    session.flush()
    return plan


def named(name: str) -> str | None:
    """A name as it is kept; raises Refused for one that is too long."""
    found = " ".join(clean(name).split())
    if len(found) > MOST_NAME:
        raise Refused(say("Please use at most %(n)s characters.", n=MOST_NAME))
    return found or None


def renew(number: str, seen: int, *, by: Actor, is_settled: bool = False) -> PlanVersion:
    """Bring a draft up to date: what the floor has begun is a fact, the rest keeps its order.

    Pins of work that was begun, or whose hour has passed, are gone; nothing before can be undone.
    What the draft assumes stays assumed, unless it is settled: then due dates, rates and closures
    are the plant's again, and rush orders that nobody has given are gone.
    """
    plan = editable(number, seen)
    published = _basis(plan)
    before = state_of(plan)
    epoch = epoch_of(clock.now())
    standing = {lot.code: lot for lot in queries.lots(published)}
    assumed = [] if is_settled else queries.assumptions(plan)
    drafts, renamed = reconciled(plan, before.drafts, published, standing)
    if is_settled:
        drafts = _settled(drafts, queries.lots(plan))
    places = [
        (renamed.get(one.lot, one.lot), one.stage, one.resource, before.axis.moment(one.start))
        for one in before.plan.operations
    ]
    base, rows = _asked(plan.run.number, drafts, standing, places, epoch)
    axis = translate.Axis(epoch)
    base = restated(base, axis, assumed)
    pins = _pins_left(before, base, epoch)
    stated = State(axis, base, pins, tuple(drafts), before.plan)
    found = retimed(stated, rows)
    if found.after is None:
        raise Impossible(stated, found.reasons)
    done = change(plan, before, found.after, standing)
    detail = {"dropped": len(before.pins) - len(pins), SETTLED: is_settled}
    show(plan, add_step(done, StepKind.RENEWED, detail, by=by))
    rewrite(done)
    return plan


def _basis(plan: PlanVersion) -> PlanVersion:
    """The plan in force, where a draft was made of it."""
    published = queries.published()
    if published is None or plan.run.based_on != published.number:
        raise Conflict(
            say(
                "Plan %(plan)s was not made of the plan in force. Edit a copy of the plan in force.",
                plan=plan.number,
            )
        )
    return published


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
    run = _run(plan, plan.epoch_at, by, based_on=queries.run(plan.run.number).based_on)
    made = _recorded(run, state_of(plan))
    made.assumed = [kept(one) for one in queries.assumptions(plan)]
    return made


def _settled(drafts: Sequence[Draft], lots: Sequence[PlannedLot]) -> list[Draft]:
    """The lots of a draft as the orders want them, without what was only assumed."""
    due = {peg.item_ref: due_at(peg.item.due_on) for lot in lots for peg in lot.pegs if peg.item}
    return [
        replace(
            draft,
            pegs=tuple(replace(peg, due_at=due.get(peg.ref, peg.due_at)) for peg in draft.pegs),
        )
        for draft in without_rush(drafts)
    ]


def _run(plan: PlanVersion, epoch_at: datetime, by: Actor, *, based_on: str | None) -> Run:
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
        based_on=based_on,
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


def as_it_stands(plan: PlanVersion, wanted: Sequence[PlannedLot] = ()) -> State:
    """The lots of a plan that are still to be made, asked anew, in the order that they have now.

    It is what becomes of a plan where nobody does anything; raises Impossible. Lots that are `wanted`
    elsewhere get those places, unless they are begun; the others stay behind them in their order.
    """
    lots, epoch = queries.lots(plan), epoch_of(clock.now())
    standing = {lot.code: lot for lot in lots}
    open_lots = [lot for lot in lots if not lot.ended_at]
    drafts = [replace(carried(lot), is_carried=is_under_way(lot)) for lot in open_lots]
    places = returned(open_lots, wanted)
    base, rows = _asked(plan.number, drafts, standing, places, epoch)
    nothing = State(translate.Axis(epoch), base, (), tuple(drafts), _NO_PLAN)
    found = retimed(nothing, rows)
    if found.after is None:
        raise Impossible(nothing, found.reasons)
    return found.after


def returned(lots: Sequence[PlannedLot], wanted: Sequence[PlannedLot]) -> list[Place]:
    """Where lots stand, or where an older plan has those of them that nobody has begun."""
    older = {lot.code: lot for lot in wanted}
    back = [older[lot.code] for lot in lots if lot.code in older and not is_under_way(lot)]
    are_back = {lot.code for lot in back}
    begun = [lot for lot in lots if is_under_way(lot)]
    others = [lot for lot in lots if lot.code not in are_back and not is_under_way(lot)]
    placed = [place for lot in (*begun, *back) for place in _places(lot)]
    if not back or not others:
        return placed + [place for lot in others for place in _places(lot)]
    last = max(at for *_, at in placed)
    first = min(at for lot in others for *_, at in _places(lot))
    late = max(timedelta(0), last - first) + MINUTE
    behind = [
        (code, stage, line, at + late) for lot in others for code, stage, line, at in _places(lot)
    ]
    return placed + behind


def _places(lot: PlannedLot) -> list[Place]:
    return [
        (lot.code, STAGES[StageCode(one.stage)], one.resource, one.start_at)
        for one in lot.operations
    ]


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
