"""The frozen question asked of the scheduler: tileplan-problem/1 (minutes from `epoch`, cents)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

FORMAT = "tileplan-problem/1"


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong with a problem: a path-like place, and what is wrong and how to mend it."""

    place: str
    message: str

    def __str__(self) -> str:
        """Give the flaw as one line."""
        return f"{self.place}: {self.message}"


class InvalidProblem(ValueError):
    """The problem cannot be planned as it is written; `flaws` has every reason at once."""

    def __init__(self, flaws: tuple[Flaw, ...]) -> None:
        """Keep the flaws, and say them all in the message."""
        super().__init__("\n".join(map(str, flaws)))
        self.flaws = flaws


def merged(windows: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Join [start, end) windows that touch or overlap, drop empty ones, and sort the rest."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(window for window in windows if window[0] < window[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Closures as [start, end) minutes; on a resumable one work pauses, else it may not span."""

    off: tuple[tuple[int, int], ...]
    resumable: bool

    def __post_init__(self) -> None:
        """Merge the windows once, so that nobody meets two that touch."""
        object.__setattr__(self, "off", merged(self.off))


@dataclass(frozen=True, slots=True)
class Changeovers:
    """Minutes from family to family (`minutes[from][to]`), and for another tile where that is 0."""

    families: tuple[str, ...]
    minutes: tuple[tuple[int, ...], ...]
    tile_change: int
    cents_per_minute: int


@dataclass(frozen=True, slots=True)
class Resource:
    """One machine of one stage, with what stands on it at minute 0."""

    id: str
    stage: str
    calendar: str
    changeover: str
    last_family: int
    last_tile: str | None
    idle_cents_per_minute: int
    last_campaign: str | None = None
    last_campaign_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Option:
    """A resource that can do a step, and its working minutes there."""

    resource: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Step:
    """A lot's work in one stage; the lags count from the step before (none for the first)."""

    stage: str
    family: int
    lag_start: int
    lag_end: int
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Peg:
    """The order a part of the lot is for: m², due minute, cents for each minute late."""

    order: str
    m2: int
    due: int
    cents_per_minute_late: int


@dataclass(frozen=True, slots=True)
class Lot:
    """Tiles of one shade, made together: steps in stage order, pegs in any order."""

    id: str
    tile: str
    m2: int
    release: int
    campaign: str
    steps: tuple[Step, ...]
    pegs: tuple[Peg, ...]


@dataclass(frozen=True, slots=True)
class Campaigns:
    """The least minutes a campaign should last in a stage, and the price of each one missing."""

    stage: str
    min_minutes: int
    cents_per_minute: int


@dataclass(frozen=True, slots=True)
class Pin:
    """What a planner has decided for one operation: its resource, its start, or both."""

    lot: str
    stage: str
    resource: str | None = None
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """An operation of the plan that the floor works by now."""

    lot: str
    stage: str
    resource: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Stability:
    """What it costs to depart from the published plan."""

    cents_per_resource_change: int
    cents_per_minute_moved: int
    tolerance_minutes: int


@dataclass(frozen=True, slots=True)
class Problem:
    """A whole problem; `reading.read_problem` makes one from JSON and refuses a faulty one."""

    name: str
    epoch: str
    horizon: int
    stages: tuple[str, ...]
    calendars: Mapping[str, Calendar]
    changeovers: Mapping[str, Changeovers]
    resources: tuple[Resource, ...]
    lots: tuple[Lot, ...]
    campaigns: Campaigns
    holding_cents_per_m2_day: int
    frozen_until: int = 0
    pins: tuple[Pin, ...] = ()
    published: tuple[Published, ...] = ()
    stability: Stability = Stability(0, 0, 0)
    makespan_cents_per_minute: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Give the problem as the JSON object that `reading.read_problem` reads back as equal."""
        row = {"format": FORMAT, **asdict(self)}
        for some in (*row["resources"], *row["pins"]):
            for key in ("last_campaign", "resource", "start"):
                if some.get(key, 0) is None:
                    del some[key]
        if not self.makespan_cents_per_minute:
            del row["makespan_cents_per_minute"]
        return row

    def to_json(self) -> str:
        """Give the problem as one line of JSON with sorted keys: equal problems, equal text."""
        return json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"))

    def content_hash(self) -> str:
        """Give the SHA-256 (hex) of `to_json`: equal problems have equal hashes."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()
