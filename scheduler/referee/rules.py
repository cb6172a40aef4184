"""The four hard rules, each judged by counting on the finished plan."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from scheduler.problem import Problem
from scheduler.referee.clock import Closures
from scheduler.referee.fault import Fault
from scheduler.referee.shape import Key, Work

Works = Mapping[Key, Work]
Clocks = Mapping[str, Closures]


def _fault(kind: str, work: Work, sentence: str, minutes: int | None = None) -> Fault:
    names = (work.lot.id, work.step.stage, work.resource.id)
    return Fault(kind, f"Lot {names[0]} in {names[1]} on {names[2]} {sentence}.", *names, minutes)


def own_time(works: Works, clocks: Clocks) -> Iterator[Fault]:
    """Rule 1: it starts in working time, not before its release, and ends when it is complete."""
    for work in works.values():
        if work.start < work.lot.release:
            missing = work.lot.release - work.start
            sentence = f"starts at {work.start}, {missing} minutes before its release"
            yield _fault("release", work, sentence, missing)
        closures = clocks[work.resource.calendar]
        if not closures.is_open(work.start):
            yield _fault("closed", work, f"starts at {work.start}, while it is closed")
        if work.minutes is not None:
            yield from _duration(work, work.minutes, closures)


def _duration(work: Work, minutes: int, closures: Closures) -> Iterator[Fault]:
    if work.end <= work.start:
        yield _fault("duration", work, f"ends at {work.end}, not after its start {work.start}")
        return
    done = closures.working(work.start, work.end)
    if done != minutes:
        sentence = f"works {done} minutes from {work.start} to {work.end}, not {minutes}"
        yield _fault("duration", work, sentence, abs(done - minutes))
    elif not closures.is_open(work.end - 1):
        yield _fault("duration", work, f"ends at {work.end}, later than its work is complete")
    shut = closures.closed(work.start, work.end)
    if not closures.resumable and shut:
        yield _fault("closed", work, f"spans {shut} closed minutes, and may not pause", shut)


def flow(problem: Problem, works: Works) -> Iterator[Fault]:
    """Rule 2: a step starts and ends at least its lags behind the step before."""
    for lot in problem.lots:
        steps = [works.get((lot.id, step.stage)) for step in lot.steps]
        for first, then in pairwise(steps):
            if first is not None and then is not None:
                yield from _lags(first, then)


def _lags(first: Work, then: Work) -> Iterator[Fault]:
    early = first.start + then.step.lag_start - then.start
    if early > 0:
        sentence = f"starts {early} minutes too soon behind its step in {first.step.stage}"
        yield _fault("lag start", then, sentence, early)
    early = first.end + then.step.lag_end - then.end
    if early > 0:
        sentence = f"ends {early} minutes too soon behind its step in {first.step.stage}"
        yield _fault("lag end", then, sentence, early)


def one_at_a_time(problem: Problem, works: Works, clocks: Clocks) -> Iterator[Fault]:
    """Rule 3: operations of a resource do not overlap, and leave room for the changeover."""
    for resource in problem.resources:
        line = sorted(
            (work for work in works.values() if work.resource.id == resource.id),
            key=lambda work: (work.start, work.end),
        )
        closures = clocks[resource.calendar]
        free, family, tile = 0, resource.last_family, resource.last_tile
        for work in line:
            needed = _changeover(problem, work, family, tile)
            yield from _room(work, closures, free, needed)
            free, family, tile = max(free, work.end), work.step.family, work.lot.tile


def _changeover(problem: Problem, work: Work, family: int, tile: str | None) -> int:
    table = problem.changeovers[work.resource.changeover]
    entry = table.minutes[family][work.step.family]
    if entry != 0:
        return entry
    is_other_tile = tile is not None and tile != work.lot.tile
    return table.tile_change if is_other_tile else 0


def _room(work: Work, closures: Closures, free: int, needed: int) -> Iterator[Fault]:
    if work.start < free:
        overlap = free - work.start
        yield _fault(
            "overlap", work, f"starts {overlap} minutes before the one ahead ends", overlap
        )
        return
    there = closures.working(free, work.start) if closures.resumable else work.start - free
    if there < needed:
        sentence = f"has {there} minutes for a changeover of {needed} before {work.start}"
        yield _fault("changeover", work, sentence, needed - there)


def decided(problem: Problem, works: Works) -> Iterator[Fault]:
    """Rule 4: pins hold, frozen work stays, and nothing else starts before `frozen_until`."""
    settled: set[Key] = set()
    for pin in problem.pins:
        if pin.start is not None:
            settled.add((pin.lot, pin.stage))
        yield from _held("pin", works.get((pin.lot, pin.stage)), pin.resource, pin.start)
    for row in problem.published:
        if row.start < problem.frozen_until:
            settled.add((row.lot, row.stage))
            yield from _held("frozen", works.get((row.lot, row.stage)), row.resource, row.start)
    for key, work in works.items():
        if key not in settled and work.start < problem.frozen_until:
            missing = problem.frozen_until - work.start
            sentence = f"starts at {work.start}, in the frozen time, and was not published there"
            yield _fault("early", work, sentence, missing)


def _held(kind: str, work: Work | None, resource: str | None, start: int | None) -> Iterator[Fault]:
    if work is None:
        return
    if resource is not None and work.resource.id != resource:
        yield _fault(kind, work, f"should be on {resource}")
    if start is not None and work.start != start:
        yield _fault(
            kind, work, f"should start at {start}, not {work.start}", abs(work.start - start)
        )
