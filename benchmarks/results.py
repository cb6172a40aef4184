"""The rows of a comparison, kept in a CSV that a later run goes on with."""

import csv
import io
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any


class NotOurTable(ValueError):
    """The CSV named has other columns than ours; the message names it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One engine's run on one instance; money and makespans as the referee counts them.

    `seconds` is the budget, `used_seconds` what it took, `atcs` the reference of the instance.
    """

    family: str
    instance: str
    lots: int
    engine: str
    seed: int
    seconds: float
    objective: int | None
    best_known: int | None
    atcs: int | None
    first_plan_seconds: float | None
    used_seconds: float | None
    peak_mb: int | None
    violations: int
    iterations: int | None
    note: str

    @property
    def key(self) -> tuple[str, str, str, int, float]:
        """What makes another run the same as this one."""
        return self.family, self.instance, self.engine, self.seed, self.seconds

    @property
    def gap_percent(self) -> float | None:
        """How far above the best known value; None where that is 0 and was not reached."""
        if self.objective is None or self.best_known is None:
            return None
        if self.best_known == 0:
            return None if self.objective else 0.0
        return 100 * (self.objective - self.best_known) / self.best_known

    @property
    def better_percent(self) -> float | None:
        """How far below the ATCS reference."""
        if self.objective is None or not self.atcs:
            return None
        return 100 * (self.atcs - self.objective) / self.atcs

    @property
    def cents_per_lot(self) -> float | None:
        """The objective for each lot."""
        return None if self.objective is None else self.objective / max(self.lots, 1)

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> "Row":
        """Make a row of values or of their texts; what is missing or empty is None, 0 or ''."""
        return cls(**{each.name: _value(each.type, raw.get(each.name)) for each in fields(cls)})

    def columns(self) -> dict[str, Any]:
        """Give the row as it stands in the CSV, with what follows from it."""
        kept = {each.name: getattr(self, each.name) for each in fields(self)}
        figures = {name: getattr(self, name) for name in DERIVED}
        return {name: _text(value) for name, value in {**kept, **figures}.items()}


DERIVED = ("gap_percent", "better_percent", "cents_per_lot")
COLUMNS = (*(each.name for each in fields(Row)), *DERIVED)


def _value(kind: object, raw: object) -> Any:
    text = "" if raw is None else " ".join(str(raw).split())
    if kind is str:
        return text
    if not text:
        return None if "None" in str(kind) else 0
    return float(text) if "float" in str(kind) else int(text)


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(round(value, 3)) if isinstance(value, float) else str(value)


class Table:
    """The CSV: rows that are there are read, new ones are appended and on the disk at once."""

    def __init__(self, path: Path | None) -> None:
        """Read what is there; a last line that was torn off in the writing is cut away."""
        self.path = path
        self.rows: list[Row] = []
        if path is not None and path.exists():
            self.rows = list(self._kept(path))

    def _kept(self, path: Path) -> Iterator[Row]:
        text = path.read_text()
        whole = text[: text.rfind("\n") + 1]
        lines = csv.reader(io.StringIO(whole))
        head = next(lines, None)
        if head is not None and tuple(head) != COLUMNS:
            raise NotOurTable(f"{path} has other columns than this table; name another file.")
        if whole != text:
            os.truncate(path, len(whole.encode()))
        for line in lines:
            if len(line) == len(COLUMNS):
                yield Row.read(dict(zip(COLUMNS, line, strict=True)))

    def add(self, row: Row, *, is_kept: bool = True) -> None:
        """Keep a row, in the file too if it is to be kept for the next time."""
        self.rows.append(row)
        if self.path is None or not is_kept:
            return
        is_new = not self.path.exists() or not self.path.stat().st_size
        with self.path.open("a", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            if is_new:
                writer.writeheader()
            writer.writerow(row.columns())
            file.flush()
            os.fsync(file.fileno())
