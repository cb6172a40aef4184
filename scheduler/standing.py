"""A plan as it stands in the plant: every task's place, and every resource's order."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from scheduler.decode import Slot, operations
from scheduler.fixing import fix
from scheduler.parsing import shown
from scheduler.plan import Bound, Operation, Plan, Status
from scheduler.price import price
from scheduler.problem import Pin, Problem, Published
from scheduler.retime import NOWHERE
from scheduler.shop import Shop, shop


class PlanDoesNotFit(ValueError):
    """The plan given is no whole plan of the problem: the message says why, in a sentence."""


@dataclass(slots=True)
class Standing:
    """A plan on its shop.

    `slots` has every task's (machine, start, end), NOWHERE where the plan does not have it on a
    resource that can do it; `lines` has for each machine its free tasks (indices) by start;
    `conflicts` says why what is fixed cannot stand.
    """

    shop: Shop
    slots: list[Slot]
    lines: list[list[int]]
    conflicts: tuple[str, ...]

    @property
    def floors(self) -> list[int]:
        """The starts (minutes) of the tasks, 0 for those that stand nowhere."""
        return [max(start, 0) for _, start, _ in self.slots]

    def missing(self) -> list[int]:
        """Give the tasks that stand nowhere."""
        return [index for index, slot in enumerate(self.slots) if slot is NOWHERE]

    def whole(self) -> "Standing":
        """Give the standing plan itself; raise PlanDoesNotFit where a step stands nowhere."""
        for index in self.missing():
            task = self.shop.tasks[index]
            lot, stage = self.shop.jobs[task.lot].lot.id, self.shop.problem.stages[task.stage]
            raise PlanDoesNotFit(f"The plan has no possible place for lot {lot} in {stage}.")
        return self


Row = Operation | Published


def operations_of(problem: Problem, plan: Plan) -> tuple[Operation, ...]:
    """Give the operations of a plan of the problem; raise PlanDoesNotFit for any other plan.

    Refused are another problem's name, a step that the problem has not or the plan has twice, and
    a resource that cannot do its step. Steps may be missing, and times may be broken: the plant
    may have changed since the plan was made.
    """
    if plan.problem != problem.name:
        raise PlanDoesNotFit(
            f"The plan is for problem {shown(plan.problem)}, not {problem.name!r}."
        )
    able = {
        (lot.id, step.stage): {option.resource for option in step.options}
        for lot in problem.lots
        for step in lot.steps
    }
    seen: set[tuple[str, str]] = set()
    for one in plan.operations:
        key, named = (one.lot, one.stage), f"lot {shown(one.lot)} in {shown(one.stage)}"
        if key not in able:
            raise PlanDoesNotFit(f"The plan has {named}, which the problem has not.")
        if one.resource not in able[key]:
            where = shown(one.resource)
            raise PlanDoesNotFit(f"The plan has {named} on {where}, which cannot do it.")
        if key in seen:
            raise PlanDoesNotFit(f"The plan has {named} twice.")
        seen.add(key)
    return plan.operations


def stand(
    problem: Problem, rows: Iterable[Row], should_stop: Callable[[], bool] | None = None
) -> Standing:
    """Put published rows, or the `operations_of` a plan, on the problem's shop.

    Published rows of lots or steps that are gone are ignored. Once `should_stop` says so, pins
    without a resource get the first that is free.
    """
    at = {(row.lot, row.stage): row for row in rows}
    plant = shop(replace(problem, pins=tuple(_placed(pin, at) for pin in problem.pins)))
    conflicts = fix(plant, should_stop)
    slots = [NOWHERE] * len(plant.tasks)
    machines = {machine.resource.id: machine.index for machine in plant.machines}
    for job in plant.jobs:
        for task in job.tasks:
            row = at.get((job.lot.id, problem.stages[task.stage]))
            if row is not None and machines.get(row.resource) in task.options:
                slots[task.index] = (machines[row.resource], row.start, row.end)
    for machine in plant.machines:
        for fixed in machine.fixed:
            slots[fixed.task.index] = (fixed.machine, fixed.start, fixed.end)
    return Standing(plant, slots, lines_of(plant, slots), conflicts)


def lines_of(plant: Shop, slots: Sequence[Slot]) -> list[list[int]]:
    """Give for each machine its free tasks in the order of their starts."""
    lines: list[list[int]] = [[] for _ in plant.machines]
    for task in plant.tasks:
        if task.start is None and slots[task.index] is not NOWHERE:
            lines[slots[task.index][0]].append(task.index)
    for line in lines:
        line.sort(key=lambda index: (slots[index][1], index))
    return lines


def _placed(pin: Pin, at: dict[tuple[str, str], Row]) -> Pin:
    """Give a pin of a start alone the resource on which the plan has it."""
    row = at.get((pin.lot, pin.stage))
    if pin.resource is None and row is not None and row.start == pin.start:
        return replace(pin, resource=row.resource)
    return pin


def written(plant: Shop, slots: Sequence[Slot], like: Plan, bound: Bound | None = None) -> Plan:
    """Write slots as a plan with its true price; where it came from is as in another plan."""
    return replace(
        like,
        operations=operations(plant, slots),
        price=price(plant, slots),
        bound=bound,
        status=Status.FEASIBLE,
        messages=(),
        clashes=(),
    )


def repriced(problem: Problem, plan: Plan) -> Plan:
    """Give a whole plan as it stands in a problem, with the price (cents) that the problem states.

    Raises PlanDoesNotFit where it is no whole plan of it.
    """
    standing = stand(problem, operations_of(problem, plan)).whole()
    return written(standing.shop, standing.slots, plan)
