"""The rows of planning runs and their parts, plan versions, planned lots, pegs and operations."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tileplan.catalog.models import Tile
from tileplan.kernel.db import Base, Fixed, Packed
from tileplan.kernel.words import Text
from tileplan.orders.models import OrderItem
from tileplan.planning.rules import Outcome, PlanState, RunState
from tileplan.planning.rules.editing import RunKind, StepKind
from tileplan.planning.rules.wants import reason_of


class Run(Base):
    """One question to the scheduler; the problem is kept, so that every plan can be replayed.

    `served`, `lots` and `refused` account for every piece of the demand that it read: kept from
    stock, to be made, or left out with the reason. `based_on` is the plan published at that time.
    `draft` is the plan that a run improves, where it was not asked for a plan of its own.
    """

    __tablename__ = "run"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[RunKind] = mapped_column(default=RunKind.PLAN)
    draft: Mapped[str | None] = mapped_column(String(20))
    state: Mapped[RunState] = mapped_column(default=RunState.QUEUED)
    seconds: Mapped[int]
    epoch_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(60))
    asked_at: Mapped[datetime]
    job_id: Mapped[int | None]
    problem: Mapped[str | None] = mapped_column(LongText, deferred=True)
    problem_hash: Mapped[str | None] = mapped_column(String(80))
    based_on: Mapped[str | None] = mapped_column(String(20))
    served: Mapped[list[Any]] = mapped_column(default=list)
    lots: Mapped[list[Any]] = mapped_column(default=list)
    refused: Mapped[list[Any]] = mapped_column(default=list)
    progress: Mapped[dict[str, Any]] = mapped_column(default=dict)
    outcome: Mapped[Outcome | None]
    error: Mapped[str | None] = mapped_column(LongText)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def reason(self) -> Text | None:
        """Why the run failed, as a sentence."""
        return reason_of(json.loads(self.error)) if self.error else None


class RunPart(Base):
    """What one group of resources has to do in a run: a problem of its own, solved by its own job.

    A run has parts only where its problem falls apart into several, which share no resource.
    """

    __tablename__ = "run_part"
    __table_args__ = (UniqueConstraint("run_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    position: Mapped[int]
    job_id: Mapped[int] = mapped_column(unique=True)
    problem: Mapped[str] = mapped_column(LongText, deferred=True)
    plan: Mapped[str | None] = mapped_column(LongText, deferred=True)
    outcome: Mapped[Outcome | None]
    error: Mapped[str | None] = mapped_column(LongText)
    progress: Mapped[dict[str, Any]] = mapped_column(default=dict)


class PlanVersion(Base):
    """One answer of the scheduler; immutable once published, and one at most is published.

    A draft is edited step by step: `step` is the position of the one that it shows, and `plan`,
    `price`, `figures` and the rows of its lots are as that step left them. While `replan_id` names
    a run, that run improves it and nobody edits it. `name` is what planners call it; `assumed` is what
    the draft that it was copied from assumed of the plant, and it with it.
    """

    __tablename__ = "plan_version"
    __table_args__ = (
        Index(
            "uq_plan_version_published",
            "state",
            unique=True,
            sqlite_where=text("state = 'published'"),
            postgresql_where=text("state = 'published'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), unique=True)
    state: Mapped[PlanState] = mapped_column(default=PlanState.DRAFT)
    epoch_at: Mapped[datetime]
    plan: Mapped[str] = mapped_column(LongText, deferred=True)
    price: Mapped[dict[str, Any]]
    figures: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    step: Mapped[int] = mapped_column(default=0)
    name: Mapped[str | None] = mapped_column(String(60))
    assumed: Mapped[list[Any]] = mapped_column(default=list)
    replan_id: Mapped[int | None]
    version: Mapped[int] = mapped_column()
    run: Mapped[Run] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}


class PlanStep(Base):
    """One step in the history of a draft, and the draft as it left it; never changed.

    `problem` is what the scheduler was asked, without the planner's `pins` (lot, stage, resource,
    minute); `lots` are the lots as a run keeps them. Both are None where the step before says so.
    """

    __tablename__ = "plan_step"
    __table_args__ = (UniqueConstraint("plan_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan_version.id"))
    position: Mapped[int]
    kind: Mapped[StepKind]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    epoch_at: Mapped[datetime]
    problem: Mapped[str | None] = mapped_column(Packed, deferred=True)
    lots: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True), deferred=True)
    pins: Mapped[list[Any]] = mapped_column(default=list)
    plan: Mapped[str] = mapped_column(Packed, deferred=True)
    price: Mapped[dict[str, Any]]
    figures: Mapped[dict[str, Any]]
    by_name: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]


class FrontierPoint(Base):
    """A plan that a run has found for a draft, with changeovers dearer or cheaper than they are."""

    __tablename__ = "frontier_point"
    __table_args__ = (UniqueConstraint("run_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    position: Mapped[int]
    plan: Mapped[str] = mapped_column(Packed, deferred=True)
    price: Mapped[dict[str, Any]]
    figures: Mapped[dict[str, Any]]


class Presence(Base):
    """Somebody who has a draft open; `seen_at` is when the page last said so."""

    __tablename__ = "plan_presence"
    __table_args__ = (UniqueConstraint("plan_id", "login"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan_version.id"))
    login: Mapped[str] = mapped_column(String(60))
    seen_at: Mapped[datetime]


class PlannedLot(Base):
    """A production lot of one plan version: one tile, one shade to be, pegged to order items.

    `good_pieces` is the grade A that it must yield, `kiln_area` the m² that must leave the kiln.
    """

    __tablename__ = "planned_lot"
    __table_args__ = (
        UniqueConstraint("plan_id", "code"),
        CheckConstraint("good_pieces > 0", name="good_pieces"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan_version.id"), index=True)
    code: Mapped[str] = mapped_column(String(30))
    tile_id: Mapped[int] = mapped_column(ForeignKey("tile.id"), index=True)
    kiln: Mapped[str] = mapped_column(String(30))
    good_pieces: Mapped[int]
    kiln_area: Mapped[Decimal] = mapped_column(Fixed(2))
    due_at: Mapped[datetime | None]
    late_minutes: Mapped[int] = mapped_column(default=0)
    tile: Mapped[Tile] = relationship(lazy="raise_on_sql")
    pegs: Mapped[list["Peg"]] = relationship(lazy="raise_on_sql", order_by="Peg.id")
    operations: Mapped[list["PlannedOperation"]] = relationship(
        lazy="raise_on_sql", order_by="PlannedOperation.start_at"
    )

    @property
    def ended_at(self) -> datetime | None:
        """When the floor finished its last step; None while any is still to be done."""
        ends = [operation.finished_at for operation in self.operations]
        return max((end for end in ends if end), default=None) if all(ends) else None


class Peg(Base):
    """So many pieces of a planned lot are for this order item; without one they are for stock."""

    __tablename__ = "peg"
    __table_args__ = (CheckConstraint("pieces > 0", name="pieces"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("planned_lot.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("order_item.id"), index=True)
    item_ref: Mapped[str] = mapped_column(String(60), index=True)
    pieces: Mapped[int]
    due_at: Mapped[datetime]
    late_minutes: Mapped[int] = mapped_column(default=0)
    lot: Mapped[PlannedLot] = relationship(lazy="raise_on_sql", overlaps="pegs")
    item: Mapped[OrderItem | None] = relationship(lazy="raise_on_sql")


class PlannedOperation(Base):
    """One step of a planned lot on one resource.

    Forming is paced by the kiln: a firing also says from when to when its forming lines run.
    `started_at`, `paused_at` (while it stands still), `stood_minutes` (in pauses that are over) and
    `finished_at` are facts told by the floor.
    """

    __tablename__ = "planned_operation"
    __table_args__ = (
        UniqueConstraint("lot_id", "stage"),
        Index("ix_planned_operation_plan_start", "plan_id", "start_at"),
        CheckConstraint("end_at > start_at", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan_version.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("planned_lot.id"), index=True)
    stage: Mapped[str] = mapped_column(String(30))
    resource: Mapped[str] = mapped_column(String(30))
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    changeover_minutes: Mapped[int] = mapped_column(default=0)
    forming_lines: Mapped[str] = mapped_column(String(120), default="")
    forming_start_at: Mapped[datetime | None]
    forming_end_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    stood_minutes: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    lot: Mapped[PlannedLot] = relationship(lazy="raise_on_sql", overlaps="operations")
