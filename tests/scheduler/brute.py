"""Whether tiny plants have any plan at all, by trying every minute; the referee is the judge.

Only what starts before the last decided start is tried: all else can follow later, one by one.
"""

from collections.abc import Iterator

from scheduler.plan import Operation, Plan, Price, Status
from scheduler.problem import Option, Problem
from scheduler.referee import faults

PARTIAL = {"missing", "price", "bound", "status"}
Key = tuple[str, str]


def has_a_plan(whole: Problem) -> bool:
    """Try to build a plan from left to right."""
    starts = {(pin.lot, pin.stage): pin.start for pin in whole.pins if pin.start is not None}
    starts |= {
        (row.lot, row.stage): row.start for row in whole.published if row.start < whole.frozen_until
    }
    until = max(starts.values(), default=0) + 1
    needed, places = set(), {}
    for lot in whole.lots:
        keys = [(lot.id, step.stage) for step in lot.steps]
        last = max((i for i, key in enumerate(keys) if key in starts), default=-1)
        needed |= set(keys[: last + 1])
        for key, step in zip(keys, lot.steps, strict=True):
            made = (_made(whole, key, o, at) for o in step.options for at in range(until))
            places[key] = [one for one in made if one and not _faults(whole, [one], "changeover")]
    return _grows(whole, places, needed, [])


def _made(whole: Problem, key: Key, option: Option, start: int) -> Operation | None:
    """Give a step at a minute, ending when its work is done; None where it cannot be there."""
    resource = next(one for one in whole.resources if one.id == option.resource)
    calendar = whole.calendars[resource.calendar]
    end, left = start, option.minutes
    while left:
        is_shut = any(a <= end < b for a, b in calendar.off)
        if is_shut and (end == start or not calendar.resumable):
            return None
        left -= not is_shut
        end += 1
    return Operation(*key, option.resource, start, end)


def _faults(whole: Problem, operations: list[Operation], *ignored: str) -> Iterator[str]:
    plan = Plan(whole.name, tuple(operations), Price(), None, Status.FEASIBLE, 1, 0, None)
    return [one for one in faults(whole, plan) if one.kind not in PARTIAL | set(ignored)]


def _grows(whole: Problem, places, needed: set[Key], done: list[Operation]) -> bool:
    """Go on with any step that starts no earlier than the last; what broke a rule is dropped."""
    placed = {(one.lot, one.stage) for one in done}
    if needed <= placed:
        return True
    now = done[-1].start if done else 0
    if any(not any(one.start >= now for one in places[key]) for key in needed - placed):
        return False
    return any(
        not _faults(whole, [*done, one]) and _grows(whole, places, needed, [*done, one])
        for key in places
        if key not in placed
        for one in places[key]
        if one.start >= now
    )
