"""Hybrid flow shop with identical machines in each stage, makespan (Naderi, Ruiz, Roshanaei).

The file: jobs; stages; machines of each stage; for each job its minutes in each stage.
"""

from benchmarks.classic import bare
from scheduler.problem import Lot, Problem


def read(text: str, name: str) -> Problem:
    """Read an instance; a job's next stage starts once the one before is over."""
    lines = [line for line in text.splitlines() if line.strip()]
    (jobs,), (stages,) = bare.table(lines[:2], 2, 1)
    (counts,) = bare.table(lines[2:3], 1, stages)
    times = bare.table(lines[3:], jobs, stages)
    machines = [
        bare.machine(f"S{stage + 1}M{number + 1}", f"S{stage + 1}")
        for stage, count in enumerate(counts)
        for number in range(count)
    ]
    lots = [_lot(number, row, counts) for number, row in enumerate(times)]
    return bare.problem(name, machines, lots, is_makespan=True)


def _lot(number: int, minutes: list[int], counts: list[int]) -> Lot:
    lags = [0, *minutes]  # the lag from start to start is the whole of the step before
    steps = [
        bare.step(
            f"S{stage + 1}",
            [(f"S{stage + 1}M{machine + 1}", minutes[stage]) for machine in range(count)],
            lag=lags[stage],
        )
        for stage, count in enumerate(counts)
    ]
    return bare.job(number, steps)
