"""What the CP-SAT models of all families share."""

from collections.abc import Callable
from dataclasses import dataclass

from ortools.sat.python import cp_model

from scheduler.plan import Plan


@dataclass(frozen=True, slots=True)
class Built:
    """A model, how to read a plan off its solution, and what its objective counts."""

    model: cp_model.CpModel
    plan: Callable[[cp_model.CpSolver], Plan]
    scale: int = 1  # the objective in units of the price
    bound_of: str = ""  # said behind the bound where the objective is not the price itself
