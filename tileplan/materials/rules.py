"""What may be written down about materials, and which units turn into which."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tileplan.kernel.errors import Refused
from tileplan.kernel.words import Text, say

# A unit's kind, and how much of the kind's base unit it is.
UNITS: dict[str, tuple[str, Decimal]] = {
    "g": ("mass", Decimal("0.001")),
    "kg": ("mass", Decimal(1)),
    "t": ("mass", Decimal(1000)),
    "pc": ("count", Decimal(1)),
    "l": ("volume", Decimal("0.001")),
    "m3": ("volume", Decimal(1)),
    "kWh": ("energy", Decimal(1)),
    "MWh": ("energy", Decimal(1000)),
    "m": ("length", Decimal(1)),
    "m2": ("area", Decimal(1)),
}

GROUP_LABELS: dict[str, Text] = {
    "body": say("Body"),
    "glaze": say("Glaze"),
    "ink": say("Ink"),
    "packaging": say("Packing material"),
    "finishing": say("Finishing"),
    "energy": say("Energy"),
}


@dataclass(frozen=True)
class NewMaterial:
    """A material; the price is for one `unit`, `order_multiple` 0 means any quantity."""

    code: str
    name_en: str
    name_zh: str
    unit: str
    price: Decimal
    lead_days: int
    safety_days: int
    group: str
    order_multiple: Decimal


@dataclass(frozen=True)
class NewSupplier:
    """Somebody who delivers materials."""

    code: str
    name: str
    payment_days: int


@dataclass(frozen=True)
class NewRecipeLine:
    """What one nominal m² of a tile leaving the kiln takes of a material."""

    tile: str
    material: str
    quantity_per_m2: Decimal
    unit: str


@dataclass(frozen=True)
class NewBatch:
    """A delivery of a material in stock, in `unit`."""

    material: str
    batch: str
    quantity: Decimal
    unit: str
    received_on: date


@dataclass(frozen=True)
class NewDelivery:
    """What a supplier has promised, in `unit`."""

    purchase_order: str
    material: str
    supplier: str
    quantity: Decimal
    unit: str
    expected_on: date


def is_convertible(unit: str, into: str) -> bool:
    """True where both units are known and of one kind."""
    return unit in UNITS and into in UNITS and UNITS[unit][0] == UNITS[into][0]


def convert(quantity: Decimal, unit: str, into: str) -> Decimal:
    """The same quantity in another unit, exactly."""
    if unit == into:
        return quantity
    if not is_convertible(unit, into):
        raise Refused(
            say("%(unit)s cannot be turned into %(into)s.", unit=unit, into=into), field="unit"
        )
    return quantity * UNITS[unit][1] / UNITS[into][1]


def rounded(quantity: Decimal, places: int = 4) -> Decimal:
    """A quantity to the digits in which stock is kept."""
    return quantity.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
