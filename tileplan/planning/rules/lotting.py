"""Lotting: which order items share a production lot, and how much of it must be made; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from math import ceil

from tileplan.kernel.units import HUNDREDTH, Packing
from tileplan.planning.rules.wants import Peg, Want, due_at, first_due, groups, peg

# Items due within three days share a lot: one shade and one changeover. Measured on the demo plant,
# a week saves a quarter of the changeovers but lets urgent items wait, at half as much again in all.
WINDOW = timedelta(days=3)
# A lot below the tile's minimum run reaches further: early tile for a customer beats surplus tile.
REACH = timedelta(days=10)
# No lot occupies a kiln for longer, so that an urgent lot never waits for more than a day.
LONGEST_HOURS = 24
# Replenishment is asked for so late that it fills gaps between orders and pushes none of them.
REPLENISH_AFTER = timedelta(days=28)
STOCK_REF = "stock"


@dataclass(frozen=True)
class Making:
    """What lotting must know of a tile; `good_share` is grade A packed per m² leaving the kiln."""

    tile_id: int
    packing: Packing
    minimum_run_area: Decimal
    safety_stock_area: Decimal
    good_share: Fraction
    fastest_rate: Decimal

    @property
    def most_pieces(self) -> int:
        """Good pieces of the longest lot that lotting puts together."""
        area = Fraction(self.fastest_rate) * LONGEST_HOURS * self.good_share
        boxes = area / Fraction(self.packing.box_area)
        return int(boxes) * self.packing.pieces_per_box

    @property
    def least_pieces(self) -> int:
        """Good pieces, in whole boxes, of the shortest run that is worth a changeover."""
        return self.packing.pieces_for_area(self.minimum_run_area)


@dataclass(frozen=True)
class Batch:
    """A production lot to be: its pegs, stock included, add up to `good_pieces` exactly."""

    tile_id: int
    good_pieces: int
    kiln_area: Decimal
    pegs: tuple[Peg, ...]


@dataclass
class _Heap:
    """Groups that will share a lot, while it is put together; `spare` is for stock."""

    making: Making
    wants: list[Want] = field(default_factory=list)
    spare: int = 0
    last_due: date | None = None
    begun_on: date | None = None

    @property
    def ordered(self) -> int:
        return sum(want.pieces for want in self.wants)

    @property
    def good_pieces(self) -> int:
        box = self.making.packing.pieces_per_box
        boxed = ceil((self.ordered + self.spare) / box) * box
        return max(boxed, self.making.least_pieces)

    def takes(self, group: Sequence[Want]) -> bool:
        due_on, _ = first_due(group)
        begun_on = self.begun_on or due_on
        wanted = self.ordered + sum(want.pieces for want in group)
        is_short = self.ordered < self.making.least_pieces
        return (
            due_on - begun_on <= (REACH if is_short else WINDOW)
            and wanted <= self.making.most_pieces
        )

    def add(self, group: Sequence[Want]) -> None:
        self.wants.extend(group)
        self.begun_on = self.begun_on or first_due(group)[0]
        self.last_due = max(want.due_on for want in self.wants)


def batches(wants: Iterable[Want], making: Making, *, free: int, today: date) -> list[Batch]:
    """The lots of one tile: groups whole, items whole, due dates near, then what stock lacks.

    `free` counts the grade A pieces nobody has asked for, in stock or coming.
    """
    heaps: list[_Heap] = []
    for group in groups(wants):
        if not heaps or not heaps[-1].takes(group):
            heaps.append(_Heap(making))
        heaps[-1].add(group)
    _replenish(heaps, making, free)
    return [_batch(heap, due_at(today + REPLENISH_AFTER)) for heap in heaps]


def together(wants: Sequence[Want], making: Making) -> Batch:
    """One lot for all of these wants, however far apart they are due."""
    heap = _Heap(making)
    heap.add(wants)
    return _batch(heap, due_at(max(want.due_on for want in wants)))


def refill(making: Making, *, free: int, today: date) -> Batch | None:
    """The lot that brings a tile back above its safety stock; None where it is above."""
    return next(iter(batches((), making, free=free, today=today)), None)


def _replenish(heaps: list[_Heap], making: Making, free: int) -> None:
    """Make what the safety stock lacks by itself, so that it can wait, or with the last lot.

    A run of its own is worth its changeover from the minimum run on.
    """
    coming = sum(heap.good_pieces - heap.ordered for heap in heaps)
    missing = making.packing.pieces_for_area(making.safety_stock_area) - free - coming
    if missing <= 0:
        return
    last = heaps[-1] if heaps else None
    is_worth_a_run = missing >= making.least_pieces
    if last is None or is_worth_a_run or last.good_pieces + missing > making.most_pieces:
        heaps.append(_Heap(making, spare=missing))
        return
    last.spare = last.good_pieces - last.ordered + missing


def _batch(heap: _Heap, stock_due_at: datetime) -> Batch:
    pegs = [peg(want) for want in heap.wants]
    surplus = heap.good_pieces - heap.ordered
    if surplus:
        late = due_at(heap.last_due) if heap.last_due else stock_due_at
        pegs.append(Peg(None, STOCK_REF, surplus, late, None))
    making = heap.making
    return Batch(making.tile_id, heap.good_pieces, kiln_area(heap.good_pieces, making), tuple(pegs))


def kiln_area(good_pieces: int, making: Making) -> Decimal:
    """m² that must leave the kiln for so many good pieces, rounded up to the hundredth."""
    exact = making.packing.exact_area(good_pieces) / making.good_share
    hundredths = ceil(exact * 100)
    return (Decimal(hundredths) / 100).quantize(HUNDREDTH, ROUND_CEILING)


def minutes(area: Decimal, rate: Decimal) -> int:
    """Whole minutes that so many m² of kiln output take at a rate in m² an hour."""
    return max(1, ceil(Fraction(area) / Fraction(rate) * 60))
