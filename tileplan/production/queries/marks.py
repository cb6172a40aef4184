"""What sorters choose from when they name a lot, so that nothing need be typed."""

from dataclasses import dataclass

from sqlalchemy import select

from tileplan.kernel.db import session
from tileplan.production.models import WorkOrder
from tileplan.stock.models import Lot

# Where sorted tile goes in a plant that has no lot yet.
FIRST_WAREHOUSE = "WH1"
RECTIFIED = "R"
# Size classes of tile that is not ground to size.
CALIBRES = ("4", "5", "6", "7", "8")
_SHADES = 8


@dataclass(frozen=True)
class LotMarks:
    """The shades this tile had of late, the calibres it can have, and the warehouses."""

    shades: list[str]
    calibres: list[str]
    warehouses: list[str]


def lot_marks(work: WorkOrder) -> LotMarks:
    """Read what a lot of this work order's tile may be named."""
    shades = session.scalars(
        select(Lot.shade)
        .where(Lot.tile_id == work.tile_id)
        .order_by(Lot.received_on.desc(), Lot.id.desc())
        .limit(4 * _SHADES)
    )
    houses = session.scalars(select(Lot.warehouse).distinct().order_by(Lot.warehouse))
    return LotMarks(
        shades=list(dict.fromkeys(shades))[:_SHADES],
        calibres=[RECTIFIED] if work.tile.is_rectified else list(CALIBRES),
        warehouses=list(houses) or [FIRST_WAREHOUSE],
    )
