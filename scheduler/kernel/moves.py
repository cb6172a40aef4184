"""The candidate moves of the search: a lot or a run of one family elsewhere, or two lots swapped."""

from collections.abc import MutableSequence
from typing import NamedTuple

from scheduler.kernel.compiled import compiled, inlined
from scheduler.kernel.ledger import Ledger
from scheduler.kernel.rows import Shop

NEAR = 30  # positions: how far a lot moves on its own kiln
LONGEST_RUN = 8  # lots: how many of one family move together
MULTIPLIER, PRIME = 48_271, 2_147_483_647  # Park and Miller's generator: exact in 64 bits


class Drawer(NamedTuple):
    """What moves are drawn from: the random number, the free lots, and each lot's family."""

    random: MutableSequence[int]
    free: MutableSequence[int]
    kin: MutableSequence[int]
    first_kin: MutableSequence[int]
    last_kin: MutableSequence[int]


@inlined
def chance(drawer: Drawer) -> float:
    """Draw a number in [0, 1)."""
    drawer.random[0] = drawer.random[0] * MULTIPLIER % PRIME
    return drawer.random[0] / PRIME


@inlined
def below(drawer: Drawer, count: int) -> int:
    """Draw a whole number from 0 to below `count`."""
    return int(chance(drawer) * count)


@compiled
def draw(shop: Shop, ledger: Ledger, drawer: Drawer) -> int:
    """Draw a move into the ledger's changes; give how many lines it changes (0: it leads nowhere)."""
    lot = drawer.free[below(drawer, len(drawer.free))]
    if chance(drawer) < 0.2:
        return _swap(shop, ledger, lot, drawer.free[below(drawer, len(drawer.free))])
    first = ledger.position[lot]
    last = first + 1
    kiln, drawn = ledger.kiln[lot], chance(drawer)
    if drawn < 0.2:
        first, last = _run(shop, ledger, lot)
    elif drawn < 0.4:
        last = min(first + 2 + below(drawer, LONGEST_RUN - 1), ledger.lines[kiln].count)
    target, position = _target(shop, ledger, drawer, lot)
    if target == kiln:
        return _within(ledger, kiln, first, last, position)
    return _across(shop, ledger, kiln, first, last, target, position)


@inlined
def _family(shop: Shop, ledger: Ledger, at: int) -> int:
    return shop.tasks[shop.jobs[ledger.lots[at]].first_task].family


@compiled
def _run(shop: Shop, ledger: Ledger, lot: int) -> tuple[int, int]:
    """Give the bounds of the run of one family around a lot."""
    kiln, at = ledger.kiln[lot], ledger.position[lot]
    base, count = kiln * ledger.stride, ledger.lines[kiln].count
    family = _family(shop, ledger, base + at)
    first, last = at, at + 1
    while first > 0 and _family(shop, ledger, base + first - 1) == family:
        first -= 1
    while last < count and _family(shop, ledger, base + last) == family:
        last += 1
    if last - first > LONGEST_RUN:
        return at, min(last, at + LONGEST_RUN)
    return first, last


@compiled
def _target(shop: Shop, ledger: Ledger, drawer: Drawer, lot: int) -> tuple[int, int]:
    """Choose a kiln and a position: beside the family, near by, or at a similar time."""
    kiln, at, drawn = ledger.kiln[lot], ledger.position[lot], chance(drawer)
    if drawn < 0.35:
        first, last = drawer.first_kin[lot], drawer.last_kin[lot]
        if last - first == 1:
            return kiln, below(drawer, ledger.lines[kiln].count + 1)
        beside = drawer.kin[first + below(drawer, last - first)]
        return ledger.kiln[beside], ledger.position[beside] + below(drawer, 2)
    if drawn < 0.65:
        return kiln, max(0, at + below(drawer, 2 * NEAR + 1) - NEAR)
    task = shop.tasks[shop.jobs[lot].first_task]
    there = shop.options[task.first_option + below(drawer, task.last_option - task.first_option)]
    moment = ledger.standings[kiln * ledger.stride + at].free
    return there, max(0, position_at(ledger, there, moment) + below(drawer, 9) - 4)


@compiled
def position_at(ledger: Ledger, kiln: int, moment: int) -> int:
    """Give the position on a kiln whose lot runs at a moment."""
    base = kiln * ledger.stride
    low, high = 0, ledger.lines[kiln].count
    while low < high:
        middle = (low + high) // 2
        if ledger.standings[base + middle].free < moment:
            low = middle + 1
        else:
            high = middle
    return low


@inlined
def _change(ledger: Ledger, which: int, machine: int, low: int, high: int, shift: int) -> None:
    change = ledger.changes[which]
    change.machine, change.low, change.high, change.shift = machine, low, high, shift


@compiled
def _within(ledger: Ledger, kiln: int, first: int, last: int, position: int) -> int:
    """Move the lots from `first` to `last` to another position of their line."""
    width, base = last - first, kiln * ledger.stride
    to = position if position <= first else position - width
    to = max(0, min(to, ledger.lines[kiln].count - width))
    if to == first:
        return 0
    low, high = min(first, to), max(first, to) + width
    _change(ledger, 0, kiln, low, high, 0)
    for i in range(width):
        ledger.drawn[to + i] = ledger.lots[base + first + i]
    if to < first:
        for i in range(to, first):
            ledger.drawn[i + width] = ledger.lots[base + i]
    else:
        for i in range(last, to + width):
            ledger.drawn[i - width] = ledger.lots[base + i]
    return 1


@inlined
def _may(shop: Shop, lot: int, kiln: int) -> bool:
    """Say whether a kiln can fire a lot."""
    return shop.minutes[shop.jobs[lot].first_task * len(shop.machines) + kiln] > 0


@compiled
def _across(
    shop: Shop, ledger: Ledger, kiln: int, first: int, last: int, target: int, position: int
) -> int:
    """Move the lots from `first` to `last` to a position of another line."""
    base, width = kiln * ledger.stride, last - first
    at = min(position, ledger.lines[target].count)
    own = ledger.stride + at
    for i in range(width):
        lot = ledger.lots[base + first + i]
        if not _may(shop, lot, target):
            return 0
        ledger.drawn[own + i] = lot
    _change(ledger, 0, kiln, first, first, width)
    _change(ledger, 1, target, at, at + width, -width)
    return 2


@compiled
def _swap(shop: Shop, ledger: Ledger, one: int, other: int) -> int:
    """Let two lots change places."""
    here, there = ledger.kiln[one], ledger.kiln[other]
    if one == other or not (_may(shop, one, there) and _may(shop, other, here)):
        return 0
    i, j = ledger.position[one], ledger.position[other]
    if here != there:
        _change(ledger, 0, here, i, i + 1, 0)
        _change(ledger, 1, there, j, j + 1, 0)
        ledger.drawn[i] = other
        ledger.drawn[ledger.stride + j] = one
        return 2
    low, high = min(i, j), max(i, j) + 1
    _change(ledger, 0, here, low, high, 0)
    for k in range(low, high):
        ledger.drawn[k] = ledger.lots[here * ledger.stride + k]
    ledger.drawn[i], ledger.drawn[j] = other, one
    return 1
