"""The sums of the strips below the Gantt: exact, in cells of the plant's days or hours.

A cell reaches from its border until before the next; a span until before its end.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]

_NONE = timedelta(0)
_HOUR = timedelta(hours=1)
_TICK = timedelta(microseconds=1)


class Cell(StrEnum):
    """How finely the strips are summed."""

    DAY = "day"
    HOUR = "hour"


@dataclass(frozen=True)
class Flow:
    """So many m² (or t) that pass evenly between two moments."""

    amount: Fraction
    start_at: datetime
    end_at: datetime


@dataclass(frozen=True)
class Promised:
    """m² promised by a moment, and whether they are ready by then."""

    due_at: datetime
    area: Fraction
    is_late: bool


@dataclass(frozen=True)
class DueDay:
    """What is due on one day: all m², those ready after it, and the promises that break."""

    day: date
    area: Fraction
    late_area: Fraction
    late_count: int


def borders(from_at: datetime, to_at: datetime, cell: Cell, zone: ZoneInfo) -> list[datetime]:
    """The plant's midnights around two moments, or every hour between these midnights.

    A day has 23 or 25 hours when clocks change.
    """
    day = from_at.astimezone(zone).date()
    found = [_midnight(day, zone)]
    while found[-1] < to_at or len(found) == 1:
        day += timedelta(days=1)
        midnight = _midnight(day, zone)
        if cell is Cell.HOUR:
            found.extend(_hours(found[-1], midnight))
        found.append(midnight)
    return found


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time once, in order: what overlaps or touches is joined."""
    found: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def without(spans: Iterable[Span], gone: Iterable[Span]) -> list[Span]:
    """What is left of each span where some time is taken out of it."""
    out = merged(gone)
    starts = [start for start, _ in out]
    found: list[Span] = []
    for start, end in spans:
        at = start
        for index in range(max(bisect_right(starts, start) - 1, 0), bisect_left(starts, end)):
            left, right = out[index]
            if at < left:
                found.append((at, left))
            at = max(at, min(right, end))
        if at < end:
            found.append((at, end))
    return found


def times(spans: Iterable[Span], cells: Sequence[datetime]) -> list[timedelta]:
    """How much of some spans lies in each cell; what overlaps counts twice."""
    found = [_NONE] * (len(cells) - 1)
    for start, end in spans:
        for index, left, right in _within(start, end, cells):
            found[index] += right - left
    return found


def ratio(time: timedelta, whole: timedelta) -> Fraction:
    """How often one time holds another, exactly."""
    return Fraction(time // _TICK, whole // _TICK)


def amounts(flows: Iterable[Flow], cells: Sequence[datetime]) -> list[Fraction]:
    """How much of some flows passes in each cell."""
    found = [Fraction(0)] * (len(cells) - 1)
    for flow in flows:
        whole = flow.end_at - flow.start_at
        for index, left, right in _within(flow.start_at, flow.end_at, cells):
            found[index] += flow.amount * ratio(right - left, whole)
    return found


def level(coming: Sequence[Flow], going: Sequence[Flow]) -> list[tuple[datetime, Fraction]]:
    """What stands between two flows, as the corners of a line; it begins and ends with nothing."""
    slopes: dict[datetime, Fraction] = {}
    for sign, flows in ((1, coming), (-1, going)):
        for flow in flows:
            slope = sign * flow.amount / ((flow.end_at - flow.start_at) // _TICK)
            slopes[flow.start_at] = slopes.get(flow.start_at, Fraction(0)) + slope
            slopes[flow.end_at] = slopes.get(flow.end_at, Fraction(0)) - slope
    found: list[tuple[datetime, Fraction]] = []
    height = slope = Fraction(0)
    for at in sorted(slopes):
        if found:
            height += slope * ((at - found[-1][0]) // _TICK)
        found.append((at, height))
        slope += slopes[at]
    return found


def empty(busy: Iterable[Span], closed: Iterable[Span], from_at: datetime) -> list[Span]:
    """When a kiln stands empty between a moment and the end of its work: open, and nothing in it."""
    work = merged(busy)
    if not work or work[-1][1] <= from_at:
        return []
    return without([(from_at, work[-1][1])], [*work, *closed])


def due_days(promises: Iterable[Promised], zone: ZoneInfo) -> list[DueDay]:
    """What is due day by day; due at midnight is due by the end of the day before."""
    found: dict[date, DueDay] = {}
    for promise in promises:
        day = (promise.due_at - _TICK).astimezone(zone).date()
        own = found.get(day, DueDay(day, Fraction(0), Fraction(0), 0))
        late = promise.area if promise.is_late else Fraction(0)
        count = own.late_count + int(promise.is_late)
        found[day] = DueDay(day, own.area + promise.area, own.late_area + late, count)
    return [found[day] for day in sorted(found)]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _hours(midnight: datetime, next_midnight: datetime) -> Iterator[datetime]:
    """The full hours of a day after its midnight."""
    at = midnight + _HOUR
    while at < next_midnight:
        yield at
        at += _HOUR


def _within(
    start: datetime, end: datetime, cells: Sequence[datetime]
) -> Iterator[tuple[int, datetime, datetime]]:
    """The cells that a span touches, each with its part of the span."""
    if start >= end:
        return
    for index in range(max(bisect_right(cells, start) - 1, 0), len(cells) - 1):
        left, right = max(start, cells[index]), min(end, cells[index + 1])
        if cells[index] >= end:
            return
        if left < right:
            yield index, left, right
