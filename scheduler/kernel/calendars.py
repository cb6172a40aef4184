"""Working time: where an operation fits on a calendar, and what lies between two moments.

`worked` counts the working minutes in [0, moment); the working minute with index w is `minute`.
All arguments and answers are minutes.
"""

from scheduler.kernel.compiled import inlined
from scheduler.kernel.rows import OPEN, RESUMABLE, Calendars


@inlined
def _begun(c: Calendars, which: int, moment: int) -> int:
    """Give the number of the first closure that starts after a moment."""
    low, high = c.calendars[which].first, c.calendars[which].last
    while low < high:
        middle = (low + high) // 2
        if c.closures[middle].start <= moment:
            low = middle + 1
        else:
            high = middle
    return low


@inlined
def _not_over(c: Calendars, which: int, moment: int) -> int:
    """Give the number of the first closure that ends after a moment."""
    low, high = c.calendars[which].first, c.calendars[which].last
    while low < high:
        middle = (low + high) // 2
        if c.closures[middle].end <= moment:
            low = middle + 1
        else:
            high = middle
    return low


@inlined
def worked(c: Calendars, which: int, moment: int) -> int:
    """Count the working minutes in [0, moment)."""
    after = _begun(c, which, moment)
    if after == c.calendars[which].first:
        return moment
    last = c.closures[after - 1]
    return last.index if moment < last.end else moment - last.shut


@inlined
def minute(c: Calendars, which: int, index: int) -> int:
    """Give the working minute that has `index` working minutes before it."""
    first, high = c.calendars[which].first, c.calendars[which].last
    low = first
    while low < high:
        middle = (low + high) // 2
        if c.closures[middle].index <= index:
            low = middle + 1
        else:
            high = middle
    return index if low == first else index + c.closures[low - 1].shut


@inlined
def room(c: Calendars, which: int, end: int, start: int) -> int:
    """Count the minutes a changeover may use between an end and the next start.

    A kiln changes over during its maintenance too; where work pauses, only working minutes count.
    """
    if c.calendars[which].kind == RESUMABLE:
        return worked(c, which, start) - worked(c, which, end)
    return start - end


@inlined
def idle(c: Calendars, which: int, free: int, start: int, change: int) -> int:
    """Count the working minutes between `free` and the changeover right before `start`."""
    kind = c.calendars[which].kind
    if kind == OPEN:
        return start - change - free
    if kind == RESUMABLE:
        return worked(c, which, start) - worked(c, which, free) - change
    return worked(c, which, start - change) - worked(c, which, free)


@inlined
def completed(c: Calendars, which: int, start: int, minutes: int) -> int:
    """Say when work begun at `start` is complete; -1 where it may not begin there."""
    kind = c.calendars[which].kind
    if kind == OPEN:
        return start + minutes
    if kind == RESUMABLE:
        index = worked(c, which, start)
        if minute(c, which, index) != start:
            return -1
        return minute(c, which, index + minutes - 1) + 1
    ahead = _not_over(c, which, start)
    if ahead < c.calendars[which].last and c.closures[ahead].start < start + minutes:
        return -1
    return start + minutes


@inlined
def fit(
    c: Calendars, which: int, free: int, change: int, ready: int, minutes: int, ready_end: int
) -> tuple[int, int]:
    """Find the earliest (start, end) of an operation of `minutes`.

    It starts at or after `ready` and after a changeover of `change` begun at `free`, and ends at
    or after `ready_end`.
    """
    kind = c.calendars[which].kind
    if kind == RESUMABLE:
        index = max(worked(c, which, free) + change, worked(c, which, ready))
        if ready_end > 0:
            index = max(index, worked(c, which, ready_end - 1) + 1 - minutes)
        return minute(c, which, index), minute(c, which, index + minutes - 1) + 1
    start = max(free + change, ready, ready_end - minutes)
    if kind != OPEN:
        ahead, last = _not_over(c, which, start), c.calendars[which].last
        while ahead < last and c.closures[ahead].start < start + minutes:
            start = c.closures[ahead].end
            ahead += 1
    return start, start + minutes
