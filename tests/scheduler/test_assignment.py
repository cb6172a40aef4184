"""Lots in stock to what is wanted: all pieces from one lot, and no lot overdrawn."""

from itertools import product
from random import Random
from time import process_time

import pytest

from scheduler.assignment import Lot, Want, assign


def served(wants, taken) -> int:
    return sum(want.weight for want in wants if want.id in taken)


def drawn(wants, taken) -> dict[str, int]:
    drawn: dict[str, int] = {}
    for want in wants:
        if want.id in taken:
            drawn[taken[want.id]] = drawn.get(taken[want.id], 0) + want.pieces
    return drawn


def left(wants, lots, taken) -> int:
    given = drawn(wants, taken)
    return sum(lot.pieces - given[lot.id] for lot in lots if lot.id in given)


def test_a_want_takes_the_smallest_lot_that_has_it_all():
    lots = [Lot("big", 100), Lot("small", 20), Lot("tiny", 5)]
    assert assign([Want("w", 12, 1)], lots) == {"w": "small"}


def test_a_want_that_no_lot_has_whole_is_not_served_in_part():
    assert assign([Want("w", 12, 1)], [Lot("a", 11), Lot("b", 11)]) == {}


def test_the_weight_served_comes_first():
    wants = [Want("many", 10, 5), Want("one", 6, 4), Want("two", 4, 3)]
    assert assign(wants, [Lot("a", 10)]) == {"one": "a", "two": "a"}


def test_few_remnants_come_next():
    wants = [Want("one", 6, 1), Want("two", 4, 1), Want("three", 5, 1)]
    taken = assign(wants, [Lot("a", 10), Lot("b", 9), Lot("c", 5)])
    assert taken == {"one": "a", "two": "a", "three": "c"}


@pytest.mark.parametrize("nothing", [([], []), ([Want("w", 1, 1)], []), ([], [Lot("a", 1)])])
def test_nothing_comes_of_nothing(nothing):
    assert assign(*nothing) == {}


@pytest.mark.parametrize(
    ("wants", "lots"),
    [
        ([Want("w", 0, 1)], []),
        ([Want("w", 1, -1)], []),
        ([Want("w", 1, 1), Want("w", 2, 1)], []),
        ([], [Lot("a", -1)]),
        ([], [Lot("a", 1), Lot("a", 1)]),
    ],
)
def test_what_makes_no_sense_is_refused(wants, lots):
    with pytest.raises(ValueError, match=r"want|lot"):
        assign(wants, lots)


@pytest.mark.parametrize("seed", range(25))
def test_it_finds_what_brute_force_finds(seed):
    random = Random(seed)
    wants = [Want(f"w{i}", random.randint(1, 9), random.randint(0, 9)) for i in range(5)]
    lots = [Lot(f"l{i}", random.randint(0, 14)) for i in range(3)]
    best = None
    for choice in product([None, *lots], repeat=len(wants)):
        taken = {w.id: lot.id for w, lot in zip(wants, choice, strict=True) if lot}
        sizes = {lot.id: lot.pieces for lot in lots}
        if all(pieces <= sizes[name] for name, pieces in drawn(wants, taken).items()):
            worth = (served(wants, taken), -left(wants, lots, taken))
            best = worth if best is None else max(best, worth)
    taken = assign(wants, lots)
    assert (served(wants, taken), -left(wants, lots, taken)) == best


def test_the_order_given_does_not_matter():
    random = Random(1)
    wants = [Want(f"w{i}", random.randint(1, 30), random.randint(1, 5)) for i in range(40)]
    lots = [Lot(f"l{i}", random.randint(10, 80)) for i in range(6)]
    first = assign(wants, lots)
    random.shuffle(wants)
    random.shuffle(lots)
    assert assign(wants, lots) == first


def test_five_hundred_wants_and_thirty_lots_are_quick_and_never_overdraw():
    random = Random(2)
    wants = [Want(f"w{i}", random.randint(1, 400), random.randint(0, 1000)) for i in range(500)]
    lots = [Lot(f"l{i}", random.randint(50, 3000)) for i in range(30)]
    begun = process_time()
    taken = assign(wants, lots)
    assert process_time() - begun < 20  # about 2 s of one core
    sizes = {lot.id: lot.pieces for lot in lots}
    assert all(pieces <= sizes[name] for name, pieces in drawn(wants, taken).items())
    assert served(wants, taken) > 0.6 * sum(want.weight for want in wants)
