"""The question to the scheduler: lots, resources and calendars as tileplan-problem/1."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from scheduler.problem import (
    Calendar,
    Campaigns,
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
from tileplan.kernel import clock
from tileplan.kernel.units import Packing
from tileplan.planning.models import PlannedLot
from tileplan.planning.queries.capability import Capability
from tileplan.planning.rules import wants
from tileplan.planning.rules.drafts import Draft
from tileplan.planning.rules.lotting import minutes as run_minutes
from tileplan.planning.rules.making import Way
from tileplan.planning.translate import costs
from tileplan.planning.translate.begun import Begun, State, rest_of, states
from tileplan.planning.translate.minutes import Axis
from tileplan.planning.translate.names import STAGES
from tileplan.planning.translate.sheet import HORIZON, Sheet
from tileplan.plant.rules import StageCode


@dataclass(frozen=True)
class Asked:
    """What a problem is about: new lots, lots under way, and the published plan's lots by code."""

    name: str
    lots: Sequence[Draft]
    carried: Sequence[Draft]
    standing: dict[str, PlannedLot]


def problem(asked: Asked, sheet: Sheet) -> Problem:
    """State the problem; nothing unstarted is frozen, but moving published work has its price."""
    begun = {
        draft.code: rest_of(asked.standing[draft.code], options(draft, sheet.capability), sheet)
        for draft in asked.carried
    }
    lots = [_carried(draft, begun[draft.code], sheet) for draft in asked.carried]
    lots.extend(fresh(draft, sheet) for draft in asked.lots)
    pins = _without_clashes([pin for one in begun.values() for pin in one.pins])
    return Problem(
        name=asked.name,
        epoch=sheet.axis.epoch.astimezone(clock.plant_zone()).isoformat(),
        horizon=int(HORIZON.total_seconds() // 60),
        stages=tuple(STAGES.values()),
        calendars=_held(sheet.calendars(), pins),
        changeovers=dict(sheet.tables),
        resources=_resources(sheet, states(list(asked.standing.values()), sheet)),
        lots=tuple(lots),
        campaigns=Campaigns("fire", costs.CURVE_MINUTES, costs.CURVE_MISSING),
        holding_cents_per_m2_day=costs.HOLDING,
        frozen_until=0,
        pins=pins,
        published=_published(asked, sheet),
        stability=Stability(costs.OTHER_RESOURCE, costs.MOVED, costs.MOVED_BARELY),
    )


def _published(asked: Asked, sheet: Sheet) -> tuple[Published, ...]:
    """Where the published plan has the lots that are still wanted and that nobody has begun."""
    return tuple(
        Published(
            lot=draft.code,
            stage=STAGES[StageCode(row.stage)],
            resource=row.resource,
            start=sheet.axis.minute(row.start_at),
            end=sheet.axis.minute(row.end_at),
        )
        for draft in asked.lots
        if draft.code in asked.standing
        for row in asked.standing[draft.code].operations
        if row.start_at >= sheet.axis.epoch and row.resource in sheet.resources
    )


def options(draft: Draft, capability: Capability) -> dict[str, tuple[Option, ...]]:
    """The resources that can do each stage of a lot, with the minutes that it takes there."""
    ways = capability.ways(draft.tile_id)
    by_stage: dict[str, tuple[Way, ...]] = {"fire": ways.kilns, "sort": ways.sorting}
    if ways.needs_finishing:
        by_stage["finish"] = ways.finishing
    return {
        stage: tuple(
            Option(way.resource, run_minutes(draft.kiln_area, way.area_per_hour))
            for way in by_stage[stage]
        )
        for stage in STAGES.values()
        if stage in by_stage
    }


def fresh(draft: Draft, sheet: Sheet) -> Lot:
    """A lot nobody has begun; its kiln waits until forming had its lead."""
    tile = sheet.capability.tiles[draft.tile_id]
    steps: list[Step] = []
    for stage, found in options(draft, sheet.capability).items():
        row = sheet.capability.stages[_row_stage(stage)]
        lags = (0, 0) if not steps else (row.lag_start_minutes, row.lag_end_minutes)
        steps.append(Step(stage, sheet.family(stage, tile.code), *lags, found))
    lead = sheet.capability.stages[StageCode.FIRING].lag_start_minutes
    return _stated(draft, tuple(steps), lead, sheet)


def _carried(draft: Draft, begun: Begun, sheet: Sheet) -> Lot:
    return _stated(draft, begun.steps, begun.release, sheet)


def _stated(draft: Draft, steps: tuple[Step, ...], release: int, sheet: Sheet) -> Lot:
    tile = sheet.capability.tiles[draft.tile_id]
    return Lot(
        id=draft.code,
        tile=tile.code,
        m2=_whole(Fraction(draft.kiln_area)),
        release=release,
        campaign=tile.firing_curve,
        steps=steps,
        pegs=tuple(_peg(peg, tile.packing, sheet.axis) for peg in draft.pegs),
    )


def like(lot: Lot, draft: Draft, capability: Capability, axis: Axis) -> Lot:
    """A lot nobody has begun as another of its tile was stated, with its own quantity and pegs."""
    packing, found = capability.tiles[draft.tile_id].packing, options(draft, capability)
    return replace(
        lot,
        id=draft.code,
        m2=_whole(Fraction(draft.kiln_area)),
        steps=tuple(replace(step, options=found.get(step.stage, ())) for step in lot.steps),
        pegs=tuple(_peg(peg, packing, axis) for peg in draft.pegs),
    )


def _peg(peg: wants.Peg, packing: Packing, axis: Axis) -> Peg:
    return Peg(
        order=peg.ref if peg.item_id else "",
        m2=_whole(packing.exact_area(peg.pieces)),
        due=max(0, axis.minute(peg.due_at)),
        cents_per_minute_late=costs.late_rate(peg.priority),
    )


def _whole(area: Fraction) -> int:
    return int(area + Fraction(1, 2))


def _resources(sheet: Sheet, standing: dict[str, State]) -> tuple[Resource, ...]:
    return tuple(_resource(code, sheet, standing.get(code)) for code in sorted(sheet.resources))


def _resource(code: str, sheet: Sheet, state: State | None) -> Resource:
    stage = STAGES[StageCode(sheet.resources[code].stage)]
    is_kiln = sheet.is_kiln(code)
    return Resource(
        id=code,
        stage=stage,
        calendar=code,
        changeover=sheet.table_of[code],
        last_family=sheet.family(stage, state.tile_code) if state else sheet.unknown(code),
        last_tile=state.tile_code if state else None,
        idle_cents_per_minute=costs.KILN_IDLE if is_kiln else 0,
        last_campaign=state.curve if state and is_kiln else None,
        last_campaign_minutes=state.curve_minutes if state and is_kiln else 0,
    )


def _row_stage(stage: str) -> str:
    return next(row.value for row, name in STAGES.items() if name == stage)


def _without_clashes(pins: Sequence[tuple[datetime, Pin]]) -> tuple[Pin, ...]:
    """Of work that the floor runs at once on one resource, only the first can be pinned in time."""
    taken: set[str | None] = set()
    kept = []
    for _, pin in sorted(pins, key=lambda pair: pair[0]):
        start = None if pin.resource in taken else pin.start
        if start is not None:
            taken.add(pin.resource)
        kept.append(Pin(pin.lot, pin.stage, pin.resource, start))
    return tuple(kept)


def _held(calendars: dict[str, Calendar], pins: Sequence[Pin]) -> dict[str, Calendar]:
    """A machine whose running work waits for its closures to end takes nothing else meanwhile."""
    until = {pin.resource: pin.start for pin in pins if pin.start}
    return {code: _shut(calendar, until.get(code, 0)) for code, calendar in calendars.items()}


def _shut(calendar: Calendar, until: int) -> Calendar:
    if not until:
        return calendar
    after = tuple((start, end) for start, end in calendar.off if end > until)
    return replace(calendar, off=((0, until), *after))
