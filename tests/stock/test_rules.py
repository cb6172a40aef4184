"""Which lot an order item is served from."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from tileplan.kernel.errors import Refused
from tileplan.kernel.units import Packing
from tileplan.stock import rules


@dataclass
class Heap:
    id: int
    free: int
    received_on: date = date(2026, 10, 1)


def chosen(pieces, *lots, remnant=84):
    found = rules.best_fit(lots, pieces, remnant)
    return found and found.id


def test_the_smallest_lot_that_serves_is_taken():
    assert chosen(100, Heap(1, 900), Heap(2, 400), Heap(3, 99)) == 2


def test_a_lot_that_is_used_up_is_better_than_a_remnant():
    assert chosen(100, Heap(1, 900), Heap(2, 100)) == 2


def test_a_lot_that_would_be_left_with_a_useless_remnant_is_passed_over():
    assert chosen(100, Heap(1, 101), Heap(2, 900)) == 2
    assert chosen(100, Heap(1, 184), Heap(2, 900)) == 1


def test_a_useless_remnant_is_still_better_than_making_the_tile_anew():
    assert chosen(100, Heap(1, 101), Heap(2, 120)) == 1


def test_of_equal_lots_the_oldest_is_taken():
    assert chosen(100, Heap(1, 400), Heap(2, 400, date(2026, 9, 1))) == 2
    assert chosen(100, Heap(2, 400), Heap(1, 400)) == 1


def test_an_item_is_never_split_over_two_lots():
    assert chosen(100, Heap(1, 60), Heap(2, 60)) is None


def test_a_useful_remnant_is_a_pallet_or_thirty_square_metres_whichever_is_less():
    packing = Packing(4, Decimal("1.44"))
    assert rules.useful_remnant(packing, 40) == 84
    assert rules.useful_remnant(packing, 10) == 40


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (("", "S1", "R", "WH1", 4), "grade"),
        (("A", " ", "R", "WH1", 4), "shade"),
        (("A", "S1", "", "WH1", 4), "calibre"),
        (("A", "S1", "R", "", 4), "warehouse"),
        (("A", "S" * 21, "R", "WH1", 4), "shade"),
        (("A", "S1", "R", "WH1", 0), "pieces"),
        (("A", "S1", "R", "WH1", -4), "pieces"),
        (("A", "S1", "R", "WH1", 10**9), "pieces"),
    ],
)
def test_a_receipt_that_nobody_could_find_again_is_refused(values, field):
    with pytest.raises(Refused) as refusal:
        rules.check_receipt(*values)
    assert refusal.value.field == field
