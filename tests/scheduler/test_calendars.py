"""Working time is counted as a minute-by-minute walk would count it."""

from random import Random

import pytest

from scheduler.calendars import clock
from scheduler.problem import Calendar
from scheduler.referee.clock import Closures

LONG = 400


def calendar(seed: int, *, resumable: bool) -> Calendar:
    random = Random(seed)
    cuts = sorted(random.randint(-20, 200) for _ in range(2 * random.randint(0, 6)))
    return Calendar(tuple(zip(cuts[::2], cuts[1::2], strict=True)), resumable)


def working_minutes(given: Calendar) -> list[bool]:
    return [not any(start <= t < end for start, end in given.off) for t in range(LONG)]


def ends(works: list[bool], start: int, minutes: int, *, resumable: bool) -> int | None:
    """Walk from a start: the end, or None where work may not begin or may not pause."""
    if not works[start]:
        return None
    at, done = start, 0
    while done < minutes:
        if not works[at] and not resumable:
            return None
        done += works[at]
        at += 1
    return at


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("resumable", [True, False])
def test_the_earliest_fit_is_the_one_a_walk_finds(seed, resumable):
    random = Random(seed)
    given = calendar(seed, resumable=resumable)
    works, ready_clock = working_minutes(given), clock(given)
    for _ in range(20):
        free, change, ready, minutes, ready_end = (
            random.randint(0, most) for most in (150, 30, 200, 40, 220)
        )
        minutes += 1

        def room(start, free=free):
            return sum(works[free:start]) if resumable else start - free

        walked = next(
            (start, end)
            for start in range(max(free, ready), LONG)
            if (end := ends(works, start, minutes, resumable=resumable)) is not None
            and room(start) >= change
            and end >= ready_end
        )
        assert ready_clock.fit(free, change, ready, minutes, ready_end) == walked
        assert ready_clock.end(walked[0], minutes) == walked[1]
        assert ready_clock.room(free, walked[0]) == room(walked[0])
        idle = room(walked[0]) - change if resumable else sum(works[free : walked[0] - change])
        assert ready_clock.idle(free, walked[0], change) == idle


@pytest.mark.parametrize("seed", range(60))
def test_the_referee_counts_as_a_walk_does(seed):
    given = calendar(seed, resumable=True)
    works, closures = working_minutes(given), Closures(given)
    for start in range(0, 200, 7):
        for end in range(start, 260, 11):
            assert closures.working(start, end) == sum(works[start:end])
        assert closures.is_open(start) is works[start]
