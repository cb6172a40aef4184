"""Pieces, boxes and m² never drift."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tileplan.kernel.errors import Refused
from tileplan.kernel.units import Packing, Unit

BOX = Packing(4, Decimal("1.44"))


@pytest.mark.parametrize(
    ("quantity", "unit", "pieces"),
    [
        ("1.44", Unit.M2, 4),
        ("1.45", Unit.M2, 8),
        ("653.76", Unit.M2, 1816),
        ("9", Unit.BOX, 36),
        ("7", Unit.PIECE, 7),
        ("0.01", Unit.M2, 4),
    ],
)
def test_quantities_become_whole_pieces_and_only_m2_round_up_to_boxes(quantity, unit, pieces):
    assert BOX.pieces(Decimal(quantity), unit) == pieces


@pytest.mark.parametrize("quantity", ["0", "-1", "NaN", "Infinity", "1e30"])
@pytest.mark.parametrize("unit", list(Unit))
def test_nonsense_quantities_are_refused_beside_their_field(quantity, unit):
    with pytest.raises(Refused) as refusal:
        BOX.pieces(Decimal(quantity), unit, field="amount")
    assert refusal.value.field == "amount"


@pytest.mark.parametrize("unit", [Unit.BOX, Unit.PIECE])
def test_half_boxes_and_half_pieces_are_refused(unit):
    with pytest.raises(Refused):
        BOX.pieces(Decimal("1.5"), unit)


@given(st.integers(1, 10**7), st.integers(1, 40), st.integers(1, 99999))
def test_an_area_shown_for_whole_boxes_leads_back_to_the_same_boxes(boxes, per_box, area):
    packing = Packing(per_box, Decimal(area) / 10000)
    pieces = boxes * per_box
    exact = packing.exact_area(pieces)
    assert packing.pieces_for_area(exact) == pieces
    assert packing.boxes(pieces) == (boxes, 0)


def test_a_box_area_that_no_decimal_divides_still_adds_up():
    thirds = Packing(3, Decimal(1))
    assert sum(thirds.exact_area(1) for _ in range(3)) == 1
