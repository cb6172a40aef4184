"""How a CP-SAT model is built with a whole hint and run: repeatable by effort, stopped at once.

What a solver says after it was told to stop is not to be believed (it has called such answers
optimal), so a bound counts only if it was heard before.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import floor
from threading import Thread

from ortools.sat.python import cp_model

WATCH_SECONDS = 0.1  # between two looks at whether to stop
# Wall time at which something is wrong. Were it ever reached the plan would hang on the clock, so
# it is far beyond what a model takes on a machine ten times overloaded (there 20 s were not).
FUSE_SECONDS = 600.0
ROUNDING = 1e-6  # of a bound of whole cents, given as a float


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to solve: in CP-SAT's own unit, which repeats, or in wall seconds, or both."""

    deterministic_time: float
    seconds: float = FUSE_SECONDS
    workers: int = 1
    seed: int = 1


def total(terms: Iterable[cp_model.LinearExprT]) -> cp_model.LinearExpr:
    """Add terms up; none are 0."""
    return cp_model.LinearExpr.sum(list(terms))


class Hinted:
    """A model in which every variable gets its value in the plan at hand as a hint."""

    def __init__(self) -> None:
        """Begin an empty model."""
        self.model = cp_model.CpModel()

    def flag(self, is_set: bool, name: str) -> cp_model.IntVar:  # noqa: FBT001 - a hint is a value
        """Make a yes-or-no variable."""
        flag = self.model.new_bool_var(name)
        self.model.add_hint(flag, is_set)
        return flag

    def number(self, least: int, most: int, now: int, name: str) -> cp_model.IntVar:
        """Make a whole number between two limits that stands at `now`."""
        number = self.model.new_int_var(least, most, name)
        self.model.add_hint(number, now)
        return number


@dataclass(frozen=True, slots=True)
class Answer:
    """How a run ended; `bound` (rounded down) and `is_optimal` are never from after a stop."""

    has_solution: bool
    is_optimal: bool
    bound: int | None


def run(
    solver: cp_model.CpSolver,
    model: cp_model.CpModel,
    effort: Effort,
    should_stop: Callable[[], bool],
) -> Answer:
    """Solve in a thread: the main one stays awake for signals and for `should_stop`."""
    _set(solver, effort)
    heard: list[float] = []
    statuses: list[cp_model.CpSolverStatus] = []
    is_stopped = False

    def hear(bound: float) -> None:
        if not is_stopped:
            heard.append(bound)

    solver.best_bound_callback = hear
    worker = Thread(target=lambda: statuses.append(solver.solve(model)), daemon=True)
    worker.start()
    while worker.is_alive():
        worker.join(WATCH_SECONDS)
        if worker.is_alive() and should_stop():
            is_stopped = True
            solver.stop_search()
    status = statuses[0] if statuses else cp_model.UNKNOWN
    has_solution = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    if has_solution and not is_stopped:
        heard.append(solver.best_objective_bound)
    bound = floor(max(heard) + ROUNDING) if heard else None
    return Answer(has_solution, status == cp_model.OPTIMAL and not is_stopped, bound)


def _set(solver: cp_model.CpSolver, effort: Effort) -> None:
    solver.parameters.num_workers = effort.workers
    # Workers that take turns give the same answer every time; where the clock ends the run, that
    # is lost anyway, and workers side by side are quicker.
    solver.parameters.interleave_search = effort.workers > 1 and effort.seconds >= FUSE_SECONDS
    solver.parameters.max_deterministic_time = effort.deterministic_time
    solver.parameters.max_time_in_seconds = effort.seconds
    solver.parameters.catch_sigint_signal = False
    solver.parameters.random_seed = effort.seed % 2**31
