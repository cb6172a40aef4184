"""Money: Decimal with two decimals, rounded half up once, at the line."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tileplan.kernel.errors import Refused
from tileplan.kernel.words import say

CENT = Decimal("0.01")


def line_amount(price_per_m2: Decimal, area: Fraction) -> Decimal:
    """The amount of an order item: its price per m² times its exact area."""
    exact = Fraction(price_per_m2) * area
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(CENT, ROUND_HALF_UP)


def check_decimals(value: Decimal, most: int, *, field: str) -> None:
    """Refuse a number with more decimals than are kept: nothing is rounded behind anybody's back."""
    exponent = value.normalize().as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -most:
        raise Refused(say("At most %(most)s decimals.", most=most), field=field)
