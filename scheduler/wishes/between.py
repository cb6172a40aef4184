"""What a resource needs between two pieces of work, if any other work may be done between them.

Matrices may break the triangle inequality: by way of a third lot two may change over in less.
"""

from collections.abc import Iterator, Mapping, Sequence
from heapq import heappop, heappush
from typing import NamedTuple

from scheduler.calendars import Clock
from scheduler.changeovers import changeover_minutes
from scheduler.shop import Machine, Shop, Task

Others = Mapping[int, Sequence[Task]]  # for each machine, the work that could stand between


class Stand(NamedTuple):
    """What a machine has finished, and when."""

    free: int
    family: int
    tile: str | None


def opening(machine: Machine) -> Stand:
    """Give what stands on a machine at minute 0."""
    return Stand(0, machine.resource.last_family, machine.resource.last_tile)


def change(machine: Machine, stand: Stand, task: Task) -> int:
    """Give the changeover minutes from what stands there to a task."""
    return changeover_minutes(machine.table, stand.family, stand.tile, task.family, task.tile)


def others(shop: Shop) -> Others:
    """Give the undecided work of every machine on which it could spare some changeover."""
    able: dict[int, list[Task]] = {machine.index: [] for machine in shop.machines}
    for task in shop.tasks:
        if task.start is None:
            for index in task.options:
                able[index].append(task)
    return {index: tasks for index, tasks in able.items() if _may_spare(shop, index, tasks)}


def _may_spare(shop: Shop, index: int, tasks: Sequence[Task]) -> bool:
    table = shop.machines[index].table
    longest = max(table.tile_change, *(minute for line in table.minutes for minute in line))
    return any(task.options[index] < longest for task in tasks)


def has_room(machine: Machine, stand: Stand, task: Task, start: int, others: Others) -> bool:
    """Say whether a task may start at a minute behind what stands there, by way of others if any.

    Others are taken as early as they can be; where even so there is no room there never is.
    """
    if stand.free > start:
        return False
    return any(
        machine.clock.room(here.free, start) >= change(machine, here, task)
        for here in _reached(machine, stand, start, others, machine.clock)
    )


def least(machine: Machine, stand: Stand, task: Task, others: Others) -> int:
    """Give the fewest minutes of the machine's own time between what stands there and a task."""
    direct = change(machine, stand, task)
    ways = _reached(machine, stand._replace(free=0), direct, others, None)
    return min(here.free + change(machine, here, task) for here in ways)


def _reached(
    machine: Machine, stand: Stand, until: int, others: Others, clock: Clock | None
) -> Iterator[Stand]:
    """Give what can stand there by a minute, each kind of work at its earliest (Dijkstra).

    Without a clock, minutes alone count: neither closures nor releases.
    """
    heap, done, count = [(stand.free, 0, stand)], set(), 0
    while heap:
        _, _, here = heappop(heap)
        if here[1:] in done:
            continue
        done.add(here[1:])
        yield here
        for task in others.get(machine.index, ()):
            minutes, between = task.options[machine.index], change(machine, here, task)
            end = here.free + between + minutes
            if clock is not None:
                end = clock.fit(here.free, between, task.earliest, minutes, 0)[1]
            if end <= until and (task.family, task.tile) not in done:
                count += 1
                heappush(heap, (end, count, Stand(end, task.family, task.tile)))
