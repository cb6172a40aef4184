"""Which items must come out of one lot, and which lots of stock serve them; the rest is made."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tileplan.orders.rules.life import Homogeneity


@dataclass(frozen=True)
class Wanted:
    """Pieces of a tile for one item; `phase_id` only where the phase must be of one shade."""

    ref: str
    tile_id: int
    pieces: int
    phase_id: int | None


@dataclass(frozen=True)
class Earlier:
    """An item of the same phase and tile, confirmed before; `lot_id` is where it is reserved."""

    ref: str
    tile_id: int
    pieces: int
    phase_id: int
    lot_id: int | None
    is_begun: bool


@dataclass(frozen=True)
class Share:
    """Items that must be of one shade: out of one lot, or made together (`lot_id` is None).

    `moved` are earlier items of the phase that leave their lot, so that all stay of one shade.
    """

    wanted: tuple[Wanted, ...]
    lot_id: int | None
    moved: tuple[Earlier, ...] = field(default=())


Fit = Callable[[int, int, Mapping[int, int]], int | None]


def phase_of(homogeneity: Homogeneity, phase_id: int | None) -> int | None:
    """The phase that an item shares its shade with, if it does."""
    return phase_id if homogeneity is Homogeneity.ONE_LOT_PER_PHASE else None


def share_out(
    wanted: Iterable[Wanted],
    earlier: Iterable[Earlier],
    free: Mapping[int, int],
    fit: Fit,
) -> list[Share]:
    """Serve each group from one lot or not at all.

    `free` is free pieces by lot; `fit(tile_id, pieces, free)` chooses a lot for so many pieces.
    """
    left = dict(free)
    return [_serve(group, earlier, left, fit) for group in _groups(wanted)]


def _groups(wanted: Iterable[Wanted]) -> list[tuple[Wanted, ...]]:
    groups: dict[object, list[Wanted]] = {}
    for item in wanted:
        key: object = (item.phase_id, item.tile_id) if item.phase_id else item.ref
        groups.setdefault(key, []).append(item)
    return [tuple(group) for group in groups.values()]


def _serve(
    group: tuple[Wanted, ...], earlier: Iterable[Earlier], left: dict[int, int], fit: Fit
) -> Share:
    """Serve one group, and take what it gets from what is left."""
    first = group[0]
    pieces = sum(item.pieces for item in group)
    siblings = [
        item
        for item in earlier
        if first.phase_id and (item.phase_id, item.tile_id) == (first.phase_id, first.tile_id)
    ]
    if not siblings:
        return Share(group, _take(left, fit(first.tile_id, pieces, left), pieces))
    lots = {item.lot_id for item in siblings}
    if None in lots or any(item.is_begun for item in siblings):
        return Share(group, None)
    (lot_id, *others) = [lot for lot in lots if lot is not None]
    if not others and left.get(lot_id, 0) >= pieces:
        return Share(group, _take(left, lot_id, pieces))
    return _move(group, siblings, pieces, left, fit)


def _move(
    group: tuple[Wanted, ...],
    siblings: Sequence[Earlier],
    pieces: int,
    left: dict[int, int],
    fit: Fit,
) -> Share:
    """Let the earlier items go along, to another lot or into production: one shade for the phase."""
    for item in siblings:
        if item.lot_id is not None:
            left[item.lot_id] = left.get(item.lot_id, 0) + item.pieces
    total = pieces + sum(item.pieces for item in siblings)
    lot_id = _take(left, fit(group[0].tile_id, total, left), total)
    return Share(group, lot_id, tuple(siblings))


def _take(left: dict[int, int], lot_id: int | None, pieces: int) -> int | None:
    if lot_id is not None:
        left[lot_id] -= pieces
    return lot_id
