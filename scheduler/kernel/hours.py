"""Makes the kernel's calendars: closures with the working minutes before them."""

from collections.abc import Iterable
from itertools import accumulate, pairwise

from scheduler.kernel import rows
from scheduler.kernel.compiled import rows as made
from scheduler.problem import Calendar


def calendars(all_of: Iterable[Calendar]) -> rows.Calendars:
    """Make calendars ready for counting, and forget closures before minute 0."""
    heads, closures = [], list[rows.Closure]()
    for calendar in all_of:
        ahead = [(max(start, 0), end) for start, end in calendar.off if end > 0]
        shut = [0, *accumulate(end - start for start, end in ahead)]
        kind = rows.RESUMABLE if calendar.resumable else rows.UNBROKEN
        first = len(closures)
        closures += [
            rows.Closure(start, end, start - before, after)
            for (start, end), (before, after) in zip(ahead, pairwise(shut), strict=True)
        ]
        heads.append(rows.Calendar(kind if ahead else rows.OPEN, first, len(closures)))
    return rows.Calendars(made(rows.Calendar, heads), made(rows.Closure, closures))
