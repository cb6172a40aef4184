"""Reading what a script has sent: its version of a draft, and what a planner assumes."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import request

from tileplan.kernel import clock
from tileplan.kernel.errors import Refused
from tileplan.kernel.numbers import seen_version, whole
from tileplan.kernel.words import clean, say
from tileplan.planning.rules.assuming import Assumption, Closed, Due, Opened, Rate, Rush

UNREADABLE = say("The page has sent something that cannot be read. Reload it and try again.")
# What is older or later is a slip of the keys.
FIRST_YEAR, LAST_YEAR = 2000, 2200
_MINUTES = 60
_WHOLE = 100
MOST_FACTOR = 1000
MOST_NAMES = 500


def body() -> dict[str, Any]:
    """What the page has sent: one JSON object."""
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        raise Refused(UNREADABLE)
    return asked


def seen(asked: dict[str, Any]) -> int:
    """The version of the draft that the page has shown."""
    return seen_version(asked.get("version"))


def names(
    asked: dict[str, Any], field: str, *, fewest: int = 1, most: int = MOST_NAMES
) -> tuple[str, ...]:
    """What is named: a list of them, or one text with line ends between."""
    raw = asked.get(field) or []
    texts = raw.split("\n") if isinstance(raw, str) else raw
    if not isinstance(texts, list) or not fewest <= len(texts) <= most:
        raise Refused(UNREADABLE)
    return tuple(dict.fromkeys(map(str, texts)))


def assumption(asked: dict[str, Any]) -> Assumption:
    """The assumption in a query or in a body; raises Refused for anything that is none."""
    match asked.get("kind"):
        case "due":
            return Due(_word(asked, "item"), _day(asked))
        case "rush":
            return Rush(_word(asked, "tile"), whole(asked.get("area")) or 0, _day(asked))
        case "closed":
            return Closed(_word(asked, "line"), _moment(asked, "from"), _moment(asked, "to"))
        case "opened":
            return Opened(_word(asked, "line"), _moment(asked, "from"), _moment(asked, "to"))
        case "rate":
            return Rate(_word(asked, "line"), _percent(asked))
        case _:
            raise Refused(UNREADABLE)


def _word(asked: dict[str, Any], name: str) -> str:
    return clean(str(asked.get(name) or ""))


def _day(asked: dict[str, Any]) -> date:
    try:
        day = date.fromisoformat(str(asked.get("on")))
    except ValueError:
        raise Refused(say("Please name a day.")) from None
    return _sane(day)


def _moment(asked: dict[str, Any], name: str) -> datetime:
    """A moment as the clock of the plant shows it."""
    try:
        told = datetime.fromisoformat(str(asked.get(name)))
    except ValueError:
        raise Refused(say("Please name a day and an hour.")) from None
    return clock.at_plant(_sane(told.date()), told.hour * _MINUTES + told.minute)


def _sane(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Refused(say("Please name a day."))
    return day


def _percent(asked: dict[str, Any]) -> int:
    try:
        factor = Decimal(str(asked.get("factor")))
    except InvalidOperation:
        raise Refused(UNREADABLE) from None
    if not factor.is_finite() or abs(factor) > MOST_FACTOR:
        raise Refused(UNREADABLE)
    return round(factor * _WHOLE)
