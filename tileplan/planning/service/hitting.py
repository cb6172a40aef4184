"""What closures that a plan does not know hit in it: lots, and order lines where nobody acts."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from tileplan.kernel import clock
from tileplan.kernel.errors import Conflict, Problem
from tileplan.planning import queries
from tileplan.planning.models import PlannedLot, PlannedOperation, PlanVersion
from tileplan.planning.rules import PlanState, real_times
from tileplan.planning.rules.closing import Hit, HitStep, LateLine, Shut, beyond, is_hit
from tileplan.planning.rules.happened import forming_lines, forming_times
from tileplan.planning.service.copying import as_it_stands
from tileplan.planning.service.effects import lateness
from tileplan.planning.service.states import State, state_of
from tileplan.plant import queries as plant
from tileplan.plant.rules import Closed, StageCode, clip


def hit(plan: PlanVersion, *, looks_ahead: bool = True) -> Hit:
    """Say what closures hit in a plan that were entered since it was made.

    `looks_ahead` also says which order lines of the plan in force are later where nobody acts.
    """
    lots = queries.lots(plan)
    try:
        shut = news(plan, lots)
    except Conflict:  # what it was made with is no longer kept: nobody knows what is new to it
        return Hit((), (), None)
    steps = tuple(sorted(_steps(lots, shut), key=lambda step: (step.start_at, step.lot)))
    is_asked = looks_ahead and steps and plan.state is PlanState.PUBLISHED
    return Hit(tuple(shut), steps, _late(plan, lots) if is_asked else None)


def news(plan: PlanVersion, lots: Sequence[PlannedLot]) -> list[Shut]:
    """The time from now on, until the plan ends, in which a resource is shut and it does not know."""
    ends = [one.end_at for lot in lots for one in lot.operations if not one.finished_at]
    state, now = state_of(plan), clock.now()
    from_at, to_at = max(now, state.axis.epoch), max(ends, default=now)
    if from_at >= to_at:
        return []
    known = _known(state)
    resources = plant.resources()
    closures = plant.closures(resources, from_at, to_at)
    # Forming is paced by its kiln, so a plan knows no closures of it: only what is told counts.
    forming = [row for row in resources if row.stage == StageCode.FORMING]
    told = plant.downs(forming, from_at, to_at)
    found: list[Shut] = []
    for row in resources:
        if row.code in known:
            found += beyond(row.code, closures[row.code], known[row.code])
        else:
            found += beyond(row.code, told.get(row.code, []), [])
    return found


def opened(plan: PlanVersion) -> list[str]:
    """The resources that are no longer closed in time from now on that a plan counts as closed."""
    state, now = state_of(plan), clock.now()
    ends = [state.axis.moment(one.end) for one in state.plan.operations]
    from_at, to_at = max(now, state.axis.epoch), max(ends, default=now)
    if from_at >= to_at:
        return []
    resources, known = plant.resources(), _known(state)
    closures = plant.closures(resources, from_at, to_at)
    found = []
    for row in resources:
        counted = [Closed(*pair) for pair in known.get(row.code, [])]
        now_shut = [(one.start_at, one.end_at) for one in closures[row.code]]
        # A machine that is held for running work counts as closed until that begins.
        held = _held_until(state, row.code)
        gone = beyond(row.code, clip(counted, max(from_at, held), to_at), now_shut)
        found += [row.code] if gone else []
    return found


def _held_until(state: State, resource: str) -> datetime:
    starts = [pin.start for pin in state.base.pins if pin.resource == resource and pin.start]
    return state.axis.moment(max(starts, default=0))


def _known(state: State) -> dict[str, list[tuple[datetime, datetime]]]:
    """The closures that a plan was made with, by resource."""
    moment = state.axis.moment
    return {
        row.id: [
            (moment(start), moment(end)) for start, end in state.base.calendars[row.calendar].off
        ]
        for row in state.base.resources
    }


def _steps(lots: Sequence[PlannedLot], shut: Sequence[Shut]) -> Iterator[HitStep]:
    now = clock.now()
    for lot in lots:
        for one in lot.operations:
            if one.finished_at:
                continue
            times = real_times(one, now)
            if is_hit(shut, one.resource, *times):
                yield _step(lot, one, (one.stage, one.resource), times)
            formed = forming_times(one, times)
            if formed is None:
                continue
            for code in forming_lines(one):
                if is_hit(shut, code, *formed):
                    yield _step(lot, one, (StageCode.FORMING.value, code), formed)


def _step(
    lot: PlannedLot,
    one: PlannedOperation,
    place: tuple[str, str],
    times: tuple[datetime, datetime],
) -> HitStep:
    is_running = one.started_at is not None and one.paused_at is None
    return HitStep(lot.code, lot.tile.code, *place, *times, is_running)


def _late(plan: PlanVersion, lots: Sequence[PlannedLot]) -> tuple[LateLine, ...] | None:
    """The order lines that would be later, those that would have been in time first."""
    try:
        after = lateness(as_it_stands(plan))
    except Problem:  # the order of the plan can no longer be kept: nobody knows who is late
        return None
    before: dict[str, int] = {}
    for lot in lots:
        for peg in lot.pegs:
            if peg.item_id and not lot.ended_at:
                before[peg.item_ref] = max(before.get(peg.item_ref, 0), peg.late_minutes)
    found = [
        LateLine(ref, before.get(ref, 0), minutes)
        for ref, minutes in after.items()
        if minutes > before.get(ref, 0)
    ]
    return tuple(sorted(found, key=lambda line: (line.before > 0, -line.after, line.ref)))
