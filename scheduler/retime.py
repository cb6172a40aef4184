"""Gives a plan's own order new times: nothing moves that need not, and nothing moves forward.

Every resource keeps its order; an operation starts no sooner than it stood (its floor) and gives
way only to what stands ahead of it, to its own step before, and to closures. Fixed operations
stay where they are: what no longer fits before one goes behind it. Behind the first stage a lot
that comes too late loses its turn to those that are ready, so that nobody waits for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.changeovers import changeover_minutes
from scheduler.decode import Slot
from scheduler.shop import Fixed, Machine, Shop, Task

NOWHERE: Slot = (-1, -1, -1)


@dataclass(slots=True)
class Front:
    """How far a resource is filled: when it is free, and what stands on it."""

    machine: Machine
    free: int
    family: int
    tile: str | None

    def fit(self, task: Task, ready: int, ready_end: int) -> tuple[int, int]:
        """Give a task's earliest (start, end) here, `ready` and `ready_end` being its own."""
        machine = self.machine
        change = changeover_minutes(machine.table, self.family, self.tile, task.family, task.tile)
        return machine.clock.fit(self.free, change, ready, task.options[machine.index], ready_end)

    def take(self, task: Task, end: int) -> None:
        """Put a task there that ends at `end`."""
        self.free, self.family, self.tile = max(self.free, end), task.family, task.tile


def front(machine: Machine) -> Front:
    """Give a resource as it stands at minute 0."""
    return Front(machine, 0, machine.resource.last_family, machine.resource.last_tile)


def fits_before(machine: Machine, task: Task, end: int, then: Task, start: int) -> bool:
    """Say whether a task that ends at `end` leaves room to change over to one at `start`."""
    if end > start:
        return False
    change = changeover_minutes(machine.table, task.family, task.tile, then.family, then.tile)
    return machine.clock.room(end, start) >= change


class Retiming:
    """The new times of a plan, stage by stage.

    `lines` holds for each resource its free tasks (indices) in order, `floors` for each task the
    minute before which it does not start; `slots` (machine, start, end) are the answer, NOWHERE
    for what is in no line. `base` may hold the slots of a former retiming of the same lines, with
    its starts as the floors: what nothing has changed for is then taken from there.
    """

    def __init__(
        self,
        shop: Shop,
        lines: Sequence[Sequence[int]],
        floors: Sequence[int],
        base: Sequence[Slot] | None = None,
    ) -> None:
        """Begin with what is fixed."""
        self.shop, self.base = shop, base
        self.lines = [list(line) for line in lines]
        self.floors = list(floors)
        self.slots = [NOWHERE] * len(shop.tasks)
        for machine in shop.machines:
            for fixed in machine.fixed:
                self.slots[fixed.task.index] = (fixed.machine, fixed.start, fixed.end)

    def all(self) -> list[Slot]:
        """Time every stage in flow order."""
        for stage in range(len(self.shop.problem.stages)):
            self.stage(stage)
        return self.slots

    def stage(self, stage: int) -> None:
        """Time every resource of a stage; the stages before it must be timed already."""
        for machine in self.shop.machines:
            if machine.stage == stage:
                self.line(machine)

    def ready(self, task: Task) -> tuple[int, int]:
        """Give the earliest start and end that a lot's own step before allows (rule 2)."""
        if self._is_still(task):
            return self.floors[task.index], 0
        earliest = max(task.earliest, self.floors[task.index])
        before = self.slots[task.index - 1] if self.has_before(task) else NOWHERE
        if before is NOWHERE:
            return earliest, 0
        return max(earliest, before[1] + task.lag_start), before[2] + task.lag_end

    def _is_still(self, task: Task) -> bool:
        """Say whether a task can stand where it did, for all its own lot knows."""
        base, before = self.base, task.index - 1
        if base is None or base[task.index] is NOWHERE:
            return False
        return self.slots[before] == base[before] or not self.has_before(task)

    def has_before(self, task: Task) -> bool:
        """Say whether a lot has a step before this one."""
        return self.shop.jobs[task.lot].tasks[0] is not task

    def line(self, machine: Machine) -> None:
        """Time one resource; behind the first stage, who is ready sooner goes first."""
        tasks, line = self.shop.tasks, self.lines[machine.index]
        if all(self._is_still(tasks[index]) for index in line):
            for index in line:
                self.slots[index] = self.base[index] if self.base else NOWHERE
            return
        if any(self.has_before(tasks[index]) for index in line):
            line.sort(key=lambda index: self._turn(machine, tasks[index]))
        self.fill(machine)

    def _turn(self, machine: Machine, task: Task) -> int:
        """Give when a task could start if nothing else stood there."""
        return self.floors[task.index] if self._is_still(task) else self.alone(machine, task)[0]

    def fill(self, machine: Machine, keep: int = 0) -> None:
        """Time one resource in the order that stands; what fits before fixed work stays there.

        The first `keep` tasks of its line have their times already.
        """
        line, filled, slots = self.lines[machine.index], front(machine), self.slots
        kept, waiting = line[:keep][::-1], line[keep:]
        for fixed in machine.fixed:
            while kept and slots[kept[-1]][1] < fixed.start:
                filled.take(self.shop.tasks[kept[-1]], slots[kept.pop()][2])
            if not kept:
                waiting = [one for one in waiting if not self._goes_before(fixed, filled, one)]
            filled.take(fixed.task, fixed.end)
        if kept:
            filled.take(self.shop.tasks[kept[0]], slots[kept[0]][2])
        for index in waiting:
            task = self.shop.tasks[index]
            start, end = filled.fit(task, *self.ready(task))
            filled.take(task, end)
            slots[index] = (machine.index, start, end)
        if machine.fixed:
            line.sort(key=lambda index: slots[index][1])

    def _goes_before(self, fixed: Fixed, filled: Front, index: int) -> bool:
        """Put a task before a fixed one if it fits there; say whether it does."""
        task = self.shop.tasks[index]
        ready, ready_end = self.ready(task)
        if ready >= fixed.start:
            return False
        start, end = filled.fit(task, ready, ready_end)
        if not fits_before(filled.machine, task, end, fixed.task, fixed.start):
            return False
        filled.take(task, end)
        self.slots[index] = (filled.machine.index, start, end)
        return True

    def alone(self, machine: Machine, task: Task) -> tuple[int, int]:
        """Give the (start, end) a task would have if nothing else stood on the machine."""
        ready, ready_end = self.ready(task)
        return machine.clock.fit(0, 0, ready, task.options[machine.index], ready_end)


def retime(shop: Shop, lines: Sequence[Sequence[int]], floors: Sequence[int]) -> list[Slot]:
    """Give every task its new (machine, start, end); see `Retiming` for the arguments."""
    return Retiming(shop, lines, floors).all()
