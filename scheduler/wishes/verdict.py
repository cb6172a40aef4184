"""Whether everything that is decided can be kept: certain where nothing is left to choose.

Only decided work and the steps that must be done before it matter: all other work can always
follow, since every calendar is open in the end. Where something is to be chosen CP-SAT decides.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise

from scheduler.model.wishes import Chosen, Effort, choose
from scheduler.shop import Job, Machine, Shop, Task
from scheduler.wishes.between import Others, Stand, has_room, opening, others

Ends = Mapping[int, Mapping[int, int]]  # decided task → machine → its end there


class Answer(Enum):
    """What is known about a set of wishes."""

    POSSIBLE = "possible"  # a plan that keeps them exists
    IMPOSSIBLE = "impossible"  # none does
    OPEN = "open"  # neither is proven


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer, and for decided work without a resource the machine that it could have."""

    answer: Answer
    machines: Mapping[int, int] = field(default_factory=dict)


def ends_of(shop: Shop) -> Ends:
    """Give the machines that each decided task can have by itself, and its end there."""
    return {
        task.index: {
            index: end
            for index, minutes in task.options.items()
            if (end := shop.machines[index].clock.end(task.start, minutes)) is not None
            and task.start >= shop.jobs[task.lot].lot.release
        }
        for task in shop.tasks
        if task.start is not None
    }


def hurried(job: Job) -> tuple[Task, ...]:
    """Give the steps of a lot up to its last decided one; those not decided are in a hurry."""
    last = max((i for i, task in enumerate(job.tasks) if task.start is not None), default=-1)
    return job.tasks[: last + 1]


def is_certain(shop: Shop, ends: Ends) -> bool:
    """Say whether nothing is left to choose: one machine each, and no step in a hurry."""
    return all(len(places) == 1 for places in ends.values()) and all(
        task.start is not None for job in shop.jobs for task in hurried(job)
    )


def verdict(
    shop: Shop, whole: Callable[[], Shop], effort: Effort, *, is_hurried: bool = True
) -> Verdict:
    """Judge the decided work of a shop; `whole` gives all lots: some might stand between.

    Without `is_hurried` the steps in a hurry are left out: possible then means less.
    """
    ends = ends_of(shop)
    if shop.conflicts or not all(ends.values()):
        return Verdict(Answer.IMPOSSIBLE)
    chains = [tasks for job in shop.jobs if (tasks := hurried(job))]
    if not is_hurried:
        chains = [tuple(task for task in tasks if task.start is not None) for tasks in chains]
    strict = _judged(shop, chains, ends, ({}, effort))
    if strict.answer is not Answer.IMPOSSIBLE:
        return strict
    between = others(whole())
    if not between:
        return strict
    loose = _judged(shop, chains, ends, (between, effort))
    if loose.answer is Answer.IMPOSSIBLE:
        return loose
    return Verdict(Answer.OPEN, loose.machines)


def _judged(
    shop: Shop, chains: list[tuple[Task, ...]], ends: Ends, means: tuple[Others, Effort]
) -> Verdict:
    if is_certain(shop, ends):
        is_kept = _follows(shop, ends) and all(
            _is_in_line(machine, line, means[0]) for machine, line in _lines(shop, ends)
        )
        return Verdict(Answer.POSSIBLE if is_kept else Answer.IMPOSSIBLE)
    found = choose(shop, chains, ends, *means)
    if isinstance(found, Chosen):
        return Verdict(Answer.POSSIBLE, found.machines)
    return Verdict(Answer.IMPOSSIBLE if found is False else Answer.OPEN)


def _follows(shop: Shop, ends: Ends) -> bool:
    return all(
        (then.start or 0) >= (first.start or 0) + then.lag_start
        and _only(ends[then.index]) >= _only(ends[first.index]) + then.lag_end
        for job in shop.jobs
        for first, then in pairwise(hurried(job))
    )


def _only(places: Mapping[int, int]) -> int:
    (end,) = places.values()
    return end


def _lines(shop: Shop, ends: Ends) -> list[tuple[Machine, list[tuple[int, int, Task]]]]:
    lines: dict[int, list[tuple[int, int, Task]]] = {}
    for task in shop.tasks:
        for index, end in ends.get(task.index, {}).items():
            lines.setdefault(index, []).append((task.start or 0, end, task))
    return [
        (shop.machines[index], sorted(line, key=lambda one: one[:2]))
        for index, line in lines.items()
    ]


def _is_in_line(machine: Machine, line: list[tuple[int, int, Task]], between: Others) -> bool:
    stand = opening(machine)
    for start, end, task in line:
        if not has_room(machine, stand, task, start, between):
            return False
        stand = Stand(end, task.family, task.tile)
    return True
