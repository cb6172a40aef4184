"""Wishes that cannot all be met, in names: what an answer without a plan hands back."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class WishKind(StrEnum):
    """What has been decided, or is given, for a plan to keep."""

    PIN = "pin"  # a planner's: lot, stage, resource and start where named
    FROZEN = "frozen"  # published work too near to move: lot, stage, resource, start
    RELEASE = "release"  # lot, start: its material is there from then on
    FROZEN_TIME = "frozen time"  # end: nothing else may start before it
    CLOSURE = "closure"  # resource, start, end


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing a plan should keep; which names and minutes it has depends on its kind."""

    kind: WishKind
    lot: str | None = None
    stage: str | None = None
    resource: str | None = None
    start: int | None = None
    end: int | None = None

    def __str__(self) -> str:
        """Name the wish within a sentence."""
        if self.kind is WishKind.CLOSURE:
            return f"the closure of {self.resource} from {self.start} to {self.end}"
        if self.kind is WishKind.RELEASE:
            return f"the release of lot {self.lot} at {self.start}"
        if self.kind is WishKind.FROZEN_TIME:
            return f"the frozen time until {self.end}"
        what = "pin" if self.kind is WishKind.PIN else "frozen work"
        where = "" if self.resource is None else f" on {self.resource}"
        when = "" if self.start is None else f" at {self.start}"
        return f"the {what} of lot {self.lot} in {self.stage}{where}{when}"

    def to_dict(self) -> dict[str, Any]:
        """Give the wish as it stands in the file: its kind, and what it names."""
        named = {key: value for key, value in asdict(self).items() if value is not None}
        return {**named, "kind": self.kind.value}


@dataclass(frozen=True, slots=True)
class Clash:
    """Wishes of which one must give way: no plan keeps them all, and each set without one can be.

    That no plan keeps them is proven; that fewer could be kept is so as far as could be proven.
    """

    wishes: tuple[Wish, ...]
    sentence: str

    def to_dict(self) -> dict[str, Any]:
        """Give the clash as it stands in the file."""
        return {"wishes": [wish.to_dict() for wish in self.wishes], "sentence": self.sentence}


def read_clash(row: Mapping[str, Any]) -> Clash:
    """Read a clash from its JSON object; raise ValueError, KeyError or TypeError if it is none."""
    wishes = ({**one, "kind": WishKind(one["kind"])} for one in row["wishes"])
    return Clash(tuple(Wish(**one) for one in wishes), str(row["sentence"]))
