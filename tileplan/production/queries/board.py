"""The supervisor's page: now, next and after on every line, and the list of the coming days."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.kernel.words import Text
from tileplan.plant import queries as plant
from tileplan.production.models import WorkOrder
from tileplan.production.queries.pauses import pauses
from tileplan.production.queries.work import behind, blocked, mine, predecessors
from tileplan.production.rules import Change, WorkState, changes

DAYS = 3
_UNDER_WAY = (WorkState.RUNNING, WorkState.PAUSED)
_OPEN = (*_UNDER_WAY, WorkState.RELEASED)
# On a line, the work that is next and the one after.
_AHEAD = 2
_MOST = 300


@dataclass(frozen=True)
class Card:
    """One work order as the crew sees it: what to change, how the clock stands, why it does not run."""

    work: WorkOrder
    changes: list[Change]
    behind: int
    pause: Text | None
    blocked: Text | None


@dataclass(frozen=True)
class LineBoard:
    """What one line does now, next and after."""

    line: str
    now: list[Card]
    ahead: list[Card]


@dataclass(frozen=True)
class Board:
    """The lines, and the work of the days shown; `later` and `earlier` are days to turn to."""

    lines: list[LineBoard]
    days: list[tuple[date, list[Card]]]
    first_day: date
    earlier: date
    later: date
    is_cut: bool


def known_lines() -> list[str]:
    """The codes of the kilns, which give the lines their names."""
    return [one.code for one in plant.resources() if one.stage == "firing"]


def board(lines: Sequence[str], stage: str | None, day: date | None) -> Board:
    """Read the page of some lines; without a day it begins today, or where the open work begins."""
    first_day = day or _first_day(lines, stage)
    until = first_day + timedelta(days=DAYS)
    under_way = _listed(_of(lines, stage).where(WorkOrder.state.in_(_UNDER_WAY)))
    ahead = _up_next(lines, stage)
    coming = _listed(
        _of(lines, stage).where(
            WorkOrder.start_at >= clock.at_plant(first_day),
            WorkOrder.start_at < clock.at_plant(until),
        )
    )
    cards = _cards([*under_way, *ahead, *coming])
    return Board(
        lines=[_line(line, under_way, ahead, cards) for line in lines],
        days=_by_day(coming, cards),
        first_day=first_day,
        earlier=first_day - timedelta(days=DAYS),
        later=until,
        is_cut=len(coming) >= _MOST,
    )


def _of(lines: Collection[str], stage: str | None) -> Select[WorkOrder]:
    statement = mine(
        select(WorkOrder).where(WorkOrder.state != WorkState.WITHDRAWN), frozenset(lines)
    )
    return statement if stage is None else statement.where(WorkOrder.stage == stage)


def _listed(statement: Select[WorkOrder]) -> list[WorkOrder]:
    return list(
        session.scalars(
            statement.options(joinedload(WorkOrder.tile), joinedload(WorkOrder.operation))
            .order_by(WorkOrder.start_at, WorkOrder.id)
            .limit(_MOST)
            .execution_options(populate_existing=True)
        )
    )


def _up_next(lines: Collection[str], stage: str | None) -> list[WorkOrder]:
    """The next two work orders of every line, in one statement."""
    place = func.row_number().over(
        partition_by=WorkOrder.line, order_by=(WorkOrder.start_at, WorkOrder.id)
    )
    ranked = (
        _of(lines, stage)
        .where(WorkOrder.state == WorkState.RELEASED)
        .with_only_columns(WorkOrder.id, place.label("place"))
        .subquery()
    )
    chosen = select(ranked.c.id).where(ranked.c.place <= _AHEAD)
    return _listed(select(WorkOrder).where(WorkOrder.id.in_(chosen)))


def _first_day(lines: Collection[str], stage: str | None) -> date:
    today = clock.today()
    first: datetime | None = session.scalar(
        _of(lines, stage)
        .where(WorkOrder.state.in_(_OPEN), WorkOrder.start_at >= clock.at_plant(today))
        .with_only_columns(func.min(WorkOrder.start_at))
    )
    if first is None:
        return today
    day = first.astimezone(clock.plant_zone()).date()
    return today if day < today + timedelta(days=DAYS) else day


def _cards(works: Sequence[WorkOrder]) -> dict[int, Card]:
    before = predecessors(works)
    reasons, blocks = pauses(works), blocked(works)
    return {
        work.id: Card(
            work,
            changes(work.stage, before.get(work.id), work.tile),
            behind(work),
            reasons.get(work.number),
            blocks.get(work.id),
        )
        for work in works
    }


def _line(
    line: str, under_way: list[WorkOrder], ahead: list[WorkOrder], cards: dict[int, Card]
) -> LineBoard:
    return LineBoard(
        line,
        [cards[work.id] for work in under_way if work.line == line],
        [cards[work.id] for work in ahead if work.line == line],
    )


def _by_day(works: Sequence[WorkOrder], cards: dict[int, Card]) -> list[tuple[date, list[Card]]]:
    days: dict[date, list[Card]] = {}
    for work in works:
        day = work.start_at.astimezone(clock.plant_zone()).date()
        days.setdefault(day, []).append(cards[work.id])
    return list(days.items())
