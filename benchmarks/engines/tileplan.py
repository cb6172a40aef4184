"""Our engine, called as the application calls it."""

from dataclasses import dataclass

from benchmarks.engines.ask import Answer, Ask
from scheduler.plan import Status
from scheduler.problem import Problem
from scheduler.solve import Progress, solve


@dataclass
class _First:
    """The first word of progress, and nothing of the later ones: their plans would fill memory."""

    seconds: float | None = None
    atcs: int | None = None

    def tell(self, progress: Progress) -> None:
        if self.seconds is None:
            self.seconds, self.atcs = progress.seconds, progress.dispatch_total


def plan(problem: Problem, ask: Ask) -> Answer:
    """Plan on one thread."""
    first = _First()
    found = solve(problem, seconds=ask.seconds, seed=ask.seed, on_progress=first.tell)
    is_plan = found.status is not Status.INFEASIBLE
    return Answer(
        plan=found if is_plan else None,
        first_plan_seconds=first.seconds,
        iterations=found.iterations,
        atcs=first.atcs,
        note=" ".join((found.status.value, *found.messages)),
    )
