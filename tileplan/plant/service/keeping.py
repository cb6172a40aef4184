"""Keeping what the plant's files say; a file says the whole of its subject."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import delete, update

from tileplan.catalog import queries as catalog
from tileplan.kernel import keeping
from tileplan.kernel.db import session
from tileplan.kernel.keeping import Kept
from tileplan.plant import queries
from tileplan.plant.models import (
    Calendar,
    CalendarWindow,
    ChangeoverRule,
    Resource,
    Route,
    Stage,
    Yield,
)
from tileplan.plant.rules import NewResource, NewRoute, NewRule, NewStage, NewWindow, NewYield


def keep_stages(rows: Sequence[NewStage]) -> Kept:
    """Add these stages or bring them up to date."""
    stored = {stage.code: stage for stage in queries.stages()}
    wanted = {row.code: asdict(row) for row in rows}
    _make_room(stored, wanted)
    return keeping.keep(Stage, stored, wanted)


def _make_room(stored: dict[str, Stage], wanted: dict[str, dict[str, object]]) -> None:
    """Let stages change places: positions are unique at every moment of the change."""
    moving = [code for code in wanted if code in stored and _moves(stored[code], wanted[code])]
    if moving:
        session.execute(update(Stage).where(Stage.code.in_(moving)).values(position=-Stage.id))


def _moves(stage: Stage, values: dict[str, object]) -> bool:
    return stage.position != values["position"]


def keep_calendars(rows: Sequence[NewWindow]) -> Kept:
    """Let these calendars say what the rows say; a calendar's windows are replaced as a whole."""
    wanted: defaultdict[str, list[NewWindow]] = defaultdict(list)
    for row in rows:
        wanted[row.calendar].append(row)
    stored = {calendar.code: calendar for calendar in queries.calendars()}
    kept = Kept()
    for code, windows in wanted.items():
        kept += _keep_calendar(stored.get(code), code, windows)
    return kept


def _keep_calendar(calendar: Calendar | None, code: str, rows: Sequence[NewWindow]) -> Kept:
    """Replace the windows of one calendar if they differ."""
    wanted = [{n: v for n, v in asdict(row).items() if n != "calendar"} for row in rows]
    if calendar is None:
        session.add(calendar := Calendar(code=code))
        session.flush()
        kept = Kept(new=1)
    elif [_window(w) for w in calendar.windows] == wanted:
        return Kept()
    else:
        session.execute(delete(CalendarWindow).where(CalendarWindow.calendar_id == calendar.id))
        calendar.version += 1
        session.flush()
        session.expire(calendar, ["windows"])
        kept = Kept(changed=1)
    session.add_all(CalendarWindow(calendar_id=calendar.id, **values) for values in wanted)
    session.flush()
    return kept


def _window(row: CalendarWindow) -> dict[str, object]:
    names = ("kind", "weekday", "day", "from_minute", "to_minute", "reason")
    return {name: getattr(row, name) for name in names}


def keep_resources(rows: Sequence[NewResource]) -> Kept:
    """Add these resources or bring them up to date; their calendars must be there."""
    calendars = {calendar.code: calendar.id for calendar in queries.calendars()}
    wanted = {}
    for row in rows:
        values = asdict(row)
        values["calendar_id"] = calendars[values.pop("calendar")]
        wanted[row.code] = values
    return keeping.keep(Resource, {r.code: r for r in queries.resources()}, wanted)


def keep_routes(rows: Sequence[NewRoute]) -> Kept:
    """Let the routes of each of these tiles be the ones given: a route left out is gone."""
    tiles = {tile.code: tile.id for tile in catalog.tiles()}
    resources = {resource.code: resource.id for resource in queries.resources()}
    wanted = {
        (tiles[row.tile], resources[row.resource]): {
            "tile_id": tiles[row.tile],
            "resource_id": resources[row.resource],
            "area_per_hour": row.area_per_hour,
            "feeds_kiln": row.feeds_kiln,
        }
        for row in rows
    }
    ours = {tile_id for tile_id, _ in wanted}
    stored = {(r.tile_id, r.resource_id): r for r in queries.routes() if r.tile_id in ours}
    return keeping.keep(Route, stored, wanted, whole=True)


def keep_yields(rows: Sequence[NewYield]) -> Kept:
    """Add these yields or bring them up to date."""
    tiles = {tile.code: tile.id for tile in catalog.tiles()}
    wanted = {}
    for row in rows:
        values = asdict(row)
        values["tile_id"] = tiles[values.pop("tile")]
        wanted[values["tile_id"]] = values
    return keeping.keep(Yield, queries.yields(), wanted)


def keep_changeover_rules(rows: Sequence[NewRule]) -> Kept:
    """Let the changeover rules be these: a rule left out is gone."""
    stored = {
        (r.crew, r.attribute, r.from_value, r.to_value): r for r in queries.changeover_rules()
    }
    wanted = {(r.crew, r.attribute, r.from_value, r.to_value): asdict(r) for r in rows}
    return keeping.keep(ChangeoverRule, stored, wanted, whole=True)
