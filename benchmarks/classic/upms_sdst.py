"""Unrelated parallel machines with changeovers, makespan (Vallada and Ruiz).

The file: jobs and machines; machines again; for each job `machine minutes` for every machine; then
SSD, and for each machine its name and the minutes from job to job. The first job on a machine
takes no setup: enumerating the small instances so gives exactly their best known values.
"""

from benchmarks.classic import bare
from scheduler.problem import Lot, Problem

SETUPS = "SSD"


def read(text: str, name: str) -> Problem:
    """Read an instance; every machine has changeovers of its own."""
    lines = [line for line in text.splitlines() if line.strip()]
    jobs, machines = (*bare.numbers(lines[0]), 0, 0)[:2]
    marks = [number for number, line in enumerate(lines) if line.strip() == SETUPS]
    if marks != [2 + jobs]:
        raise bare.NotReadable(f"{SETUPS} does not stand behind the times of {jobs} jobs.")
    times = bare.table(lines[2 : marks[0]], jobs, 2 * machines)
    blocks = [
        lines[start + 1 : start + 1 + jobs]
        for start in range(marks[0] + 1, marks[0] + 1 + machines * (jobs + 1), jobs + 1)
    ]
    changeovers = {
        f"M{number}": bare.setups([0] * jobs, bare.table(block, jobs, jobs))
        for number, block in enumerate(blocks)
    }
    resources = [bare.machine(f"M{number}", "work", f"M{number}") for number in range(machines)]
    lots = [_lot(number, row) for number, row in enumerate(times)]
    return bare.problem(name, resources, lots, changeovers, is_makespan=True)


def _lot(number: int, row: list[int]) -> Lot:
    pairs = zip(row[::2], row[1::2], strict=True)
    options = [(f"M{machine}", minutes) for machine, minutes in pairs]
    return bare.job(number, [bare.step("work", options, family=number + 1)])
