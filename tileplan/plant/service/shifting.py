"""Changing a calendar: shifts, weekly closures and holidays of every resource that keeps it."""

from dataclasses import asdict

from sqlalchemy import update

from tileplan.kernel.db import session
from tileplan.kernel.documents import Actor, note
from tileplan.kernel.errors import NotFound, Outdated
from tileplan.kernel.words import say
from tileplan.plant import queries, rules
from tileplan.plant.models import Calendar, CalendarWindow
from tileplan.plant.rules import NewWindow


def add_window(code: str, seen: int, new: NewWindow, *, by: Actor) -> None:
    """Add a shift or a closure to the calendar of a resource, as nobody has changed it since."""
    calendar = queries.resource(code).calendar
    rules.check_window(new, calendar.windows)
    _take(calendar, seen)
    values = {name: value for name, value in asdict(new).items() if name != "calendar"}
    session.add(CalendarWindow(calendar_id=calendar.id, **values))
    session.flush()
    _note(code, calendar, "added", by)


def remove_window(code: str, window_id: int, seen: int, *, by: Actor) -> None:
    """Take a window out of the calendar of a resource."""
    calendar = queries.resource(code).calendar
    window = next((one for one in calendar.windows if one.id == window_id), None)
    if window is None:
        raise NotFound(say("This is no longer in the calendar."))
    _take(calendar, seen)
    session.delete(window)
    session.flush()
    _note(code, calendar, "removed", by)


def _take(calendar: Calendar, seen: int) -> None:
    """Count a change of a calendar; raises Outdated where somebody was faster."""
    taken = session.execute(
        update(Calendar)
        .where(Calendar.id == calendar.id, Calendar.version == seen)
        .values(version=seen + 1)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise Outdated(say("Somebody else has just changed this calendar. Look at it again."))
    session.expire(calendar)


def _note(resource: str, calendar: Calendar, what: str, by: Actor) -> None:
    detail = {"calendar": calendar.id, "window": what}
    note(rules.RESOURCE.kind, resource, "calendar", by=by, detail=detail)
