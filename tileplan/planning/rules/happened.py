"""What the floor has told against what was planned: where a bar really stands, and how late it is."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from tileplan.planning.rules.wants import late_minutes

_MINUTE = timedelta(minutes=1)


class Told(Protocol):
    """A planned operation with the facts of the floor."""

    start_at: datetime
    end_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class Fed(Told, Protocol):
    """A planned firing with the times of the forming that feeds it."""

    forming_lines: str
    forming_start_at: datetime | None
    forming_end_at: datetime | None


class Promise(Protocol):
    """So many pieces of a lot by a day."""

    due_at: datetime
    late_minutes: int


class Lot(Protocol):
    """A planned lot with what it promises."""

    late_minutes: int

    @property
    def pegs(self) -> Sequence[Promise]:
        """What it is for."""

    @property
    def ended_at(self) -> datetime | None:
        """When all of it was done."""


def real_times(operation: Told, now: datetime) -> tuple[datetime, datetime]:
    """From when to when an operation was at work; what has not happened stands as planned.

    Work that goes on beyond its planned end has come as far as now.
    """
    if operation.started_at is None:
        return operation.start_at, operation.end_at
    least = operation.started_at + _MINUTE
    end = operation.finished_at or max(operation.end_at, now)
    return operation.started_at, max(end, least)


def forming_times(
    operation: Fed, fired: tuple[datetime, datetime]
) -> tuple[datetime, datetime] | None:
    """From when to when a firing's forming lines run: as far ahead of what was fired as of the plan."""
    if operation.forming_start_at is None or operation.forming_end_at is None:
        return None
    return (
        operation.forming_start_at + (fired[0] - operation.start_at),
        operation.forming_end_at + (fired[1] - operation.end_at),
    )


def forming_lines(operation: Fed) -> list[str]:
    """The codes of the forming lines that feed a firing."""
    return [code for code in re.split(r"[\s,;+/]+", operation.forming_lines) if code]


def lateness(peg: Promise, ended_at: datetime | None) -> int:
    """Minutes that a promise is late: by what happened once the lot is done, by the plan before."""
    if ended_at is None:
        return peg.late_minutes
    return late_minutes(ended_at, peg.due_at)


def lateness_of_lot(lot: Lot) -> int:
    """Minutes that a lot is late for whom it is latest."""
    if lot.ended_at is None:
        return lot.late_minutes
    return max((lateness(peg, lot.ended_at) for peg in lot.pegs), default=0)
