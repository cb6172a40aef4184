"""When each task may stand where, in an exact model: wall minutes, and working minutes.

A calendar on which work pauses is a second axis, of working minutes: there a task is as long as
its work, and a flag says for each closure whether it lies before a moment. A moment of the wall
is its working minutes and the closed minutes before it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from scheduler.model.solving import Hinted, total
from scheduler.problem import Calendar
from scheduler.shop import Task


@dataclass(frozen=True, slots=True)
class Closure:
    """One closure: its wall minutes, and the working minutes before it."""

    start: int
    end: int
    index: int

    @property
    def minutes(self) -> int:
        """How long it is."""
        return self.end - self.start


def closures(calendar: Calendar, until: int) -> list[Closure]:
    """Give the closures that begin up to a moment, without what lies before minute 0."""
    found: list[Closure] = []
    closed = 0
    for begin, end in calendar.off:
        start = max(begin, 0)
        if start < end and start <= until:
            found.append(Closure(start, end, start - closed))
            closed += end - start
    return found


def working(shut: Sequence[Closure], moment: int) -> int:
    """Count the working minutes in [0, moment)."""
    return moment - sum(max(0, min(one.end, moment) - one.start) for one in shut)


@dataclass(frozen=True, slots=True)
class Span:
    """The earliest start, earliest end and latest end of a task (minutes), in the plans wanted."""

    start: int
    first_end: int
    end: int


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a task stands in the plan at hand: pool of machines, start, end."""

    pool: int
    start: int
    end: int


class Timed:
    """One task's variables: its start and end, whether it is on each pool, and its other axes.

    `minutes` are its working minutes on each pool of machines that could do it.
    """

    def __init__(
        self, hinted: Hinted, task: Task, span: Span, stand: Stand, minutes: Mapping[int, int]
    ) -> None:
        """Make the start, the end and the choice of a pool."""
        self.hinted, self.task, self.span, self.stand, self.minutes = (
            hinted, task, span, stand, minutes,
        )  # fmt: skip
        shortest = min(minutes.values())
        latest = span.end - shortest if task.start is None else task.start
        self.start = hinted.number(span.start, latest, stand.start, f"start {task.index}")
        self.end = hinted.number(span.first_end, span.end, stand.end, f"end {task.index}")
        self.on = {
            pool: hinted.flag(pool == stand.pool, f"{task.index} on {pool}") for pool in minutes
        }
        hinted.model.add_exactly_one(self.on.values())
        self.axis: dict[str, cp_model.IntVar] = {}  # pausing calendar → start in working minutes
        self.now: dict[str, int] = {}  # the same, in the plan at hand

    def straight(self, pools: Sequence[int]) -> None:
        """Let work go on without pauses on some pools."""
        model = self.hinted.model
        if len(pools) == len(self.on):
            model.add(self.end == self.start + self._work(pools))
            return
        for pool in pools:
            end = self.start + self.minutes[pool]
            model.add(self.end == end).only_enforce_if(self.on[pool])

    def pausing(self, name: str, pools: Sequence[int], shut: Sequence[Closure]) -> None:
        """Let work pause on some pools: tie the wall to the working minutes of their calendar."""
        now = working(shut, self.stand.start)
        work = self.minutes[self.stand.pool] if self.stand.pool in pools else 0
        first, last = working(shut, self.span.start), working(shut, self.span.end)
        at = self.hinted.number(first, max(last, now), now, f"{self.task.index} in {name}")
        self.axis[name], self.now[name] = at, now
        begin = at + self._closed(at, now, (first, last), shut)
        final = at + self._work(pools) - 1
        finish = final + 1 + self._closed(final, now + work - 1, (first - 1, last), shut)
        for pool in pools:
            model, flag = self.hinted.model, self.on[pool]
            model.add(self.start == begin).only_enforce_if(flag)
            model.add(self.end == finish).only_enforce_if(flag)

    def _work(self, pools: Sequence[int]) -> cp_model.LinearExpr:
        return total(self.minutes[pool] * self.on[pool] for pool in pools)

    def _closed(
        self,
        at: cp_model.LinearExpr,
        now: int,
        limits: tuple[int, int],
        shut: Sequence[Closure],
    ) -> cp_model.LinearExpr:
        """Count the closed minutes before the working minute `at`, which stands at `now`."""
        model, before = self.hinted.model, None
        closed: list[cp_model.LinearExprT]
        closed = [one.minutes for one in shut if one.index <= limits[0]]
        for one in shut:
            if limits[0] < one.index <= max(limits[1], now):
                flag = self.hinted.flag(now >= one.index, f"{self.task.index} behind {one.start}")
                model.add(at >= one.index).only_enforce_if(flag)
                model.add(at < one.index).only_enforce_if(flag.negated())
                if before is not None:
                    model.add_implication(flag, before)
                closed.append(one.minutes * flag)
                before = flag
        return total(closed)
