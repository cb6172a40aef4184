"""Reads tileplan-problem/1 from JSON: every flaw is collected and told at once, with its place."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from scheduler.checks import all_flaws
from scheduler.limits import AREA, FILE_BYTES, MINUTES, RATE
from scheduler.parsing import Unreadable, parse, shown
from scheduler.problem import (
    FORMAT,
    Calendar,
    Campaigns,
    Changeovers,
    Flaw,
    InvalidProblem,
    Lot,
    Option,
    Peg,
    Pin,
    Problem,
    Published,
    Resource,
    Stability,
    Step,
)
from scheduler.rows import MISSING, Notes, Row

T = TypeVar("T")


def _window(row: Row, place: str, value: object) -> tuple[int, int]:
    window = row.wholes(place, value, -MINUTES)
    if len(window) != 2 or window[0] > window[1]:
        row.notes.add(place, "must be [start, end] with a start that is not after the end")
        return (0, 0)
    return window[0], window[1]


def _calendar(row: Row) -> Calendar:
    windows = tuple(_window(row, place, value) for place, value in row.items("off"))
    return Calendar(windows, row.flag("resumable"))


def _changeovers(row: Row) -> Changeovers:
    return Changeovers(
        families=row.texts("families"),
        minutes=tuple(row.wholes(place, line, 0) for place, line in row.items("minutes", 1)),
        tile_change=row.whole("tile_change", 0),
        cents_per_minute=row.whole("cents_per_minute", 0, RATE),
    )


def _resource(row: Row) -> Resource:
    row.value("last_tile")  # required, though it may be null
    return Resource(
        id=row.text("id"),
        stage=row.text("stage"),
        calendar=row.text("calendar"),
        changeover=row.text("changeover"),
        last_family=row.whole("last_family", 0),
        last_tile=row.maybe_text("last_tile"),
        idle_cents_per_minute=row.whole("idle_cents_per_minute", 0, RATE),
        last_campaign=row.maybe_text("last_campaign"),
        last_campaign_minutes=row.whole_or_zero("last_campaign_minutes"),
    )


def _step(row: Row) -> Step:
    options = (Option(o.text("resource"), o.whole("minutes", 1)) for o in row.rows("options", 1))
    return Step(
        stage=row.text("stage"),
        family=row.whole("family", 0),
        lag_start=row.whole("lag_start", 0),
        lag_end=row.whole("lag_end", 0),
        options=tuple(options),
    )


def _peg(row: Row) -> Peg:
    due = row.whole("due")
    return Peg(
        row.text("order", 0),
        row.whole("m2", 0, AREA),
        due,
        row.whole("cents_per_minute_late", 0, RATE),
    )


def _lot(row: Row) -> Lot:
    return Lot(
        id=row.text("id"),
        tile=row.text("tile"),
        m2=row.whole("m2", 0, AREA),
        release=row.whole("release"),
        campaign=row.text("campaign"),
        steps=tuple(map(_step, row.rows("steps", 1))),
        pegs=tuple(map(_peg, row.rows("pegs"))),
    )


def _pin(row: Row) -> Pin:
    resource, start = row.maybe_text("resource"), row.maybe_whole("start", 0)
    return Pin(row.text("lot"), row.text("stage"), resource, start)


def _published(row: Row) -> Published:
    return Published(
        lot=row.text("lot"),
        stage=row.text("stage"),
        resource=row.text("resource"),
        start=row.whole("start"),
        end=row.whole("end"),
    )


def _stability(row: Row) -> Stability:
    return Stability(
        cents_per_resource_change=row.whole("cents_per_resource_change", 0, RATE),
        cents_per_minute_moved=row.whole("cents_per_minute_moved", 0, RATE),
        tolerance_minutes=row.whole("tolerance_minutes", 0),
    )


def _campaigns(row: Row) -> Campaigns:
    return Campaigns(
        row.text("stage"), row.whole("min_minutes", 0), row.whole("cents_per_minute", 0, RATE)
    )


def _epoch(row: Row) -> str:
    text = row.text("epoch")
    try:
        has_offset = not text or datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        has_offset = False
    if not has_offset:
        hint = "must be a moment with its offset, like 2026-11-23T06:00:00+08:00"
        row.notes.add(row.at("epoch"), f"{hint}; it is {shown(text)}")
    return text


def _each(make: Callable[[Row], T], rows: Iterator[Row]) -> tuple[T, ...]:
    return tuple(make(row) for row in rows)


def _problem(row: Row) -> Problem:
    return Problem(
        name=row.text("name"),
        epoch=_epoch(row),
        horizon=row.whole("horizon", 0),
        stages=row.texts("stages"),
        calendars={name: _calendar(each) for name, each in row.named("calendars")},
        changeovers={name: _changeovers(each) for name, each in row.named("changeovers")},
        resources=_each(_resource, row.rows("resources")),
        lots=_each(_lot, row.rows("lots")),
        campaigns=_campaigns(row.row("campaigns")),
        holding_cents_per_m2_day=row.whole("holding_cents_per_m2_day", 0, RATE),
        frozen_until=row.whole("frozen_until", 0),
        pins=_each(_pin, row.rows("pins")),
        published=_each(_published, row.rows("published")),
        stability=_stability(row.row("stability")),
        makespan_cents_per_minute=row.whole_or_zero("makespan_cents_per_minute", RATE),
    )


def read_problem(raw: str | bytes | Mapping[str, Any]) -> Problem:
    """Read a tileplan-problem/1 (JSON text, UTF-8 if bytes, or its object).

    Unknown keys are ignored. Raises InvalidProblem with every flaw, its place and how to mend it:
    at most 200, then how many more. What is too large is a flaw too: text of more than 32 MB,
    minutes beyond ±10**8, m² or rates beyond 10**9, names of more than 200 characters, more than
    20,000 lots, 1,000 resources, 1,000 families or 100 stages, more than 100,000 pins or published
    operations, work that could end after minute 10**8, a plan that could cost over 10**15 cents.
    """
    notes = Notes()
    try:
        value = parse(raw) if isinstance(raw, str | bytes) else raw
    except Unreadable as error:
        raise InvalidProblem((Flaw("problem", str(error)),)) from error
    row = Row(value, "", notes)
    if not isinstance(value, Mapping):
        raise InvalidProblem(notes.told())
    if value.get("format", MISSING) != FORMAT:
        said = shown(value["format"]) if "format" in value else "missing"
        notes.add("format", f"must be {FORMAT!r}; it is {said}")
    problem = _problem(row)
    notes.extend(all_flaws(problem))
    if notes.flaws:
        raise InvalidProblem(notes.told())
    return problem


def read_problem_file(path: Path) -> Problem:
    """Read a tileplan-problem/1 from a file, of which no more is loaded than may be read.

    Raises InvalidProblem as `read_problem` does, OSError where the file cannot be read.
    """
    with path.open("rb") as file:
        return read_problem(file.read(FILE_BYTES + 1))
