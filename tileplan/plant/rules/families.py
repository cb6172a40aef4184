"""Changeover matrices for the scheduler: tiles that behave alike share a family, exactly.

The scheduler charges the entry between two families and, where that is 0, `tile_change` if the tile
differs. What a change of tile alone costs is matched by every larger change too, so an entry is
never smaller than `tile_change`: the two together give back the minutes of every pair of tiles.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from tileplan.plant.rules.changeovers import (
    ANY,
    FINISHING_CREW,
    KILN_CREW,
    OF_THE_TILE,
    PACKING_CREW,
    UPSTREAM_CREWS,
    Rule,
    TileLook,
    crew_minutes,
    kiln_minutes,
)

T = TypeVar("T")
Minutes = Callable[[TileLook, TileLook], int]


@dataclass(frozen=True)
class Families:
    """A changeover matrix: `minutes[from][to]` between families, `family` of each tile's code."""

    names: tuple[str, ...]
    minutes: tuple[tuple[int, ...], ...]
    family: Mapping[str, int]
    tile_change: int

    def between(self, before: str, after: str) -> int:
        """Minutes from one tile's code to another's, as the scheduler counts them."""
        entry = self.minutes[self.family[before]][self.family[after]]
        return entry or (self.tile_change if before != after else 0)


def kiln_families(tiles: Sequence[TileLook], rules: Sequence[Rule], buffer: int) -> Families:
    """The matrix of a kiln with so many minutes of green buffer."""
    crews = (KILN_CREW, *UPSTREAM_CREWS)
    ours = [rule for rule in rules if rule.crew in crews]
    return _families(tiles, ours, lambda a, b: kiln_minutes(a, b, ours, buffer))


def finishing_families(tiles: Sequence[TileLook], rules: Sequence[Rule]) -> Families:
    """The matrix of every finishing line."""
    return _crew_families(FINISHING_CREW, tiles, rules)


def sorting_families(tiles: Sequence[TileLook], rules: Sequence[Rule]) -> Families:
    """The matrix of every sorting line; a new label for the same tile's next lot is left out."""
    return _crew_families(PACKING_CREW, tiles, rules)


def _crew_families(crew: str, tiles: Sequence[TileLook], rules: Sequence[Rule]) -> Families:
    ours = [rule for rule in rules if rule.crew == crew]
    return _families(tiles, ours, lambda a, b: crew_minutes(crew, a, b, ours))


def _families(tiles: Sequence[TileLook], rules: Sequence[Rule], minutes: Minutes) -> Families:
    """Group tiles that look alike, then groups that behave alike."""
    names_a_tile = any(
        rule.attribute in OF_THE_TILE and {rule.from_value, rule.to_value} != {ANY}
        for rule in rules
    )
    alike = _grouped(tiles, lambda t: t if names_a_tile else replace(t, code=""))
    tile_change = 0 if names_a_tile or not tiles else _tile_change(tiles[0], minutes)
    table = [[tile_change if a is b else minutes(a[0], b[0]) for b in alike] for a in alike]
    behaving = _grouped(
        range(len(alike)), lambda i: (tuple(table[i]), tuple(row[i] for row in table))
    )
    return Families(
        names=tuple(_name([tile for i in group for tile in alike[i]]) for group in behaving),
        minutes=tuple(
            tuple(0 if a is b else table[a[0]][b[0]] for b in behaving) for a in behaving
        ),
        family={
            tile.code: index
            for index, group in enumerate(behaving)
            for i in group
            for tile in alike[i]
        },
        tile_change=tile_change,
    )


def _tile_change(tile: TileLook, minutes: Minutes) -> int:
    """What a change to a tile that differs in nothing but its design costs."""
    return minutes(tile, replace(tile, code=f"{tile.code} (another)"))


def _grouped(things: Iterable[T], key: Callable[[T], Hashable]) -> list[list[T]]:
    groups: defaultdict[Hashable, list[T]] = defaultdict(list)
    for thing in things:
        groups[key(thing)].append(thing)
    return list(groups.values())


def _name(tiles: Sequence[TileLook]) -> str:
    more = len(tiles) - 1
    return f"{tiles[0].code} +{more}" if more else tiles[0].code
