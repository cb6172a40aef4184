"""Assigns lots in stock to what is wanted: all of a want from one lot, or nothing of it.

Items that must match (one floor, one shade) are one want; all wants and lots here are of one tile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scheduler.model.assignment import Knapsacks


@dataclass(frozen=True, slots=True)
class Want:
    """Pieces that must come from one lot; a greater `weight` is served first."""

    id: str
    pieces: int
    weight: int


@dataclass(frozen=True, slots=True)
class Lot:
    """The free pieces of one finished lot."""

    id: str
    pieces: int


def assign(wants: Sequence[Want], lots: Sequence[Lot]) -> dict[str, str]:
    """Give want id → lot id for the wants that are served; no lot gives more than it has.

    Serves the greatest total weight it finds (proven for ordinary sizes), then leaves the fewest
    pieces in opened lots: the smallest lot that fits, and few remnants. The order in which wants
    and lots are given does not matter; the same input gives the same answer. Raises ValueError
    where an id is there twice or a number is no whole number of at least 1 (a weight: 0).
    """
    _check(wants, lots)
    asked = sorted(wants, key=lambda want: (-want.weight, -want.pieces, want.id))
    there = sorted(lots, key=lambda lot: (lot.pieces, lot.id))
    dense = sorted(asked, key=lambda want: Fraction(-want.weight, want.pieces))
    plain = [_best_fit(order, there) for order in (asked, dense)]
    taken = max(plain, key=lambda each: _worth(each, asked, there))
    if asked and there:
        found = Knapsacks(asked, there).best(taken)
        if _worth(found, asked, there) > _worth(taken, asked, there):
            taken = found
    _verify(taken, asked, there)
    return {want.id: taken[want.id] for want in asked if want.id in taken}


def _check(wants: Sequence[Want], lots: Sequence[Lot]) -> None:
    for what, rows in (("want", wants), ("lot", lots)):
        if len({row.id for row in rows}) < len(rows):
            raise ValueError(f"A {what}'s id is there twice.")
        for row in rows:
            if type(row.pieces) is not int or row.pieces < (1 if what == "want" else 0):
                raise ValueError(f"The {what} {row.id!r} has {row.pieces!r} pieces.")
    for want in wants:
        if type(want.weight) is not int or want.weight < 0:
            raise ValueError(f"The want {want.id!r} has the weight {want.weight!r}.")


def _best_fit(wants: Sequence[Want], lots: Sequence[Lot]) -> dict[str, str]:
    """Serve wants in the order given, each from the lot that it leaves the least in."""
    left = {lot.id: lot.pieces for lot in lots}
    taken = {}
    for want in wants:
        fitting = [(pieces, lot) for lot, pieces in left.items() if pieces >= want.pieces]
        if fitting:
            _, lot = min(fitting)
            taken[want.id] = lot
            left[lot] -= want.pieces
    return taken


def _given(taken: Mapping[str, str], wants: Sequence[Want]) -> dict[str, int]:
    given: dict[str, int] = {}
    for want in wants:
        if want.id in taken:
            given[taken[want.id]] = given.get(taken[want.id], 0) + want.pieces
    return given


def _worth(taken: Mapping[str, str], wants: Sequence[Want], lots: Sequence[Lot]) -> tuple[int, int]:
    """Give the weight served and, negative, the pieces left in opened lots."""
    given = _given(taken, wants)
    served = sum(want.weight for want in wants if want.id in taken)
    return served, -sum(lot.pieces - given[lot.id] for lot in lots if lot.id in given)


def _verify(taken: Mapping[str, str], wants: Sequence[Want], lots: Sequence[Lot]) -> None:
    there = {lot.id: lot.pieces for lot in lots}
    for lot, pieces in _given(taken, wants).items():
        if pieces > there[lot]:
            raise RuntimeError(f"The assignment takes {pieces} pieces from lot {lot!r}.")
