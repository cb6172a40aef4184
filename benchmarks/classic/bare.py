"""A plant without prices, closures and campaigns: what the classic families are said in."""

from collections.abc import Sequence
from dataclasses import replace

from scheduler.problem import (
    Calendar,
    Campaigns,
    Changeovers,
    Lot,
    Option,
    Peg,
    Problem,
    Resource,
    Step,
)

FREE = Changeovers(("any",), ((0,),), tile_change=0, cents_per_minute=0)
INITIAL = 0  # the family that stands on every machine at minute 0; jobs come after it


class NotReadable(ValueError):
    """An instance file does not look like its family; the message says where."""


def setups(first: Sequence[int], between: Sequence[Sequence[int]]) -> Changeovers:
    """Give each job a family of its own: minutes from the initial state, and from job to job."""
    jobs = len(first)
    if len(between) != jobs or any(len(line) != jobs for line in between):
        raise NotReadable(f"The setup times are no table of {jobs} by {jobs}.")
    names = ("initial", *(f"job {job}" for job in range(jobs)))
    minutes = ((0, *first), *((0, *line) for line in between))
    return Changeovers(names, minutes, tile_change=0, cents_per_minute=0)


def machine(name: str, stage: str, changeover: str = "free") -> Resource:
    """Make a machine that is always open and idles for nothing."""
    return Resource(
        id=name,
        stage=stage,
        calendar="open",
        changeover=changeover,
        last_family=INITIAL,
        last_tile=None,
        idle_cents_per_minute=0,
    )


def step(stage: str, options: Sequence[tuple[str, int]], family: int = 0, lag: int = 0) -> Step:
    """Make a step from (machine, minutes); it starts `lag` after the start of the one before."""
    if any(minutes < 1 for _, minutes in options):
        raise NotReadable("An operation takes less than a minute, which no plant can say.")
    made = tuple(Option(name, minutes) for name, minutes in options)
    return Step(stage, family, lag_start=lag, lag_end=0, options=made)


def job(number: int, steps: Sequence[Step], pegs: Sequence[Peg] = ()) -> Lot:
    """Make a lot that may start at minute 0; all are of one tile and one campaign."""
    return Lot(f"J{number}", "tile", 0, 0, "campaign", tuple(steps), tuple(pegs))


def problem(
    name: str,
    machines: Sequence[Resource],
    lots: Sequence[Lot],
    changeovers: dict[str, Changeovers] | None = None,
    *,
    is_makespan: bool,
) -> Problem:
    """Make a problem that prices lateness alone, or the makespan at a cent a minute."""
    stages = tuple(dict.fromkeys(one.stage for one in machines))
    whole = Problem(
        name=name,
        epoch="2026-01-01T00:00:00+00:00",
        horizon=0,
        stages=stages,
        calendars={"open": Calendar((), resumable=False)},
        changeovers={"free": FREE, **(changeovers or {})},
        resources=tuple(machines),
        lots=tuple(lots),
        campaigns=Campaigns(stages[0], 0, 0),
        holding_cents_per_m2_day=0,
    )
    return replace(whole, makespan_cents_per_minute=1) if is_makespan else whole


def numbers(line: str) -> list[int]:
    """Read a line of whole numbers."""
    try:
        return [int(word) for word in line.split()]
    except ValueError as error:
        raise NotReadable(f"{line.strip()[:60]!r} are no whole numbers.") from error


def table(lines: Sequence[str], rows: int, columns: int) -> list[list[int]]:
    """Read lines as a table of whole numbers of that size."""
    read = [numbers(line) for line in lines]
    if len(read) != rows or any(len(row) != columns for row in read):
        raise NotReadable(f"A table of {rows} by {columns} numbers is not there.")
    return read
