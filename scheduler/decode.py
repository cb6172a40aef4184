"""The exact decoder for plain Python: from the kilns' sequences to times, and to named operations."""

from collections.abc import Iterable, Iterator, MutableSequence, Sequence
from enum import IntEnum
from itertools import pairwise

from scheduler.changeovers import changeover_minutes
from scheduler.kernel import decode as kernel
from scheduler.kernel.build import ready
from scheduler.kernel.compiled import column, numbers
from scheduler.plan import Operation
from scheduler.shop import Job, Machine, Shop, Task

Slot = tuple[int, int, int]  # machine, start, end
Row = MutableSequence[int]
Sequences = Sequence[Sequence[int]]  # for each machine, the free lots of the lead stage in order


class Follow(IntEnum):
    """In which order the stages behind the kilns take the lots."""

    FIRED = kernel.FIRED  # as they started to be fired: the ATCS reference
    READY = kernel.READY  # as they arrive


def decode(shop: Shop, sequences: Sequences, follow: Follow) -> list[Slot]:
    """Give every task its machine, start and end; `sequences` names each free lead lot once."""
    made = ready(shop)
    plan = kernel.empty_plan(made)
    stride = max(1, *(len(sequence) for sequence in sequences), 1)
    kernel.decode(made, plan, *flat(sequences, stride), stride, int(follow))
    return slots_of(plan)


def flat(sequences: Sequences, stride: int) -> tuple[Row, Row]:
    """Give sequences as the kernel takes them: each at its multiple of `stride`, and their lengths."""
    lots = [lot for each in sequences for lot in [*each, *[-1] * (stride - len(each))]]
    return numbers(lots), numbers(map(len, sequences))


def slots_of(plan: kernel.Plan) -> list[Slot]:
    """Give a kernel plan's slots to plain Python."""
    columns = (column(plan.slots, name) for name in ("machine", "start", "end"))
    return list(zip(*columns, strict=True))


def breaches(shop: Shop, slots: list[Slot]) -> list[str]:
    """Give a sentence for each fixed operation that free work leaves no way to keep."""
    late = [
        _late(shop, job, then, slots[then.index][1])
        for job in shop.jobs
        for first, then in pairwise(job.tasks)
        if then.start is not None and _is_late(then, slots[first.index], slots[then.index])
    ]
    machines = (machine for machine in shop.machines if machine.fixed)
    return late + [line for machine in machines for line in _crowded(shop, machine, slots)]


def _is_late(then: Task, before: Slot, slot: Slot) -> bool:
    return slot[1] < before[1] + then.lag_start or slot[2] < before[2] + then.lag_end


def _late(shop: Shop, job: Job, task: Task, start: int) -> str:
    return (
        f"Lot {job.lot.id} is fixed to start {shop.problem.stages[task.stage]} at {start}, "
        "but no plan was found that has it ready by then."
    )


def _crowded(shop: Shop, machine: Machine, slots: list[Slot]) -> Iterator[str]:
    """Name the fixed operations of a machine that have no time for their changeover."""
    fixed = {one.task.index for one in machine.fixed}
    line = [
        (slots[task.index], task) for task in shop.tasks if slots[task.index][0] == machine.index
    ]
    on = machine.resource
    free, family, tile = 0, on.last_family, on.last_tile
    for (_, start, end), task in sorted(line, key=lambda entry: entry[0]):
        change = changeover_minutes(machine.table, family, tile, task.family, task.tile)
        if task.index in fixed and (free > start or machine.clock.room(free, start) < change):
            yield (
                f"Lot {shop.jobs[task.lot].lot.id} is fixed to start on {on.id} at "
                f"{start}, but no plan was found whose changeover is done by then."
            )
        free, family, tile = end, task.family, task.tile


def operations(shop: Shop, slots: Iterable[Slot]) -> tuple[Operation, ...]:
    """Write slots as operations with names, lot by lot in the problem's order."""
    stages = shop.problem.stages
    return tuple(
        Operation(
            lot=shop.jobs[task.lot].lot.id,
            stage=stages[task.stage],
            resource=shop.machines[machine].resource.id,
            start=start,
            end=end,
        )
        for task, (machine, start, end) in zip(shop.tasks, slots, strict=True)
    )
