"""What a plan costs: one function for each part, and nowhere else in the scheduler but the referee.

All times are minutes, all answers cents. The search prices its candidates with the same functions.
"""

from collections.abc import MutableSequence, Sequence
from typing import NamedTuple

from scheduler.kernel import calendars
from scheduler.kernel.compiled import compiled, inlined
from scheduler.kernel.line import State, after, change_minutes, opening, read, shortfall, write
from scheduler.kernel.rows import NONE, Shop, Slot, Standing
from scheduler.kernel.sorting import sort

MINUTES_A_DAY = 1440
# Cents a minute that something fixed is missed by: never worth it, whatever the other parts.
PENALTY = 1_000_000
BEYOND = 1 << 62  # cents: dearer than anything


class Parts(NamedTuple):
    """The price by part (cents), and the minutes by which fixed work cannot be kept."""

    tardiness: int
    earliness: int
    changeover: int
    idle: int
    campaign: int
    stability: int
    makespan: int
    missing: int


@inlined
def tardiness(shop: Shop, lot: int, ended: int) -> int:
    """Price each peg's minutes from its due to the end of the lot's last step."""
    cents = 0
    for i in range(shop.jobs[lot].first_peg, shop.jobs[lot].last_peg):
        peg = shop.pegs[i]
        if ended > peg.due:
            cents += (ended - peg.due) * peg.rate
    return cents


@inlined
def earliness(shop: Shop, lot: int, fired: int) -> int:
    """Price each peg's stock from the end of the lot's first step to its due."""
    cents = 0
    for i in range(shop.jobs[lot].first_peg, shop.jobs[lot].last_peg):
        peg = shop.pegs[i]
        if fired < peg.due:
            cents += (peg.due - fired) * peg.stock // MINUTES_A_DAY
    return cents


@inlined
def changeover(shop: Shop, machine: int, minutes: int) -> int:
    """Price the minutes of one changeover."""
    return minutes * shop.tables[shop.machines[machine].table].rate


@inlined
def idle(shop: Shop, machine: int, free: int, start: int, change: int) -> int:
    """Price the working minutes between `free` and the changeover right before `start`."""
    on = shop.machines[machine]
    if on.idle_rate == 0:
        return 0
    return calendars.idle(shop.calendars, on.calendar, free, start, change) * on.idle_rate


@inlined
def campaign(shop: Shop, machine: int, before: State, task: int) -> int:
    """Price the minutes that the campaign before a task lacks, where the task ends it."""
    if shop.machines[machine].has_campaigns == 0 or before.campaign == NONE:
        return 0
    if shop.tasks[task].campaign == before.campaign:
        return 0
    return max(0, shop.rules.campaign_minutes - before.run) * shop.rules.campaign_rate


@inlined
def stability(shop: Shop, task: int, machine: int, start: int) -> int:
    """Price an operation's departure from where it was published."""
    work = shop.tasks[task]
    if work.home == NONE:
        return 0
    moved = max(0, abs(start - work.home_start) - shop.rules.tolerance)
    changed = shop.rules.change_rate if machine != work.home else 0
    return changed + moved * shop.rules.moved_rate


@inlined
def deadline(shop: Shop, lot: int, start: int, end: int) -> int:
    """Count the minutes by which a first step comes too late for a later step that is fixed."""
    job = shop.jobs[lot]
    return max(0, start - job.latest_start) + max(0, end - job.latest_end)


@compiled
def price(
    shop: Shop, slots: Sequence[Slot], states: Sequence[Standing], keys: MutableSequence[int]
) -> Parts:
    """Price a whole plan; `states` (one a machine) and `keys` (one a task) are written over."""
    late = early = changing = idling = short = moved = missing = last = 0
    count = len(shop.tasks)
    for machine in range(len(shop.machines)):
        write(states, machine, opening(shop, machine))
    for task in range(count):
        keys[task] = slots[task].start * count + task
    sort(keys, count)
    for i in range(count):
        task = keys[i] % count
        work, slot = shop.tasks[task], slots[task]
        machine, start, end = slot.machine, slot.start, slot.end
        before = read(states, machine)
        change = change_minutes(shop, machine, before.family, before.tile, task)
        changing += changeover(shop, machine, change)
        idling += idle(shop, machine, before.free, start, change)
        short += campaign(shop, machine, before, task)
        moved += stability(shop, task, machine, start)
        if work.start != NONE:
            missing += shortfall(shop, machine, before, task, start)
            if work.is_first == 0:
                ahead = slots[task - 1]
                missing += max(0, ahead.start + work.lag_start - start)
                missing += max(0, ahead.end + work.lag_end - end)
        last = max(last, end)
        write(states, machine, after(shop, before, task, start, end))
    for lot in range(len(shop.jobs)):
        job = shop.jobs[lot]
        late += tardiness(shop, lot, slots[job.last_task - 1].end)
        early += earliness(shop, lot, slots[job.first_task].end)
    return Parts(
        late, early, changing, idling, short, moved, last * shop.rules.makespan_rate, missing
    )
