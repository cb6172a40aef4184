"""Plain CP-SAT: for each family the formulation that comes naturally, as somebody would buy it."""

from collections.abc import Callable

from ortools.sat.python import cp_model

from benchmarks.engines import cpsat_classic, cpsat_plant
from benchmarks.engines.ask import Answer, Ask
from benchmarks.engines.cpsat_model import Built
from scheduler.problem import Problem

MODELS: dict[str, Callable[[Problem], Built]] = {
    "hfsp": cpsat_classic.flow_shop,
    "smtwt_sdst": cpsat_classic.one_machine,
    "upms_sdst": cpsat_classic.unrelated_machines,
    "plant": cpsat_plant.plant,
}


class _First(cp_model.CpSolverSolutionCallback):
    """Notes when the first solution was found."""

    def __init__(self, ask: Ask) -> None:
        super().__init__()
        self.ask = ask
        self.seconds: float | None = None

    def on_solution_callback(self) -> None:
        if self.seconds is None:
            self.seconds = self.ask.elapsed()


def plan(problem: Problem, ask: Ask) -> Answer:
    """Build the family's model and solve it in what is left of the budget."""
    built = MODELS[ask.family](problem)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = ask.workers
    solver.parameters.random_seed = ask.seed % 2**31
    solver.parameters.max_time_in_seconds = ask.left()
    first = _First(ask)
    status = solver.solve(built.model, first)
    note = f"{solver.status_name(status).lower()}, {ask.workers} threads"
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(None, note=note)
    bound = f"bound {solver.best_objective_bound / built.scale:.0f} {built.bound_of}".strip()
    return Answer(built.plan(solver), first.seconds, note=f"{note}, {bound}")
