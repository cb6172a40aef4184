"""The cheapest plan of a small problem, proven where that can be: CP-SAT on the whole of it.

It decides what the search leaves to its decoder, too: the order of the later stages, and when
to wait. A plan leaves here only as times that our own price finds cheaper and the referee sound.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from scheduler.decode import Slot, operations
from scheduler.model.solving import FUSE_SECONDS, Effort, run
from scheduler.model.spans import spans
from scheduler.model.whole import Whole
from scheduler.plan import Plan, Status
from scheduler.price import price
from scheduler.referee import faults
from scheduler.shop import Shop

DETERMINISTIC_TIME = 6.0  # CP-SAT's own unit: some half a minute of a core
MOST_ARCS = 1_500  # beyond that proofs are rare: a dozen lots in a small plant make some 700


@dataclass(frozen=True, slots=True)
class Exact:
    """What CP-SAT found: cheaper slots or None, a bound in cents or None, and whether it is proven.

    Proven: no plan is cheaper than `slots` or, where those are None, than the plan at hand.
    """

    slots: list[Slot] | None
    bound_cents: int | None
    is_proven: bool


def is_small(shop: Shop) -> bool:
    """Say whether a shop is small enough: by pairs of tasks that could follow each other."""
    able = [sum(machine.index in task.options for task in shop.tasks) for machine in shop.machines]
    return sum(tasks * tasks for tasks in able) <= MOST_ARCS


def exact(
    shop: Shop,
    slots: Sequence[Slot],
    *,
    deterministic_time: float = DETERMINISTIC_TIME,
    seconds: float = FUSE_SECONDS,
    workers: int = 1,
    should_stop: Callable[[], bool] = lambda: False,
) -> Exact:
    """Look for the cheapest plan, from a plan at hand (every task's machine, start and end).

    That plan must keep all rules, and its shop's fixed work be set. `deterministic_time` is CP-SAT's
    own unit: with it alone the same arguments give the same answer. `seconds` end a run by the
    clock. The bound holds for all plans; it is None where nothing was heard before a stop.
    """
    now = price(shop, slots).total
    whole = Whole(shop, slots, spans(shop, slots, now), now)
    solver = cp_model.CpSolver()
    effort = Effort(deterministic_time, seconds=seconds, workers=workers)
    answer = run(solver, whole.hinted.model, effort, should_stop)
    if not answer.has_solution:
        return Exact(None, answer.bound, is_proven=False)
    found = whole.read(solver)
    cents, claimed = price(shop, found).total, round(solver.objective_value)
    if cents > claimed or not _is_sound(shop, found):
        return Exact(None, None, is_proven=False)  # the model has left something out
    is_proven = answer.is_optimal and cents == claimed
    bound = cents if is_proven else answer.bound
    return Exact(found if cents < now else None, bound, is_proven)


def _is_sound(shop: Shop, slots: list[Slot]) -> bool:
    plan = Plan(
        shop.problem.name, operations(shop, slots), price(shop, slots), None,
        Status.FEASIBLE, 1, 0, None,
    )  # fmt: skip
    return not faults(shop.problem, plan)
