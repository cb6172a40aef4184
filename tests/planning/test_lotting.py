"""Lotting and gross-up: shared lots, never split, exact to the piece."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tileplan.kernel.units import Packing
from tileplan.planning.rules import lotting
from tileplan.planning.rules.lotting import LONGEST_HOURS, REACH, WINDOW, Making
from tileplan.planning.rules.wants import Want, due_at

TODAY = date(2026, 11, 23)
PACKING = Packing(4, Decimal("1.44"))


def making(*, run: int = 0, safety: int = 0, rate: int = 600) -> Making:
    return Making(
        tile_id=7,
        packing=PACKING,
        minimum_run_area=Decimal(run),
        safety_stock_area=Decimal(safety),
        good_share=Fraction("0.96"),
        fastest_rate=Decimal(rate),
    )


def want(number: int, pieces: int, in_days: int = 10, group: str = "", priority: int = 3) -> Want:
    ref = f"SO-{number:05d}/1"
    due_on = TODAY + timedelta(days=in_days)
    return Want(number, ref, 7, pieces, due_on, priority, group or ref)


def lots(*wants: Want, facts: Making | None = None, free: int = 0) -> list[lotting.Batch]:
    return lotting.batches(wants, facts or making(), free=free, today=TODAY)


def refs(batch: lotting.Batch) -> set[str]:
    return {peg.ref for peg in batch.pegs if peg.item_id}


def test_items_due_within_the_window_share_a_lot() -> None:
    one, other = want(1, 40, 10), want(2, 80, 10 + WINDOW.days)
    (batch,) = lots(one, other)
    assert refs(batch) == {one.ref, other.ref}
    assert batch.good_pieces == 120


def test_an_item_due_after_the_window_gets_a_lot_of_its_own() -> None:
    assert len(lots(want(1, 40, 10), want(2, 80, 11 + WINDOW.days))) == 2


def test_a_lot_below_the_minimum_run_reaches_further_before_it_makes_surplus() -> None:
    facts = making(run=144)
    (batch,) = lots(want(1, 40, 10), want(2, 360, 10 + REACH.days), facts=facts)
    assert batch.good_pieces == 400
    assert len(lots(want(1, 40, 10), want(2, 360, 11 + REACH.days), facts=facts)) == 2


def test_a_small_lot_is_made_as_large_as_the_minimum_run_and_the_surplus_is_for_stock() -> None:
    (batch,) = lots(want(1, 40), facts=making(run=144))
    assert batch.good_pieces == 400
    assert [(peg.item_id, peg.pieces) for peg in batch.pegs] == [(1, 40), (None, 360)]
    surplus = batch.pegs[-1]
    assert surplus.due_at == batch.pegs[0].due_at
    assert surplus.priority is None


def test_loose_pieces_are_rounded_up_to_whole_boxes() -> None:
    (batch,) = lots(want(1, 41))
    assert batch.good_pieces == 44
    assert sum(peg.pieces for peg in batch.pegs) == 44


def test_a_phase_is_one_lot_however_far_apart_its_dates_are() -> None:
    (batch,) = lots(want(1, 40, 5, "phase 1"), want(2, 40, 60, "phase 1"))
    assert refs(batch) == {"SO-00001/1", "SO-00002/1"}


def test_a_full_lot_takes_no_more() -> None:
    most = making().most_pieces
    first, second = lots(want(1, most, 10), want(2, 4, 10))
    assert first.good_pieces == most
    assert second.good_pieces == 4


def test_an_item_longer_than_the_longest_lot_is_not_split() -> None:
    pieces = making().most_pieces + 4000
    (batch,) = lots(want(1, pieces))
    assert [(peg.item_id, peg.pieces) for peg in batch.pegs] == [(1, pieces)]


def test_the_longest_lot_fills_a_kiln_for_so_many_hours() -> None:
    (batch,) = lots(want(1, making().most_pieces))
    hours = lotting.minutes(batch.kiln_area, Decimal(600)) / 60
    assert LONGEST_HOURS - 0.1 < hours <= LONGEST_HOURS + 0.1


def test_a_lot_is_grossed_up_by_what_finishing_and_grading_lose() -> None:
    facts = making()
    assert lotting.kiln_area(400, facts) == Decimal("150.00")
    assert lotting.kiln_area(4, facts) == Decimal("1.50")
    assert lotting.kiln_area(1, facts) == Decimal("0.38")  # 0.375, rounded up


@pytest.mark.parametrize(
    ("area", "rate", "minutes"),
    [("600", "600", 60), ("600.01", "600", 61), ("0.01", "600", 1), ("1000", "644", 94)],
)
def test_minutes_are_rounded_up(area: str, rate: str, minutes: int) -> None:
    assert lotting.minutes(Decimal(area), Decimal(rate)) == minutes


def test_stock_below_its_safety_is_replenished_late_and_by_itself() -> None:
    (batch,) = lots(facts=making(safety=288, run=144), free=400)
    assert batch.good_pieces == 400
    (peg,) = batch.pegs
    assert peg.item_id is None
    assert peg.due_at == due_at(TODAY + lotting.REPLENISH_AFTER)


def test_stock_at_its_safety_is_left_alone() -> None:
    assert lots(facts=making(safety=144), free=400) == []


def test_replenishment_below_a_minimum_run_goes_along_with_the_last_lot_of_the_tile() -> None:
    (batch,) = lots(want(1, 1200), facts=making(safety=144, run=288))
    assert batch.good_pieces == 1600


def test_replenishment_worth_a_run_is_a_lot_that_can_wait() -> None:
    first, second = lots(want(1, 1200), facts=making(safety=144, run=144))
    assert (first.good_pieces, second.good_pieces) == (1200, 400)
    assert refs(second) == set()


def test_surplus_counts_as_replenishment() -> None:
    (batch,) = lots(want(1, 40), facts=making(run=144, safety=72), free=0)
    assert batch.good_pieces == 400


def test_nothing_wanted_yields_nothing() -> None:
    assert lots() == []


WANTS = st.lists(
    st.builds(
        lambda number, pieces, days, group: (number, pieces, days, group),
        st.integers(1, 10**6),
        st.integers(1, 30_000),
        st.integers(-5, 60),
        st.sampled_from(["", "", "phase 1", "phase 2"]),
    ),
    unique_by=lambda row: row[0],
    max_size=40,
)


@given(WANTS, st.sampled_from([0, 3000]), st.sampled_from([0, 5000]), st.integers(0, 20_000))
def test_every_piece_is_in_exactly_one_lot_and_no_group_is_split(
    rows: list[tuple[int, int, int, str]], run: int, safety: int, free: int
) -> None:
    wants = [want(*row) for row in rows]
    facts = making(run=run, safety=safety)
    batches = lotting.batches(wants, facts, free=free, today=TODAY)
    pegged = {peg.ref: peg.pieces for batch in batches for peg in batch.pegs if peg.item_id}
    assert sum(len(refs(batch)) for batch in batches) == len(wants)
    assert pegged == {want.ref: want.pieces for want in wants}
    for batch in batches:
        assert sum(peg.pieces for peg in batch.pegs) == batch.good_pieces
        assert batch.good_pieces % PACKING.pieces_per_box == 0
        assert batch.good_pieces >= facts.least_pieces
        assert Fraction(batch.kiln_area) * facts.good_share >= PACKING.exact_area(batch.good_pieces)
    for group in {want.group for want in wants}:
        members = {want.ref for want in wants if want.group == group}
        assert any(members <= refs(batch) for batch in batches)


@given(WANTS, st.sampled_from([0, 3000]), st.sampled_from([0, 5000]))
def test_after_a_plan_the_safety_stock_is_covered(
    rows: list[tuple[int, int, int, str]], run: int, safety: int
) -> None:
    facts = making(run=run, safety=safety)
    batches = lotting.batches([want(*row) for row in rows], facts, free=0, today=TODAY)
    spare = sum(peg.pieces for batch in batches for peg in batch.pegs if not peg.item_id)
    assert PACKING.exact_area(spare) >= safety


@given(st.permutations(range(8)))
def test_the_order_of_reading_changes_no_lot(order: list[int]) -> None:
    wants = [want(number, 40 + 400 * number, number % 5 * 4) for number in range(1, 9)]
    assert lots(*(wants[index] for index in order)) == lots(*wants)
