"""Plans a folder of problems and tables what it brought against ATCS."""

import csv
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from scheduler.reading import read_problem
from scheduler.referee import faults
from scheduler.solve import Progress, solve


@dataclass(frozen=True, slots=True)
class Row:
    """One problem's line: totals in cents, times in seconds."""

    problem: str
    lots: int
    atcs: int
    ours: int
    better_percent: float
    first_plan_seconds: float
    iterations: int
    status: str
    faults: int


def _row(path: Path, seconds: float, seed: int) -> Row:
    problem = read_problem(path.read_bytes())
    told: list[Progress] = []
    plan = solve(problem, seconds=seconds, seed=seed, on_progress=told.append)
    atcs = told[0].dispatch_total if told else 0
    ours = plan.price.total
    return Row(
        problem=problem.name,
        lots=len(problem.lots),
        atcs=atcs,
        ours=ours,
        better_percent=round(100 * (atcs - ours) / atcs, 1) if atcs else 0.0,
        first_plan_seconds=round(told[0].seconds, 2) if told else 0.0,
        iterations=plan.iterations,
        status=plan.status.value,
        faults=len(faults(problem, plan)),
    )


def rows(folder: Path, seconds: float, seed: int) -> Iterator[Row]:
    """Plan the folder's problems, the smallest first."""
    for path in sorted(folder.glob("*.json"), key=lambda path: (path.stat().st_size, path.name)):
        yield _row(path, seconds, seed)


def write_csv(path: Path, done: list[Row]) -> None:
    """Write rows as CSV with a head line."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Row)])
        writer.writeheader()
        writer.writerows(asdict(row) for row in done)
