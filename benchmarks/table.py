"""The table that people read: a line for each run, then medians and means for each engine."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from statistics import mean, median

from benchmarks.engines import OURS
from benchmarks.instances import PLANT
from benchmarks.results import Row

NONE = "–"
Cell = Callable[[Row], str]


def _number(value: float | None, places: int) -> str:
    return NONE if value is None else f"{value:,.{places}f}"


def _measure(row: Row) -> float | None:
    """Give what a row is judged by: percent below ATCS for a plant, above the best known else."""
    return row.better_percent if row.family == PLANT else row.gap_percent


CELLS: tuple[tuple[str, int, Cell], ...] = (
    ("instance", -22, lambda row: row.instance),
    ("lots", 5, lambda row: str(row.lots)),
    ("engine", -9, lambda row: row.engine),
    ("seed", 4, lambda row: str(row.seed)),
    (
        "objective",
        15,
        lambda row: _number(row.objective, 0) if row.objective is not None else "no plan",
    ),
    ("%", 9, lambda row: _number(_measure(row), 2)),
    ("first s", 7, lambda row: _number(row.first_plan_seconds, 2)),
    ("seconds", 7, lambda row: _number(row.used_seconds, 1)),
    ("MB", 6, lambda row: _number(row.peak_mb, 0)),
    ("faults", 6, lambda row: str(row.violations)),
    ("iterations", 12, lambda row: _number(row.iterations, 0)),
    ("per lot", 10, lambda row: _number(row.cents_per_lot, 0)),
    ("note", 0, lambda row: row.note),
)


def _aligned(cells: Iterable[tuple[int, str]]) -> str:
    words = (text.ljust(-width) if width < 0 else text.rjust(width) for width, text in cells)
    return "  ".join(words).rstrip()


def head(family: str) -> str:
    """Give the head line; the percent column says what it counts."""
    percent = "< ATCS %" if family == PLANT else "gap %"
    named = ((width, percent if name == "%" else name) for name, width, _ in CELLS)
    return _aligned(named)


def line(row: Row) -> str:
    """Give a run's line."""
    return _aligned((width, cell(row)) for _, width, cell in CELLS)


def summary(rows: Sequence[Row]) -> Iterator[str]:
    """Give a line for each family, budget and engine.

    The mean over instances of the median over seeds; what is left out of the mean is named, and
    beside an opponent, that was given a sample, stands what ours made of the same instances.
    """

    def group(row: Row) -> tuple[str, float]:
        return row.family, row.seconds

    for (family, seconds), some in groupby(sorted(rows, key=group), key=group):
        by_engine: dict[str, list[Row]] = {}
        for row in some:
            by_engine.setdefault(row.engine, []).append(row)
        ours = _medians(by_engine.get(OURS, []))
        for engine, own in by_engine.items():
            said = f"{family}, {seconds:g} s, {engine}: {_means(own)}"
            yield said if engine == OURS else f"{said}; {_beside(ours, _medians(own))}"


def _medians(rows: Sequence[Row]) -> dict[str, float | None]:
    """Give each instance's median over seeds; None if any seed has nothing to count."""
    by_instance: dict[str, list[float | None]] = {}
    for row in rows:
        by_instance.setdefault(row.instance, []).append(_measure(row))
    return {
        name: median([value for value in values if value is not None])
        if None not in values
        else None
        for name, values in by_instance.items()
    }


def _beside(ours: dict[str, float | None], theirs: dict[str, float | None]) -> str:
    """Say what ours made of the instances for which an opponent found a plan."""
    counted = [name for name, value in theirs.items() if value is not None]
    same = [value for name in counted if (value := ours.get(name)) is not None]
    return f"ours on the same: {mean(same):.2f} %" if same else "nothing of ours to compare"


def _means(rows: Sequence[Row]) -> str:
    measured = _medians(rows)
    counted = [value for value in measured.values() if value is not None]
    words = "below ATCS" if rows[0].family == PLANT else "above the best known"
    of = f"over {len(counted)} of {len(measured)} instances"
    said = f"{mean(counted):.2f} % {words}, mean {of}" if counted else f"no mean, {of}"
    planless = sorted({row.instance for row in rows if row.objective is None})
    rest = [name for name, value in measured.items() if value is None and name not in planless]
    faults = sum(row.violations for row in rows)
    parts = [said, f"{faults} hard violations"]
    parts += [f"no plan on {', '.join(planless)}"] if planless else []
    parts += [f"left out (nothing to count by): {', '.join(rest)}"] if rest else []
    return "; ".join(parts)
