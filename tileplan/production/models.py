"""The rows of work orders and of what the floor reports."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tileplan.catalog.models import Tile
from tileplan.kernel.db import Base, Fixed
from tileplan.planning.models import PlannedOperation
from tileplan.production.rules import WorkState


class WorkOrder(Base):
    """One published operation in a supervisor's hands; `line` is the kiln whose crew answers.

    Forming and firing of a lot are one work order: `forming_lines` names the other crew's lines.
    """

    __tablename__ = "work_order"
    __table_args__ = (
        UniqueConstraint("operation_id"),
        Index("ix_work_order_line_state", "line", "state", "start_at"),
        # A machine runs one thing at a time, whoever taps first.
        Index(
            "uq_work_order_running",
            "resource",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    operation_id: Mapped[int] = mapped_column(ForeignKey("planned_operation.id"))
    lot_code: Mapped[str] = mapped_column(String(30), index=True)
    tile_id: Mapped[int] = mapped_column(ForeignKey("tile.id"))
    line: Mapped[str] = mapped_column(String(30))
    stage: Mapped[str] = mapped_column(String(30))
    resource: Mapped[str] = mapped_column(String(30))
    forming_lines: Mapped[str] = mapped_column(String(120), default="")
    planned_area: Mapped[Decimal] = mapped_column(Fixed(2))
    good_pieces: Mapped[int]
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    state: Mapped[WorkState] = mapped_column(default=WorkState.RELEASED)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    tile: Mapped[Tile] = relationship(lazy="raise_on_sql")
    operation: Mapped[PlannedOperation] = relationship(lazy="raise_on_sql")
    reports: Mapped[list["WorkReport"]] = relationship(
        lazy="raise_on_sql", order_by="WorkReport.id"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def forming_at(self) -> datetime | None:
        """When the press and glaze lines are to begin, ahead of the kiln as in the plan.

        A plan that was made since they began says when that was, and nothing of a lead.
        """
        before = self.operation.forming_start_at
        if before is None or self.started_at == self.start_at:
            return None
        return self.start_at - (self.operation.start_at - before)

    @property
    def first_at(self) -> datetime:
        """When the first crew of this work is to begin."""
        return self.forming_at or self.start_at


class WorkReport(Base):
    """What came out of a work order, by grade; shade and calibre are known at sorting only."""

    __tablename__ = "work_report"
    __table_args__ = (CheckConstraint("pieces >= 0", name="pieces"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    work_order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"), index=True)
    grade: Mapped[str] = mapped_column(String(10))
    pieces: Mapped[int]
    shade: Mapped[str] = mapped_column(String(20), default="")
    calibre: Mapped[str] = mapped_column(String(10), default="")
    at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(60))
