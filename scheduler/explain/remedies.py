"""What would save a late lot: each way is tried on the plan itself, with its price."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from scheduler.decode import Slot
from scheduler.difference import Slip, difference
from scheduler.inserting import Opening
from scheduler.places import Places
from scheduler.plan import Plan
from scheduler.price import price
from scheduler.problem import Calendar, Pin, Problem
from scheduler.retime import NOWHERE
from scheduler.shop import Job, Task
from scheduler.standing import Standing, stand, written

TRIALS = 8  # places tried exactly for each way


class Way(StrEnum):
    """What is done; the words are `Remedy.sentence`."""

    FIRST = "first"  # the lot goes first among what is not fixed on `resource`
    ROOM = "room"  # the lot goes where it makes no other order late: its first step that moves
    SWAP = "swap"  # `other`, right ahead of it on `resource`, goes behind it
    UNPIN = "unpin"  # the lot's own pin in `stage` is dropped
    UNPIN_OTHER = "unpin other"  # the pin of `other` in `stage`, ahead of it, is dropped
    RELEASE = "release"  # its material comes at `start`
    OPEN = "open"  # `resource` works from `start` to `end` too


_WORDS = {
    Way.FIRST: "Put lot {lot} first on {resource}",
    Way.ROOM: "Put lot {lot} on {resource} at {start}",
    Way.SWAP: "Let lot {lot} go ahead of {other} on {resource}",
    Way.UNPIN: "Drop the pin of lot {lot} in {stage}",
    Way.UNPIN_OTHER: "Drop the pin of lot {other} in {stage}",
    Way.RELEASE: "Have the material of lot {lot} by {start}",
    Way.OPEN: "Let {resource} work from {start} to {end}",
}


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way that makes a lot less late, as found by trying.

    `ready` is the lot's new end (minute), `minutes_late` what is left of its lateness (0 or less:
    it `saves`), `cents` what the whole plan costs more (negative: less), `became_late` the
    orders late instead, `slips` every order that ends later. `plan` is sound for `problem`, which
    differs from the one asked about where a pin, a release or a closure does.
    """

    way: Way
    lot: str
    ready: int
    minutes_late: int
    cents: int
    became_late: tuple[str, ...]
    problem: Problem
    plan: Plan
    stage: str | None = None
    resource: str | None = None
    other: str | None = None
    start: int | None = None
    end: int | None = None
    slips: tuple[Slip, ...] = ()

    @property
    def saves(self) -> bool:
        """Whether the lot is in time then."""
        return self.minutes_late <= 0

    @property
    def sentence(self) -> str:
        """The remedy in English."""
        parts = {name: getattr(self, name) for name in self.__slots__}
        what = _WORDS[self.way].format(**parts)
        late = "in time" if self.saves else f"{self.minutes_late} minutes late"
        price = f"{abs(self.cents)} cents {'more' if self.cents >= 0 else 'less'}"
        harm = f"; late instead: {', '.join(self.became_late)}" if self.became_late else ""
        return f"{what}: ready {self.ready}, {late}, {price}{harm}."


class Remedies:
    """The ways to save lots of one plan."""

    def __init__(self, problem: Problem, plan: Plan, standing: Standing) -> None:
        """Take the plan as it stands; it must be whole."""
        self.problem, self.plan, self.standing = problem, plan, standing
        self.before = price(standing.shop, standing.slots)

    def of(self, lot: str, due: int) -> list[Remedy]:
        """Try every way for a lot with a due minute; give those that make it less late, once each."""
        job = next(job for job in self.standing.shop.jobs if job.lot.id == lot)
        was = self.standing.slots[job.tasks[-1].index][2]
        found = [
            *self._by_place(job, due),
            *self._by_pins(job, due),
            *self._by_material(job, due),
            *self._by_hours(job, due),
        ]
        better = [one for one in found if one.ready < was]
        return list(
            {(one.ready, one.cents, one.became_late): one for one in reversed(better)}.values()
        )

    def _by_place(self, job: Job, due: int) -> Iterator[Remedy]:
        """Try other places in the same problem."""
        places, asked = Places(self.standing, job), _Told(self, job, due, self.problem)
        slots = places.harmless(TRIALS)
        moved = None if slots is None else self._first_moved(job, slots)
        if slots is not None and moved is not None:
            machine, start, _ = slots[moved.index]
            there = self.standing.shop.machines[machine].resource
            yield from asked.remedy(
                Way.ROOM,
                self.standing,
                slots,
                stage=there.stage,
                resource=there.id,
                start=start,
            )
        firsts: dict[int, Opening] = {}
        for place in places.openings:
            firsts.setdefault(place.machine, place)
        for place in firsts.values():
            where = self.standing.shop.machines[place.machine].resource.id
            slots = places.at(place)
            yield from asked.remedy(Way.FIRST, self.standing, slots, resource=where)
        yield from self._swapped(places, asked)

    def _first_moved(self, job: Job, slots: list[Slot]) -> Task | None:
        """Give the lot's first step that goes elsewhere or begins at another minute."""
        old = self.standing.slots
        return next((one for one in job.tasks if slots[one.index][:2] != old[one.index][:2]), None)

    def _soonest(self, job: Job) -> int:
        """Give the lot's earliest end in the problem as it is."""
        places = Places(self.standing, self.standing.shop.jobs[job.index])
        slots = places.earliest(TRIALS)
        return places.end(self.standing.slots if slots is None else slots)

    def _swapped(self, places: Places, asked: "_Told") -> Iterator[Remedy]:
        """Let the lot go ahead of the one right before it."""
        if places.first is None:
            return
        shop, index = self.standing.shop, places.first.index
        machine = self.standing.slots[index][0]
        line = self.standing.lines[machine]
        at = line.index(index)
        for place in places.openings:
            if at and (place.machine, place.position) == (machine, at - 1):
                other = shop.jobs[shop.tasks[line[at - 1]].lot].lot.id
                where = shop.machines[machine].resource.id
                slots = places.at(place)
                yield from asked.remedy(Way.SWAP, self.standing, slots, resource=where, other=other)

    def _by_pins(self, job: Job, due: int) -> Iterator[Remedy]:
        """Drop the lot's own pins, and those of work ahead of it where it waits."""
        stages = {self.problem.stages[task.stage]: task for task in job.tasks}
        for pin in self.problem.pins:
            if pin.lot == job.lot.id and pin.stage in stages:
                yield from self._unpinned(job, due, pin, Way.UNPIN)
            elif pin.stage in stages and self._is_ahead(pin, job):
                yield from self._unpinned(job, due, pin, Way.UNPIN_OTHER)

    def _unpinned(self, job: Job, due: int, pin: Pin, way: Way) -> Iterator[Remedy]:
        asked = replace(self.problem, pins=tuple(one for one in self.problem.pins if one != pin))
        other = None if way is Way.UNPIN else pin.lot
        yield from self._anew(job, due, asked, way, stage=pin.stage, other=other)

    def _is_ahead(self, pin: Pin, job: Job) -> bool:
        """Say whether a pinned operation stands ahead of the lot's on the same resource."""
        slots, shop = self.standing.slots, self.standing.shop
        own = {shop.problem.stages[task.stage]: slots[task.index] for task in job.tasks}[pin.stage]
        for other in shop.jobs:
            if other.lot.id == pin.lot:
                at = {shop.problem.stages[task.stage]: slots[task.index] for task in other.tasks}
                slot = at.get(pin.stage, NOWHERE)
                return slot[0] == own[0] and job.lot.release < slot[2] and slot[1] < own[1]
        return False

    def _by_material(self, job: Job, due: int) -> Iterator[Remedy]:
        """Have the material sooner by what the lot is late."""
        late = self.standing.slots[job.tasks[-1].index][2] - due
        release = max(job.lot.release - late, self.problem.frozen_until, 0)
        if release >= job.lot.release:
            return
        lots = tuple(
            replace(lot, release=release) if lot is job.lot else lot for lot in self.problem.lots
        )
        yield from self._anew(
            job, due, replace(self.problem, lots=lots), Way.RELEASE, start=release
        )

    def _by_hours(self, job: Job, due: int) -> Iterator[Remedy]:
        """Open the last closure in which the lot waited, or paused, for each of its resources."""
        ready = max(job.lot.release, self.problem.frozen_until, 0)
        for task in job.tasks:
            machine, _, end = self.standing.slots[task.index]
            resource = self.standing.shop.machines[machine].resource
            calendar = self.problem.calendars[resource.calendar]
            shut = [one for one in calendar.off if one[0] < end and one[1] > ready]
            if shut:
                window = max(shut, key=lambda one: (min(one[1], end) - one[0], one))
                asked = _opened(self.problem, resource.id, calendar, window)
                at = {"start": window[0], "end": window[1]}
                yield from self._anew(job, due, asked, Way.OPEN, resource=resource.id, **at)

    def _anew(
        self, job: Job, due: int, problem: Problem, way: Way, **names: Any
    ) -> Iterator[Remedy]:
        """Place the lot anew in another problem: harming nobody if that is in time.

        Else as soon as can be, if that is sooner than it would be without the change.
        """
        standing = stand(problem, self.plan.operations)
        if standing.conflicts:
            return
        there = standing.shop.jobs[job.index]
        places, asked = Places(standing, there), _Told(self, there, due, problem)
        slots = places.harmless(TRIALS)
        if slots is None or places.end(slots) > due:
            soonest = places.earliest(TRIALS)
            if soonest is not None and places.end(soonest) < self._soonest(job):
                slots = soonest
        yield from asked.remedy(way, standing, slots, **names)


class _Told:
    """Writes remedies for one lot in one problem."""

    def __init__(self, of: Remedies, job: Job, due: int, problem: Problem) -> None:
        self.of, self.job, self.due, self.problem = of, job, due, problem

    def remedy(
        self,
        way: Way,
        standing: Standing,
        slots: list[Slot] | None,
        *,
        stage: str | None = None,
        resource: str | None = None,
        other: str | None = None,
        start: int | None = None,
        end: int | None = None,
    ) -> Iterator[Remedy]:
        """Give the remedy that slots are, if they are any."""
        if slots is None:
            return
        plan = written(standing.shop, slots, self.of.plan)
        changed = difference(standing, slots, plan.price, self.of.before)
        ready = slots[self.job.tasks[-1].index][2]
        yield Remedy(
            way=way,
            lot=self.job.lot.id,
            ready=ready,
            minutes_late=ready - self.due,
            cents=plan.price.total - self.of.before.total,
            became_late=changed.became_late,
            problem=self.problem,
            plan=plan,
            stage=stage,
            resource=resource,
            other=other,
            start=start,
            end=end,
            slips=changed.slips,
        )


def _opened(
    problem: Problem, resource: str, calendar: Calendar, window: tuple[int, int]
) -> Problem:
    """Give a problem in which one resource is not closed in a window of its calendar."""
    name = f"{resource} opened"
    off = tuple(one for one in calendar.off if one != window)
    return replace(
        problem,
        calendars={**problem.calendars, name: Calendar(off, calendar.resumable)},
        resources=tuple(
            replace(one, calendar=name) if one.id == resource else one for one in problem.resources
        ),
    )
