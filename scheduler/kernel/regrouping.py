"""Takes related lots out of the plan and puts each back where it costs least.

What single moves cannot untangle, a whole campaign on the wrong kiln say, comes apart at once. A
plan is judged by the exact decoder and kept, or not, as annealing keeps plans.
"""

from collections.abc import MutableSequence
from typing import NamedTuple

from scheduler.kernel import price
from scheduler.kernel.annealing import allowance, now_exact
from scheduler.kernel.compiled import compiled, numbers
from scheduler.kernel.decode import Plan
from scheduler.kernel.ledger import (
    Ledger,
    accept,
    keep,
    learn,
    load,
    remember,
    retry,
    trial,
)
from scheduler.kernel.moves import Drawer, below, chance, position_at
from scheduler.kernel.rows import NONE, Shop
from scheduler.kernel.sorting import sort

MOST = 10  # lots taken out at once
KINDRED = 0.3  # share of the rounds that take lots of one campaign; the others take neighbours
DRAWS = 6  # for each lot of a campaign that is wanted, before those found are enough
OVERLOOKED = 0.02  # share of the places not looked at, so that the best is not always taken
FAR = 10**9  # minutes, and numbers drawn: beyond any due


class Room(NamedTuple):
    """Room for the lots taken out and their turns, and for the lines as they stood and stand."""

    taken: MutableSequence[int]
    turns: MutableSequence[int]
    lots: MutableSequence[int]
    counts: MutableSequence[int]
    counts_now: MutableSequence[int]


def empty_room(ledger: Ledger) -> Room:
    """Make room for one round."""
    places = len(ledger.lots)
    return Room(
        taken=numbers([NONE] * MOST),
        turns=numbers([0] * MOST),
        lots=numbers([NONE] * places),
        counts=numbers([0] * len(ledger.counts)),
        counts_now=numbers([0] * len(ledger.counts)),
    )


@compiled
def regroup(
    shop: Shop,
    ledger: Ledger,
    drawer: Drawer,
    plan: Plan,
    room: Room,
    rounds: int,
    temperature: float,
    now: int,
    lowest: int,
) -> tuple[int, int]:
    """Make some rounds; give the exact price now and the lowest (cents), whose plan is kept."""
    remember(shop, ledger, room.lots, room.counts)
    for _ in range(rounds):
        count = _take_some(shop, ledger, drawer, room)
        _arrange(shop, drawer, room, count)
        for i in range(count):
            _put_back(shop, ledger, drawer, room.taken[i])
        found = now_exact(shop, ledger, plan, room.counts_now)
        if found - now > allowance(drawer, temperature):
            # The tails are still those of the plan that stood: nothing has to be decoded for them.
            load(shop, ledger, room.lots, room.counts)
            for machine in shop.leads:
                retry(shop, ledger, machine)
            continue
        now = found
        learn(shop, ledger, plan.slots)
        remember(shop, ledger, room.lots, room.counts)
        if now < lowest:
            lowest = now
            keep(shop, ledger)
    return now, lowest


@compiled
def _take_some(shop: Shop, ledger: Ledger, drawer: Drawer, room: Room) -> int:
    """Take out related lots; give how many."""
    wanted = 1 + below(drawer, MOST)
    lot = drawer.free[below(drawer, len(drawer.free))]
    if chance(drawer) < KINDRED:
        return _take_kindred(shop, ledger, drawer, room, lot, wanted)
    return _take_neighbours(shop, ledger, drawer, room, lot, wanted)


@compiled
def _take(shop: Shop, ledger: Ledger, room: Room, count: int, lot: int) -> int:
    """Take one lot out of its line, as the next after `count`; give how many are out."""
    change, at = ledger.changes[0], ledger.position[lot]
    change.machine, change.low, change.high, change.shift = ledger.kiln[lot], at, at, 1
    trial(shop, ledger, 0, price.BEYOND)
    accept(ledger, 0)
    ledger.kiln[lot] = NONE
    room.taken[count] = lot
    return count + 1


@compiled
def _take_kindred(
    shop: Shop, ledger: Ledger, drawer: Drawer, room: Room, lot: int, wanted: int
) -> int:
    """Take a lot and others of its campaign, wherever they stand."""
    campaign = shop.tasks[shop.jobs[lot].first_task].campaign
    count = _take(shop, ledger, room, 0, lot)
    for _ in range(DRAWS * wanted):
        other = drawer.free[below(drawer, len(drawer.free))]
        is_kin = shop.tasks[shop.jobs[other].first_task].campaign == campaign
        if count < wanted and is_kin and ledger.kiln[other] != NONE:
            count = _take(shop, ledger, room, count, other)
    return count


@compiled
def _take_neighbours(
    shop: Shop, ledger: Ledger, drawer: Drawer, room: Room, lot: int, wanted: int
) -> int:
    """Take a lot with the lots around it, and some that other kilns fire at that time."""
    kiln, at = ledger.kiln[lot], ledger.position[lot]
    moment = ledger.standings[kiln * ledger.stride + at].free
    count = _take_run(shop, ledger, drawer, room, kiln, at, 0, wanted)
    turn = below(drawer, len(shop.leads))
    for i in range(len(shop.leads)):
        machine = shop.leads[(turn + i) % len(shop.leads)]
        if machine != kiln and count < wanted:
            there = position_at(ledger, machine, moment)
            count = _take_run(shop, ledger, drawer, room, machine, there, count, wanted)
    return count


@compiled
def _take_run(
    shop: Shop,
    ledger: Ledger,
    drawer: Drawer,
    room: Room,
    machine: int,
    at: int,
    count: int,
    wanted: int,
) -> int:
    """Take a run of lots around a position of a line; give how many are out."""
    line = ledger.lines[machine]
    length = min(1 + below(drawer, wanted - count), line.count)
    if length == 0:
        return count
    at = min(at, line.count - 1)
    first = max(0, min(at - below(drawer, length), line.count - length))
    for _ in range(length):
        lot = ledger.lots[machine * ledger.stride + first]
        count = _take(shop, ledger, room, count, lot)
    return count


@compiled
def _arrange(shop: Shop, drawer: Drawer, room: Room, count: int) -> None:
    """Put the lots taken out in the order in which they go back: by chance, due, length or kind."""
    jobs, drawn = len(shop.jobs), chance(drawer)
    for i in range(count):
        lot = room.taken[i]
        job = shop.jobs[lot]
        task = shop.tasks[job.first_task]
        if drawn < 0.3:
            turn = below(drawer, FAR)
        elif drawn < 0.6:
            turn = FAR + min(job.first_due, FAR)
        elif drawn < 0.8:
            turn = FAR - task.quickest
        else:
            turn = task.family
        room.turns[i] = turn * jobs + lot
    sort(room.turns, count)
    for i in range(count):
        room.taken[i] = room.turns[i] % jobs


@compiled
def _put_back(shop: Shop, ledger: Ledger, drawer: Drawer, lot: int) -> None:
    """Put a lot where it makes the lines dearest by least."""
    task, change = shop.tasks[shop.jobs[lot].first_task], ledger.changes[0]
    lowest, kiln, place = price.BEYOND, shop.options[task.first_option], 0
    for option in range(task.first_option, task.last_option):
        machine = shop.options[option]
        total, count = ledger.lines[machine].total, ledger.lines[machine].count
        for at in range(count + 1):
            if chance(drawer) < OVERLOOKED:
                continue
            if _try(shop, ledger, lot, machine, at, min(price.BEYOND, lowest - 1 + total)):
                lowest, kiln, place = change.total - total, machine, at
    _try(shop, ledger, lot, kiln, place, price.BEYOND)
    accept(ledger, 0)


@compiled
def _try(shop: Shop, ledger: Ledger, lot: int, machine: int, at: int, limit: int) -> bool:
    """Try a lot at a position; False where the line would cost more than `limit` (cents)."""
    change = ledger.changes[0]
    change.machine, change.low, change.high, change.shift = machine, at, at + 1, -1
    ledger.drawn[at] = lot
    return trial(shop, ledger, 0, limit)
