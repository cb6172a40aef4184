"""The published plan's sequences: where a replan starts, since every departure from it is priced."""

from collections.abc import Sequence

from scheduler.problem import Published
from scheduler.shop import Shop


def former_sequences(shop: Shop, dispatched: Sequence[Sequence[int]]) -> list[list[int]] | None:
    """Give the kilns' sequences as published, new lots behind, on the kiln dispatch gave them.

    None where nothing was published for the kilns.
    """
    stood = [(lot, shop.jobs[lot].tasks[0].published) for lot in shop.free_leads()]
    rows = [(lot, row) for lot, row in stood if row is not None and _still_fits(shop, lot, row)]
    if not rows:
        return None
    sequences: list[list[int]] = [[] for _ in shop.machines]
    for lot, row in sorted(rows, key=lambda entry: (entry[1].start, entry[0])):
        sequences[_machine(shop, row)].append(lot)
    known = {lot for lot, _ in rows}
    for sequence, before in zip(sequences, dispatched, strict=True):
        sequence += [lot for lot in before if lot not in known]
    return sequences


def _machine(shop: Shop, row: Published) -> int:
    found = (one.index for one in shop.machines if one.resource.id == row.resource)
    return next(found, -1)


def _still_fits(shop: Shop, lot: int, row: Published) -> bool:
    return _machine(shop, row) in shop.jobs[lot].tasks[0].options
