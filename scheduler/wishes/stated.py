"""Which wishes a problem states, and the problem with only some of them stated."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from scheduler.clash import Wish, WishKind
from scheduler.decided import FrozenPin, frozen_pins
from scheduler.problem import Calendar, Pin, Problem, Resource

_PINS = {WishKind.PIN: Pin, WishKind.FROZEN: FrozenPin}


def wishes_of(problem: Problem) -> tuple[Wish, ...]:
    """Give what could clash: pins, frozen work, the releases of its lots, the frozen time."""
    decided = [
        *_as_wishes(WishKind.PIN, problem.pins),
        *_as_wishes(WishKind.FROZEN, frozen_pins(problem)),
    ]
    stages = {(lot.id, step.stage) for lot in problem.lots for step in lot.steps}
    wishes = [wish for wish in decided if (wish.lot, wish.stage) in stages]
    names = {wish.lot for wish in wishes}
    wishes += [
        Wish(WishKind.RELEASE, lot=lot.id, start=lot.release)
        for lot in problem.lots
        if lot.release > 0 and lot.id in names
    ]
    if problem.frozen_until > 0:
        wishes.append(Wish(WishKind.FROZEN_TIME, end=problem.frozen_until))
    return tuple(dict.fromkeys(wishes))


def _as_wishes(kind: WishKind, pins: Iterable[Pin]) -> Iterator[Wish]:
    return (Wish(kind, pin.lot, pin.stage, pin.resource, pin.start) for pin in pins)


def with_only(problem: Problem, kept: Collection[Wish], *, is_whole: bool = False) -> Problem:
    """State a problem with only some of its wishes, and with only the lots that these name.

    With `is_whole` all lots stay. Frozen work that is kept becomes a FrozenPin.
    """
    pins = [wish for wish in kept if wish.kind in _PINS]
    named = {wish.lot for wish in pins}
    released = {wish.lot for wish in kept if wish.kind is WishKind.RELEASE}
    lots = tuple(
        lot if lot.id in released or lot.id not in named else replace(lot, release=0)
        for lot in problem.lots
        if is_whole or lot.id in named
    )
    frozen = any(wish.kind is WishKind.FROZEN_TIME for wish in kept)
    return replace(
        problem,
        lots=lots,
        pins=tuple(
            _PINS[wish.kind](wish.lot or "", wish.stage or "", wish.resource, wish.start)
            for wish in pins
        ),
        published=(),
        frozen_until=problem.frozen_until if frozen else 0,
    )


def closures_of(problem: Problem, names: Collection[str], until: int) -> tuple[Wish, ...]:
    """Give the closures of some resources that begin before a minute."""
    return tuple(
        Wish(WishKind.CLOSURE, resource=one.id, start=start, end=end)
        for one in problem.resources
        if one.id in names
        for start, end in problem.calendars[one.calendar].off
        if start < until and end > 0
    )


def closed_only(problem: Problem, kept: Collection[Wish]) -> Problem:
    """State a problem with only some closures; every resource gets a calendar of its own."""
    calendars = {one.id: _calendar(problem, one, kept) for one in problem.resources}
    resources = tuple(replace(one, calendar=one.id) for one in problem.resources)
    return replace(problem, calendars=calendars, resources=resources)


def _calendar(problem: Problem, resource: Resource, kept: Collection[Wish]) -> Calendar:
    off = tuple((wish.start or 0, wish.end or 0) for wish in kept if wish.resource == resource.id)
    return Calendar(off, problem.calendars[resource.calendar].resumable)
