"""The data of the strips below the Gantt: load, kiln feed, body powder and late m², in columns.

Minutes, m² and t are given to two digits, moments in ms. Work and its times are those of the bars.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tileplan.kernel import clock
from tileplan.materials import rules as materials
from tileplan.materials.models import RecipeLine
from tileplan.planning import queries, rules
from tileplan.planning.charts.bars import Columns, changeover_start, lines_of
from tileplan.planning.charts.moments import ms
from tileplan.planning.models import PlannedLot
from tileplan.planning.rules import strips
from tileplan.planning.rules.happened import forming_lines
from tileplan.planning.rules.strips import Flow, Promised, Span
from tileplan.plant import rules as plant

SPRAY_DRYING = "spray_drying"
BODY = "body"
TONNE = "t"
KILOGRAMS = 1000
# How the plant's resources say kilograms of powder an hour.
POWDER_RATE = "kg_per_hour"

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DIGITS = 2


@dataclass
class Line:
    """One line's time, and what is formed for and fired on it where it is a kiln."""

    is_kiln: bool
    closed: list[Span]
    work: list[Span] = field(default_factory=list)
    change: list[Span] = field(default_factory=list)
    formed: list[Flow] = field(default_factory=list)
    fired: list[Flow] = field(default_factory=list)


def strips_json(found: queries.Strips) -> dict[str, Any]:
    """All strips of a plan, in cells from each of `cells` until before the next."""
    board, cells = found.board, found.cells
    shown = lines_of(board)
    kilns = {r.code for r in board.resources if r.stage == plant.StageCode.FIRING}
    lines = _lines(board, kilns | {lot.kiln for lot in board.lots}, shown)
    return {
        "plan": board.plan.number,
        "cells": [ms(border) for border in cells],
        "epoch": ms(board.plan.epoch_at),
        "load": _load(shown, lines, board.plan.epoch_at, cells),
        "kilns": _kilns(board, lines, cells),
        "bodies": _bodies(found),
        "dryers": _dryers(board, cells),
        "due": _due(board.lots),
    }


def _lines(board: queries.Board, kilns: set[str], shown: Columns) -> dict[str, Line]:
    """The time of every line; a firing's flows stand with its kiln, its forming's time on its lines."""
    closed = {c: [(w.start_at, w.end_at) for w in ws] for c, ws in board.closures.items()}
    lines = {code: Line(code in kilns, closed.get(code, [])) for code in shown["code"]}
    for lot in board.lots:
        area = Fraction(lot.kiln_area)
        for operation in lot.operations:
            line = lines[operation.resource]
            times = rules.real_times(operation, board.now)
            line.work.append(times)
            rests = [] if line.is_kiln else board.closures.get(operation.resource, [])
            ready = changeover_start(times[0], operation.changeover_minutes, rests)
            line.change.append((ready, times[0]))
            formed = rules.forming_times(operation, times)
            if formed is None:
                continue
            line.formed.append(Flow(area, *formed))
            line.fired.append(Flow(area, *times))
            for code in forming_lines(operation):
                lines[code].work.append(formed)
    return lines


def _load(
    shown: Columns, lines: Mapping[str, Line], epoch_at: datetime, cells: Sequence[datetime]
) -> Columns:
    """Minutes of each line that are open, worked and changed over, and the sums of every stage.

    What was before the plan is not its load: all is counted from `epoch_at` on.
    """
    before = (min(cells[0], epoch_at), epoch_at)
    rows: Columns = {"stage": [], "line": [], "open": [], "work": [], "change": []}
    for stage in dict.fromkeys(shown["stage"]):
        own = [c for c, s in zip(shown["code"], shown["stage"], strict=True) if s == stage]
        figures = [_times(lines[code], before, cells) for code in own]
        whole = [_added(rows) for rows in zip(*figures, strict=True)]
        for code, figure in zip(["", *own], [whole, *figures], strict=True):
            rows["stage"].append(stage)
            rows["line"].append(code)
            for name, row in zip(("open", "work", "change"), figure, strict=True):
                rows[name].append([_minutes(time) for time in row])
    return rows


def _times(line: Line, before: Span, cells: Sequence[datetime]) -> list[list[timedelta]]:
    """Time open, worked and changed over in each cell, without what lies before the plan.

    Work rests while its line is closed; a kiln fires on, and what it fires then is more than it has.
    """
    closed = [*line.closed, before]
    whole = [(cells[0], cells[-1])]
    return [
        strips.times(strips.without(spans, gone), cells)
        for spans, gone in (
            (whole, closed),
            (line.work, [before] if line.is_kiln else closed),
            (line.change, closed),
        )
    ]


def _added(rows: Iterable[Sequence[timedelta]]) -> list[timedelta]:
    return [sum(cell, timedelta()) for cell in zip(*rows, strict=True)]


def _kilns(
    board: queries.Board, lines: Mapping[str, Line], cells: Sequence[datetime]
) -> dict[str, Any]:
    """What stands before each kiln and passes through it, and when it is empty `until` its last work."""
    buffers = {row.code: row.green_buffer_minutes for row in board.resources}
    codes = [code for code, line in lines.items() if line.is_kiln]
    empty = {code: _empty(lines[code], board.plan.epoch_at) for code in codes}
    levels = {code: strips.level(lines[code].formed, lines[code].fired) for code in codes}
    return {
        "code": codes,
        "until": [_last(lines[code].work) for code in codes],
        "buffer": [buffers.get(code, 0) for code in codes],
        "formed": [_numbers(strips.amounts(lines[code].formed, cells)) for code in codes],
        "fired": [_numbers(strips.amounts(lines[code].fired, cells)) for code in codes],
        "at": [[ms(at) for at, _ in levels[code]] for code in codes],
        "green": [_numbers(area for _, area in levels[code]) for code in codes],
        "empty": [[_minutes(t) for t in strips.times(empty[code], cells)] for code in codes],
        "from": [[ms(start) for start, _ in empty[code]] for code in codes],
        "to": [[ms(end) for _, end in empty[code]] for code in codes],
    }


def _last(work: Iterable[Span]) -> int | None:
    return max((ms(end) for _, end in work), default=None)


def _empty(kiln: Line, from_at: datetime) -> list[Span]:
    return strips.empty([*kiln.work, *kiln.change], kiln.closed, from_at)


def _bodies(found: queries.Strips) -> dict[str, Any]:
    """Tonnes of each body code that the presses take; tiles whose recipe names no body are unknown."""
    flows: dict[str, list[Flow]] = {}
    unknown: set[str] = set()
    for lot in found.board.lots:
        per_area = _body_of(found.recipes.get(lot.tile_id, []))
        for operation in lot.operations:
            formed = rules.forming_times(operation, rules.real_times(operation, found.board.now))
            if formed and per_area:
                own = flows.setdefault(lot.tile.body, [])
                own.append(Flow(per_area * Fraction(lot.kiln_area), *formed))
            elif formed:
                unknown.add(lot.tile.code)
    codes = sorted(flows)
    tonnes = [_numbers(strips.amounts(flows[code], found.cells)) for code in codes]
    return {"code": codes, "tonnes": tonnes, "unknown": sorted(unknown)}


def _body_of(recipe: Iterable[RecipeLine]) -> Fraction:
    """Tonnes of body in one m² leaving the kiln."""
    parts = [
        materials.convert(line.quantity_per_m2, line.unit, TONNE)
        for line in recipe
        if line.material.group == BODY and materials.is_convertible(line.unit, TONNE)
    ]
    return Fraction(sum(parts, Decimal(0)))


def _dryers(board: queries.Board, cells: Sequence[datetime]) -> dict[str, Any]:
    """Tonnes of powder that the spray dryers can make while they are open; those of known rate."""
    known = [
        row
        for row in board.resources
        if row.stage == SPRAY_DRYING and row.rate and row.rate_unit == POWDER_RATE
    ]
    tonnes = [Fraction(0)] * (len(cells) - 1)
    for row in known:
        closed = [(window.start_at, window.end_at) for window in board.closures[row.code]]
        opened = strips.without([(cells[0], cells[-1])], closed)
        for index, time in enumerate(strips.times(opened, cells)):
            tonnes[index] += Fraction(row.rate or 0) / KILOGRAMS * strips.ratio(time, _HOUR)
    return {"code": [row.code for row in known], "tonnes": _numbers(tonnes) if known else []}


def _due(lots: Iterable[PlannedLot]) -> Columns:
    """m² of orders by the day on which they are due, and how much of it is ready only after it."""
    days = strips.due_days(
        (
            Promised(
                peg.due_at,
                Fraction(lot.tile.packing.area(peg.pieces)),
                rules.lateness(peg, lot.ended_at) > 0,
            )
            for lot in lots
            for peg in lot.pegs
            if peg.item is not None
        ),
        clock.plant_zone(),
    )
    return {
        "from": [ms(clock.at_plant(day.day)) for day in days],
        "to": [ms(clock.at_plant(day.day + timedelta(days=1))) for day in days],
        "area": _numbers(day.area for day in days),
        "late": _numbers(day.late_area for day in days),
        "count": [day.late_count for day in days],
    }


def _minutes(time: timedelta) -> float:
    return round(time / _MINUTE, _DIGITS)


def _numbers(values: Iterable[Fraction]) -> list[float]:
    return [float(round(value, _DIGITS)) for value in values]
