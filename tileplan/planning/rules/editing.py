"""What a planner may do to a draft: the wishes, the kinds of steps, and the lives of drafts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tileplan.kernel.words import say

# A bar is one step of a lot: its code and its stage.
Bar = tuple[str, str]


class RunKind(StrEnum):
    """What a run was asked for: a plan of the demand, a copy to work on, or a better draft."""

    PLAN = "plan"
    COPY = "copy"
    STABLE = "stable"
    FREE = "free"
    FRONTIER = "frontier"


class StepKind(StrEnum):
    """What one step of a draft's history did."""

    MADE = "made"
    PUT = "put"
    SHIFTED = "shifted"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    REPAIRED = "repaired"
    STABLE = "stable"
    FREE = "free"
    RENEWED = "renewed"
    SPLIT = "split"
    MERGED = "merged"
    DUE = "due"
    RUSH = "rush"
    CLOSED = "closed"
    OPENED = "opened"
    RATE = "rate"
    TAKEN = "taken"
    REPEGGED = "repegged"
    PLANNED = "planned"


STEP_LABELS = {
    StepKind.MADE: say("As it was made"),
    StepKind.PUT: say("Moved"),
    StepKind.SHIFTED: say("Shifted"),
    StepKind.LOCKED: say("Locked"),
    StepKind.UNLOCKED: say("Unlocked"),
    StepKind.REPAIRED: say("Repaired"),
    StepKind.STABLE: say("Improved with few changes"),
    StepKind.FREE: say("Optimised"),
    StepKind.RENEWED: say("Brought up to date with the plant"),
    StepKind.SPLIT: say("Split"),
    StepKind.MERGED: say("Merged"),
    StepKind.DUE: say("Assumed: another due date"),
    StepKind.RUSH: say("Assumed: a rush order"),
    StepKind.CLOSED: say("Assumed: a line stands still"),
    StepKind.OPENED: say("Assumed: a line works through"),
    StepKind.RATE: say("Assumed: another rate"),
    StepKind.TAKEN: say("Taken from the picture of changeovers and lateness"),
    StepKind.REPEGGED: say("Order lines to another lot"),
    StepKind.PLANNED: say("Planned from the demand"),
}

# Before these nothing can be undone: what the plant has done since stays done.
BARRIERS = (StepKind.MADE, StepKind.RENEWED)


@dataclass(frozen=True)
class Put:
    """Put a bar on a line at a moment, and pin it there."""

    bar: Bar
    line: str
    at: datetime

    kind = StepKind.PUT


@dataclass(frozen=True)
class Shift:
    """Put several bars so many minutes later (or earlier) on their lines, and pin them there."""

    bars: tuple[Bar, ...]
    minutes: int

    kind = StepKind.SHIFTED


@dataclass(frozen=True)
class Lock:
    """Pin bars where they stand."""

    bars: tuple[Bar, ...]

    kind = StepKind.LOCKED


@dataclass(frozen=True)
class Unlock:
    """Let bars give way again."""

    bars: tuple[Bar, ...]

    kind = StepKind.UNLOCKED


@dataclass(frozen=True)
class Repair:
    """Give everything new times, in the order in which it stands: what the pins and closures ask."""

    kind = StepKind.REPAIRED


@dataclass(frozen=True)
class Split:
    """Make two lots of one: the named order items, and so many pieces for stock, go into the new one."""

    lot: str
    refs: tuple[str, ...]
    stock: int = 0

    kind = StepKind.SPLIT


@dataclass(frozen=True)
class Merge:
    """Make one lot of several of one tile; it stands where the first one stood."""

    lots: tuple[str, ...]

    kind = StepKind.MERGED


@dataclass(frozen=True)
class Repeg:
    """Let another lot of the same tile make some order items of a lot."""

    lot: str
    refs: tuple[str, ...]
    to: str

    kind = StepKind.REPEGGED


class Offer(StrEnum):
    """Where a new lot goes: as soon as it makes nobody late, or as soon as it can be."""

    HARMLESS = "harmless"
    EARLIEST = "earliest"


@dataclass(frozen=True)
class Make:
    """Make a new lot for order items that no lot of the draft serves; for stock where none is named."""

    tile: str
    refs: tuple[str, ...]
    offer: Offer

    kind = StepKind.PLANNED


@dataclass(frozen=True)
class Join:
    """Let a lot of the draft make order items that none serves so far."""

    lot: str
    refs: tuple[str, ...]

    kind = StepKind.PLANNED


Relot = Split | Merge | Repeg | Make | Join
Wish = Put | Shift | Lock | Unlock | Repair | Relot
