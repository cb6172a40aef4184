"""Sets the operations whose time is decided on their machines, or says why that cannot be."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from scheduler.model.wishes import Effort, ShouldStop
from scheduler.shop import Fixed, Job, Machine, Shop, Task
from scheduler.wishes.between import Others, Stand, change, has_room, opening, others
from scheduler.wishes.verdict import Answer, Verdict, hurried, verdict

GLANCE, LOOK = 0.2, 1.0  # CP-SAT's own unit, about seconds


def fix(shop: Shop, should_stop: ShouldStop | None = None) -> tuple[str, ...]:
    """Put every decided operation on its machine; give a sentence for each that cannot be there.

    No sentence means that what is decided fits together, as far as that is cheap to prove. A start
    pinned without a resource takes one with which all that is decided can be kept, if there is;
    once `should_stop` says so, the first that is free.
    """
    decided = [task for task in shop.tasks if task.start is not None]
    if not decided:
        return shop.conflicts
    decided.sort(key=lambda task: (len(task.options), task.start or 0, task.index))
    found = _chosen(shop, decided, should_stop)
    faults = list(shop.conflicts)
    for task in decided:
        faults += _fix(shop, task, found.machines)
    between = others(shop)
    for machine in shop.machines:
        faults += _line_faults(shop, machine, between)
    for job in shop.jobs:
        faults += [*_flow_faults(shop, job.tasks), *_hurry_faults(shop, job)]
    if found.answer is Answer.OPEN and not found.machines:
        faults = [f"No way was found to keep all that is fixed: {fault}" for fault in faults]
    return tuple(dict.fromkeys(faults))


def _chosen(shop: Shop, decided: list[Task], should_stop: ShouldStop | None) -> Verdict:
    """Choose machines for all decided work at once, with room for what must come before if found."""
    if all(len(task.options) <= 1 for task in decided):
        return Verdict(Answer.POSSIBLE)
    found = verdict(shop, lambda: shop, Effort(GLANCE, GLANCE, should_stop))
    if found.machines:
        return found
    return verdict(shop, lambda: shop, Effort(LOOK, LOOK, should_stop), is_hurried=False)


def _fix(shop: Shop, task: Task, chosen: Mapping[int, int]) -> list[str]:
    """Set a task on the machine chosen for it, else on the first where it can be."""
    indices = [chosen[task.index]] if task.index in chosen else list(task.options)
    found = [_fixed_on(shop, shop.machines[index], task) for index in indices]
    able = [fixed for fixed in found if isinstance(fixed, Fixed)]
    if not able:
        return [reason for reason in found if isinstance(reason, str)]
    machine = shop.machines[able[0].machine]
    machine.fixed = sorted([*machine.fixed, able[0]], key=lambda one: one.start)
    return []


def _fixed_on(shop: Shop, machine: Machine, task: Task) -> Fixed | str:
    """Give a task as fixed on a machine, or why it cannot be there."""
    start = task.start or 0
    end = machine.clock.end(start, task.options[machine.index])
    what = f"{_name(shop, task)} is fixed to start on {machine.resource.id} at {start}"
    release = shop.jobs[task.lot].lot.release
    if end is None:
        return f"{what}, but {machine.resource.id} is closed then or closes before it could end."
    if start < release:
        return f"{what}, but the lot is released only at {release}."
    for other in machine.fixed:
        if other.start < end and start < other.end:
            where = f"{_inside(shop, other.task)} is fixed there from {other.start} to {other.end}"
            return f"{what} until {end}, but {where}."
    return Fixed(task, machine.index, start, end)


def _name(shop: Shop, task: Task) -> str:
    return f"Lot {shop.jobs[task.lot].lot.id} in {shop.problem.stages[task.stage]}"


def _inside(shop: Shop, task: Task) -> str:
    """Name a task within a sentence."""
    return f"lot {shop.jobs[task.lot].lot.id} in {shop.problem.stages[task.stage]}"


def _line_faults(shop: Shop, machine: Machine, between: Others) -> Iterator[str]:
    """Name fixed operations with no room for the changeover, whatever is done before them."""
    stand, before = opening(machine), "what stands there"
    for one in machine.fixed:
        if not has_room(machine, stand, one.task, one.start, between):
            room = machine.clock.room(stand.free, one.start)
            minutes = change(machine, stand, one.task)
            yield (
                f"{_name(shop, one.task)} is fixed to start on {machine.resource.id} at "
                f"{one.start}, but changing over from {before} takes {minutes} minutes of {room}."
            )
        stand, before = Stand(one.end, one.task.family, one.task.tile), _inside(shop, one.task)


def _flow_faults(shop: Shop, tasks: tuple[Task, ...]) -> list[str]:
    times = {one.task.index: one for machine in shop.machines for one in machine.fixed}
    faults = []
    for first, then in pairwise(task for task in tasks if task.index in times):
        lag = (then.lag_start, then.lag_end) if first.index + 1 == then.index else (0, 0)
        before, behind = times[first.index], times[then.index]
        if behind.start < before.start + lag[0] or behind.end < before.end + lag[1]:
            faults.append(
                f"{_name(shop, then)} is fixed at {behind.start}, too soon behind its step in "
                f"{shop.problem.stages[first.stage]}, fixed at {before.start}."
            )
    return faults


def _hurry_faults(shop: Shop, job: Job) -> Iterator[str]:
    """Name a decided step that comes too early for the steps before it, were the lot alone."""
    start = end = 0
    before: list[str] = []
    for i, task in enumerate(hurried(job)):
        ready = max(task.earliest, start + task.lag_start if i else 0)
        ready_end = end + task.lag_end if i else 0
        if task.start is None:
            before.append(shop.problem.stages[task.stage])
            places = [
                shop.machines[index].clock.fit(0, 0, ready, minutes, ready_end)
                for index, minutes in task.options.items()
            ]
            # The least start and the least end may belong to two machines: a bound all the same.
            start, end = min(one[0] for one in places), min(one[1] for one in places)
            continue
        ends = [
            shop.machines[index].clock.end(task.start, m) or 0 for index, m in task.options.items()
        ]
        if before and (task.start < start + task.lag_start or max(ends, default=0) < ready_end):
            yield (
                f"{_name(shop, task)} is fixed at {task.start}, and its work in "
                f"{' and '.join(before)} cannot be done by then."
            )
        start, end = task.start, min(ends, default=0)
