"""What may be written down about a plant: frozen values that the service keeps."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tileplan.plant.rules.calendars import WindowKind


class StageCode(StrEnum):
    """The stages that planning knows by name; a plant may have others, such as spray drying."""

    FORMING = "forming"
    FIRING = "firing"
    FINISHING = "finishing"
    SORTING = "sorting"


@dataclass(frozen=True)
class NewStage:
    """A step of making tile; lags in minutes after the stage before."""

    code: str
    position: int
    lag_start_minutes: int
    lag_end_minutes: int
    note: str = ""


@dataclass(frozen=True)
class NewWindow:
    """One row of a calendar; `weekday` or `day` says when, minutes are of the plant's day."""

    calendar: str
    kind: WindowKind
    weekday: int | None
    day: date | None
    from_minute: int
    to_minute: int
    reason: str = ""


@dataclass(frozen=True)
class NewResource:
    """A machine or line; `calendar` is a calendar's code."""

    code: str
    stage: str
    name: str
    rate: Decimal | None
    rate_unit: str
    note: str
    green_buffer_minutes: int
    calendar: str


@dataclass(frozen=True)
class NewRoute:
    """Who can make a tile, and how fast: m² of kiln output per hour."""

    tile: str
    resource: str
    area_per_hour: Decimal
    feeds_kiln: str = ""


@dataclass(frozen=True)
class NewYield:
    """Good out per in of one tile, by stage."""

    tile: str
    forming: Decimal
    glazing: Decimal
    firing: Decimal
    finishing: Decimal
    grade_a_share: Decimal


@dataclass(frozen=True)
class NewRule:
    """A changeover rule of one crew."""

    crew: str
    attribute: str
    from_value: str
    to_value: str
    minutes: int
