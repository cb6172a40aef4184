"""The first plan: the best of six ATCS dispatches, the reference that the search must beat.

ATCS (apparent tardiness cost with setups) gives the next free kiln the lot with the largest
W/p · exp(−slack/(k1·p̄)) · exp(−(changeover + wait)/(k2·s̄)).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduler.decode import Follow, Slot, decode
from scheduler.kernel import rows
from scheduler.kernel.build import NEVER, ready
from scheduler.kernel.compiled import column
from scheduler.kernel.line import State, after, after_fixed, opening, place
from scheduler.plan import Price
from scheduler.price import judged
from scheduler.shop import Job, Machine, Shop

SETTINGS = tuple((k1, k2) for k1 in (1.0, 3.0, 8.0) for k2 in (0.15, 0.6))
FINISHING = 240  # minutes that the later stages take beyond their lags
URGENT = 1e9  # the weight of a lot whose later step is fixed in time

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Starts = tuple[int, list[int]]  # a machine's first fixed operation, and when they start


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A dispatched plan: the kilns' sequences, the times, the price, and what it cannot keep."""

    sequences: list[list[int]]
    slots: list[Slot]
    price: Price
    missing: int  # minutes by which fixed work cannot be kept


class _Queue:
    """The lots that one kiln may take, as columns; a lot that is taken scores −∞."""

    def __init__(self, shop: Shop, machine: Machine, tiles: list[int]) -> None:
        free = [shop.jobs[lot] for lot in shop.free_leads()]
        mine = [job for job in free if machine.index in job.tasks[0].options]
        ends = column(ready(shop).jobs, "latest_end")
        self.lots: Whole = _column([job.index for job in mine])
        self.minutes: Whole = _column([job.tasks[0].options[machine.index] for job in mine])
        self.earliest: Whole = _column([job.tasks[0].earliest for job in mine])
        self.family: Whole = _column([job.tasks[0].family for job in mine])
        self.tile: Whole = _column([tiles[job.tasks[0].index] for job in mine])
        self.latest: Whole = _column([_due(job, ends[job.index]) for job in mine]) - self.minutes
        weights = np.array([_weight(job, ends[job.index]) for job in mine], dtype=np.float64)
        self.worth: Floats = np.log(weights / self.minutes)
        self.matrix: Whole = np.array(machine.table.minutes, dtype=np.int64)
        self.tile_change = machine.table.tile_change
        self.row = {lot: i for i, lot in enumerate(self.lots.tolist())}
        self.left = len(mine)
        self.shortest = min(self.minutes.tolist(), default=0)

    def take(self, lot: int) -> None:
        """Strike a lot out."""
        if lot in self.row:
            self.worth[self.row[lot]] = -np.inf
            self.left -= 1

    def best(self, state: State, now: int, slack_unit: float, change_unit: float) -> int:
        """Give the lot with the largest index for a kiln in a state at a moment."""
        change = self.matrix[state.family][self.family]
        if state.tile != rows.NONE:
            change = np.where((change == 0) & (self.tile != state.tile), self.tile_change, change)
        slack = np.maximum(0, self.latest - now)
        wait = np.maximum(0, self.earliest - now)
        score = self.worth - slack / slack_unit - (change + wait) / change_unit
        return int(self.lots[int(np.argmax(score))])


def _column(values: list[int]) -> Whole:
    return np.array(values, dtype=np.int64)


def _weight(job: Job, deadline: int) -> float:
    rates = sum(peg.cents_per_minute_late for peg in job.pegs)
    return (
        URGENT if deadline < NEVER else max(rates, 0.01)
    )  # log 0 would hide unpegged lots for good


def _due(job: Job, deadline: int) -> int:
    """Give the moment by which firing should end: the earliest due less what follows."""
    if deadline < NEVER:
        return deadline
    tail = sum(task.lag_end for task in job.tasks[1:]) + FINISHING
    return min((peg.due for peg in job.pegs), default=10**9) - tail


def _mean(values: list[int]) -> float:
    return sum(values) / len(values) if values else 1.0


def _units(shop: Shop) -> tuple[float, float]:
    """Give the mean minutes of a firing and of a changeover that is not 0."""
    free = [shop.jobs[lot].tasks[0] for lot in shop.free_leads()]
    tables = {id(machine.table): machine.table for machine in shop.leads}.values()
    entries = [entry for table in tables for row in table.minutes for entry in row if entry]
    return _mean([minutes for task in free for minutes in task.options.values()]), _mean(entries)


def _past_fixed(made: rows.Shop, starts: Starts, state: State, shortest: int, now: int) -> State:
    """Step over fixed work as long as nothing could be done before it."""
    first, moments = starts
    while state.ahead - first < len(moments):
        if moments[state.ahead - first] - max(state.free, now) >= shortest:
            break
        state = after_fixed(made, state)
    return state


def _sequences(shop: Shop, k1: float, k2: float) -> list[list[int]]:
    """Dispatch every free lot to a kiln: the next free kiln takes its best lot."""
    made, frozen = ready(shop), shop.problem.frozen_until
    tiles = column(made.tasks, "tile")
    queues = {machine.index: _Queue(shop, machine, tiles) for machine in shop.leads}
    states = {machine.index: opening(made, machine.index) for machine in shop.leads}
    fixed = {
        machine.index: (states[machine.index].ahead, [one.start for one in machine.fixed])
        for machine in shop.leads
    }
    sequences: list[list[int]] = [[] for _ in shop.machines]
    minutes, changes = _units(shop)
    for _ in shop.free_leads():
        for index, queue in queues.items():
            rocks, shortest = fixed[index], queue.shortest
            states[index] = _past_fixed(made, rocks, states[index], shortest, frozen)
        open_ones = [index for index in states if queues[index].left]
        index = min(open_ones, key=lambda each: states[each].free)
        state = states[index]
        lot = queues[index].best(state, max(state.free, frozen), k1 * minutes, k2 * changes)
        task = shop.jobs[lot].tasks[0]
        found = place(made, index, state, task.index, task.earliest, 0)
        states[index] = after(made, found.before, task.index, found.start, found.end)
        sequences[index].append(lot)
        for queue in queues.values():
            queue.take(lot)
    return sequences


def dispatches(shop: Shop) -> Iterator[Dispatch]:
    """Give the dispatched plan of each setting of (k1, k2)."""
    for k1, k2 in SETTINGS:
        sequences = _sequences(shop, k1, k2)
        slots = decode(shop, sequences, Follow.FIRED)
        yield Dispatch(sequences, slots, *judged(shop, slots))


def dispatch(shop: Shop, should_stop: Callable[[], bool] | None = None) -> Dispatch:
    """Give the cheapest of the six, among those that keep every fixed step if there are any.

    Once `should_stop` says so, of those that are done by then: one at least.
    """
    done: list[Dispatch] = []
    for one in dispatches(shop):
        done.append(one)
        if should_stop is not None and should_stop():
            break
    return min(done, key=lambda one: (one.missing, one.price.total))
