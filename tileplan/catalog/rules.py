"""What may be written down about a tile."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tileplan.kernel.words import Text, say


class SupplyPolicy(StrEnum):
    """Whether a tile is made to stock or to order."""

    TO_STOCK = "MTS"
    TO_ORDER = "MTO"


POLICY_LABELS: dict[SupplyPolicy, Text] = {
    SupplyPolicy.TO_STOCK: say("Made to stock"),
    SupplyPolicy.TO_ORDER: say("Made to order"),
}


@dataclass(frozen=True)
class NewTile:
    """A tile as it is written down; areas in m², sizes in mm, weights in kg, prices per m²."""

    code: str
    name_en: str
    name_zh: str
    width_mm: int
    length_mm: int
    thickness_mm: Decimal
    body: str
    family: str
    finish: str
    glaze: str
    glaze_family: str
    surface: str
    firing_curve: str
    kiln_cycle_minutes: int
    shade_variation: str
    is_rectified: bool
    finishing: str
    pieces_per_box: int
    box_area: Decimal
    box_weight: Decimal
    boxes_per_pallet: int
    list_price: Decimal
    supply_policy: SupplyPolicy
    minimum_run_area: Decimal
    safety_stock_area: Decimal
