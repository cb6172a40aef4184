"""Where the bars of a plan begin: what happened, then what runs, then what is to come, never at once.

A machine may have worked on one lot within another that stood still: then the bar of that other one
is what it did last.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from tileplan.planning.models import PlannedOperation

_LEAST = timedelta(seconds=1)


def settle(rows: Iterable[PlannedOperation]) -> None:
    """Let bars of what was begun reach back to its beginning, as far as their machine was theirs."""
    in_order = sorted(rows, key=lambda row: (row.resource, row.end_at, row.start_at))
    for _, queue in groupby(in_order, key=lambda row: row.resource):
        _settle(list(queue))


def _settle(queue: Sequence[PlannedOperation]) -> None:
    before: datetime | None = None
    for row in (row for row in queue if row.finished_at):
        _begin(row, row.start_at, before)
        row.end_at = max(row.end_at, row.start_at + _LEAST)
        before = row.end_at
    first = next((row for row in queue if not row.finished_at), None)
    if first is not None and first.started_at and not first.paused_at:
        _begin(first, min(first.started_at, first.start_at), before)


def _begin(row: PlannedOperation, start_at: datetime, before: datetime | None) -> None:
    """Let a bar begin then, but not before the last one has ended; its forming moves with it."""
    start_at = max(start_at, before or start_at)
    if row.forming_start_at:
        row.forming_start_at += start_at - row.start_at
    row.start_at = start_at
