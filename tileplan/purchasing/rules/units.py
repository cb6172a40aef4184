"""From a recipe's unit to the unit a material is bought in: powers of ten, so always exact."""

from decimal import Decimal

from tileplan.kernel.errors import Refused
from tileplan.kernel.words import say

# What is measured, and the power of ten over its smallest unit.
_UNITS: dict[str, tuple[str, int]] = {
    "mg": ("mass", -3),
    "g": ("mass", 0),
    "kg": ("mass", 3),
    "t": ("mass", 6),
    "ml": ("volume", -3),
    "l": ("volume", 0),
    "m3": ("volume", 3),
    "m³": ("volume", 3),
    "pc": ("count", 0),
    "pcs": ("count", 0),
    "wh": ("energy", 0),
    "kwh": ("energy", 3),
    "mwh": ("energy", 6),
}


def convert(quantity: Decimal, unit: str, to: str) -> Decimal:
    """Say a quantity in another unit of the same measure, exactly; refuse any other pair."""
    if unit == to:
        return quantity
    old, new = _UNITS.get(unit.lower()), _UNITS.get(to.lower())
    if old is None or new is None or old[0] != new[0]:
        raise Refused(
            say(
                "The recipe says %(unit)s, the material is kept in %(to)s, and nobody knows how "
                "many %(to)s one %(unit)s is. Write both in units of one measure.",
                unit=unit,
                to=to,
            )
        )
    return quantity.scaleb(old[1] - new[1])
