"""The places for one lot in a standing plan: the earliest, and the earliest that harms nobody."""

from collections.abc import Iterator
from math import inf

from scheduler.decode import Slot, breaches
from scheduler.difference import late_orders
from scheduler.inserting import (
    Choose,
    Opening,
    all_openings,
    eager,
    gentle,
    insert,
    put,
    without,
)
from scheduler.price import price
from scheduler.retime import Retiming
from scheduler.shop import Job, Task
from scheduler.standing import Standing

Slots = list[Slot]


class Places:
    """Tries places for a lot's first free step; its later steps go where they end first.

    A place is judged by the end of the lot's last step (minutes). `limit` counts exact trials.
    """

    def __init__(self, standing: Standing, job: Job) -> None:
        """Take the lot out of the plan, if it is there, and look where it could go."""
        self.shop, self.job, self.old = standing.shop, job, standing.slots
        self.late = late_orders(self.shop, self.old) | {peg.order for peg in job.pegs}
        self.timing = Retiming(self.shop, without(standing.lines, job), standing.floors)
        for task in job.tasks:
            self.timing.floors[task.index] = 0
        self.base = list(self.timing.all())
        self.lines = [list(line) for line in self.timing.lines]
        self.floors = [max(start, 0) for _, start, _ in self.base]
        self.first = next((task for task in job.tasks if task.start is None), None)
        self.openings = self._openings(self.first) if self.first else []
        behind = job.tasks[self.first.index - job.tasks[0].index + 1 :] if self.first else ()
        self.tail = sum(task.lag_end for task in behind)

    def _openings(self, first: Task) -> list[Opening]:
        found = sorted(
            all_openings(self.timing, first), key=lambda one: (one.end, one.machine, -one.position)
        )
        # Of places on a machine that end equally soon, only the last is worth trying.
        return list({(one.machine, one.end): one for one in reversed(found)}.values())[::-1]

    def earliest(self, limit: int) -> Slots | None:
        """Give all slots with the lot's earliest end, the cheapest of those that end then."""
        best: tuple[int, int, Slots] | None = None
        for place in self.openings[:limit]:
            if best is not None and place.end + self.tail > best[0]:
                break
            slots = self.at(place)
            if slots is None or (best is not None and self.end(slots) > best[0]):
                continue
            found = (self.end(slots), price(self.shop, slots).total, slots)
            best = found if best is None or found < best else best
        return None if best is None else best[2]

    def harmless(self, limit: int) -> Slots | None:
        """Give all slots with the lot's earliest end at which no order in time becomes late."""
        best = self._sound(self._inserted(None, gentle))
        for place in self._hopeful(limit):
            if best is not None and place.end + self.tail >= self.end(best):
                break
            # Who is made late where the later steps move nobody is made late anyway.
            for choose in (gentle, eager):
                slots = self._unharmed(self._inserted(place, choose))
                if slots is None:
                    break
                if best is None or self.end(slots) < self.end(best):
                    best = slots
        return best

    def _unharmed(self, slots: Slots | None) -> Slots | None:
        if slots is None or late_orders(self.shop, slots) - self.late:
            return None
        return self._sound(slots)

    def at(self, place: Opening) -> Slots | None:
        """Give all slots with the lot's first free step at a place; None where that is unsound."""
        return self._sound(self._inserted(place, eager))

    def end(self, slots: Slots) -> int:
        """Give the end of the lot's last step."""
        return slots[self.job.tasks[-1].index][2]

    def _inserted(self, place: Opening | None, choose: Choose) -> Slots | None:
        """Put the lot in: its first free step at a place (or as chosen), the others as chosen."""

        def first_there(task: Task, found: list[Opening]) -> Opening | None:
            return place if place and task is self.first else choose(task, found)

        return insert(self.shop, self.lines, self.floors, self.job, first_there, base=self.base)

    def _sound(self, slots: Slots | None) -> Slots | None:
        return None if slots is None or breaches(self.shop, slots) else slots

    def _hopeful(self, limit: int) -> Iterator[Opening]:
        """Give the first places that do not already make somebody late on their own machine."""
        dues = [
            min((peg.due for peg in job.pegs if peg.order not in self.late), default=inf)
            for job in self.shop.jobs
        ]
        for place in self.openings:
            if limit and not self._harms(place, dues):
                limit -= 1
                yield place

    def _harms(self, place: Opening, dues: list[float]) -> bool:
        """Say whether a place surely makes an order late: by the lots pushed on its own machine."""
        if place.is_gap or self.first is None:
            return False
        timing, machine = self.timing, self.shop.machines[place.machine]
        line = list(timing.lines[machine.index])
        before = {index: timing.slots[index] for index in line}
        put(timing, self.first, place)
        harms = any(
            timing.slots[index] != slot and self._ends(index) > dues[self.shop.tasks[index].lot]
            for index, slot in before.items()
        )
        timing.lines[machine.index] = line
        for index, slot in before.items():
            timing.slots[index] = slot
        return harms

    def _ends(self, index: int) -> int:
        """Give the least end of a lot whose task stands where it stands, queues left out."""
        timing, tasks = self.timing, self.shop.tasks
        _, start, end = timing.slots[index]
        for task in self.shop.jobs[tasks[index].lot].tasks:
            if task.index > index:
                at, stood, ends = timing.slots[task.index]
                if task.start is None:
                    ready = max(stood, start + task.lag_start)
                    clock, minutes = self.shop.machines[at].clock, task.options[at]
                    stood, ends = clock.fit(0, 0, ready, minutes, end + task.lag_end)
                start, end = stood, ends
        return end
