"""Waiting on purpose: firings moved later where stock costs more than an idle kiln.

The decoder fires every lot as soon as its kiln is free. Where a lot is fired long before its due,
a run of firings may wait: into a gap that is behind them anyhow, which idles no minute more, or
into idling that is cheaper than the stock. What follows the kiln gives way; each wait is judged by
the exact price of the whole plan.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scheduler.changeovers import changeover_minutes
from scheduler.decode import Slot
from scheduler.price import judged
from scheduler.retime import retime
from scheduler.shop import Job, Machine, Shop
from scheduler.standing import lines_of

MINUTES_A_DAY = 1440
SHARES = (1, 2, 4)  # of a wait: all of it, half, a quarter
FAR = 10**8  # minutes: beyond any due


@dataclass(frozen=True, slots=True)
class Wait:
    """Firings of one kiln, one behind the other, that may wait by some minutes.

    `gain` is the estimate of what that saves: cents times the minutes of a day.
    """

    tasks: tuple[int, ...]
    minutes: int
    gain: int


def waited(shop: Shop, slots: Sequence[Slot], is_over: Callable[[], bool]) -> list[Slot]:
    """Give the plan with every wait that makes it cheaper, on each kiln from its last firing on.

    `slots` are every task's (machine, start, end); what is fixed stays. It ends early, with the
    waits found, once `is_over` says so.
    """
    best, lowest = list(slots), _cents(shop, slots)
    for machine in shop.leads:
        line = _Line(shop, machine, best)
        for first in reversed(range(len(line.tasks))):
            if is_over():
                return best
            found = _cheaper(shop, best, line.wait(first), lowest)
            if found is not None:
                best, lowest = found, _cents(shop, found)
                line = _Line(shop, machine, best)
    return best


def _cheaper(
    shop: Shop, slots: list[Slot], wait: Wait, lowest: tuple[int, int]
) -> list[Slot] | None:
    """Give the plan with a wait, or with a part of it where a closure is in its way."""
    for share in SHARES if wait.gain > 0 else ():
        found = _later(shop, slots, wait, wait.minutes // share)
        if _cents(shop, found) < lowest:
            return found
    return None


def _cents(shop: Shop, slots: Sequence[Slot]) -> tuple[int, int]:
    price, missing = judged(shop, slots)
    return missing, price.total


def _later(shop: Shop, slots: list[Slot], wait: Wait, minutes: int) -> list[Slot]:
    """Time the plan anew with a wait; whatever stands behind gives way."""
    floors = [max(start, 0) for _, start, _ in slots]
    for index in wait.tasks:
        floors[index] += minutes
    return retime(shop, lines_of(shop, slots), floors)


class _Line:
    """A kiln's firings in order: the gap behind each, and what a wait of each would mean."""

    def __init__(self, shop: Shop, machine: Machine, slots: Sequence[Slot]) -> None:
        self.shop, self.machine, self.slots = shop, machine, slots
        self.tasks = lines_of(shop, slots)[machine.index]
        jobs = [shop.jobs[shop.tasks[index].lot] for index in self.tasks]
        self.spares = [self._spare(job) for job in jobs]
        self.rates = [self._rate(job) for job in jobs]
        self.gaps = [self._gap(*two) for two in zip(self.tasks, self.tasks[1:], strict=False)]

    def wait(self, first: int) -> Wait:
        """Give the wait of a firing and all that follow it without a gap."""
        last = first
        while last < len(self.gaps) and self.gaps[last] == 0:
            last += 1
        minutes, rate = min(self.spares[first : last + 1]), sum(self.rates[first : last + 1])
        if last < len(self.gaps):
            minutes = min(minutes, self.gaps[last])
        else:  # nothing follows, so that every minute idles
            rate -= self.machine.resource.idle_cents_per_minute * MINUTES_A_DAY
        return Wait(tuple(self.tasks[first : last + 1]), minutes, minutes * rate)

    def _gap(self, one: int, then: int) -> int:
        """Give the minutes between two firings that no changeover needs."""
        before, after = self.shop.tasks[one], self.shop.tasks[then]
        change = changeover_minutes(
            self.machine.table, before.family, before.tile, after.family, after.tile
        )
        return max(0, self.machine.clock.room(self.slots[one][2], self.slots[then][1]) - change)

    def _spare(self, job: Job) -> int:
        """Give the minutes by which a lot may end later without making anything late."""
        end = self.slots[job.tasks[-1].index][2]
        return min((max(0, peg.due - end) for peg in job.pegs), default=FAR)

    def _rate(self, job: Job) -> int:
        """Give what a minute's wait of a lot saves in stock (cents times the minutes of a day)."""
        fired = self.slots[job.tasks[0].index][2]
        early = sum(peg.m2 for peg in job.pegs if fired < peg.due)
        return early * self.shop.problem.holding_cents_per_m2_day
