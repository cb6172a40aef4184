"""What differs between two plan versions; lots are the same where their codes are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from tileplan.planning.rules.compared import (
    Comparison,
    Group,
    LateChange,
    Lot,
    Moved,
    Pair,
    Promised,
    Shifted,
    Version,
)
from tileplan.plant.rules import StageCode


def compare(before: Version, after: Version) -> Comparison:
    """Say what `after` changes against `before`; lots are the same where their codes are."""
    old, new = ({lot.code: lot for lot in version.lots} for version in (before, after))
    both = [(old[code], new[code]) for code in new if code in old]
    since = max(before.epoch_at, after.epoch_at)
    return Comparison(
        since=since,
        moved=_moved(both),
        shifted=_shifted(both),
        only_before=_only(old, new),
        only_after=_only(new, old),
        late=_late(before.lots, after.lots),
        kilns=_kilns(before.lots, after.lots, since),
        groups=_groups(before.lots, after.lots, since),
    )


def _moved(both: Iterable[tuple[Lot, Lot]]) -> list[Moved]:
    found: list[Moved] = []
    for old, new in both:
        was, now = ({step.stage: step for step in lot.steps} for lot in (old, new))
        for stage in dict.fromkeys((*was, *now)):
            one, other = was.get(stage), now.get(stage)
            if one and other and one.begun_at and one.begun_at == other.begun_at:
                continue  # the floor had begun it before either was made: no plan has moved it
            moved = Moved(new, stage, one.place if one else None, other.place if other else None)
            if any(moved.size):
                found.append(moved)
    return sorted(found, key=lambda one: (*(-part for part in one.size), one.lot.code))


def _shifted(both: Iterable[tuple[Lot, Lot]]) -> list[Shifted]:
    all_of_them = (Shifted(new, old.ready_at, new.ready_at) for old, new in both)
    found = (one for one in all_of_them if one.minutes)
    return sorted(found, key=lambda one: (-abs(one.minutes), one.lot.code))


def _only(lots: Mapping[str, Lot], others: Mapping[str, Lot]) -> list[Lot]:
    found = (lot for code, lot in lots.items() if code not in others)
    return sorted(found, key=lambda lot: (-lot.kiln_area, lot.code))


def _late(before: Iterable[Lot], after: Iterable[Lot]) -> list[LateChange]:
    """An order line that several lots serve is as late as the last of them."""
    was, now = _promises(before), _promises(after)
    found: list[LateChange] = []
    for ref in dict.fromkeys((*was, *now)):
        tile, promise = now.get(ref) or was[ref]
        change = LateChange(promise, tile, _lateness(was, ref), _lateness(now, ref))
        if change.minutes:
            found.append(change)
    return sorted(found, key=lambda one: (-abs(one.minutes), one.promise.ref))


def _promises(lots: Iterable[Lot]) -> dict[str, tuple[str, Promised]]:
    latest: dict[str, tuple[str, Promised]] = {}
    for lot in lots:
        for one in lot.promises:
            if one.ref not in latest or one.late_minutes > latest[one.ref][1].late_minutes:
                latest[one.ref] = (lot.tile, one)
    return latest


def _lateness(promises: Mapping[str, tuple[str, Promised]], ref: str) -> int | None:
    return promises[ref][1].late_minutes if ref in promises else None


def _kilns(before: Iterable[Lot], after: Iterable[Lot], since: datetime) -> dict[str, Pair[int]]:
    was, now = (_changeovers(lots, since) for lots in (before, after))
    return {kiln: Pair(was.get(kiln, 0), now.get(kiln, 0)) for kiln in sorted({*was, *now})}


def _changeovers(lots: Iterable[Lot], since: datetime) -> dict[str, int]:
    minutes: dict[str, int] = defaultdict(int)
    for step in (step for lot in lots for step in lot.steps if step.stage == StageCode.FIRING):
        is_ahead = step.place.start_at >= since
        minutes[step.place.resource] += step.changeover_minutes if is_ahead else 0
    return minutes


def _groups(
    before: Iterable[Lot], after: Iterable[Lot], since: datetime
) -> dict[Group, Pair[Decimal]]:
    was, now, none = _areas(before, since), _areas(after, since), Decimal(0)
    return {each: Pair(was.get(each, none), now.get(each, none)) for each in sorted({*was, *now})}


def _areas(lots: Iterable[Lot], since: datetime) -> dict[Group, Decimal]:
    areas: dict[Group, Decimal] = defaultdict(Decimal)
    for lot in lots:
        if any(step.stage == StageCode.FIRING and step.place.end_at > since for step in lot.steps):
            areas[lot.group] += lot.kiln_area
    return areas
