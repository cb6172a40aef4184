"""When a resource does not work: weekly openings less closures, turned into merged moments."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

DAY_MINUTES = 1440


class WindowKind(StrEnum):
    """What a calendar window says."""

    WEEKLY = "weekly"
    CLOSED_WEEKLY = "closed_weekly"
    CLOSED_ONCE = "closed_once"


class Window(Protocol):
    """What the expansion reads of a window; minutes are of the plant's day, weekday 1 is Monday."""

    @property
    def kind(self) -> WindowKind:
        """Whether it opens or closes."""

    @property
    def weekday(self) -> int | None:
        """The ISO weekday of a weekly window."""

    @property
    def day(self) -> date | None:
        """The day of a single closure."""

    @property
    def from_minute(self) -> int:
        """The first minute of it."""

    @property
    def to_minute(self) -> int:
        """The minute at which it ends; 1440 is the next midnight."""

    @property
    def reason(self) -> str:
        """Why it is closed."""


@dataclass(frozen=True)
class Closed:
    """A stretch of non-working time, half open; `reason` is empty outside the opening hours."""

    start_at: datetime
    end_at: datetime
    reason: str = ""


def closed_windows(
    windows: Iterable[Window], from_day: date, to_day: date, zone: ZoneInfo
) -> list[Closed]:
    """List the non-working time of the days from `from_day` until before `to_day`, merged.

    A calendar without any weekly opening never works. Touching windows become one.
    """
    known = list(windows)
    opened = [w for w in known if w.kind is WindowKind.WEEKLY]
    closures = [w for w in known if w.kind is not WindowKind.WEEKLY]
    start, end = moment_of(from_day, 0, zone), moment_of(to_day, 0, zone)
    shut = _between(merged(_spread(opened, from_day, to_day, zone)), start, end)
    return merged([*shut, *_spread(closures, from_day, to_day, zone)])


def clip(closed: Sequence[Closed], from_at: datetime, to_at: datetime) -> list[Closed]:
    """Keep the part of each closure that lies between two moments."""
    return [
        replace(c, start_at=max(c.start_at, from_at), end_at=min(c.end_at, to_at))
        for c in closed
        if c.end_at > from_at and c.start_at < to_at
    ]


def _spread(
    windows: Sequence[Window], from_day: date, to_day: date, zone: ZoneInfo
) -> Iterator[Closed]:
    """Write every window down on each of its days."""
    for offset in range((to_day - from_day).days):
        day = from_day + timedelta(days=offset)
        for window in windows:
            is_due = window.day == day if window.day else window.weekday == day.isoweekday()
            if is_due:
                yield Closed(
                    moment_of(day, window.from_minute, zone),
                    moment_of(day, window.to_minute, zone),
                    window.reason,
                )


def moment_of(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The wall clock's minute of a day, in UTC; 24:00 is midnight, also when clocks change."""
    days, minute = divmod(minute, DAY_MINUTES)
    day += timedelta(days=days)
    return datetime.combine(day, time(minute // 60, minute % 60), zone).astimezone(UTC)


def merged(stretches: Iterable[Closed]) -> list[Closed]:
    """Join what overlaps or touches, keeping every reason once."""
    found: list[Closed] = []
    for stretch in sorted(stretches, key=lambda s: (s.start_at, s.end_at)):
        if stretch.start_at >= stretch.end_at:
            continue
        if found and stretch.start_at <= found[-1].end_at:
            last = found[-1]
            reason = _both(last.reason, stretch.reason)
            found[-1] = Closed(last.start_at, max(last.end_at, stretch.end_at), reason)
        else:
            found.append(stretch)
    return found


def _both(first: str, second: str) -> str:
    if not second or second in first.split("; "):
        return first
    return f"{first}; {second}" if first else second


def _between(opened: Sequence[Closed], start: datetime, end: datetime) -> Iterator[Closed]:
    """Yield the gaps that merged openings leave."""
    for stretch in opened:
        if start < stretch.start_at:
            yield Closed(start, stretch.start_at)
        start = max(start, stretch.end_at)
    if start < end:
        yield Closed(start, end)
