"""What a change of tile costs: of a crew's rules the largest counts, crews work in parallel."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Protocol

from tileplan.kernel.words import Text, say

ANY = "any"
PORCELAIN = frozenset({"PG", "PW", "PD"})
WALL = "WB"
CLASSES = {"porcelain": PORCELAIN}
PAVER_THICKNESS = Decimal(18)
SMALL_CYCLE_CHANGE = 5

KILN_CREW = "kiln"
UPSTREAM_CREWS = ("press", "body", "glaze")
FINISHING_CREW = "finishing"
PACKING_CREW = "packing"
CREWS = (*UPSTREAM_CREWS, KILN_CREW, FINISHING_CREW, PACKING_CREW)


class Rule(Protocol):
    """Minutes that a crew needs when an attribute goes from one value to another."""

    @property
    def crew(self) -> str:
        """Who does the work."""

    @property
    def attribute(self) -> str:
        """What changes."""

    @property
    def from_value(self) -> str:
        """The value before, a class of values, or `any`."""

    @property
    def to_value(self) -> str:
        """The value after, a class of values, or `any`."""

    @property
    def minutes(self) -> int:
        """How long it takes."""


class Looks(Protocol):
    """What the rules read of a tile."""

    code: str
    width_mm: int
    length_mm: int
    thickness_mm: Decimal
    body: str
    finish: str
    glaze: str
    glaze_family: str
    surface: str
    firing_curve: str
    kiln_cycle_minutes: int


@dataclass(frozen=True)
class TileLook:
    """The attributes of a tile that changeover rules speak of."""

    code: str
    format: str
    thickness: Decimal
    body: str
    finish: str
    glaze: str
    glaze_family: str
    surface: str
    firing_curve: str
    cycle_minutes: int


def look(tile: Looks) -> TileLook:
    """Read a tile as the changeover rules see it."""
    return TileLook(
        code=tile.code,
        format=f"{tile.width_mm}x{tile.length_mm}",
        thickness=tile.thickness_mm.normalize(),
        body=tile.body,
        finish=tile.finish,
        glaze=tile.glaze,
        glaze_family=tile.glaze_family,
        surface=tile.surface,
        firing_curve=tile.firing_curve,
        cycle_minutes=tile.kiln_cycle_minutes,
    )


# Attributes that have values, which a rule may name.
VALUES: dict[str, Callable[[TileLook], str]] = {
    "format": lambda t: t.format,
    "thickness": lambda t: f"{t.thickness:f}",
    "surface": lambda t: t.surface,
    "body": lambda t: t.body,
    "design": lambda t: t.code,
    "sku": lambda t: t.code,
    "glaze_code": lambda t: t.glaze,
    "glaze_family": lambda t: t.glaze_family,
    "firing_curve": lambda t: t.firing_curve,
    "finish": lambda t: t.finish,
}


def _cycle_change(before: TileLook, after: TileLook) -> int:
    return abs(before.cycle_minutes - after.cycle_minutes)


def _walls(before: TileLook, after: TileLook) -> bool:
    """True from wall body to porcelain or back."""
    bodies = {before.body, after.body}
    return WALL in bodies and bool(bodies & PORCELAIN)


# Attributes that are a comparison of two tiles; their rules always say any to any.
CHANGES: dict[str, Callable[[TileLook, TileLook], bool]] = {
    "cycle_up_to_5_min": lambda a, b: 0 < _cycle_change(a, b) <= SMALL_CYCLE_CHANGE,
    "cycle_over_5_min": lambda a, b: _cycle_change(a, b) > SMALL_CYCLE_CHANGE,
    "paver_18mm": lambda a, b: (a.thickness == PAVER_THICKNESS) != (b.thickness == PAVER_THICKNESS),
    "body_wall_vitrified": _walls,
    # Another tile is always another lot. Two lots of one tile are told apart by nobody here: the
    # scheduler sees the tile only, so their label change (minutes at packing) is left out.
    "lot_label": lambda a, b: a.code != b.code,
}
ATTRIBUTES = (*VALUES, *CHANGES)
# Attributes whose value is the tile itself.
OF_THE_TILE = frozenset({"design", "sku"})


def rule_fault(
    crew: str, attribute: str, from_value: str, to_value: str
) -> tuple[str, Text] | None:
    """Say what is wrong with a rule as written: the column, and how to mend it."""
    if crew not in CREWS:
        return "crew", say("There is no such crew. Use one of: %(known)s.", known=", ".join(CREWS))
    if attribute not in ATTRIBUTES:
        return "attribute", say(
            "There is no such attribute. Use one of: %(known)s.", known=", ".join(ATTRIBUTES)
        )
    for column, value in (("from", from_value), ("to", to_value)):
        if attribute in CHANGES and value != ANY:
            return column, say("This attribute has no values to name. Write any.")
        if attribute == "thickness" and value != ANY and not _is_number(value):
            return column, say("Write a thickness in mm, such as 9.5, or any.")
    return None


def crew_minutes(crew: str, before: TileLook, after: TileLook, rules: Iterable[Rule]) -> int:
    """Minutes that one crew needs between two tiles: the largest rule that matches."""
    return max(
        (r.minutes for r in rules if r.crew == crew and _matches(r, before, after)), default=0
    )


def kiln_minutes(before: TileLook, after: TileLook, rules: Iterable[Rule], buffer: int) -> int:
    """Kiln time lost between two tiles; `buffer` is the minutes of green tile before the kiln."""
    known = list(rules)
    upstream = max(crew_minutes(crew, before, after, known) for crew in UPSTREAM_CREWS)
    return max(crew_minutes(KILN_CREW, before, after, known), upstream - buffer, 0)


def _matches(rule: Rule, before: TileLook, after: TileLook) -> bool:
    change = CHANGES.get(rule.attribute)
    if change:
        return change(before, after)
    read = VALUES[rule.attribute]
    old, new = read(before), read(after)
    return old != new and _is_in(old, rule.from_value) and _is_in(new, rule.to_value)


def _is_in(value: str, wanted: str) -> bool:
    """True where a value is meant by a rule's word for it."""
    if wanted in {ANY, value}:
        return True
    if wanted in CLASSES:
        return value in CLASSES[wanted]
    return _is_number(value) and _is_number(wanted) and Decimal(value) == Decimal(wanted)


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
