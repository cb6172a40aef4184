"""Prices the kilns' sequences quickly: only what a move changes is placed and priced again.

The kilns are exact, with the decoder's `place` and the price's own functions. What follows the
kiln is estimated: a lot's last step ends as long after its firing as in the last exact decode.
"""

from collections.abc import MutableSequence, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from scheduler.kernel import price
from scheduler.kernel.compiled import blank, compiled, inlined, numbers
from scheduler.kernel.line import (
    Place,
    State,
    after,
    after_fixed,
    at_fixed,
    opening,
    place,
    read,
    shortfall,
    write,
)
from scheduler.kernel.rows import NONE, Shop, Slot, Standing

MOST = 2  # lines that one move changes


@dataclass(slots=True)
class Line:
    """A kiln's sequence: how many lots, its price so far (cents), and its latest estimated end."""

    count: int
    total: int
    latest: int


@dataclass(slots=True)
class Change:
    """A kiln's new sequence, which differs from the old one only in positions `low` to `high`.

    From `high` on, position i holds what position i + `shift` held before. Tried, it has a price
    (`total`), and from position `stop` on the old states stand again.
    """

    machine: int
    low: int
    high: int
    shift: int
    stop: int
    total: int
    latest: int


class Ledger(NamedTuple):
    """The kilns' sequences as they stand, and room to try changes.

    Machine m's position i is at m · stride + i, in `lots` and in `standings` (the state before it);
    the new lots and states of change c are at c · stride + i in `drawn` and `tried`.
    """

    stride: int
    lots: MutableSequence[int]
    standings: Sequence[Standing]
    lines: Sequence[Line]
    kiln: MutableSequence[int]
    position: MutableSequence[int]
    tails: MutableSequence[int]
    changes: Sequence[Change]
    drawn: MutableSequence[int]
    tried: Sequence[Standing]
    kept: MutableSequence[int]
    counts: MutableSequence[int]


def empty_ledger(shop: Shop, free: int) -> Ledger:
    """Make a ledger with room for a number of free lots."""
    stride, machines, jobs = free + 1, len(shop.machines), len(shop.jobs)
    return Ledger(
        stride=stride,
        lots=numbers([NONE] * (machines * stride)),
        standings=blank(Standing, machines * stride),
        lines=blank(Line, machines),
        kiln=numbers([NONE] * jobs),
        position=numbers([NONE] * jobs),
        tails=numbers([0] * jobs),
        changes=blank(Change, MOST),
        drawn=numbers([NONE] * (MOST * stride)),
        tried=blank(Standing, MOST * stride),
        kept=numbers([NONE] * (machines * stride)),
        counts=numbers([0] * machines),
    )


@compiled
def load(
    shop: Shop, ledger: Ledger, lots: MutableSequence[int], counts: MutableSequence[int]
) -> None:
    """Take over sequences, machine m's at m · stride; they are priced by `learn`."""
    for machine in shop.leads:
        ledger.lines[machine].count = counts[machine]
        for i in range(counts[machine]):
            lot = lots[machine * ledger.stride + i]
            ledger.lots[machine * ledger.stride + i] = lot
            ledger.kiln[lot], ledger.position[lot] = machine, i


@compiled
def learn(shop: Shop, ledger: Ledger, slots: Sequence[Slot]) -> None:
    """Learn from exact times how long every lot takes behind its kiln, and price all lines anew."""
    for lot in range(len(shop.jobs)):
        job = shop.jobs[lot]
        ledger.tails[lot] = slots[job.last_task - 1].end - slots[job.first_task].end
    for machine in shop.leads:
        retry(shop, ledger, machine)


@compiled
def retry(shop: Shop, ledger: Ledger, machine: int) -> None:
    """Place and price a whole line anew, as its lots stand."""
    line, base = ledger.lines[machine], machine * ledger.stride
    change = ledger.changes[0]
    change.machine, change.low, change.high, change.shift = machine, 0, line.count, 0
    for i in range(line.count):
        ledger.drawn[i] = ledger.lots[base + i]
    write(ledger.standings, base, opening(shop, machine))
    ledger.standings[base].cents = 0
    ledger.standings[base].latest = 0
    trial(shop, ledger, 0, price.BEYOND)
    accept(ledger, 0)


@compiled
def trial(shop: Shop, ledger: Ledger, which: int, limit: int) -> bool:
    """Place and price a change; False, with nothing to accept, once it costs more than `limit`."""
    change = ledger.changes[which]
    machine, high, shift = change.machine, change.high, change.shift
    base, own, line = machine * ledger.stride, which * ledger.stride, ledger.lines[machine]
    start = ledger.standings[base + change.low]
    state, cents, latest = read(ledger.standings, base + change.low), start.cents, start.latest
    count, i = line.count - shift, change.low
    is_rejoined = False
    while i < count and not is_rejoined:
        if i < high:
            lot = ledger.drawn[own + i]
        elif stands(ledger.standings[base + i + shift], state) and shop.rules.makespan_rate == 0:
            is_rejoined = True
            continue
        else:
            lot = ledger.lots[base + i + shift]
            ledger.drawn[own + i] = lot
        task = shop.jobs[lot].first_task
        found = place(shop, machine, state, task, shop.tasks[task].earliest, 0)
        if found.before.ahead != state.ahead:
            cents += passed(shop, machine, state, found.before.ahead)
        cents += cost(shop, ledger, machine, found, task)
        if cents > limit:
            return False
        state = after(shop, found.before, task, found.start, found.end)
        latest = max(latest, found.end + ledger.tails[lot])
        i += 1
        kept = ledger.tried[own + i]
        write(ledger.tried, own + i, state)
        kept.cents, kept.latest = cents, latest
    change.stop, change.latest = i, latest
    if is_rejoined:
        change.total = cents + line.total - ledger.standings[base + i + shift].cents
    else:
        change.total = cents + passed(shop, machine, state, shop.machines[machine].last_fixed)
    return change.total <= limit


@inlined
def stands(row: Standing, state: State) -> bool:
    """Say whether a line stands at some point just as it stands now."""
    return (
        row.free == state.free
        and row.tile == state.tile
        and row.family == state.family
        and row.campaign == state.campaign
        and row.run == state.run
        and row.ahead == state.ahead
    )


@compiled
def passed(shop: Shop, machine: int, state: State, until: int) -> int:
    """Price the fixed operations let by from a state until one of them."""
    cents = 0
    while state.ahead < until:
        rock = shop.fixed[state.ahead]
        at = at_fixed(shop, machine, state)
        cents += own_cost(shop, machine, at, rock.task)
        cents += price.PENALTY * shortfall(shop, machine, state, rock.task, rock.start)
        state = after_fixed(shop, state)
    return cents


@inlined
def own_cost(shop: Shop, machine: int, found: Place, task: int) -> int:
    """Price what an operation costs on its machine."""
    return (
        price.changeover(shop, machine, found.change)
        + price.idle(shop, machine, found.before.free, found.start, found.change)
        + price.campaign(shop, machine, found.before, task)
        + price.stability(shop, task, machine, found.start)
    )


@inlined
def cost(shop: Shop, ledger: Ledger, machine: int, found: Place, task: int) -> int:
    """Price one free firing where it stands: its machine's minutes and its lot's dates."""
    lot = shop.tasks[task].lot
    return (
        own_cost(shop, machine, found, task)
        + price.earliness(shop, lot, found.end)
        + price.tardiness(shop, lot, found.end + ledger.tails[lot])
        + price.PENALTY * price.deadline(shop, lot, found.start, found.end)
    )


@compiled
def accept(ledger: Ledger, which: int) -> None:
    """Take a tried change over."""
    change = ledger.changes[which]
    line = ledger.lines[change.machine]
    base, own, shift = change.machine * ledger.stride, which * ledger.stride, change.shift
    count = line.count - shift
    if change.stop < count:
        _carry(ledger, base, change, count, change.total - line.total)
    for i in range(change.low, change.stop):
        lot = ledger.drawn[own + i]
        ledger.lots[base + i] = lot
        ledger.kiln[lot], ledger.position[lot] = change.machine, i
        copy(ledger.tried, own + i + 1, ledger.standings, base + i + 1)
    line.count, line.total, line.latest = count, change.total, change.latest


@compiled
def _carry(ledger: Ledger, base: int, change: Change, count: int, more: int) -> None:
    """Move what stands behind a change to its new positions, each at a price of some cents more."""
    shift = change.shift
    for k in range(count - change.stop):
        i = change.stop + k if shift >= 0 else count - 1 - k
        lot = ledger.lots[base + i + shift]
        ledger.lots[base + i] = lot
        ledger.position[lot] = i
        if shift != 0:
            copy(ledger.standings, base + i + shift + 1, ledger.standings, base + i + 1)
        ledger.standings[base + i + 1].cents += more


@inlined
def copy(source: Sequence[Standing], at: int, target: Sequence[Standing], to: int) -> None:
    """Copy one standing."""
    old, new = source[at], target[to]
    new.free, new.family, new.tile, new.ahead = old.free, old.family, old.tile, old.ahead
    new.campaign, new.run, new.latest, new.cents = old.campaign, old.run, old.latest, old.cents


@compiled
def remember(
    shop: Shop, ledger: Ledger, lots: MutableSequence[int], counts: MutableSequence[int]
) -> None:
    """Write all sequences as they stand to `lots` and `counts`, from where `load` takes them over."""
    for machine in shop.leads:
        count, base = ledger.lines[machine].count, machine * ledger.stride
        counts[machine] = count
        for i in range(base, base + count):
            lots[i] = ledger.lots[i]


@compiled
def keep(shop: Shop, ledger: Ledger) -> None:
    """Keep a copy of all sequences in `kept` and `counts`."""
    remember(shop, ledger, ledger.kept, ledger.counts)
