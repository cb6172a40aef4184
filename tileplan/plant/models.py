"""The rows of the plant: stages, calendars, resources, routes, yields and changeover rules."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tileplan.catalog.models import Tile
from tileplan.kernel.db import Base, Fixed
from tileplan.plant.rules import ClosureKind, WindowKind


class Stage(Base):
    """A step of making tile, in flow order; lags in minutes after the stage before."""

    __tablename__ = "stage"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(30), unique=True)
    position: Mapped[int] = mapped_column(unique=True)
    lag_start_minutes: Mapped[int]
    lag_end_minutes: Mapped[int]
    note: Mapped[str] = mapped_column(String(200), default="")


class Calendar(Base):
    """When a resource works; `version` counts its changes."""

    __tablename__ = "calendar"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    windows: Mapped[list["CalendarWindow"]] = relationship(
        lazy="raise_on_sql", order_by="CalendarWindow.id"
    )


class CalendarWindow(Base):
    """One opening or closure; minutes of the plant's day, 1440 is the next midnight."""

    __tablename__ = "calendar_window"
    __table_args__ = (
        CheckConstraint(
            "from_minute >= 0 AND from_minute < to_minute AND to_minute <= 1440", name="minutes"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id"), index=True)
    kind: Mapped[WindowKind]
    weekday: Mapped[int | None]
    day: Mapped[date | None]
    from_minute: Mapped[int]
    to_minute: Mapped[int]
    reason: Mapped[str] = mapped_column(String(120), default="")


class Resource(Base):
    """A machine or line of one stage; `green_buffer_minutes` is what stands before a kiln."""

    __tablename__ = "resource"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(30), unique=True)
    stage: Mapped[str] = mapped_column(String(30), index=True)
    name: Mapped[str] = mapped_column(String(80))
    rate: Mapped[Decimal | None] = mapped_column(Fixed(4))
    rate_unit: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(String(300), default="")
    green_buffer_minutes: Mapped[int] = mapped_column(default=0)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id"))
    calendar: Mapped[Calendar] = relationship(lazy="raise_on_sql")


class Closure(Base):
    """When one resource does not run beside its calendar: from a moment to a moment, or every week.

    `to_minute` of a weekly one is beyond 1440 where it reaches over midnight; `code` says why a
    resource is down.
    """

    __tablename__ = "closure"
    __table_args__ = (
        CheckConstraint(
            "(weekday IS NULL AND start_at < end_at) OR "
            "(weekday IS NOT NULL AND from_minute < to_minute)",
            name="when",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), index=True)
    kind: Mapped[ClosureKind]
    start_at: Mapped[datetime | None]
    end_at: Mapped[datetime | None]
    weekday: Mapped[int | None]
    from_minute: Mapped[int | None]
    to_minute: Mapped[int | None]
    code: Mapped[str] = mapped_column(String(10), default="")
    note: Mapped[str] = mapped_column(String(120), default="")
    by_name: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    resource: Mapped[Resource] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}


class Route(Base):
    """Who can make what, and how fast: m² of kiln output per hour."""

    __tablename__ = "route"
    __table_args__ = (
        UniqueConstraint("tile_id", "resource_id"),
        CheckConstraint("area_per_hour > 0", name="area_per_hour"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tile_id: Mapped[int] = mapped_column(ForeignKey("tile.id"), index=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), index=True)
    area_per_hour: Mapped[Decimal] = mapped_column(Fixed(4))
    feeds_kiln: Mapped[str] = mapped_column(String(30), default="")
    tile: Mapped[Tile] = relationship(lazy="raise_on_sql")
    resource: Mapped[Resource] = relationship(lazy="raise_on_sql")


class Yield(Base):
    """Good out per in, by stage, and the share of grade A at sorting, of one tile."""

    __tablename__ = "yield"
    __table_args__ = (CheckConstraint("grade_a_share > 0 AND finishing > 0", name="positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tile_id: Mapped[int] = mapped_column(ForeignKey("tile.id"), unique=True)
    forming: Mapped[Decimal] = mapped_column(Fixed(6))
    glazing: Mapped[Decimal] = mapped_column(Fixed(6))
    firing: Mapped[Decimal] = mapped_column(Fixed(6))
    finishing: Mapped[Decimal] = mapped_column(Fixed(6))
    grade_a_share: Mapped[Decimal] = mapped_column(Fixed(6))


class ChangeoverRule(Base):
    """Minutes that a crew needs when an attribute changes from one value to another (or any)."""

    __tablename__ = "changeover_rule"
    __table_args__ = (
        UniqueConstraint("crew", "attribute", "from_value", "to_value"),
        CheckConstraint("minutes >= 0", name="minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    crew: Mapped[str] = mapped_column(String(30))
    attribute: Mapped[str] = mapped_column(String(40))
    from_value: Mapped[str] = mapped_column(String(40))
    to_value: Mapped[str] = mapped_column(String(40))
    minutes: Mapped[int]
