"""What every part of a problem refers to: the time axis, calendars, changeover tables and families."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.problem import Calendar, Changeovers
from tileplan.planning.queries.capability import Capability
from tileplan.planning.translate import costs
from tileplan.planning.translate.minutes import Axis, Off
from tileplan.planning.translate.names import STAGES
from tileplan.plant import queries as plant
from tileplan.plant import rules as plant_rules
from tileplan.plant.models import Resource
from tileplan.plant.rules import Families, StageCode

# Closures are stated for so long; a plan that ended later would find every resource open.
HORIZON = timedelta(days=180)
# Work that began up to so long ago is still measured against its calendar.
LOOKS_BACK = timedelta(days=14)
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Sheet:
    """The axis, the plant's resources by code, their closures and what changing over costs."""

    axis: Axis
    capability: Capability
    resources: Mapping[str, Resource]
    off: Mapping[str, Off]
    tables: Mapping[str, Changeovers]
    table_of: Mapping[str, str]
    families: Mapping[str, Mapping[str, int]]

    def family(self, stage: str, tile_code: str) -> int:
        """The family of a tile in a stage."""
        return self.families[stage][tile_code]

    def unknown(self, resource: str) -> int:
        """The family of a resource on which nobody knows what stands: changing from it is free."""
        return len(self.tables[self.table_of[resource]].families) - 1

    def calendars(self) -> dict[str, Calendar]:
        """One calendar for each resource, from the epoch on; only kilns cannot pause."""
        return {
            code: Calendar(
                off=tuple((max(0, start), end) for start, end in self.off[code] if end > 0),
                resumable=not self.is_kiln(code),
            )
            for code in self.resources
        }

    def is_kiln(self, resource: str) -> bool:
        """True for kilns: what they fire cannot pause."""
        return self.resources[resource].stage == StageCode.FIRING


def sheet(capability: Capability, epoch: datetime) -> Sheet:
    """State the plant's time and changeovers from an epoch on."""
    ours = [resource for resource in capability.resources if resource.stage in STAGES]
    axis = Axis(epoch)
    closures = plant.closures(ours, epoch - LOOKS_BACK, epoch + HORIZON)
    looks = [plant_rules.look(tile) for tile in capability.tiles.values()]
    rules = capability.changeover_rules
    kilns = [resource for resource in ours if resource.stage == StageCode.FIRING]
    by_buffer = {
        buffer: plant_rules.kiln_families(looks, rules, buffer)
        for buffer in sorted({kiln.green_buffer_minutes for kiln in kilns})
    }
    finishing = plant_rules.finishing_families(looks, rules)
    sorting = plant_rules.sorting_families(looks, rules)
    codes = [look.code for look in looks]
    kiln_family = _refined(codes, list(by_buffer.values()))
    tables = {
        "finish": _table(finishing, finishing.family, costs.FINISHING_CHANGEOVER),
        "sort": _table(sorting, sorting.family, costs.SORTING_CHANGEOVER),
    }
    for buffer, found in by_buffer.items():
        tables[_kiln_table(buffer)] = _table(found, kiln_family, costs.KILN_CHANGEOVER)
    return Sheet(
        axis=axis,
        capability=capability,
        resources={resource.code: resource for resource in ours},
        off={code: axis.off(windows) for code, windows in closures.items()},
        tables=tables,
        table_of={resource.code: _table_name(resource) for resource in ours},
        families={"fire": kiln_family, "finish": finishing.family, "sort": sorting.family},
    )


def _table_name(resource: Resource) -> str:
    if resource.stage == StageCode.FIRING:
        return _kiln_table(resource.green_buffer_minutes)
    return STAGES[StageCode(resource.stage)]


def _kiln_table(buffer: int) -> str:
    return f"kiln, {buffer} min of green tile"


def _refined(codes: Sequence[str], tables: Sequence[Families]) -> dict[str, int]:
    """Families fine enough for every kiln: a step has one family wherever it may be fired."""
    numbers: dict[tuple[int, ...], int] = {}
    return {
        code: numbers.setdefault(tuple(table.family[code] for table in tables), len(numbers))
        for code in codes
    }


def _table(minutes: Families, family: Mapping[str, int], cents: int) -> Changeovers:
    """A matrix over the given families, and one more that costs nothing: what stands is unknown."""
    first: dict[int, str] = {}
    for code, index in family.items():
        first.setdefault(index, code)
    codes = [first[index] for index in range(len(first))]
    rows = [[_entry(minutes, a, b) for b in codes] + [0] for a in codes]
    rows.append([0] * (len(codes) + 1))
    return Changeovers(
        families=(*codes, UNKNOWN),
        minutes=tuple(tuple(row) for row in rows),
        tile_change=minutes.tile_change,
        cents_per_minute=cents,
    )


def _entry(found: Families, before: str, after: str) -> int:
    return found.minutes[found.family[before]][found.family[after]]
