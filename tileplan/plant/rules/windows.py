"""Shifts, weekly closures and holidays of a calendar: what is refused when one is added."""

from collections.abc import Iterable

from tileplan.kernel.errors import Refused
from tileplan.kernel.words import say
from tileplan.plant.rules.calendars import Window, WindowKind
from tileplan.plant.rules.rows import NewWindow


def check_window(new: NewWindow, others: Iterable[Window]) -> None:
    """Refuse a window without a day, one that ends before it begins, and one that is there already."""
    if new.kind is WindowKind.CLOSED_ONCE and new.day is None:
        raise Refused(say("Please fill this in."), field="day")
    if new.to_minute <= new.from_minute:
        raise Refused(say("The end must be after the start."), field="to_time")
    if any(_clash(new, other) for other in others):
        raise Refused(
            say("This calendar says so already for a part of this time. Remove that first."),
            field="from_time",
        )


def _clash(new: NewWindow, other: Window) -> bool:
    is_same_day = (new.kind, new.weekday, new.day) == (other.kind, other.weekday, other.day)
    return is_same_day and new.from_minute < other.to_minute and other.from_minute < new.to_minute
