"""Work under way at the epoch: its lot with the minutes that are left, pinned where it runs.

What runs goes on first, at once; what the crew has paused waits for its machine as other work does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from scheduler.problem import Option, Pin, Step
from tileplan.planning.models import PlannedLot, PlannedOperation
from tileplan.planning.translate.minutes import Off, finish, gap, opening, working
from tileplan.planning.translate.names import STAGES
from tileplan.planning.translate.sheet import Sheet
from tileplan.plant.rules import StageCode

# Work whose planned time is over, and which still runs, is believed to need so much more.
LEAST_LEFT = 15


@dataclass(frozen=True)
class Begun:
    """The rest of a lot under way: steps not finished, first possible minute, pins of those that run.

    Each pin comes with the moment at which the floor began.
    """

    steps: tuple[Step, ...]
    pins: tuple[tuple[datetime, Pin], ...]
    release: int


@dataclass(frozen=True)
class State:
    """What stands on a resource at the epoch, and how long its firing curve has been on."""

    tile_code: str
    curve: str
    curve_minutes: int


def rest_of(lot: PlannedLot, options: dict[str, tuple[Option, ...]], sheet: Sheet) -> Begun:
    """What is left of a lot under way; `options` are its ways by stage, as if it began anew."""
    unfinished = [operation for operation in lot.operations if not operation.finished_at]
    done = [operation for operation in lot.operations if operation.finished_at]
    steps: list[Step] = []
    pins: list[tuple[datetime, Pin]] = []
    before: tuple[PlannedOperation, int | None] | None = None  # with the minute of its end
    for operation in sorted(unfinished, key=_flow):
        stage = STAGES[StageCode(operation.stage)]
        family = sheet.family(stage, lot.tile.code)
        if operation.started_at is None:
            lags = _lags(operation, before and before[0], sheet)
            steps.append(Step(stage, family, *lags, options[stage]))
            before = None
            continue
        left = _left(operation, operation.started_at, options[stage], sheet)
        # What follows a stage that stands still cannot be held to a minute either.
        if operation.paused_at or (before and before[1] is None):
            start, lags, end = None, _lags(operation, before and before[0], sheet), None
        else:
            start, left = _running(operation, left, before and before[1], sheet)
            lags, end = (0, 0), finish(sheet.off[operation.resource], start, left)
        pins.append((operation.started_at, Pin(lot.code, stage, operation.resource, start)))
        steps.append(Step(stage, family, *lags, (Option(operation.resource, left),)))
        before = (operation, end)
    return Begun(tuple(steps), tuple(pins), _release(done, unfinished, sheet))


def states(lots: Sequence[PlannedLot], sheet: Sheet) -> dict[str, State]:
    """What stands on each resource: what runs there (the first, if several), else what ended last."""
    begun: dict[str, list[tuple[PlannedOperation, PlannedLot]]] = {}
    for lot in lots:
        for operation in lot.operations:
            if operation.started_at and operation.resource in sheet.resources:
                begun.setdefault(operation.resource, []).append((operation, lot))
    return {
        resource: _state(sorted(row, key=lambda pair: _when(pair[0])), sheet)
        for resource, row in begun.items()
    }


def _state(row: Sequence[tuple[PlannedOperation, PlannedLot]], sheet: Sheet) -> State:
    _, last = row[-1]
    minutes = 0
    for operation, lot in reversed(row):
        if lot.tile.firing_curve != last.tile.firing_curve or operation.started_at is None:
            break
        ended = min(_stood_at(operation) or sheet.axis.epoch, sheet.axis.epoch)
        minutes += max(0, sheet.axis.minute(ended) - sheet.axis.minute(operation.started_at))
    return State(last.tile.code, last.tile.firing_curve, minutes)


def _when(operation: PlannedOperation) -> tuple[bool, float]:
    """What stands still in order of its ends, then what runs, the first of it at the very end."""
    ended_at = _stood_at(operation)
    if ended_at:
        return False, ended_at.timestamp()
    return True, -(operation.started_at or operation.start_at).timestamp()


def _stood_at(operation: PlannedOperation) -> datetime | None:
    return operation.finished_at or operation.paused_at


def _flow(operation: PlannedOperation) -> int:
    return list(STAGES).index(StageCode(operation.stage))


def _left(
    operation: PlannedOperation, started_at: datetime, options: Sequence[Option], sheet: Sheet
) -> int:
    """Minutes that work still needs; what it has had ended with its pause."""
    whole = next(
        (option.minutes for option in options if option.resource == operation.resource),
        planned_minutes(operation),
    )
    until = sheet.axis.minute(operation.paused_at) if operation.paused_at else 0
    gone = working(sheet.off[operation.resource], sheet.axis.minute(started_at), min(until, 0))
    return max(LEAST_LEFT, whole - max(0, gone - operation.stood_minutes))


def _running(
    operation: PlannedOperation, left: int, before: int | None, sheet: Sheet
) -> tuple[int, int]:
    """Where work that runs goes on, and its minutes left: it cannot end before the stage before it."""
    off = sheet.off[operation.resource]
    start, left = (
        _interrupted(off, left) if sheet.is_kiln(operation.resource) else (opening(off, 0), left)
    )
    if before is not None:
        lag = sheet.capability.stages[operation.stage].lag_end_minutes
        left = max(left, working(off, start, before + lag) + 1)
    return start, left


def _interrupted(off: Off, left: int) -> tuple[int, int]:
    """Where the rest of a firing goes on that closures interrupt, and what is left of it by then.

    A kiln that is closed runs nothing, whether its crew has said so or not; until then it runs on.
    """
    start = opening(off, 0)
    while True:
        after = gap(off, start, left)
        if after == start:
            return start, left
        shut = next(since for since, until in sorted(off) if until > start and since < start + left)
        left = max(LEAST_LEFT, left - max(0, shut - start))
        start = opening(off, shut)


def planned_minutes(operation: PlannedOperation) -> int:
    """The planned length of an operation whose route is gone."""
    return max(1, int((operation.end_at - operation.start_at).total_seconds() // 60))


def _lags(
    operation: PlannedOperation, before: PlannedOperation | None, sheet: Sheet
) -> tuple[int, int]:
    """The lags after a step; where that has begun already, its lag at the start has partly gone by."""
    stage = sheet.capability.stages[operation.stage]
    gone = 0
    if before and before.started_at:
        gone = max(0, -sheet.axis.minute(before.started_at))
    return max(0, stage.lag_start_minutes - gone), stage.lag_end_minutes


def _release(
    done: Sequence[PlannedOperation], left: Sequence[PlannedOperation], sheet: Sheet
) -> int:
    """The minute from which the rest may begin: the lag after what is finished, else at once."""
    waiting = min(left, key=_flow, default=None)
    if waiting is None or waiting.started_at:
        return 0
    lag = sheet.capability.stages[waiting.stage].lag_end_minutes
    ends = [sheet.axis.minute(one.finished_at) + lag for one in done if one.finished_at]
    return max(0, *ends, 0)
