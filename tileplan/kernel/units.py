"""Pieces, boxes and m²: pieces are kept, the others are derived exactly and never drift."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil

from tileplan.kernel.errors import Refused
from tileplan.kernel.money import check_decimals
from tileplan.kernel.words import Text, say

HUNDREDTH = Decimal("0.01")
MOST_PIECES = 100_000_000
MOST_DECIMALS = 4


class Unit(StrEnum):
    """The three ways in which a quantity of tile is written down."""

    M2 = "m2"
    BOX = "box"
    PIECE = "piece"


UNIT_LABELS: dict[Unit, Text] = {
    Unit.M2: say("m²"),
    Unit.BOX: say("boxes"),
    Unit.PIECE: say("pieces"),
}


@dataclass(frozen=True)
class Packing:
    """How a tile is packed; `box_area` is m² in a box."""

    pieces_per_box: int
    box_area: Decimal

    def pieces(self, quantity: Decimal, unit: Unit, *, field: str = "quantity") -> int:
        """Whole pieces of an entered quantity; m² that are not whole boxes become whole boxes."""
        if not quantity.is_finite() or quantity <= 0:
            raise Refused(say("The quantity must be more than 0."), field=field)
        check_decimals(quantity, MOST_DECIMALS, field=field)
        if unit is Unit.M2:
            pieces = ceil(Fraction(quantity) / Fraction(self.box_area)) * self.pieces_per_box
        else:
            if quantity != quantity.to_integral_value():
                raise Refused(
                    say(
                        "Boxes and pieces must be whole numbers; enter m² to have them rounded up."
                    ),
                    field=field,
                )
            pieces = int(quantity) * (self.pieces_per_box if unit is Unit.BOX else 1)
        if pieces > MOST_PIECES:
            raise Refused(
                say("The quantity is too large; at most %(most)s pieces.", most=MOST_PIECES),
                field=field,
            )
        return pieces

    def area(self, pieces: int) -> Decimal:
        """m² of so many pieces, to the hundredth for people."""
        exact = self.exact_area(pieces)
        return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(
            HUNDREDTH, ROUND_HALF_UP
        )

    def exact_area(self, pieces: int) -> Fraction:
        """m² of so many pieces, exactly."""
        return Fraction(self.box_area) * pieces / self.pieces_per_box

    def boxes(self, pieces: int) -> tuple[int, int]:
        """Whole boxes and the pieces left over."""
        return divmod(pieces, self.pieces_per_box)

    def pieces_for_area(self, area: Fraction | Decimal) -> int:
        """Pieces, rounded up to whole boxes, that cover an area of 0 or more m²."""
        return ceil(Fraction(area) / Fraction(self.box_area)) * self.pieces_per_box

    def nearest_pieces(self, area: Decimal) -> int:
        """The whole number of pieces nearest to a counted area, as the floor reports it."""
        exact = Fraction(area) / Fraction(self.box_area) * self.pieces_per_box
        return int(exact + Fraction(1, 2))
