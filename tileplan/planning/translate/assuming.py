"""Assumptions in the scheduler's problem, and in words."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from scheduler.problem import Calendar, Lot, Option, Problem, Step
from tileplan.kernel.words import Text, say
from tileplan.planning.rules.assuming import (
    Assumption,
    Closed,
    Due,
    Opened,
    Rate,
    Rush,
    cut,
)
from tileplan.planning.rules.wants import due_at
from tileplan.planning.translate.minutes import Axis
from tileplan.planning.translate.naming import OrderName, moment

_WHOLE = 100


def restated(problem: Problem, axis: Axis, assumed: Iterable[Assumption]) -> Problem:
    """The problem as it would be; rush orders are lots, which somebody else must state."""
    for one in assumed:
        match one:
            case Due():
                problem = _due(problem, axis, one)
            case Closed():
                problem = _calendar(problem, axis, one)
            case Opened():
                problem = _calendar(problem, axis, one)
            case Rate():
                lots = tuple(slower(lot, one, _fixed(problem)) for lot in problem.lots)
                problem = replace(problem, lots=lots)
            case Rush():
                pass
    return problem


def slower(lot: Lot, rate: Rate, fixed: frozenset[tuple[str, str]] = frozenset()) -> Lot:
    """A lot whose steps take longer, or shorter, on one line; what the floor runs stays as it is."""

    def option(one: Option) -> Option:
        if one.resource != rate.line:
            return one
        return replace(one, minutes=max(1, -(-one.minutes * _WHOLE // rate.percent)))

    def step(one: Step) -> Step:
        if (lot.id, one.stage) in fixed:
            return one
        return replace(one, options=tuple(map(option, one.options)))

    return replace(lot, steps=tuple(map(step, lot.steps)))


def _fixed(problem: Problem) -> frozenset[tuple[str, str]]:
    return frozenset((pin.lot, pin.stage) for pin in problem.pins if pin.start is not None)


def _due(problem: Problem, axis: Axis, wish: Due) -> Problem:
    minute = max(0, axis.minute(due_at(wish.on)))
    lots = tuple(
        replace(
            lot,
            pegs=tuple(
                replace(peg, due=minute) if peg.order == wish.item else peg for peg in lot.pegs
            ),
        )
        for lot in problem.lots
    )
    return replace(problem, lots=lots)


def _calendar(problem: Problem, axis: Axis, wish: Closed | Opened) -> Problem:
    """The problem with a closure more, or with less of them, on one line."""
    codes = {line.calendar for line in problem.resources if line.id == wish.line}
    start, end = max(0, axis.minute(wish.from_at)), axis.minute(wish.to_at)

    def changed(calendar: Calendar) -> Calendar:
        off: Sequence[tuple[int, int]] = cut(calendar.off, start, end)
        return replace(calendar, off=(*off, *([(start, end)] if isinstance(wish, Closed) else [])))

    calendars = {
        code: changed(calendar) if code in codes else calendar
        for code, calendar in problem.calendars.items()
    }
    return replace(problem, calendars=calendars)


def assumption_text(one: Assumption) -> Text:
    """Say what is assumed."""
    match one:
        case Due(item=item, on=on):
            return say("%(item)s due %(day)s", item=OrderName(item), day=_day(on))
        case Rush(tile=tile, area=area, on=on):
            return say(
                "Rush order: %(area)s m² of %(tile)s, due %(day)s",
                area=area,
                tile=tile,
                day=_day(on),
            )
        case Closed(line=line, from_at=from_at, to_at=to_at):
            return say(
                "%(line)s closed from %(start)s to %(end)s",
                line=line,
                start=moment(from_at),
                end=moment(to_at),
            )
        case Opened(line=line, from_at=from_at, to_at=to_at):
            return say(
                "%(line)s works through from %(start)s to %(end)s",
                line=line,
                start=moment(from_at),
                end=moment(to_at),
            )
        case Rate(line=line, percent=percent):
            return say("%(line)s at ×%(factor)s of its rate", line=line, factor=percent / _WHOLE)


def _day(day: date) -> str:
    return f"{day:%m-%d}"
