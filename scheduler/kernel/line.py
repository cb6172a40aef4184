"""One resource filled from left to right: the one place where work is put behind other work.

Fixed operations stand like rocks: what does not fit before the next one goes behind it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from scheduler.kernel import changing
from scheduler.kernel.calendars import fit, room
from scheduler.kernel.compiled import inlined
from scheduler.kernel.rows import NONE, Shop, Standing


class State(NamedTuple):
    """A resource after some work: when it is free, and what stands on it."""

    free: int
    family: int
    tile: int
    ahead: int  # the next fixed operation
    campaign: int
    run: int  # minutes of the running campaign


class Place(NamedTuple):
    """Where a task goes: the state right before it, its changeover minutes, its start and end."""

    before: State
    change: int
    start: int
    end: int


changeover_minutes = inlined(changing.changeover_minutes)


@inlined
def change_minutes(shop: Shop, machine: int, family: int, tile: int, task: int) -> int:
    """Give the changeover minutes from (family, tile) to a task."""
    table = shop.tables[shop.machines[machine].table]
    then = shop.tasks[task]
    minutes = shop.changeovers[table.first + family * table.size + then.family]
    return changeover_minutes(minutes, table.tile_change, tile != NONE and tile != then.tile)


@inlined
def opening(shop: Shop, machine: int) -> State:
    """Give the state at minute 0."""
    on = shop.machines[machine]
    return State(0, on.family, on.tile, on.first_fixed, on.campaign, on.run)


@inlined
def after(shop: Shop, before: State, task: int, start: int, end: int) -> State:
    """Give the state after a task that stands from `start` to `end`."""
    work = shop.tasks[task]
    run = end - start
    if work.campaign == before.campaign:
        run += before.run
    return State(end, work.family, work.tile, before.ahead, work.campaign, run)


@inlined
def at_fixed(shop: Shop, machine: int, state: State) -> Place:
    """Give the place of the next fixed operation, whatever stands before it."""
    rock = shop.fixed[state.ahead]
    change = change_minutes(shop, machine, state.family, state.tile, rock.task)
    return Place(state, change, rock.start, rock.end)


@inlined
def after_fixed(shop: Shop, state: State) -> State:
    """Give the state after the next fixed operation."""
    rock = shop.fixed[state.ahead]
    then = after(shop, state, rock.task, rock.start, rock.end)
    return State(then.free, then.family, then.tile, state.ahead + 1, then.campaign, then.run)


@inlined
def shortfall(shop: Shop, machine: int, state: State, task: int, start: int) -> int:
    """Give the minutes missing between a state and a task's start, its changeover included."""
    if state.free > start:
        return state.free - start
    there = room(shop.calendars, shop.machines[machine].calendar, state.free, start)
    change = change_minutes(shop, machine, state.family, state.tile, task)
    return max(0, change - there)


@inlined
def place(shop: Shop, machine: int, state: State, task: int, ready: int, ready_end: int) -> Place:
    """Find the earliest place for a task behind a state, letting by fixed work that is in its way.

    `ready` is its earliest start, `ready_end` its earliest end (minutes).
    """
    on = shop.machines[machine]
    minutes = shop.minutes[task * len(shop.machines) + machine]
    while True:
        change = change_minutes(shop, machine, state.family, state.tile, task)
        start, end = fit(shop.calendars, on.calendar, state.free, change, ready, minutes, ready_end)
        if state.ahead == on.last_fixed:
            return Place(state, change, start, end)
        rock = shop.fixed[state.ahead]
        then = after(shop, state, task, start, end)
        if shortfall(shop, machine, then, rock.task, rock.start) == 0:
            return Place(state, change, start, end)
        state = after_fixed(shop, state)


@inlined
def read(states: Sequence[Standing], at: int) -> State:
    """Read a state that was written."""
    row = states[at]
    return State(row.free, row.family, row.tile, row.ahead, row.campaign, row.run)


@inlined
def write(states: Sequence[Standing], at: int, new: State) -> None:
    """Keep a state for later."""
    row = states[at]
    row.free, row.family, row.tile = new.free, new.family, new.tile
    row.ahead, row.campaign, row.run = new.ahead, new.campaign, new.run
