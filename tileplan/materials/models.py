"""The rows of raw materials."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tileplan.catalog.models import Tile
from tileplan.kernel.db import Base, Fixed


class Material(Base):
    """A raw material, packing material or energy; prices in the plant's currency per unit."""

    __tablename__ = "material"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(30), unique=True)
    name_en: Mapped[str] = mapped_column(String(120))
    name_zh: Mapped[str] = mapped_column(String(120))
    unit: Mapped[str] = mapped_column(String(10))
    price: Mapped[Decimal] = mapped_column(Fixed(4))
    lead_days: Mapped[int]
    safety_days: Mapped[int]
    group: Mapped[str] = mapped_column(String(40))
    order_multiple: Mapped[Decimal] = mapped_column(Fixed(3))


class Supplier(Base):
    """Somebody who delivers materials."""

    __tablename__ = "supplier"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    payment_days: Mapped[int]


class RecipeLine(Base):
    """What one nominal m² leaving the kiln takes of a material, in `unit`."""

    __tablename__ = "recipe_line"
    __table_args__ = (
        UniqueConstraint("tile_id", "material_id"),
        CheckConstraint("quantity_per_m2 >= 0", name="quantity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tile_id: Mapped[int] = mapped_column(ForeignKey("tile.id"), index=True)
    material_id: Mapped[int] = mapped_column(ForeignKey("material.id"), index=True)
    quantity_per_m2: Mapped[Decimal] = mapped_column(Fixed(8))
    unit: Mapped[str] = mapped_column(String(10))
    tile: Mapped[Tile] = relationship(lazy="raise_on_sql")
    material: Mapped[Material] = relationship(lazy="raise_on_sql")


class MaterialBatch(Base):
    """A delivery of a material in stock, in the material's unit."""

    __tablename__ = "material_batch"
    __table_args__ = (
        UniqueConstraint("material_id", "batch", "received_on"),
        CheckConstraint("quantity >= 0", name="quantity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    material_id: Mapped[int] = mapped_column(ForeignKey("material.id"), index=True)
    batch: Mapped[str] = mapped_column(String(60))
    quantity: Mapped[Decimal] = mapped_column(Fixed(4))
    received_on: Mapped[date]
    material: Mapped[Material] = relationship(lazy="raise_on_sql")


class ExpectedDelivery(Base):
    """What purchasing has told materials to expect, in the material's unit."""

    __tablename__ = "expected_delivery"
    __table_args__ = (
        UniqueConstraint("purchase_order", "material_id"),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    purchase_order: Mapped[str] = mapped_column(String(40))
    material_id: Mapped[int] = mapped_column(ForeignKey("material.id"), index=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"))
    quantity: Mapped[Decimal] = mapped_column(Fixed(4))
    expected_on: Mapped[date]
    material: Mapped[Material] = relationship(lazy="raise_on_sql")
    supplier: Mapped[Supplier] = relationship(lazy="raise_on_sql")
