"""What a wish makes of a draft: the scheduler lets everything give way, the referee judges it."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scheduler.move import UnknownOperation, move
from scheduler.plan import Operation, Plan, Status
from scheduler.problem import Pin, Published
from scheduler.reasons import Kind, Reason
from scheduler.referee import faults
from scheduler.replan import Mode, replan
from scheduler.standing import repriced
from tileplan.kernel.errors import NotFound, Refused
from tileplan.kernel.words import Text, say
from tileplan.planning.rules.editing import (
    Bar,
    Lock,
    Put,
    Repair,
    Shift,
    Unlock,
    Wish,
)
from tileplan.planning.service.states import State
from tileplan.planning.translate.names import STAGES
from tileplan.plant.rules import StageCode

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Changed:
    """What became of a wish.

    `after` is None where it is impossible; `landed` are the operations that were moved, and
    `reasons` say why it is impossible, or why they are later than asked for. `notes` are what a
    planner should know of it.
    """

    after: State | None
    landed: tuple[Operation, ...] = ()
    reasons: tuple[Reason, ...] = ()
    notes: tuple[Text, ...] = ()


def changed(state: State, wish: Wish) -> Changed:
    """Let a wish come true as far as it can; raises NotFound for a bar that is not there."""
    return _BY_KIND[type(wish)](state, wish)


def _put(state: State, wish: Put) -> Changed:
    return _placed(state, wish.bar, wish.line, state.axis.minute(wish.at))


def _placed(state: State, bar: Bar, line: str, minute: int) -> Changed:
    """Put one bar somewhere, pin it where it landed, and let what is not pinned give way."""
    lot, stage = _step(bar)
    where = _operation(state, bar)
    if (lot, stage) in state.begun:
        return Changed(None, (), (Reason(Kind.FROZEN, lot, stage, where.resource, start=0),))
    others = _without(state, [bar])
    loose = state.with_pins(others)
    try:
        found = move(loose.problem, state.plan, lot, stage, line, minute)
    except UnknownOperation:  # a line that the scheduler does not plan, such as a press
        return Changed(None, (), (Reason(Kind.NOT_ABLE, lot, stage, line),))
    if found.plan is None or found.landed is None:
        return Changed(None, (), found.reasons)
    landed = found.landed
    pin = Pin(lot, stage, landed.resource, landed.start)
    after = replace(loose, pins=(*others, pin), plan=found.plan)
    return Changed(after, (landed,), found.reasons)


def _shift(state: State, wish: Shift) -> Changed:
    """Put several bars later or earlier: the one that makes room for the next goes first."""
    bars = sorted(wish.bars, key=lambda bar: _operation(state, bar).start)
    loose = state.with_pins(_without(state, bars))
    landed: list[Operation] = []
    reasons: list[Reason] = []
    for bar in reversed(bars) if wish.minutes > 0 else bars:
        where = _operation(state, bar)
        found = _placed(loose, bar, where.resource, where.start + wish.minutes)
        if found.after is None:
            return found
        loose = found.after
        landed += found.landed
        reasons += found.reasons
    return Changed(loose, tuple(landed), tuple(reasons))


def _lock(state: State, wish: Lock) -> Changed:
    """Pin bars where they stand; what runs is pinned by the facts already."""
    pins = list(_without(state, wish.bars))
    for bar in wish.bars:
        where = _operation(state, bar)
        if (where.lot, where.stage) not in state.begun:
            pins.append(Pin(where.lot, where.stage, where.resource, where.start))
    return Changed(state.with_pins(tuple(pins)))


def _unlock(state: State, wish: Unlock) -> Changed:
    for bar in wish.bars:
        _operation(state, bar)
    return Changed(state.with_pins(_without(state, wish.bars)))


def _repair(state: State, _wish: Repair) -> Changed:
    return retimed(state, rows_of(state.plan))


def retimed(state: State, rows: Sequence[Published]) -> Changed:
    """Give all operations new times, where `rows` say their order and resources."""
    asked = replace(state.problem, published=tuple(rows))
    found = replan(asked, Mode.REPAIR).plan
    if found.status is Status.INFEASIBLE:
        said = tuple(Reason(Kind.CONFLICT, "", text=text) for text in found.messages)
        return Changed(None, (), said)
    return Changed(replace(state, plan=sound(state, found)))


def sound(state: State, plan: Plan) -> Plan:
    """A plan with the price that the draft's own problem states; raises Refused for a faulty one."""
    priced = repriced(state.problem, plan)
    wrong = faults(state.problem, priced)
    if wrong:
        log.error("the referee found %s", "; ".join(map(str, wrong[:20])))
        raise Refused(say("The scheduler's plan broke a rule, so it was not kept."))
    return priced


def rows_of(plan: Plan) -> tuple[Published, ...]:
    """A plan's operations as if they were published."""
    return tuple(
        Published(one.lot, one.stage, one.resource, one.start, one.end) for one in plan.operations
    )


def _without(state: State, bars: Sequence[Bar]) -> tuple[Pin, ...]:
    """The planner's pins but for those of some bars."""
    gone = set(map(_step, bars))
    return tuple(pin for pin in state.pins if (pin.lot, pin.stage) not in gone)


def _operation(state: State, bar: Bar) -> Operation:
    """Where a bar stands in the plan."""
    wanted = _step(bar)
    for one in state.plan.operations:
        if (one.lot, one.stage) == wanted:
            return one
    raise NotFound(say("There is no such line, lot or stage in this plan."))


def _step(bar: Bar) -> tuple[str, str]:
    """A bar as the scheduler names it."""
    lot, stage = bar
    try:
        return lot, STAGES[StageCode(stage)]
    except (KeyError, ValueError) as error:
        raise NotFound(say("There is no such line, lot or stage in this plan.")) from error


_BY_KIND: dict[type[Any], Callable[[State, Any], Changed]] = {
    Put: _put,
    Shift: _shift,
    Lock: _lock,
    Unlock: _unlock,
    Repair: _repair,
}
