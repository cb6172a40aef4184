"""What time it is; the one place that asks the machine, so that tests and `--as-of` can answer instead."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_stopped: ContextVar[datetime | None] = ContextVar("stopped_clock", default=None)
_CENTURY = (date(2000, 1, 1), date(2099, 12, 31))
_plant_zone: list[ZoneInfo] = [ZoneInfo("Asia/Shanghai")]


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _stopped.get() or datetime.now(UTC)


def today() -> date:
    """The plant's calendar day."""
    return now().astimezone(plant_zone()).date()


def plant_zone() -> ZoneInfo:
    """The time zone that the plant's shifts and dates are written in."""
    return _plant_zone[0]


def set_plant_zone(name: str) -> None:
    """Say in which zone the plant lies, once at start-up."""
    _plant_zone[0] = ZoneInfo(name)


def at_plant(day: date, minute_of_day: int = 0) -> datetime:
    """The moment, in UTC, of a minute of a plant's day (1440 is the next midnight)."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=plant_zone())
    return datetime.fromtimestamp(midnight.timestamp() + minute_of_day * 60, UTC)


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """Let `now` answer with one moment, for tests and for `--as-of`."""
    token = _stopped.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _stopped.reset(token)


@contextmanager
def going() -> Iterator[None]:
    """Let `now` answer truly within `--as-of`: for leases, which other processes measure."""
    token = _stopped.set(None)
    try:
        yield
    finally:
        _stopped.reset(token)


def day_of(raw: str | None) -> date | None:
    """A day of this century written as 2026-11-30, or None for anything else."""
    try:
        day = date.fromisoformat(raw or "")
    except ValueError:
        return None
    return day if _CENTURY[0] <= day <= _CENTURY[1] else None
