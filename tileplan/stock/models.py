"""The rows of finished lots, their movements and reservations; all quantities in whole pieces."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tileplan.catalog.models import Tile
from tileplan.kernel.db import Base


class Lot(Base):
    """Tiles of one shade and calibre that may be laid together."""

    __tablename__ = "lot"
    __table_args__ = (
        UniqueConstraint("tile_id", "grade", "shade", "calibre", "warehouse"),
        CheckConstraint("reserved >= 0 AND reserved <= on_hand", name="reserved_within_on_hand"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tile_id: Mapped[int] = mapped_column(ForeignKey("tile.id"), index=True)
    grade: Mapped[str] = mapped_column(String(10))
    shade: Mapped[str] = mapped_column(String(20))
    calibre: Mapped[str] = mapped_column(String(10))
    warehouse: Mapped[str] = mapped_column(String(20))
    on_hand: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)
    received_on: Mapped[date]
    tile: Mapped[Tile] = relationship(lazy="raise_on_sql")

    @property
    def free(self) -> int:
        """Pieces that nobody has reserved."""
        return self.on_hand - self.reserved


class Movement(Base):
    """Pieces that came into or went out of a lot; never changed, only reversed."""

    __tablename__ = "movement"
    __table_args__ = (UniqueConstraint("reference"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    pieces: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str] = mapped_column(String(160))
    at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(60))


class ReservationState(StrEnum):
    """Whether a reservation still holds pieces."""

    OPEN = "open"
    RELEASED = "released"


class Reservation(Base):
    """Pieces of one lot kept for one order item, known by its reference such as SO-00001/2."""

    __tablename__ = "reservation"
    __table_args__ = (
        CheckConstraint("pieces > 0", name="pieces"),
        # One open reservation for an item: it comes from one lot or not at all.
        Index(
            "uq_reservation_open_item",
            "item_ref",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    item_ref: Mapped[str] = mapped_column(String(60), index=True)
    pieces: Mapped[int]
    state: Mapped[ReservationState] = mapped_column(default=ReservationState.OPEN)
    at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    lot: Mapped[Lot] = relationship(lazy="raise_on_sql")
