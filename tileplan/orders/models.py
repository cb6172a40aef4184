"""The rows of orders and their items."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tileplan.accounts.models import User
from tileplan.catalog.models import Tile
from tileplan.contracts.models import Contract, Phase
from tileplan.customers.models import Customer
from tileplan.kernel.db import Base, Fixed
from tileplan.kernel.money import line_amount
from tileplan.kernel.scope import Owned
from tileplan.kernel.units import Unit
from tileplan.orders.rules import Homogeneity, OrderKind, OrderState


class Order(Owned, Base):
    """What a customer wants; a walk-in has a name but no customer row."""

    __tablename__ = "order"
    __table_args__ = (Index("ix_order_state_id", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[OrderKind]
    state: Mapped[OrderState] = mapped_column(default=OrderState.DRAFT)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    customer_name: Mapped[str] = mapped_column(String(160))
    phone: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    region: Mapped[str] = mapped_column(String(20))
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"), index=True)
    ordered_on: Mapped[date]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column()
    customer: Mapped[Customer | None] = relationship(lazy="raise_on_sql")
    contract: Mapped[Contract | None] = relationship(lazy="raise_on_sql")
    owner: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys="Order.owner_id")
    items: Mapped[list["OrderItem"]] = relationship(
        lazy="raise_on_sql", order_by="OrderItem.position", back_populates="order"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def amount(self) -> Decimal:
        """What the order comes to; items and tiles must be loaded."""
        return sum((item.amount for item in self.items), Decimal(0))

    @property
    def area(self) -> Decimal:
        """m² of all items; items and tiles must be loaded."""
        return sum((item.tile.packing.area(item.pieces) for item in self.items), Decimal(0))

    @property
    def first_due_on(self) -> date | None:
        """The earliest due date; items must be loaded."""
        return min((item.due_on for item in self.items), default=None)


class OrderItem(Base):
    """One tile of an order: whole pieces, one due date, one shade.

    `started_at` and `finished_at` are facts told by the floor; `quantity` and `unit` are as entered;
    `region` is where the item goes, if not where the order goes.
    """

    __tablename__ = "order_item"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        CheckConstraint("pieces > 0", name="pieces"),
        CheckConstraint("price >= 0", name="price"),
        Index("ix_order_item_tile_due", "tile_id", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    position: Mapped[int]
    tile_id: Mapped[int] = mapped_column(ForeignKey("tile.id"))
    phase_id: Mapped[int | None] = mapped_column(ForeignKey("phase.id"), index=True)
    pieces: Mapped[int]
    quantity: Mapped[Decimal] = mapped_column(Fixed(4))
    unit: Mapped[Unit]
    price: Mapped[Decimal] = mapped_column(Fixed(4))
    due_on: Mapped[date]
    homogeneity: Mapped[Homogeneity]
    priority: Mapped[int]
    region: Mapped[str] = mapped_column(String(20), default="")
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    order: Mapped[Order] = relationship(lazy="raise_on_sql", back_populates="items")
    tile: Mapped[Tile] = relationship(lazy="raise_on_sql")
    phase: Mapped[Phase | None] = relationship(lazy="raise_on_sql")

    @property
    def ref(self) -> str:
        """The item's name in stock, plan and floor, such as SO-00001/2; the order must be loaded."""
        return f"{self.order.number}/{self.position}"

    @property
    def amount(self) -> Decimal:
        """Price per m² times the exact area; the tile must be loaded."""
        return line_amount(self.price, self.tile.packing.exact_area(self.pieces))
