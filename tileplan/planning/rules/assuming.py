"""What a scenario assumes of the plant that is not so: a draft with assumptions is never published."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar

from tileplan.planning.rules.drafts import Draft
from tileplan.planning.rules.editing import StepKind, Wish
from tileplan.planning.rules.lotting import STOCK_REF
from tileplan.planning.rules.wants import Peg, due_at

# A moment, or a minute of a problem.
M = TypeVar("M", int, datetime)

# The peg of a lot that no order has asked for yet.
RUSH_REF = "rush"
# A rush order goes first: whoever asks what it does wants it in time.
RUSH_PRIORITY = 1
MOST_NAME = 60


@dataclass(frozen=True)
class Due:
    """An order item is due on another day."""

    item: str
    on: date

    kind = StepKind.DUE

    def to_dict(self) -> dict[str, Any]:
        """Give it as a step keeps it."""
        return {"item": self.item, "on": self.on.isoformat()}


@dataclass(frozen=True)
class Rush:
    """A lot for nobody yet: so many m² of a tile, due on a day."""

    tile: str
    area: int
    on: date

    kind = StepKind.RUSH

    def to_dict(self) -> dict[str, Any]:
        """Give it as a step keeps it."""
        return {"tile": self.tile, "area": self.area, "on": self.on.isoformat()}


@dataclass(frozen=True)
class Window:
    """Something that is so for a line from one moment to another."""

    line: str
    from_at: datetime
    to_at: datetime

    def to_dict(self) -> dict[str, Any]:
        """Give it as a step keeps it."""
        return {"line": self.line, "from": self.from_at.isoformat(), "to": self.to_at.isoformat()}


@dataclass(frozen=True)
class Closed(Window):
    """A line stands still from one moment to another."""

    kind = StepKind.CLOSED


@dataclass(frozen=True)
class Opened(Window):
    """A line works from one moment to another: no closure counts meanwhile, as on an added shift."""

    kind = StepKind.OPENED


@dataclass(frozen=True)
class Rate:
    """A line makes so many percent of what it makes in an hour."""

    line: str
    percent: int

    kind = StepKind.RATE

    def to_dict(self) -> dict[str, Any]:
        """Give it as a step keeps it."""
        return {"line": self.line, "percent": self.percent}


Assumption = Due | Rush | Closed | Opened | Rate
Asked = Wish | Assumption
ASSUMED = (StepKind.DUE, StepKind.RUSH, StepKind.CLOSED, StepKind.OPENED, StepKind.RATE)


def kept(one: Assumption) -> dict[str, Any]:
    """Give an assumption as a copy of its draft keeps it."""
    return {"kind": one.kind.value, **one.to_dict()}


def assumption_of(row: dict[str, Any]) -> Assumption:
    """Read a kept assumption back."""
    match StepKind(row["kind"]):
        case StepKind.DUE:
            return Due(row["item"], date.fromisoformat(row["on"]))
        case StepKind.RUSH:
            return Rush(row["tile"], row["area"], date.fromisoformat(row["on"]))
        case StepKind.RATE:
            return Rate(row["line"], row["percent"])
        case kind:
            window = map(datetime.fromisoformat, (row["from"], row["to"]))
            return (Closed if kind is StepKind.CLOSED else Opened)(row["line"], *window)


def moved_due(drafts: Iterable[Draft], wish: Due) -> tuple[Draft, ...]:
    """The lots, where one order item is due on another day."""

    def moved(peg: Peg) -> Peg:
        return replace(peg, due_at=due_at(wish.on)) if peg.ref == wish.item else peg

    return tuple(replace(draft, pegs=tuple(map(moved, draft.pegs))) for draft in drafts)


def rush_code(drafts: Iterable[Draft]) -> str:
    """The code of the next lot that is for nobody yet."""
    taken = {draft.code for draft in drafts}
    number = 1
    while f"RUSH-{number}" in taken:
        number += 1
    return f"RUSH-{number}"


def without_rush(drafts: Iterable[Draft]) -> list[Draft]:
    """The lots without those that no order has asked for; what was put together is kept for stock."""
    found = []
    for draft in drafts:
        if all(peg.ref == RUSH_REF for peg in draft.pegs):
            continue
        pegs = (
            replace(peg, ref=STOCK_REF, priority=None) if peg.ref == RUSH_REF else peg
            for peg in draft.pegs
        )
        found.append(replace(draft, pegs=tuple(pegs)))
    return found


def cut(windows: Iterable[tuple[M, M]], start: M, end: M) -> list[tuple[M, M]]:
    """Windows without what lies between two moments."""
    parts: list[tuple[M, M]] = []
    for since, until in windows:
        parts += [(since, min(until, start)), (max(since, end), until)]
    return [(since, until) for since, until in parts if since < until]
