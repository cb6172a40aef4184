"""Closures of one resource: what is written down, what it means on the clock, and what is refused."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from tileplan.kernel.errors import Refused
from tileplan.kernel.words import Text, say
from tileplan.kernel.workflow import Arrow, Workflow
from tileplan.plant.rules.calendars import DAY_MINUTES, Closed, moment_of
from tileplan.plant.rules.rows import StageCode

# Nobody knows of a breakdown, or plans a repair, that lasts longer.
LONGEST = timedelta(days=60)
# A breakdown is told late, but not later.
LOOKS_BACK = timedelta(days=7)
WEEK_MINUTES = 7 * DAY_MINUTES
# How long a breakdown is thought to last while nobody knows.
USUALLY = timedelta(hours=4)


class ClosureKind(StrEnum):
    """Why a resource does not run beside its calendar."""

    DOWN = "down"
    MAINTENANCE = "maintenance"
    ENERGY = "energy"


KIND_LABELS: dict[ClosureKind, Text] = {
    ClosureKind.DOWN: say("Down"),
    ClosureKind.MAINTENANCE: say("Maintenance"),
    ClosureKind.ENERGY: say("Energy restriction"),
}


@dataclass(frozen=True)
class DownReason:
    """Why a resource is down, by the code that the floor and its statistics use."""

    code: str
    label: Text
    stages: frozenset[str] = frozenset()


_FORMING = frozenset({StageCode.FORMING.value})
_FIRING = frozenset({StageCode.FIRING.value})
_FINISHING = frozenset({StageCode.FINISHING.value})
_SORTING = frozenset({StageCode.SORTING.value})
DOWN_REASONS = (
    DownReason("K01", say("Kiln pile-up"), _FIRING),
    DownReason("K02", say("Broken roller"), _FIRING),
    DownReason("K03", say("Gas or power failure"), _FIRING),
    DownReason("P03", say("Press breakdown"), _FORMING),
    DownReason("D01", say("Dryer jam"), _FORMING),
    DownReason("G03", say("Ink or print head"), _FORMING),
    DownReason("F02", say("Squaring breakdown"), _FINISHING),
    DownReason("S01", say("Sorter or vision system"), _SORTING),
    DownReason("S02", say("Palletiser"), _SORTING),
    DownReason("M02", say("Breakdown")),
    DownReason("H01", say("No crew")),
)

_ANY = ClosureKind.DOWN
# What is told in the journal of a resource.
RESOURCE: Workflow[ClosureKind] = Workflow(
    kind="resource",
    labels=KIND_LABELS,
    arrows=(
        Arrow(_ANY, "close", _ANY, None, say("Closed")),
        Arrow(_ANY, "change", _ANY, None, say("Closure changed")),
        Arrow(_ANY, "end", _ANY, None, say("Closure ended")),
        Arrow(_ANY, "remove", _ANY, None, say("Closure removed")),
        Arrow(_ANY, "calendar", _ANY, None, say("Calendar changed")),
    ),
)


@dataclass(frozen=True)
class NewClosure:
    """A closure to be kept: from `start_at` to `end_at`, or on a weekday between two minutes."""

    kind: ClosureKind
    start_at: datetime | None = None
    end_at: datetime | None = None
    weekday: int | None = None
    from_minute: int | None = None
    to_minute: int | None = None
    code: str = ""
    note: str = ""


class Row(Protocol):
    """What is read of a closure, kept or new."""

    @property
    def kind(self) -> ClosureKind:
        """Why the resource does not run."""

    @property
    def start_at(self) -> datetime | None:
        """When a single one begins."""

    @property
    def end_at(self) -> datetime | None:
        """When a single one ends."""

    @property
    def weekday(self) -> int | None:
        """The ISO weekday of a weekly one."""

    @property
    def from_minute(self) -> int | None:
        """The minute of its day at which a weekly one begins."""

    @property
    def to_minute(self) -> int | None:
        """The minute at which it ends, beyond 1440 on the next day."""

    @property
    def code(self) -> str:
        """The code of why it is down."""

    @property
    def note(self) -> str:
        """What else was said of it."""


def reasons_at(stage: str) -> list[DownReason]:
    """List why a resource of a stage can be down, its own reasons first."""
    return [reason for reason in DOWN_REASONS if not reason.stages or stage in reason.stages]


def label_of(row: Row) -> Text:
    """Why a resource does not run: the reason of a breakdown, else the kind of closure."""
    known = {reason.code: reason.label for reason in DOWN_REASONS}
    return known.get(row.code) or KIND_LABELS[row.kind]


def closed_by(row: Row, from_day: date, to_day: date, zone: ZoneInfo) -> Iterator[Closed]:
    """Write a closure down on each of its days from `from_day` until before `to_day`."""
    reason = "; ".join(part for part in (str(label_of(row)), row.note) if part)
    if row.weekday is None:
        if row.start_at is not None and row.end_at is not None:
            yield Closed(row.start_at, row.end_at, reason)
        return
    # One that began the evening before reaches into the first day.
    for offset in range(-1, (to_day - from_day).days):
        day = from_day + timedelta(days=offset)
        if day.isoweekday() == row.weekday:
            start, end = row.from_minute or 0, row.to_minute or 0
            yield Closed(moment_of(day, start, zone), moment_of(day, end, zone), reason)


def check(new: NewClosure, *, now: datetime, others: Iterable[Row], stage: str) -> None:
    """Refuse a closure that makes no sense, has passed, or says again what another says."""
    if new.weekday is None:
        _check_once(new, now)
    elif not 0 < (new.to_minute or 0) - (new.from_minute or 0) <= DAY_MINUTES:
        raise Refused(say("The end must be after the start."), field="to_time")
    if new.kind is ClosureKind.DOWN and new.code not in {one.code for one in reasons_at(stage)}:
        raise Refused(say("Please choose why it is down."), field="code")
    if any(_overlap(new, other) for other in others if other.kind is new.kind):
        raise Refused(
            say("This overlaps with a closure of the same kind. Change that one instead."),
            field="start" if new.weekday is None else "from_time",
        )


def _check_once(new: NewClosure, now: datetime) -> None:
    start, end = new.start_at, new.end_at
    if start is None or end is None:
        raise Refused(say("Please fill this in."), field="start" if start is None else "end")
    if end <= start:
        raise Refused(say("The end must be after the start."), field="end")
    if end <= now:
        raise Refused(say("This has passed already."), field="end")
    if start < now - LOOKS_BACK:
        raise Refused(
            say("At most %(days)s days ago: what was before is over.", days=LOOKS_BACK.days),
            field="start",
        )
    if end - start > LONGEST:
        raise Refused(say("At most %(days)s days at once.", days=LONGEST.days), field="end")


def _overlap(one: Row, other: Row) -> bool:
    if one.start_at and one.end_at and other.start_at and other.end_at:
        return one.start_at < other.end_at and other.start_at < one.end_at
    return any(a < d and c < b for a, b in _weekly(one) for c, d in _weekly(other))


def _weekly(row: Row) -> list[tuple[int, int]]:
    """A weekly closure as minutes of the week, in this week and in the next; else nothing."""
    if row.weekday is None:
        return []
    start = (row.weekday - 1) * DAY_MINUTES + (row.from_minute or 0)
    length = (row.to_minute or 0) - (row.from_minute or 0)
    return [(at, at + length) for at in (start, start + WEEK_MINUTES)]
