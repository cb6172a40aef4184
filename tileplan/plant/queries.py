"""What is read of the plant: stages, resources, calendars, routes, yields, changeover rules."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from tileplan.catalog.models import Tile
from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.kernel.errors import NotFound
from tileplan.kernel.words import say
from tileplan.plant import rules
from tileplan.plant.models import (
    Calendar,
    CalendarWindow,
    ChangeoverRule,
    Closure,
    Resource,
    Route,
    Stage,
    Yield,
)


def stages() -> list[Stage]:
    """The stages in the order in which tile flows."""
    return list(session.scalars(select(Stage).order_by(Stage.position)))


def resources() -> list[Resource]:
    """All resources with their calendars, in flow order; those of no known stage come first."""
    statement = (
        select(Resource)
        .outerjoin(Stage, Stage.code == Resource.stage)
        .options(joinedload(Resource.calendar).selectinload(Calendar.windows))
        .order_by(Stage.position.is_not(None), Stage.position, Resource.stage, Resource.code)
    )
    return list(session.scalars(statement))


def resource(code: str) -> Resource:
    """The resource with a code, with its calendar."""
    statement = (
        select(Resource)
        .where(Resource.code == code)
        .options(joinedload(Resource.calendar).selectinload(Calendar.windows))
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound(say("There is no resource %(code)s.", code=code))
    return found


def calendars() -> list[Calendar]:
    """All calendars with their windows."""
    statement = select(Calendar).options(selectinload(Calendar.windows)).order_by(Calendar.code)
    return list(session.scalars(statement))


def windows() -> list[CalendarWindow]:
    """Every window of every calendar, in the order in which they were written down."""
    return list(session.scalars(select(CalendarWindow).order_by(CalendarWindow.id)))


def routes() -> list[Route]:
    """Who can make what, with tile and resource."""
    statement = (
        select(Route)
        .join(Route.tile)
        .join(Route.resource)
        .options(joinedload(Route.tile), joinedload(Route.resource))
        .order_by(Tile.code, Resource.stage, Resource.code)
    )
    return list(session.scalars(statement))


def routes_of(tile_id: int) -> list[Route]:
    """Who can make one tile, in flow order."""
    statement = (
        select(Route)
        .where(Route.tile_id == tile_id)
        .join(Route.resource)
        .outerjoin(Stage, Stage.code == Resource.stage)
        .options(joinedload(Route.resource))
        .order_by(Stage.position, Resource.code)
    )
    return list(session.scalars(statement))


def routes_on(resource_id: int) -> list[Route]:
    """What one resource can make, by tile."""
    statement = (
        select(Route)
        .where(Route.resource_id == resource_id)
        .join(Route.tile)
        .options(joinedload(Route.tile))
        .order_by(Tile.code)
    )
    return list(session.scalars(statement))


def yields() -> dict[int, Yield]:
    """The yields by tile."""
    return {row.tile_id: row for row in session.scalars(select(Yield))}


def changeover_rules() -> list[ChangeoverRule]:
    """Every changeover rule, crew by crew."""
    return list(session.scalars(select(ChangeoverRule).order_by(ChangeoverRule.id)))


def closures(
    of: Sequence[Resource], from_at: datetime, to_at: datetime
) -> dict[str, list[rules.Closed]]:
    """When each resource does not work between two moments, merged; calendars must be loaded.

    By its calendar, and by what was written down of itself: down, maintenance, energy.
    """
    zone, (first, last) = clock.plant_zone(), _days(from_at, to_at)
    own = _own_closures(of, from_at, to_at)
    expanded: dict[int, list[rules.Closed]] = {}
    found = {}
    for row in of:
        if row.calendar_id not in expanded:
            closed = rules.closed_windows(row.calendar.windows, first, last, zone)
            expanded[row.calendar_id] = rules.clip(closed, from_at, to_at)
        shut = [*expanded[row.calendar_id], *_written(own.get(row.id, []), from_at, to_at)]
        found[row.code] = rules.merged(shut) if row.id in own else shut
    return found


def downs(
    of: Sequence[Resource], from_at: datetime, to_at: datetime
) -> dict[str, list[rules.Closed]]:
    """When each of these resources is down between two moments; those that run are not named."""
    own = _own_closures(of, from_at, to_at)
    broken = {
        row.code: [one for one in own.get(row.id, []) if one.kind is rules.ClosureKind.DOWN]
        for row in of
    }
    return {code: _written(rows, from_at, to_at) for code, rows in broken.items() if rows}


def _days(from_at: datetime, to_at: datetime) -> tuple[date, date]:
    """The plant's days that two moments lie in, from the first until before the second."""
    zone = clock.plant_zone()
    return from_at.astimezone(zone).date(), to_at.astimezone(zone).date() + timedelta(days=1)


def _own_closures(
    of: Sequence[Resource], from_at: datetime, to_at: datetime
) -> dict[int, list[Closure]]:
    """What was written down of some resources and touches a time, by resource."""
    in_sight = (Closure.start_at < to_at) & (Closure.end_at > from_at)
    statement = select(Closure).where(
        Closure.resource_id.in_([row.id for row in of]),
        or_(Closure.weekday.is_not(None), in_sight),
    )
    found: dict[int, list[Closure]] = {}
    for row in session.scalars(statement.order_by(Closure.id)):
        found.setdefault(row.resource_id, []).append(row)
    return found


def _written(rows: Sequence[Closure], from_at: datetime, to_at: datetime) -> list[rules.Closed]:
    zone, (first, last) = clock.plant_zone(), _days(from_at, to_at)
    stretches = [one for row in rows for one in rules.closed_by(row, first, last, zone)]
    return rules.clip(sorted(stretches, key=lambda one: one.start_at), from_at, to_at)


def _closures() -> Select[Closure]:
    return select(Closure).options(joinedload(Closure.resource)).order_by(Closure.id)


def closure(closure_id: int) -> Closure:
    """One closure of a resource, with the resource."""
    found = session.scalars(_closures().where(Closure.id == closure_id)).one_or_none()
    if found is None:
        raise NotFound(say("This closure is no longer there. Reload the page."))
    return found


def closures_of(resource_id: int) -> list[Closure]:
    """What is written down of one resource: the weekly closures, and those that are not over."""
    lasts = or_(Closure.weekday.is_not(None), Closure.end_at > clock.now())
    return list(session.scalars(_closures().where(Closure.resource_id == resource_id, lasts)))


def closures_at(of: Resource, moment: datetime) -> list[Closure]:
    """The closures of a resource that keep it from running at a moment."""
    rows = _own_closures([of], moment - timedelta(days=1), moment + timedelta(days=1))
    around = moment, moment + timedelta(microseconds=1)
    return [row for row in rows.get(of.id, []) if _written([row], *around)]


def downs_at(moment: datetime) -> list[Closure]:
    """What is down at a moment, with the resources, in the order in which it was told."""
    goes_on = Closure.kind == rules.ClosureKind.DOWN, Closure.start_at <= moment
    return list(session.scalars(_closures().where(*goes_on, Closure.end_at > moment)))


def told() -> tuple[object, ...]:
    """What is written down of closures and calendars, summed up: another fact is another sum."""
    own = select(func.count(Closure.id), func.max(Closure.id), func.sum(Closure.version))
    calendars_changed = select(func.sum(Calendar.version)).scalar_subquery()
    return tuple(session.execute(own.add_columns(calendars_changed)).one())


def tiles_made_on(resource_id: int) -> list[Tile]:
    """The tiles that one resource can make, by code."""
    statement = (
        select(Tile)
        .join(Route, Route.tile_id == Tile.id)
        .where(Route.resource_id == resource_id)
        .order_by(Tile.code)
    )
    return list(session.scalars(statement))


def has_changeovers(of: Resource) -> bool:
    """True where changeovers are counted: forming follows its kiln, and spray drying is not planned."""
    return of.stage in _COUNTED


def changeovers(of: Resource) -> rules.Families:
    """The changeover matrix of a resource over the tiles that it can make."""
    looks = [rules.look(tile) for tile in tiles_made_on(of.id)]
    known = changeover_rules()
    if of.stage == rules.StageCode.FIRING:
        return rules.kiln_families(looks, known, of.green_buffer_minutes)
    if of.stage == rules.StageCode.FINISHING:
        return rules.finishing_families(looks, known)
    if of.stage == rules.StageCode.SORTING:
        return rules.sorting_families(looks, known)
    raise NotFound(say("No changeovers are counted for resource %(code)s.", code=of.code))


_COUNTED = frozenset({rules.StageCode.FIRING, rules.StageCode.FINISHING, rules.StageCode.SORTING})
