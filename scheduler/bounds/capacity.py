"""What lots cost at the least when each kiln fires one at a time: Lagrangean relaxation.

Every working minute of every kiln gets a rent. A lot alone chooses the kiln and the moment at which
its lateness, its stock and the rent of its minutes are least; the rents themselves are given back.
Whatever the rents, no plan costs less: in a plan a kiln's minute is let once at most. The best
rents give the bound of the time-indexed program in which lots are not cut (Dyer and Wolsey 1990;
rents by subgradient steps, Held, Wolfe and Crowder 1974), here with rents that are equal within a
bucket of minutes, so that lots still start at any minute.

The first lot of each kind (family and tile) on any kiln stands behind a changeover, at least the
least one to this kind, and pays the rent of those minutes too. Only tardiness and earliness are
counted, so the bound adds to bounds on the other parts. All of it is done in whole numbers.
"""

from collections.abc import Callable
from itertools import accumulate, pairwise
from math import fsum

import numpy as np
from numpy.typing import NDArray

from scheduler.bounds.alone import ROUNDING, floors, tail_of
from scheduler.bounds.axis import Axis, Whole
from scheduler.bounds.entries import entries, kind_of
from scheduler.bounds.heads import heads, ways
from scheduler.bounds.makespan import least_makespan
from scheduler.bounds.pegs import MINUTES_A_DAY
from scheduler.bounds.starts import Candidate, Ground, Starts, starts
from scheduler.shop import Job, Shop

CANDIDATES = 1_000_000  # starts looked at in a round, about: a twentieth of a second
MOST_WAYS = 5_000  # of lots onto kilns, some 1,000 lots: beyond that rounds are too slow to help
BUCKETS = (24, 400)  # of a kiln's time, at the least and at the most
SPAN = 1.3  # rents reach so far beyond the load of the kilns: there is room behind
PATIENCE = 10  # rounds without a better bound before steps are halved
SHORTEST = 0.002  # a step, as a share of the first, that changes nothing any more
# For a lot that cannot stand first of its kind: dearer than any plan.
NOWHERE = Starts(*(np.array([at], dtype=np.int64) for at in (0, 0, 10**15)))


class Choices:
    """The candidates of some lots on all their ways, in one row, lot by lot."""

    def __init__(self, lots: list[list[tuple[int, Starts]]], size: int, bucket: Whole) -> None:
        """Take each lot's candidates by kiln number; kilns have `size` buckets of `bucket`."""
        flat = [one for lot in lots for one in lot]
        kiln = np.concatenate([np.full(len(one.cost), i, dtype=np.int64) for i, one in flat])
        self.cost = np.concatenate([one.cost for _, one in flat])
        begin = np.concatenate([one.begin for _, one in flat])
        end = np.concatenate([one.end for _, one in flat])
        counts = [sum(len(one.cost) for _, one in lot) for lot in lots]
        self.first = np.array([0, *accumulate(counts)][:-1], dtype=np.int64)
        self.counts = np.array(counts, dtype=np.int64)
        self.begin_in, self.begin_over = _place(begin, kiln, size, bucket)
        self.end_in, self.end_over = _place(end, kiln, size, bucket)

    def best(self, before: Whole, rent: Whole) -> tuple[Whole, Whole]:
        """Give each lot's least cost with rents, and which candidate that is."""
        cost = self.cost + before[self.end_in] + rent[self.end_in] * self.end_over
        cost -= before[self.begin_in] + rent[self.begin_in] * self.begin_over
        least = np.minimum.reduceat(cost, self.first)
        hits = np.flatnonzero(cost == np.repeat(least, self.counts))
        return least, hits[np.searchsorted(hits, self.first)]

    def use(self, chosen: Whole, size: int) -> NDArray[np.float64]:
        """Count what chosen candidates use: whole buckets before, and minutes, by bucket."""
        total = np.zeros((2, size))
        for sign, where, over in (
            (1, self.end_in[chosen], self.end_over[chosen]),
            (-1, self.begin_in[chosen], self.begin_over[chosen]),
        ):
            total[0] += sign * np.bincount(where, minlength=size)
            total[1] += sign * np.bincount(where, weights=over, minlength=size)
        return total


def _place(moment: Whole, kiln: Whole, size: int, bucket: Whole) -> tuple[Whole, Whole]:
    """Give the bucket of each moment (the last is for all that lies behind) and minutes into it."""
    into = np.minimum(moment // bucket[kiln], size)
    return kiln * (size + 1) + into, moment - into * bucket[kiln]


class Stopped(Exception):
    """Time was over before all candidates were worked out."""


class Rents:
    """The relaxation of one shop: `bound` in cents grows with every round that finds better."""

    def __init__(self, shop: Shop, is_over: Callable[[], bool]) -> None:
        """Work out every lot's candidates; rents begin at nothing. Raises Stopped."""
        self.shop = shop
        self.alone = floors(shop)
        self.kilns = list(shop.leads)
        self.jobs = [job for job in shop.jobs if job.tasks[0].stage == shop.lead]
        self.others = sum(self.alone) - sum(self.alone[job.index] for job in self.jobs)
        self.slack = ROUNDING * sum(self._has_stock(job) for job in self.jobs)
        self._ground()
        self.plain = self._choices(self.jobs, is_first=False, is_over=is_over)
        self.kinds = self._kinds()
        self.lots = np.array([i for kind in self.kinds for i in kind], dtype=np.int64)
        first = [self.jobs[i] for i in self.lots]
        self.led = self._choices(first, is_first=True, is_over=is_over) if first else None
        self.rent = np.zeros((len(self.kilns), self.size + 1), dtype=np.int64)
        self.bound = sum(self.alone)

    def _has_stock(self, job: Job) -> int:
        return len(job.pegs) if self.shop.problem.holding_cents_per_m2_day else 0

    def _ground(self) -> None:
        count = sum(len(job.tasks[0].options) for job in self.jobs)
        fewest, most = BUCKETS
        self.size = max(fewest, min(most, CANDIDATES // (15 * max(count, 1))))
        last = np.array([int(SPAN * least_makespan(self.shop)) + 1])
        axes = [Axis(self.shop.problem.calendars[one.resource.calendar]) for one in self.kilns]
        ends = [int(axis.worked(last)[0]) for axis in axes]
        self.bucket = np.array([max(1, -(-end // self.size)) for end in ends], dtype=np.int64)
        borders = np.arange(self.size + 1, dtype=np.int64)
        self.grounds = {
            kiln.index: (i, Ground(axis, borders * self.bucket[i]))
            for i, (kiln, axis) in enumerate(zip(self.kilns, axes, strict=True))
        }
        self.entries = entries(self.shop, self.shop.lead)
        self.first = heads(self.shop)

    def _choices(self, jobs: list[Job], *, is_first: bool, is_over: Callable[[], bool]) -> Choices:
        found = []
        for job in jobs:
            if is_over():
                raise Stopped
            found.append(self._starts(job, is_first=is_first))
        return Choices(found, self.size, self.bucket)

    def _starts(self, job: Job, *, is_first: bool) -> list[tuple[int, Starts]]:
        found = [(0, NOWHERE)]
        for way in ways(job):
            kiln, ground = self.grounds[way.machine]
            kind = kind_of(job.tasks[0])
            lead = self.entries.least_minutes(way.machine, kind) if is_first else 0
            holding = self.shop.problem.holding_cents_per_m2_day
            done = self.first[job.tasks[-1].index][1]
            candidate = Candidate(job, way, tail_of(self.shop, way), done, holding)
            found.append((kiln, starts(ground, candidate, lead)))
        return found

    def _kinds(self) -> list[list[int]]:
        """Give the lots of every kind that is never entered for nothing."""
        kinds: dict[tuple[int, str], list[int]] = {}
        for i, job in enumerate(self.jobs):
            kinds.setdefault(kind_of(job.tasks[0]), []).append(i)
        return [
            lots
            for kind, lots in kinds.items()
            if any(
                self.entries.least_minutes(machine, kind)
                for i in lots
                for machine in self.jobs[i].tasks[0].options
            )
        ]

    def round(self) -> tuple[int, NDArray[np.float64]]:
        """Let every lot choose; give the bound (cents · 1440) and what is let too often."""
        before = np.zeros_like(self.rent)
        before[:, 1:] = np.cumsum(self.rent[:, :-1] * self.bucket[:, None], axis=1)
        rent, flat = self.rent.ravel(), before.ravel()
        least, chosen = self.plain.best(flat, rent)
        total = int(least.sum()) - int(before[:, -1].sum())
        keep = np.ones(len(chosen), dtype=np.bool_)
        used = np.zeros((2, rent.size))
        if self.led is not None:
            more, led = self.led.best(flat, rent)
            extra = more - least[self.lots]
            picks = self._cheapest_first(extra)
            total += int(extra[picks].sum())
            keep[self.lots[picks]] = False
            used += self.led.use(led[picks], rent.size)
        used += self.plain.use(chosen[keep], rent.size)
        return total, self._too_much(used)

    def _cheapest_first(self, extra: Whole) -> Whole:
        """Give the lot of each kind that stands first in it for the least extra cost."""
        begins = [0, *accumulate(map(len, self.kinds))]
        picks = [begin + int(extra[begin:end].argmin()) for begin, end in pairwise(begins)]
        return np.array(picks, dtype=np.int64)

    def _too_much(self, used: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the minutes let beyond what there are, by kiln and bucket."""
        wholes, over = used.reshape(2, len(self.kilns), self.size + 1)
        behind = wholes[:, ::-1].cumsum(axis=1)[:, ::-1] - wholes  # that lie in later buckets
        bucket = self.bucket[:, None]
        excess = behind * bucket + over - bucket
        excess[:, -1] = 0
        return excess

    def cents(self, total: int) -> int:
        """Give a bound in cents; stock is rounded down by peg, which may take a cent of each."""
        return self.others - (-(total - self.slack) // MINUTES_A_DAY)


def capacity_cents(shop: Shop, incumbent: int, rounds: int, is_over: Callable[[], bool]) -> int:
    """Bound tardiness and earliness in cents; `incumbent` is what some plan pays for them.

    Ends after a number of rounds, or when `is_over` says so between two of them.
    """
    leading = [job for job in shop.jobs if job.tasks[0].stage == shop.lead]
    if not leading or sum(len(job.tasks[0].options) for job in leading) > MOST_WAYS:
        return sum(floors(shop))
    try:
        relaxed = Rents(shop, is_over)
    except Stopped:
        return sum(floors(shop))
    step, stale, best = 1.0, 0, relaxed.rent
    direction = np.zeros(relaxed.rent.shape)
    for _ in range(rounds):
        total, excess = relaxed.round()
        cents = relaxed.cents(total)
        stale += 1
        if cents > relaxed.bound:
            relaxed.bound, best, stale = cents, relaxed.rent, 0
        if stale > PATIENCE:
            step, stale, relaxed.rent = step / 2, 0, best
            direction[:] = 0
            continue
        direction = excess + 0.7 * direction
        # At no rent nothing can be let for less: what pushes below does not count.
        direction[(relaxed.rent == 0) & (direction < 0)] = 0
        size = fsum((direction**2).ravel().tolist())  # the same on every machine
        gap = incumbent * MINUTES_A_DAY - total
        if not size or gap <= 0 or step < SHORTEST or is_over():
            break
        moved = relaxed.rent + step * gap / size * direction
        relaxed.rent = np.maximum(0, np.rint(moved)).astype(np.int64)
    return relaxed.bound
