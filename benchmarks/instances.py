"""The instances of a folder of benchmarks, in the order in which they are run."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.classic import FAMILIES
from scheduler.problem import Problem
from scheduler.reading import read_problem

PLANT = "plant"
BEST_KNOWN = "best_known.csv"


class NoData(FileNotFoundError):
    """The folder named has no benchmarks; the message says what was looked for."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One file of one family, with the best value anybody is known to have reached."""

    family: str
    path: Path
    best_known: int | None = None

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.path.stem

    def problem(self) -> Problem:
        """Read the file as a problem; the classic families through their adapters."""
        if self.family == PLANT:
            return read_problem(self.path.read_bytes())
        return FAMILIES[self.family](self.path.read_text(), self.name)


def plant(folder: Path) -> list[Instance]:
    """Give the plants of a folder, the smallest first."""
    paths = sorted(_folder(folder).glob("*.json"), key=lambda path: (path.stat().st_size, path))
    if not paths:
        raise NoData(f"{folder} has no plants (*.json); name their folder with --data.")
    return [Instance(PLANT, path) for path in paths]


def classic(folder: Path) -> list[Instance]:
    """Give the instances of a folder with one folder for each family, and their best values."""
    best = _best_known(_folder(folder) / BEST_KNOWN)
    found = [
        Instance(family, path, best.get((family, path.name)))
        for family in FAMILIES
        for path in _files(folder / family)
    ]
    if not found:
        wanted = ", ".join(FAMILIES)
        raise NoData(f"{folder} has none of {wanted}; name their folder with --data.")
    return found


def _folder(folder: Path) -> Path:
    if not folder.is_dir():
        raise NoData(f"There is no folder {folder}; name the benchmarks' folder with --data.")
    return folder


def _files(folder: Path) -> Iterator[Path]:
    """Give a family's files, numbers in their names counted as numbers."""
    if not folder.is_dir():
        return

    def natural(path: Path) -> list[tuple[int, str]]:
        return [(int(d or 0), s) for d, s in re.findall(r"(\d+)|(\D+)", path.name)]

    yield from sorted(folder.iterdir(), key=natural)


def _best_known(path: Path) -> dict[tuple[str, str], int]:
    """Read the best known values: (family, file name) → value; none where there is no such file."""
    if not path.exists():
        return {}
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        (row["family"], row["instance"]): int(row["best_known"])
        for row in rows
        if row["best_known"]
    }
