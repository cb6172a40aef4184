"""The referee's own counting of working time, by subtraction of closures."""

from bisect import bisect_right
from itertools import accumulate

from scheduler.problem import Calendar


class Closures:
    """A calendar's closures; moments and counts are minutes."""

    def __init__(self, calendar: Calendar) -> None:
        """Sort the closures and cut what overlaps, trusting nobody to have done so."""
        self.resumable = calendar.resumable
        self.windows: list[tuple[int, int]] = []
        reached = None
        for start, end in sorted(calendar.off):
            begin = start if reached is None else max(start, reached)
            if begin < end:
                self.windows.append((begin, end))
                reached = end
        self._begins = [begin for begin, _ in self.windows]
        self._shut = [0, *accumulate(end - begin for begin, end in self.windows)]

    def _closed_before(self, moment: int) -> int:
        count = bisect_right(self._begins, moment)
        if count == 0:
            return 0
        overhang = max(0, self.windows[count - 1][1] - moment)
        return self._shut[count] - overhang

    def closed(self, start: int, end: int) -> int:
        """Count the closed minutes in [start, end)."""
        return self._closed_before(end) - self._closed_before(start)

    def working(self, start: int, end: int) -> int:
        """Count the working minutes in [start, end)."""
        return end - start - self.closed(start, end)

    def is_open(self, moment: int) -> bool:
        """Say whether the minute that begins at `moment` is a working one."""
        return self.closed(moment, moment + 1) == 0
