"""The rows of project contracts."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tileplan.catalog.models import Tile
from tileplan.contracts.rules import ContractState
from tileplan.customers.models import Customer
from tileplan.kernel.db import Base, Fixed
from tileplan.kernel.scope import Owned


class Contract(Owned, Base):
    """An agreement to deliver a building site over months; owned by the customer's salesperson."""

    __tablename__ = "contract"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    site: Mapped[str] = mapped_column(String(200))
    signed_on: Mapped[date | None]
    deposit_percent: Mapped[Decimal] = mapped_column(Fixed(2))
    retention_percent: Mapped[Decimal] = mapped_column(Fixed(2))
    late_penalty_per_day: Mapped[Decimal] = mapped_column(Fixed(6))
    late_penalty_cap: Mapped[Decimal] = mapped_column(Fixed(6))
    state: Mapped[ContractState] = mapped_column(default=ContractState.DRAFT)
    version: Mapped[int] = mapped_column()
    customer: Mapped[Customer] = relationship(lazy="raise_on_sql")
    phases: Mapped[list["Phase"]] = relationship(lazy="raise_on_sql", order_by="Phase.position")
    items: Mapped[list["ContractItem"]] = relationship(
        lazy="raise_on_sql", order_by="ContractItem.id"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def agreed_area(self) -> Decimal:
        """m² of everything that is agreed; the items and their tiles must be loaded."""
        return sum((item.tile.packing.area(item.pieces) for item in self.items), Decimal(0))

    @property
    def left_area(self) -> Decimal:
        """m² still to be called off; the items and their tiles must be loaded."""
        return sum((item.tile.packing.area(item.left) for item in self.items), Decimal(0))


class Phase(Base):
    """A building or floor of a site, delivered and shaded as one."""

    __tablename__ = "phase"
    __table_args__ = (UniqueConstraint("contract_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))


class ContractItem(Base):
    """A tile agreed for one phase at a locked price per m²; `called_off` is a stored decision."""

    __tablename__ = "contract_item"
    __table_args__ = (
        UniqueConstraint("phase_id", "tile_id"),
        CheckConstraint(
            "called_off >= 0 AND called_off <= pieces", name="called_off_within_agreed"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    phase_id: Mapped[int] = mapped_column(ForeignKey("phase.id"), index=True)
    tile_id: Mapped[int] = mapped_column(ForeignKey("tile.id"))
    pieces: Mapped[int]
    called_off: Mapped[int] = mapped_column(default=0)
    price: Mapped[Decimal] = mapped_column(Fixed(4))
    phase: Mapped[Phase] = relationship(lazy="raise_on_sql")
    tile: Mapped[Tile] = relationship(lazy="raise_on_sql")

    @property
    def left(self) -> int:
        """Pieces still to be called off."""
        return self.pieces - self.called_off
