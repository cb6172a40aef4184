"""The improvement: simulated annealing over (kiln, position).

A move is accepted on the ledger's estimate, or, on small problems, on its exact decode. Every
choice hangs on the random number and on counts, never on the clock.
"""

from collections.abc import MutableSequence, Sequence
from math import log
from typing import NamedTuple

from scheduler.kernel import price
from scheduler.kernel.compiled import blank, compiled, numbers
from scheduler.kernel.decode import READY, Plan, decode
from scheduler.kernel.ledger import MOST, Ledger, accept, copy, keep, learn, trial
from scheduler.kernel.moves import Drawer, chance, draw
from scheduler.kernel.price import Parts
from scheduler.kernel.rows import Shop, Standing


class Undo(NamedTuple):
    """Room to put the lines of a move back as they were: machine, count, total, latest, and lots."""

    heads: MutableSequence[int]
    lots: MutableSequence[int]
    standings: Sequence[Standing]


def empty_undo(ledger: Ledger) -> Undo:
    """Make room for the lines of one move."""
    places = MOST * ledger.stride
    return Undo(numbers([0] * (4 * MOST)), numbers([0] * places), blank(Standing, places))


@compiled
def allowance(drawer: Drawer, temperature: float) -> int:
    """Draw by how much (cents) a plan may get dearer: exponential, with the temperature as mean."""
    return int(-temperature * log(1.0 - chance(drawer)))


@compiled
def latest(shop: Shop, ledger: Ledger, changes: int) -> int:
    """Give the guide for the makespan, after some changes: the last end, and a little of every end."""
    last = ends = 0
    for machine in shop.leads:
        end = ledger.lines[machine].latest
        for which in range(changes):
            if ledger.changes[which].machine == machine:
                end = ledger.changes[which].latest
        last, ends = max(last, end), ends + end
    return (last + ends // (8 * len(shop.leads))) * shop.rules.makespan_rate


@compiled
def attempt(shop: Shop, ledger: Ledger, changes: int, most: int) -> bool:
    """Try the changes of a move; False if they make the lines dearer by more than `most`."""
    limit = most
    for which in range(changes):
        limit += ledger.lines[ledger.changes[which].machine].total
    ahead = 0
    if changes == MOST:
        second = ledger.changes[1]
        ahead = ledger.standings[second.machine * ledger.stride + second.low].cents
    if not trial(shop, ledger, 0, limit - ahead):
        return False
    if changes == MOST and not trial(shop, ledger, 1, limit - ledger.changes[0].total):
        return False
    if shop.rules.makespan_rate > 0:
        gain = latest(shop, ledger, 0) - latest(shop, ledger, changes)
        spent = -limit + most
        for which in range(changes):
            spent += ledger.changes[which].total
        return spent - gain <= most
    return True


@compiled
def sample(shop: Shop, ledger: Ledger, drawer: Drawer, rises: MutableSequence[int]) -> None:
    """Draw moves without making them, and note how much dearer (cents) each makes the lines."""
    for i in range(len(rises)):
        changes = draw(shop, ledger, drawer)
        rise = -latest(shop, ledger, 0)
        for which in range(changes):
            trial(shop, ledger, which, price.BEYOND)
            change = ledger.changes[which]
            rise += change.total - ledger.lines[change.machine].total
        rises[i] = rise + latest(shop, ledger, changes)


@compiled
def exact(
    shop: Shop, plan: Plan, lots: MutableSequence[int], counts: MutableSequence[int], stride: int
) -> Parts:
    """Decode sequences exactly and price them."""
    decode(shop, plan, lots, counts, stride, READY)
    return price.price(shop, plan.slots, plan.states, plan.keys)


@compiled
def cost(parts: Parts) -> int:
    """Give the whole price (cents), with a penalty for what cannot be kept."""
    return (
        parts.tardiness
        + parts.earliness
        + parts.changeover
        + parts.idle
        + parts.campaign
        + parts.stability
        + parts.makespan
        + parts.missing * price.PENALTY
    )


@compiled
def now_exact(shop: Shop, ledger: Ledger, plan: Plan, counts: MutableSequence[int]) -> int:
    """Give the exact price of the ledger's sequences as they stand (cents)."""
    for machine in shop.leads:
        counts[machine] = ledger.lines[machine].count
    return cost(exact(shop, plan, ledger.lots, counts, ledger.stride))


@compiled
def anneal(shop: Shop, ledger: Ledger, drawer: Drawer, moves: int, temperature: float) -> None:
    """Make some moves, judged by the ledger's estimate."""
    for _ in range(moves):
        changes = draw(shop, ledger, drawer)
        most = allowance(drawer, temperature)
        if changes > 0 and attempt(shop, ledger, changes, most):
            for which in range(changes):
                accept(ledger, which)


@compiled
def relearn(
    shop: Shop, ledger: Ledger, plan: Plan, counts: MutableSequence[int], lowest: int
) -> int:
    """Decode what stands, learn from it, and keep it where it is the lowest; give its exact price."""
    found = now_exact(shop, ledger, plan, counts)
    learn(shop, ledger, plan.slots)
    if found < lowest:
        keep(shop, ledger)
    return found


@compiled
def anneal_exactly(
    shop: Shop,
    ledger: Ledger,
    drawer: Drawer,
    plan: Plan,
    undo: Undo,
    counts: MutableSequence[int],
    moves: int,
    temperature: float,
    now: int,
    lowest: int,
    doubt: int,
) -> tuple[int, int]:
    """Make some moves, each judged by its exact decode; give the price now and the lowest, kept.

    A move that the ledger finds too dear by more than `doubt` cents is not even decoded.
    """
    for _ in range(moves):
        changes = draw(shop, ledger, drawer)
        most = allowance(drawer, temperature)
        if changes == 0 or not attempt(shop, ledger, changes, most + doubt):
            continue
        for which in range(changes):
            _save(ledger, undo, which)
        for which in range(changes):
            accept(ledger, which)
        found = now_exact(shop, ledger, plan, counts)
        if found - now > most:
            for which in range(changes):
                _restore(ledger, undo, which)
            continue
        now = found
        learn(shop, ledger, plan.slots)
        if now < lowest:
            lowest = now
            keep(shop, ledger)
    return now, lowest


@compiled
def _save(ledger: Ledger, undo: Undo, which: int) -> None:
    machine = ledger.changes[which].machine
    line, base, own = ledger.lines[machine], machine * ledger.stride, which * ledger.stride
    heads = 4 * which
    undo.heads[heads], undo.heads[heads + 1] = machine, line.count
    undo.heads[heads + 2], undo.heads[heads + 3] = line.total, line.latest
    for i in range(line.count):
        undo.lots[own + i] = ledger.lots[base + i]
        copy(ledger.standings, base + i + 1, undo.standings, own + i + 1)


@compiled
def _restore(ledger: Ledger, undo: Undo, which: int) -> None:
    heads = 4 * which
    machine, count = undo.heads[heads], undo.heads[heads + 1]
    line, base, own = ledger.lines[machine], machine * ledger.stride, which * ledger.stride
    line.count, line.total, line.latest = count, undo.heads[heads + 2], undo.heads[heads + 3]
    for i in range(count):
        lot = undo.lots[own + i]
        ledger.lots[base + i] = lot
        ledger.kiln[lot], ledger.position[lot] = machine, i
        copy(undo.standings, own + i + 1, ledger.standings, base + i + 1)
