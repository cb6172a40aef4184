"""The rows of tiles."""

from decimal import Decimal

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from tileplan.catalog.rules import SupplyPolicy
from tileplan.kernel.db import Base, Fixed
from tileplan.kernel.units import Packing


class Tile(Base):
    """A tile that can be sold and made; areas in m², sizes in mm, weights in kg."""

    __tablename__ = "tile"
    __table_args__ = (
        CheckConstraint("pieces_per_box > 0", name="pieces_per_box"),
        CheckConstraint("box_area > 0", name="box_area"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name_en: Mapped[str] = mapped_column(String(120))
    name_zh: Mapped[str] = mapped_column(String(120))
    width_mm: Mapped[int]
    length_mm: Mapped[int]
    thickness_mm: Mapped[Decimal] = mapped_column(Fixed(2))
    body: Mapped[str] = mapped_column(String(20))
    family: Mapped[str] = mapped_column(String(60))
    finish: Mapped[str] = mapped_column(String(40))
    glaze: Mapped[str] = mapped_column(String(40))
    glaze_family: Mapped[str] = mapped_column(String(40))
    surface: Mapped[str] = mapped_column(String(40))
    firing_curve: Mapped[str] = mapped_column(String(20))
    kiln_cycle_minutes: Mapped[int]
    shade_variation: Mapped[str] = mapped_column(String(10))
    is_rectified: Mapped[bool]
    finishing: Mapped[str] = mapped_column(String(40))
    pieces_per_box: Mapped[int]
    box_area: Mapped[Decimal] = mapped_column(Fixed(4))
    box_weight: Mapped[Decimal] = mapped_column(Fixed(3))
    boxes_per_pallet: Mapped[int]
    list_price: Mapped[Decimal] = mapped_column(Fixed(4))
    supply_policy: Mapped[SupplyPolicy]
    minimum_run_area: Mapped[Decimal] = mapped_column(Fixed(2))
    safety_stock_area: Mapped[Decimal] = mapped_column(Fixed(2))

    @property
    def packing(self) -> Packing:
        """How this tile is packed, for every conversion of quantities."""
        return Packing(self.pieces_per_box, self.box_area)

    @property
    def format(self) -> str:
        """The trade's name of the size, such as 600x1200."""
        return f"{self.width_mm}x{self.length_mm}"
