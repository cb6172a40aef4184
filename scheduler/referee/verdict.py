"""The verdict: every fault of a plan, as one list."""

from collections.abc import Mapping
from typing import Any

from scheduler.plan import Plan, Status
from scheduler.problem import Problem
from scheduler.referee.audit import audit, bound_faults, price_faults
from scheduler.referee.clock import Closures
from scheduler.referee.fault import Fault
from scheduler.referee.head import format_faults, head_faults, optimum_faults, origin_faults
from scheduler.referee.rules import decided, flow, one_at_a_time, own_time
from scheduler.referee.shape import Shape


def faults(problem: Problem, plan: Plan | Mapping[str, Any]) -> list[Fault]:
    """Give every fault of a plan (a Plan, or the JSON object of one, however bad).

    An empty list means that all hard rules hold and that the stated price is true. What is no plan
    by its format, or says that none exists, gets that one answer. The price is judged only where
    every step has one sound operation.
    """
    row = plan.to_dict() if isinstance(plan, Plan) else plan
    found = list(format_faults(row))
    if found:
        return found
    found = list(head_faults(problem, row))
    operations = row.get("operations")
    is_list = isinstance(operations, list | tuple)
    if not is_list or (row.get("status") == Status.INFEASIBLE and not operations):
        return found
    return [*found, *origin_faults(row), *_judged(problem, row)]


def _judged(problem: Problem, row: Mapping[str, Any]) -> list[Fault]:
    """Judge the operations, and the price where they are complete."""
    shape = Shape(problem, row)
    clocks = {name: Closures(calendar) for name, calendar in problem.calendars.items()}
    found = list(shape.faults)
    found += own_time(shape.works, clocks)
    found += flow(problem, shape.works)
    found += one_at_a_time(problem, shape.works, clocks)
    found += decided(problem, shape.works)
    if not any(fault.kind == "missing" for fault in found):
        true = audit(problem, shape.works, clocks)
        found += price_faults(row.get("price"), true)
        found += bound_faults(row.get("bound"), true["total"])
        found += optimum_faults(row, true["total"])
    return found
