"""What changing over costs at the least: every kind of work must be entered at least once.

Look at the first time that each kind (family and tile) is entered in a stage. Before it on that
machine stands another kind, entered earlier, or what stood there at minute 0. So these first
entries form a tree that grows from the openings, and no tree is cheaper than the cheapest one
(Chu and Liu 1965, Edmonds 1967). Entries of all stages may be added: they are different
changeovers. The quick form lets every kind choose its cheapest entry by itself.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduler.bounds.tree import cheapest_tree
from scheduler.changeovers import changeover_minutes
from scheduler.problem import Changeovers
from scheduler.shop import Machine, Shop, Task

NEVER = 10**12
MOST_KINDS = 400  # of a stage: beyond that the tree takes seconds

Kind = tuple[int, str]  # family, tile


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of one stage: `minutes[machine]` and `cents` from kind (or opening) to kind.

    Both have a row for each kind and a last one for the opening; NEVER where that cannot be.
    """

    kinds: tuple[Kind, ...]
    minutes: dict[int, NDArray[np.int64]]
    cents: NDArray[np.int64]

    def least_minutes(self, machine: int, kind: Kind) -> int:
        """Give the least minutes to enter a kind on a machine that is able to do it."""
        return int(self.minutes[machine][:, self.kinds.index(kind)].min())


def entries(shop: Shop, stage: int) -> Entries:
    """Work out the entries of a stage."""
    tasks = [task for task in shop.tasks if task.stage == stage]
    able: dict[Kind, set[int]] = {}
    for task in tasks:
        able.setdefault(kind_of(task), set()).update(task.options)
    kinds = tuple(able)
    cents = np.full((len(kinds) + 1, len(kinds)), NEVER, dtype=np.int64)
    minutes: dict[int, NDArray[np.int64]] = {}
    for index in sorted({index for task in tasks for index in task.options}):
        machine = shop.machines[index]
        minutes[index] = _on(machine, kinds, [index in able[kind] for kind in kinds])
        known = minutes[index] < NEVER
        priced = np.where(known, minutes[index] * machine.table.cents_per_minute, NEVER)
        cents = np.minimum(cents, priced)
    return Entries(kinds, minutes, cents)


def kind_of(task: Task) -> Kind:
    """Give what a machine changes over to for a task."""
    return task.family, task.tile


def _on(machine: Machine, kinds: tuple[Kind, ...], able: list[bool]) -> NDArray[np.int64]:
    minutes = np.full((len(kinds) + 1, len(kinds)), NEVER, dtype=np.int64)
    on, here = machine.resource, [i for i, is_able in enumerate(able) if is_able]
    minutes[np.ix_(here, here)] = _between(machine.table, [kinds[i] for i in here])
    for i in here:
        minutes[-1, i] = changeover_minutes(machine.table, on.last_family, on.last_tile, *kinds[i])
    return minutes


def _between(table: Changeovers, kinds: list[Kind]) -> NDArray[np.int64]:
    """Give the minutes from kind to kind, NEVER to itself."""
    family = [kind[0] for kind in kinds]
    known = {tile: i for i, tile in enumerate(dict.fromkeys(tile for _, tile in kinds))}
    tile = np.array([known[kind[1]] for kind in kinds])
    minutes = np.array(table.minutes, dtype=np.int64)[np.ix_(family, family)]
    minutes[(minutes == 0) & (tile[:, None] != tile[None, :])] = table.tile_change
    np.fill_diagonal(minutes, NEVER)
    return minutes


def quick_cents(shop: Shop) -> int:
    """Price the cheapest entry of every kind, each by itself."""
    return sum(_quick_cents(shop, stage) for stage in _stages(shop))


def _quick_cents(shop: Shop, stage: int) -> int:
    able: dict[Kind, set[int]] = {}
    for task in (task for task in shop.tasks if task.stage == stage):
        able.setdefault(kind_of(task), set()).update(task.options)
    least = dict.fromkeys(able, NEVER)
    used = [shop.machines[index] for index in sorted(set().union(*able.values()))]
    for name in dict.fromkeys(machine.resource.changeover for machine in used):
        same = {machine.index for machine in used if machine.resource.changeover == name}
        kinds = [kind for kind, machines in able.items() if machines & same]
        table = shop.problem.changeovers[name]
        inside = _between(table, kinds).min(axis=0).tolist()
        for kind, minutes in zip(kinds, inside, strict=True):
            opening = (
                changeover_minutes(table, on.last_family, on.last_tile, *kind)
                for on in (shop.machines[index].resource for index in able[kind] & same)
            )
            least[kind] = min(least[kind], min(minutes, *opening) * table.cents_per_minute)
    return sum(least.values())


def tree_cents(shop: Shop) -> int:
    """Price the cheapest tree of entries of every stage."""
    cents = 0
    for stage in _stages(shop):
        found = entries(shop, stage).cents
        is_small = found.shape[1] <= MOST_KINDS
        cents += cheapest_tree(found) if is_small else int(found.min(axis=0).sum())
    return cents


def _stages(shop: Shop) -> list[int]:
    return sorted({task.stage for task in shop.tasks})
