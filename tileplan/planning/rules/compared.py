"""A comparison of two plan versions, and what it is made of: work, lots, order lines, shade groups."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from tileplan.kernel.words import Text, say

T = TypeVar("T")

_MINUTE = timedelta(minutes=1)
_FAR = 10**9  # minutes: a step that one version has and the other has not


def minutes_of(length: timedelta) -> int:
    """A length of time in whole minutes."""
    return round(length / _MINUTE)


@dataclass(frozen=True)
class Place:
    """On which machine a step is at work, and from when to when."""

    resource: str
    start_at: datetime
    end_at: datetime


@dataclass(frozen=True)
class Step:
    """One stage of a lot in one version; `begun_at` is told by the floor."""

    stage: str
    place: Place
    changeover_minutes: int = 0
    begun_at: datetime | None = None


@dataclass(frozen=True)
class Promised:
    """An order line that a lot serves; order and customer only where the reader may see them."""

    ref: str
    order: str | None
    customer: str | None
    late_minutes: int


@dataclass(frozen=True, order=True)
class Group:
    """What shares its shade: one body in one family of tile."""

    body: str
    family: str


@dataclass(frozen=True)
class Lot:
    """A lot as one version plans it; `is_over` where the floor has ended all of it."""

    code: str
    tile: str
    name_en: str
    name_zh: str
    group: Group
    kiln_area: Decimal
    steps: tuple[Step, ...]
    promises: tuple[Promised, ...] = ()
    is_over: bool = False

    @property
    def ready_at(self) -> datetime:
        """When its last stage ends."""
        return max(step.place.end_at for step in self.steps)

    @property
    def orders(self) -> tuple[str, ...]:
        """The order lines that it serves, each once."""
        return tuple(dict.fromkeys(one.ref for one in self.promises))


@dataclass(frozen=True)
class Version:
    """A plan version as it is compared."""

    epoch_at: datetime
    lots: tuple[Lot, ...]


@dataclass(frozen=True)
class Moved:
    """A step on another machine, or at another time; None where a version has no such step."""

    lot: Lot
    stage: str
    before: Place | None
    after: Place | None

    @property
    def minutes(self) -> int:
        """How much later it begins."""
        if self.before is None or self.after is None:
            return 0
        return minutes_of(self.after.start_at - self.before.start_at)

    @property
    def size(self) -> tuple[int, bool]:
        """How much it has changed: a step that only one version has first, then by time and machine."""
        if self.before is None or self.after is None:
            return _FAR, True
        longer = minutes_of(self.after.end_at - self.before.end_at)
        is_elsewhere = self.before.resource != self.after.resource
        return max(abs(self.minutes), abs(longer)), is_elsewhere


@dataclass(frozen=True)
class Shifted:
    """A lot that is ready so many minutes later; negative is earlier."""

    lot: Lot
    before_at: datetime
    after_at: datetime

    @property
    def minutes(self) -> int:
        """How much later it is ready."""
        return minutes_of(self.after_at - self.before_at)


class Turn(StrEnum):
    """What becomes of an order line's lateness."""

    BECOMES_LATE = "becomes_late"
    LATER = "later"
    LESS_LATE = "less_late"
    IN_TIME = "in_time"
    ONLY_AFTER = "only_after"
    ONLY_BEFORE = "only_before"


TURNS: dict[Turn, Text] = {
    Turn.BECOMES_LATE: say("Becomes late"),
    Turn.LATER: say("Even later"),
    Turn.LESS_LATE: say("Less late"),
    Turn.IN_TIME: say("No longer late"),
    Turn.ONLY_AFTER: say("Late, and not in the other plan"),
    Turn.ONLY_BEFORE: say("Was late, and is not in this plan"),
}


@dataclass(frozen=True)
class LateChange:
    """An order line whose lateness differs; None minutes where a version does not serve it."""

    promise: Promised
    tile: str
    before: int | None
    after: int | None

    @property
    def minutes(self) -> int:
        """How much later it is."""
        return (self.after or 0) - (self.before or 0)

    @property
    def turn(self) -> Turn:
        """What becomes of its lateness."""
        if self.before is None:
            return Turn.ONLY_AFTER
        if self.after is None:
            return Turn.ONLY_BEFORE
        if self.before == 0:
            return Turn.BECOMES_LATE
        if self.after == 0:
            return Turn.IN_TIME
        return Turn.LATER if self.minutes > 0 else Turn.LESS_LATE


@dataclass(frozen=True)
class Pair(Generic[T]):
    """One figure in both versions."""

    before: T
    after: T


@dataclass(frozen=True)
class Comparison:
    """What a version changes against another; every list begins with the biggest change.

    `kilns` are minutes of changeover and `groups` m² out of the kilns, both from `since` on, the
    moment from which both versions plan.
    """

    since: datetime
    moved: list[Moved]
    shifted: list[Shifted]
    only_before: list[Lot]
    only_after: list[Lot]
    late: list[LateChange]
    kilns: dict[str, Pair[int]]
    groups: dict[Group, Pair[Decimal]]

    @property
    def later(self) -> list[Shifted]:
        """The lots that are ready later."""
        return [one for one in self.shifted if one.minutes > 0]

    @property
    def earlier(self) -> list[Shifted]:
        """The lots that are ready earlier."""
        return [one for one in self.shifted if one.minutes < 0]

    def turned(self, *turns: Turn) -> list[LateChange]:
        """The order lines with which this becomes of their lateness."""
        return [one for one in self.late if one.turn in turns]
