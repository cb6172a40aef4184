"""Keeping what a file says once more: what is new, differs or is gone; twice is harmless."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from tileplan.kernel.db import Base, session

Key = TypeVar("Key", bound=Hashable)
Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class Kept:
    """How many rows were new, how many differed from what was stored, how many went."""

    new: int = 0
    changed: int = 0
    gone: int = 0

    def __add__(self, other: "Kept") -> "Kept":
        """Count two parts of one file together."""
        return Kept(self.new + other.new, self.changed + other.changed, self.gone + other.gone)


def keep(
    kind: type[Row],
    stored: Mapping[Key, Row],
    wanted: Mapping[Key, Mapping[str, Any]],
    *,
    whole: bool = False,
) -> Kept:
    """Make the stored rows say what is wanted; `whole` removes those that nobody wants any more."""
    gone = [row for key, row in stored.items() if whole and key not in wanted]
    for row in gone:
        session.delete(row)
    session.flush()
    new = [kind(**values) for key, values in wanted.items() if key not in stored]
    session.add_all(new)
    changed = sum(
        _brought_up_to_date(stored[key], values) for key, values in wanted.items() if key in stored
    )
    session.flush()
    return Kept(len(new), changed, len(gone))


def _brought_up_to_date(row: Base, values: Mapping[str, Any]) -> bool:
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)
