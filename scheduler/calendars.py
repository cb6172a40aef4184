"""Working time for plain Python; each rule is in `scheduler.kernel.calendars`."""

from scheduler.kernel import calendars as kernel
from scheduler.kernel.hours import calendars
from scheduler.kernel.rows import Calendars
from scheduler.problem import Calendar


class Clock:
    """A calendar made ready for counting; all arguments and answers are minutes."""

    def __init__(self, rows: Calendars) -> None:
        """Take the one calendar of some rows."""
        self.rows = rows

    def worked(self, moment: int) -> int:
        """Count the working minutes in [0, moment)."""
        return kernel.worked(self.rows, 0, moment)

    def room(self, end: int, start: int) -> int:
        """Count the minutes a changeover may use between an end and the next start."""
        return kernel.room(self.rows, 0, end, start)

    def idle(self, free: int, start: int, change: int) -> int:
        """Count the working minutes between `free` and the changeover right before `start`."""
        return kernel.idle(self.rows, 0, free, start, change)

    def end(self, start: int, minutes: int) -> int | None:
        """Say when work begun at `start` is complete; None where it may not begin there."""
        end = kernel.completed(self.rows, 0, start, minutes)
        return None if end < 0 else end

    def fit(
        self, free: int, change: int, ready: int, minutes: int, ready_end: int
    ) -> tuple[int, int]:
        """Find the earliest (start, end) of an operation of `minutes`.

        It starts at or after `ready` and after a changeover of `change` begun at `free`, and ends
        at or after `ready_end`.
        """
        return kernel.fit(self.rows, 0, free, change, ready, minutes, ready_end)


def clock(calendar: Calendar) -> Clock:
    """Make a problem's calendar ready for counting."""
    return Clock(calendars([calendar]))
