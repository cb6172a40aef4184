"""How early all work can be done: the longest lot alone, and the load of each set of machines.

Take the tasks of a stage that can only run on some set of machines (a set of options that occurs,
or all of the stage). Until the last of them ends, the set's working minutes must hold their
shortest minutes: either from the first moment at which one of them is ready, or from 0 together
with the cheapest tree of first changeovers to their kinds (another kind's work may stand before
any of them). Behind the last, at least the shortest way through the later stages follows. (The
load bound for parallel machines, McNaughton 1959; the sets are those of Hall's theorem.)
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from scheduler.bounds.entries import MOST_KINDS, Entries, entries, kind_of
from scheduler.bounds.heads import Head, heads
from scheduler.bounds.tree import cheapest_tree
from scheduler.shop import Machine, Shop, Task


def least_makespan(shop: Shop) -> int:
    """Give a minute before which no plan has ended."""
    first = heads(shop)
    last = max((end for _, end in first), default=0)
    for stage in {task.stage for task in shop.tasks}:
        tasks = [task for task in shop.tasks if task.stage == stage]
        known = entries(shop, stage)
        for machines in _sets(tasks):
            inside = [task for task in tasks if machines.issuperset(task.options)]
            last = max(last, _load(shop, inside, sorted(machines), first, known))
    return last


def _sets(tasks: Iterable[Task]) -> list[frozenset[int]]:
    found = dict.fromkeys(frozenset(task.options) for task in tasks)
    return list(dict.fromkeys([*found, frozenset().union(*found)]))


def _load(
    shop: Shop, tasks: list[Task], indices: list[int], first: Sequence[Head], known: Entries
) -> int:
    """Give the least last end of the lots whose tasks share some machines."""
    machines = [shop.machines[index] for index in indices]
    work = sum(min(task.options.values()) for task in tasks)
    ready = min(first[task.index][0] for task in tasks)
    before = sum(machine.clock.worked(ready) for machine in machines)
    needed = max(work + before, work + _changing(shop, tasks, machines, known))
    end = _least(lambda at: sum(one.clock.worked(at) for one in machines) >= needed)
    return end + min(_tail(shop, task) for task in tasks)


def _least(holds: Callable[[int], bool]) -> int:
    low, high = 0, 1
    while not holds(high):
        low, high = high, high * 2
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def _tail(shop: Shop, task: Task) -> int:
    return sum(one.lag_end for one in shop.jobs[task.lot].tasks if one.index > task.index)


def _changing(shop: Shop, tasks: list[Task], machines: list[Machine], known: Entries) -> int:
    """Give the least working minutes that changing over to the kinds of some tasks takes."""
    kinds = {kind_of(task) for task in tasks}
    inside = [i for i, kind in enumerate(known.kinds) if kind in kinds]
    if len(inside) > MOST_KINDS or any(_hides_changeovers(shop, one) for one in machines):
        return 0
    least = np.minimum.reduce([known.minutes[one.index] for one in machines])[:, inside]
    others = [i for i in range(len(least)) if i not in inside]
    return cheapest_tree(np.vstack([least[inside], least[others].min(axis=0)]))


def _hides_changeovers(shop: Shop, machine: Machine) -> bool:
    """Say whether a machine may change over while it is closed, and lose no working time by it."""
    calendar = shop.problem.calendars[machine.resource.calendar]
    return bool(calendar.off) and not calendar.resumable
