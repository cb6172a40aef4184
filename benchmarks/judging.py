"""What a plan is worth: the referee's price and faults, whoever made the plan."""

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.plan import Operation, Plan, Price, Status
from scheduler.problem import Problem
from scheduler.referee import faults
from scheduler.referee.audit import PARTS, audit
from scheduler.referee.clock import Closures
from scheduler.referee.shape import Shape


@dataclass(frozen=True, slots=True)
class Verdict:
    """The referee's total (cents; None where steps are missing), and how many faults it found."""

    objective: int | None
    violations: int


def _true_price(problem: Problem, plan: Plan) -> Price | None:
    shape = Shape(problem, plan.to_dict())
    if any(fault.kind == "missing" for fault in shape.faults):
        return None
    clocks = {name: Closures(calendar) for name, calendar in problem.calendars.items()}
    parts = audit(problem, shape.works, clocks)
    return Price(**{part: parts[part] for part in PARTS})


def priced(problem: Problem, operations: Sequence[Operation]) -> Plan:
    """Make a plan of operations with the price that the referee works out."""

    def made(price: Price) -> Plan:
        return Plan(
            problem=problem.name,
            operations=tuple(operations),
            price=price,
            bound=None,
            status=Status.FEASIBLE,
            seed=0,
            iterations=0,
            seconds=None,
        )

    return made(_true_price(problem, made(Price())) or Price())


def judge(problem: Problem, plan: Plan) -> Verdict:
    """Price a plan anew and count its faults; a price stated wrongly is one of them."""
    price = _true_price(problem, plan)
    return Verdict(None if price is None else price.total, len(faults(problem, plan)))
