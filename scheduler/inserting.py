"""Puts one lot into a standing plan: where it could go, and what everybody's times are then."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from scheduler.decode import Slot
from scheduler.retime import Retiming, fits_before, front
from scheduler.shop import Job, Machine, Shop, Task


@dataclass(frozen=True, slots=True)
class Opening:
    """A place for a task: before the free task at `position` of a machine's line.

    `is_gap` where nobody behind it has to give way; `start` and `end` are minutes.
    """

    machine: int
    position: int
    start: int
    end: int
    is_gap: bool


Choose = Callable[[Task, list[Opening]], Opening | None]


def openings(timing: Retiming, machine: Machine, task: Task) -> Iterator[Opening]:
    """Give the places for a task on a machine, up to the first that moves nobody.

    Places before work that ends by the time the task is ready are left out: they would only make
    others wait. Every later place than the first gap ends later.
    """
    ready, ready_end = timing.ready(task)
    there, filled = _standing(timing, machine), front(machine)
    done = bisect_right(there, ready, key=lambda one: one[2])
    if done:
        filled.take(there[done - 1][0], there[done - 1][2])
    passed = sum(then.start is not None for then, _, _ in there[:done]) if machine.fixed else 0
    position = done - passed
    for then, begins, ends in there[done:]:
        start, end = filled.fit(task, ready, ready_end)
        is_gap = fits_before(machine, task, end, then, begins)
        if is_gap or (then.start is None and _clears(machine, passed, task, end)):
            yield Opening(machine.index, position, start, end, is_gap)
        if is_gap:
            return
        filled.take(then, ends)
        position += then.start is None
        passed += then.start is not None
    start, end = filled.fit(task, ready, ready_end)
    yield Opening(machine.index, position, start, end, is_gap=True)


def _clears(machine: Machine, passed: int, task: Task, end: int) -> bool:
    """Say whether a task that ends at `end` is out of the next fixed operation's way."""
    if passed == len(machine.fixed):
        return True
    fixed = machine.fixed[passed]
    return fits_before(machine, task, end, fixed.task, fixed.start)


def _standing(timing: Retiming, machine: Machine) -> list[tuple[Task, int, int]]:
    """Give a machine's tasks, free and fixed, with start and end, in the order of their starts."""
    line = [
        (timing.shop.tasks[index], timing.slots[index][1], timing.slots[index][2])
        for index in timing.lines[machine.index]
    ]
    if machine.fixed:
        line += [(fixed.task, fixed.start, fixed.end) for fixed in machine.fixed]
        line.sort(key=lambda one: one[1])
    return line


def all_openings(timing: Retiming, task: Task) -> list[Opening]:
    """Give the places for a task on every machine that can do it."""
    machines = timing.shop.machines
    return [one for index in task.options for one in openings(timing, machines[index], task)]


def eager(_: Task, found: Sequence[Opening]) -> Opening | None:
    """Choose the place that ends first, among equals one that moves as few as can be."""
    return min(found, key=lambda one: (one.end, not one.is_gap, -one.position), default=None)


def gentle(_: Task, found: Sequence[Opening]) -> Opening | None:
    """Choose the place that ends first of those that move nobody."""
    return min((one for one in found if one.is_gap), key=lambda one: one.end, default=None)


def without(lines: Sequence[Sequence[int]], job: Job) -> list[list[int]]:
    """Give lines without the tasks of a lot."""
    own = {task.index for task in job.tasks}
    return [[index for index in line if index not in own] for line in lines]


def insert(
    shop: Shop,
    lines: Sequence[Sequence[int]],
    floors: Sequence[int],
    job: Job,
    choose: Choose,
    *,
    base: Sequence[Slot] | None = None,
) -> list[Slot] | None:
    """Put a lot's free steps in, stage by stage, where `choose` says; None where it finds none.

    `lines` are those of a standing plan without the lot, `floors` its starts (minutes), `base`
    the slots they give without the lot, where these are known. Gives
    every task's slot; what is fixed may be broken by it, so have the answer judged.
    """
    timing = Retiming(shop, lines, floors, base)
    own = {task.stage: task for task in job.tasks if task.start is None}
    for task in own.values():
        timing.floors[task.index] = 0
    for stage in range(len(shop.problem.stages)):
        timing.stage(stage)
        if stage in own:
            found = choose(own[stage], all_openings(timing, own[stage]))
            if found is None:
                return None
            put(timing, own[stage], found)
    return timing.slots


def put(timing: Retiming, task: Task, found: Opening) -> None:
    """Put a task into its place; who stands behind it on that machine gives way."""
    timing.lines[found.machine].insert(found.position, task.index)
    timing.floors[task.index] = found.start
    timing.fill(timing.shop.machines[found.machine], found.position)
