"""When a lot takes which material: at the stage that consumes it, spread over the stage's time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

# Body is milled, kept as slip, spray-dried and aged before it is pressed: two days at least.
BODY_AHEAD = timedelta(days=2)
# Glaze and ink stand mixed, sieved and adjusted before the glaze line begins.
GLAZE_AHEAD = timedelta(hours=4)
ENERGY = "energy"

_GRAIN = Decimal("0.000001")


@dataclass(frozen=True)
class Window:
    """From when to when a stage of a lot works."""

    start_at: datetime
    end_at: datetime

    def earlier_by(self, ahead: timedelta) -> "Window":
        """Give the same window so much earlier."""
        return Window(self.start_at - ahead, self.end_at - ahead)


@dataclass(frozen=True)
class Windows:
    """When the stages of one lot work; a lot that is not finished has no finishing."""

    forming: Window
    firing: Window
    finishing: Window | None
    sorting: Window


def taken(group: str, windows: Windows) -> Window:
    """Say when a material of this group is taken; an unknown group with the body, on the safe side."""
    times: Mapping[str, Window] = {
        "glaze": windows.forming.earlier_by(GLAZE_AHEAD),
        "ink": windows.forming.earlier_by(GLAZE_AHEAD),
        ENERGY: windows.firing,
        "finishing": windows.finishing or Window(windows.firing.end_at, windows.firing.end_at),
        "packaging": windows.sorting,
    }
    return times.get(group) or windows.forming.earlier_by(BODY_AHEAD)


def spread(quantity: Decimal, window: Window, zone: ZoneInfo) -> dict[date, Decimal]:
    """Share a quantity among the plant's days by the time in each; the shares sum up exactly."""
    start, end = window.start_at.astimezone(zone), window.end_at.astimezone(zone)
    whole = (end - start).total_seconds()
    if whole <= 0:
        return {start.date(): quantity}
    shares: dict[date, Decimal] = {}
    given = Decimal(0)
    at = start
    while at < end:
        midnight = datetime(at.year, at.month, at.day, tzinfo=zone) + timedelta(days=1)
        until = min(midnight, end)
        passed = Decimal(int((until - start).total_seconds())) / Decimal(int(whole))
        upto = quantity if until == end else (quantity * passed).quantize(_GRAIN)
        shares[at.date()] = upto - given
        given, at = upto, until
    return shares
