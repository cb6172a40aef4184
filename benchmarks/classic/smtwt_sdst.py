"""One machine, weighted tardiness, changeovers (Cicirello).

The file: sections of one number a line (`Process Times:`, `Weights:`, `Duedates:`), and
`Setup Times:` with `from to minutes`, where −1 is the state of the machine before its first job.
"""

from collections.abc import Iterator

from benchmarks.classic import bare
from scheduler.problem import Peg, Problem

SECTIONS = ("Process Times:", "Weights:", "Duedates:", "Setup Times:")
END = "End Problem Specification"


def read(text: str, name: str) -> Problem:
    """Read an instance; each job has one peg, whose rate is its weight."""
    times, weights, dues, between = (list(_section(text, title)) for title in SECTIONS)
    jobs = len(times)
    minutes, rates, due = (bare.table(lines, jobs, 1) for lines in (times, weights, dues))
    first, table = [0] * jobs, [[0] * jobs for _ in range(jobs)]
    for before, after, setup in bare.table(between, jobs * jobs, 3):
        (first if before < 0 else table[before])[after] = setup
    lots = [
        bare.job(
            number,
            [bare.step("work", [("M", minutes[number][0])], family=number + 1)],
            [Peg(f"J{number}", 0, due[number][0], rates[number][0])],
        )
        for number in range(jobs)
    ]
    changeovers = {"M": bare.setups(first, table)}
    machine = bare.machine("M", "work", "M")
    return bare.problem(name, [machine], lots, changeovers, is_makespan=False)


def _section(text: str, title: str) -> Iterator[str]:
    """Give the lines under a title, up to the next one."""
    lines = iter(text.splitlines())
    if title not in (line.strip() for line in lines):
        raise bare.NotReadable(f"The section {title!r} is missing.")
    for line in lines:
        if line.strip() in (*SECTIONS, END):
            return
        if line.strip():
            yield line
