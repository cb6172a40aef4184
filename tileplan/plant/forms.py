"""The forms that close a resource and change a calendar; times are read on the plant's clock."""

from datetime import UTC, datetime
from typing import Any

from wtforms import HiddenField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import TextInput

from tileplan.kernel import clock
from tileplan.kernel.numbers import seen_version
from tileplan.kernel.words import say
from tileplan.plant.models import Closure, Resource
from tileplan.plant.rules import (
    DAY_MINUTES,
    USUALLY,
    WEEKDAYS,
    ClosureKind,
    NewClosure,
    NewWindow,
    WindowKind,
    reasons_at,
)
from tileplan.web.forms import Choice, Day, Form, Line, filled, required
from tileplan.web.language import translated

_CENTURY = (2000, 2099)
_DAYS = [(str(number), label) for number, label in enumerate(WEEKDAYS, start=1)]


class Moment(StringField):
    """A day and an hour on the plant's clock; `data` is the moment in UTC."""

    widget = TextInput(input_type="datetime-local")

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the moment or say what is wrong with it."""
        raw = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if not raw:
            return
        try:
            local = datetime.fromisoformat(raw)
        except ValueError:
            local = None
        if local is None or local.tzinfo or not _CENTURY[0] <= local.year <= _CENTURY[1]:
            raise ValueError(translated(say("Please enter a day and a time.")))
        zone = clock.plant_zone()
        self.data = local.replace(tzinfo=zone).astimezone(UTC)
        if self.data.astimezone(zone).replace(tzinfo=None) != local:
            raise ValueError(
                translated(say("The clocks are changed at this hour: it does not exist."))
            )

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else written(self.data)


class Hour(StringField):
    """A time of day; `data` is the minute of the plant's day."""

    widget = TextInput(input_type="time")

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the time or say what one looks like; 24:00 is the end of the day."""
        raw = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if not raw:
            return
        hours, _, minutes = raw[:5].partition(":")
        digits = hours.isascii() and hours.isdigit() and minutes.isascii() and minutes.isdigit()
        number = int(hours) * 60 + int(minutes) if digits else DAY_MINUTES + 1
        if number > DAY_MINUTES or int(minutes) >= 60:
            raise ValueError(translated(say("Please enter a time as 14:30.")))
        self.data = number

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data // 60 % 24:02d}:{self.data % 60:02d}"


class ClosureForm(Form):
    """When one resource does not run, once or every week, and why; `version` is what was shown."""

    version = HiddenField()
    code = Choice(say("What has happened"))
    repeats = Choice(
        say("How often"), [("once", say("Once")), ("weekly", say("Every week"))], default="once"
    )
    start = Moment(say("From"))
    end = Moment(say("Until"))
    weekday = Choice(say("Day of the week"), _DAYS, default="1")
    from_time = Hour(say("From"))
    to_time = Hour(say("Until"))
    note = Line(say("Note"), most=120)

    def offer(self, kind: ClosureKind, resource: Resource) -> None:
        """Offer what can be said of this kind of closure of this resource."""
        if kind is ClosureKind.DOWN:
            offered = [SelectChoice(one.code, one.label) for one in reasons_at(resource.stage)]
            self.code.choices = offered
            self.repeats.data = "once"
        else:
            del self.code
        if not self.is_submitted():
            self._suppose()

    def _suppose(self) -> None:
        """From now on for a few hours, where nothing else is known."""
        now = clock.now().replace(second=0, microsecond=0)
        self.start.data = self.start.data or now
        self.end.data = self.end.data or now + USUALLY

    def tell(self, row: Closure) -> None:
        """Show a closure as it stands."""
        self.version.data = str(row.version)
        self.repeats.data = "once" if row.weekday is None else "weekly"
        self.start.data, self.end.data = row.start_at, row.end_at
        self.code.data, self.note.data = row.code, row.note
        if row.weekday is not None:
            self.weekday.data = str(row.weekday)
            self.from_time.data, self.to_time.data = row.from_minute, row.to_minute

    def closure(self, kind: ClosureKind) -> NewClosure:
        """Give the closure as values."""
        said: dict[str, Any] = {"kind": kind, "note": self.note.data or ""}
        if kind is ClosureKind.DOWN:
            said["code"] = self.code.data or ""
        if self.repeats.data == "weekly":
            start, end = filled(self.from_time.data), filled(self.to_time.data)
            # What ends earlier in the day than it begins ends on the next day.
            end += DAY_MINUTES if end < start else 0
            said |= {"weekday": int(self.weekday.data), "from_minute": start, "to_minute": end}
        else:
            said |= {"start_at": self.start.data, "end_at": self.end.data}
        return NewClosure(**said)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the times of the way in which it repeats."""
        is_right = bool(super().validate(extra_validators))
        weekly = self.repeats.data == "weekly"
        for field in (self.from_time, self.to_time) if weekly else (self.start, self.end):
            if field.data is None and not field.errors:
                field.errors = [*field.errors, say("Please fill this in.")]
                is_right = False
        return is_right

    def seen(self) -> int:
        """Give the version of the closure that the page showed."""
        return seen_version(self.version.data)


class WindowForm(Form):
    """A shift, a weekly closure or a closed day of a calendar."""

    version = HiddenField()
    kind = Choice(
        say("What"),
        [
            (WindowKind.CLOSED_ONCE.value, say("Holiday or closed day")),
            (WindowKind.CLOSED_WEEKLY.value, say("Closed every week")),
            (WindowKind.WEEKLY.value, say("Shift")),
        ],
    )
    day = Day(say("Day"), validators=[])
    weekday = Choice(say("Day of the week"), _DAYS, default="1")
    from_time = Hour(say("From"), validators=[required()], default=0)
    to_time = Hour(say("Until"), validators=[required()], default=DAY_MINUTES)
    reason = Line(say("Reason"), most=120)

    def window(self, calendar: str) -> NewWindow:
        """Give the window as values; midnight at the end is that of the next day."""
        kind = WindowKind(self.kind.data)
        is_once = kind is WindowKind.CLOSED_ONCE
        end = filled(self.to_time.data)
        return NewWindow(
            calendar=calendar,
            kind=kind,
            weekday=None if is_once else int(self.weekday.data),
            day=self.day.data if is_once else None,
            from_minute=filled(self.from_time.data),
            to_minute=end or DAY_MINUTES,
            reason="" if kind is WindowKind.WEEKLY else self.reason.data or "",
        )

    def seen(self) -> int:
        """Give the version of the calendar that the page showed."""
        return seen_version(self.version.data)


def written(moment: datetime) -> str:
    """A moment as the browser's field for day and time wants it."""
    return f"{moment.astimezone(clock.plant_zone()):%Y-%m-%dT%H:%M}"


__all__ = ["ClosureForm", "WindowForm", "written"]
