"""The exact decoder: from the kilns' sequences to times that satisfy every hard rule.

Lots go onto their kiln in sequence; every later stage takes them in order of their firing, or of
their readiness, each on the resource where it ends first. Fixed operations stay where they are.
"""

from collections.abc import MutableSequence, Sequence
from typing import NamedTuple

from scheduler.kernel import price
from scheduler.kernel.compiled import blank, compiled, inlined, numbers
from scheduler.kernel.line import Place, after, opening, place, read, write
from scheduler.kernel.rows import NONE, Shop, Slot, Standing
from scheduler.kernel.sorting import sort

# Cents for a minute that a later stage ends later, though nothing is late by it: what waits on
# one resource keeps another free for the next.
PATIENCE = 5
MOST_SPARE = 2880
YIELDING = 8
FIRED, READY = 0, 1  # in which order the stages behind the kilns take the lots


class Plan(NamedTuple):
    """A plan being made: the tasks' slots, and room to work in (one state a machine, one key a task)."""

    slots: Sequence[Slot]
    states: Sequence[Standing]
    keys: MutableSequence[int]


def empty_plan(shop: Shop) -> Plan:
    """Make room for a plan."""
    tasks = len(shop.tasks)
    return Plan(blank(Slot, tasks), blank(Standing, len(shop.machines)), numbers([0] * tasks))


@inlined
def put(plan: Plan, task: int, machine: int, start: int, end: int) -> None:
    """Give a task its slot."""
    slot = plan.slots[task]
    slot.machine, slot.start, slot.end = machine, start, end


@compiled
def decode(
    shop: Shop,
    plan: Plan,
    lots: MutableSequence[int],
    counts: MutableSequence[int],
    stride: int,
    follow: int,
) -> None:
    """Give every task its machine, start and end.

    Machine m's free lots stand in `lots` at m · stride and behind, `counts[m]` of them.
    """
    for task in range(len(shop.tasks)):
        put(plan, task, NONE, 0, 0)
    for rock in shop.fixed:
        put(plan, rock.task, rock.machine, rock.start, rock.end)
    for machine in range(len(shop.machines)):
        write(plan.states, machine, opening(shop, machine))
    for machine in shop.leads:
        state = opening(shop, machine)
        for i in range(machine * stride, machine * stride + counts[machine]):
            task = shop.jobs[lots[i]].first_task
            found = place(shop, machine, state, task, shop.tasks[task].earliest, 0)
            put(plan, task, machine, found.start, found.end)
            state = after(shop, found.before, task, found.start, found.end)
        write(plan.states, machine, state)
    for stage in range(shop.stages):
        _fill(shop, plan, stage, follow)


@compiled
def _fill(shop: Shop, plan: Plan, stage: int, follow: int) -> None:
    """Place the tasks of a stage that have no slot yet, in the order in which it takes them."""
    count, waiting = len(shop.tasks), 0
    for task in range(count):
        if shop.tasks[task].stage == stage and plan.slots[task].machine == NONE:
            moment = _turn(shop, plan, task) if follow == READY else _fired(shop, plan, task)
            plan.keys[waiting] = moment * count + task
            waiting += 1
    sort(plan.keys, waiting)
    for i in range(waiting):
        _place_first_ending(shop, plan, plan.keys[i] % count, follow)


@inlined
def _fired(shop: Shop, plan: Plan, task: int) -> int:
    """Give the start of a lot's first step."""
    first = shop.jobs[shop.tasks[task].lot].first_task
    return (
        shop.tasks[first].earliest if plan.slots[first].machine == NONE else plan.slots[first].start
    )


@inlined
def _turn(shop: Shop, plan: Plan, task: int) -> int:
    """Give the moment by which a later stage takes its lots: their readiness, and time to spare."""
    ready, ready_end = _ready(shop, plan, task)
    work = shop.tasks[task]
    spare = shop.jobs[work.lot].first_due - max(ready_end, ready + work.quickest) - work.rest
    return ready + max(0, min(spare, MOST_SPARE)) // YIELDING


@inlined
def _ready(shop: Shop, plan: Plan, task: int) -> tuple[int, int]:
    """Give the earliest start and the earliest end that the step before allows (rule 2)."""
    work = shop.tasks[task]
    if work.is_first == 1:
        return work.earliest, 0
    ahead = plan.slots[task - 1]
    return max(work.earliest, ahead.start + work.lag_start), ahead.end + work.lag_end


@inlined
def _place_first_ending(shop: Shop, plan: Plan, task: int, follow: int) -> None:
    """Place a task where it ends first, or at home where that ends little later."""
    work = shop.tasks[task]
    ready, ready_end = _ready(shop, plan, task)
    machine = shop.options[work.first_option]
    best = place(shop, machine, read(plan.states, machine), task, ready, ready_end)
    lowest = _burden(shop, machine, best, task, follow)
    for i in range(work.first_option + 1, work.last_option):
        other = shop.options[i]
        found = place(shop, other, read(plan.states, other), task, ready, ready_end)
        burden = _burden(shop, other, found, task, follow)
        if burden < lowest:
            machine, best, lowest = other, found, burden
    put(plan, task, machine, best.start, best.end)
    write(plan.states, machine, after(shop, best.before, task, best.start, best.end))


@inlined
def _burden(shop: Shop, machine: int, found: Place, task: int, follow: int) -> int:
    """Give what speaks against a place: its end (ATCS), or what it costs and a little of its end."""
    if follow == FIRED:
        return found.end
    return (
        price.changeover(shop, machine, found.change)
        + price.stability(shop, task, machine, found.start)
        + price.tardiness(shop, shop.tasks[task].lot, found.end + shop.tasks[task].rest)
        + found.end * PATIENCE
    )
