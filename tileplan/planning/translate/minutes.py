"""Moments as the scheduler counts them: whole minutes from an epoch, and work around closures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from tileplan.plant.rules import Closed

MINUTE = timedelta(minutes=1)
Off = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Axis:
    """The time axis of one problem."""

    epoch: datetime

    def minute(self, at: datetime) -> int:
        """The first whole minute that is not before a moment; negative before the epoch."""
        return ceil((at - self.epoch) / MINUTE)

    def moment(self, minute: int) -> datetime:
        """The moment of a minute."""
        return self.epoch + minute * MINUTE

    def off(self, closures: Iterable[Closed]) -> tuple[tuple[int, int], ...]:
        """Closures as [start, end) minutes."""
        return tuple((self.minute(c.start_at), self.minute(c.end_at)) for c in closures)


def working(off: Off, start: int, end: int) -> int:
    """Working minutes between two minutes."""
    closed = sum(max(0, min(end, shut) - max(start, since)) for since, shut in off)
    return max(0, end - start - closed)


def opening(off: Off, start: int) -> int:
    """The first working minute from one on."""
    for since, shut in sorted(off):
        if since <= start < shut:
            start = shut
    return start


def gap(off: Off, start: int, minutes: int) -> int:
    """The first minute from which so many minutes lie clear of every closure."""
    for since, shut in sorted(off):
        if shut > start and since < start + minutes:
            start = shut
    return start


def finish(off: Off, start: int, minutes: int) -> int:
    """The minute at which so many working minutes from a working minute on are complete."""
    end = start + minutes
    for since, shut in sorted(off):
        if shut > start and since < end:
            end += shut - max(since, start)
    return end
