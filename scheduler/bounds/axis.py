"""A machine's working minutes as arrays: the axis on which its capacity is one."""

import numpy as np
from numpy.typing import NDArray

from scheduler.problem import Calendar

Whole = NDArray[np.int64]


class Axis:
    """Closures as arrays: working minutes before each, closed minutes up to and with each."""

    def __init__(self, calendar: Calendar) -> None:
        """Take merged closures, and forget what lies before minute 0."""
        ahead = [(max(start, 0), end) for start, end in calendar.off if end > 0]
        self.starts = np.array([start for start, _ in ahead], dtype=np.int64)
        self.ends = np.array([end for _, end in ahead], dtype=np.int64)
        self.closed = np.concatenate([[0], np.cumsum(self.ends - self.starts)]).astype(np.int64)
        self.index = self.starts - self.closed[:-1]
        self.pauses = calendar.resumable

    def worked(self, moments: Whole) -> Whole:
        """Count the working minutes in [0, moment)."""
        i = np.searchsorted(self.starts, moments, side="right")
        closed = self.closed[i]
        if len(self.ends):
            over = np.maximum(self.ends[np.maximum(i - 1, 0)] - moments, 0)
            closed = closed - np.where(i > 0, over, 0)
        return moments - closed

    def minute(self, index: Whole) -> Whole:
        """Give the working minute with so many before it."""
        return index + self.closed[np.searchsorted(self.index, index, side="right")]

    def is_whole(self, index: Whole, minutes: int) -> NDArray[np.bool_]:
        """Say where work of some minutes begun there meets no closure that it may not span."""
        if self.pauses:
            return np.ones(len(index), dtype=np.bool_)
        first = np.searchsorted(self.index, index, side="right")
        last = np.searchsorted(self.index, index + minutes - 1, side="right")
        return np.equal(first, last)
