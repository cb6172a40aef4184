"""What closures do to a plan that does not know them: the time that is new, and whom it hits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tileplan.kernel.words import Text, say
from tileplan.plant.rules import Closed

# Plans count whole minutes: less is no news.
_LEAST = timedelta(minutes=1)


class Way(StrEnum):
    """A way to plan around a closure."""

    REPAIR = "repair"
    STABLE = "stable"
    FREE = "free"


WAY_LABELS: dict[Way, Text] = {
    Way.REPAIR: say("Repair"),
    Way.STABLE: say("Few changes"),
    Way.FREE: say("Best price"),
}
WAY_NOTES: dict[Way, Text] = {
    Way.REPAIR: say("The order on every line stays; only times move."),
    Way.STABLE: say("Lots stay near where they are."),
    Way.FREE: say("Everything that nobody has begun may move."),
}


@dataclass(frozen=True)
class Shut:
    """New time in which a resource does not run, half open, with the reason as it was written."""

    resource: str
    start_at: datetime
    end_at: datetime
    reason: str = ""


@dataclass(frozen=True)
class HitStep:
    """A step of a lot that stands, or is running, where its resource is shut."""

    lot: str
    tile: str
    stage: str
    resource: str
    start_at: datetime
    end_at: datetime
    is_running: bool


@dataclass(frozen=True)
class LateLine:
    """An order line that is later, in minutes, where nobody does anything."""

    ref: str
    before: int
    after: int


@dataclass(frozen=True)
class Hit:
    """What new closures hit in a plan; `late` is None where it was not asked or cannot be told."""

    shut: tuple[Shut, ...]
    steps: tuple[HitStep, ...]
    late: tuple[LateLine, ...] | None

    @property
    def lots(self) -> list[str]:
        """The lots that are hit, in order of time."""
        return list(dict.fromkeys(step.lot for step in self.steps))

    @property
    def fresh(self) -> list[LateLine]:
        """The order lines that would have been in time."""
        return [line for line in self.late or () if not line.before]


def beyond(
    resource: str, closed: Iterable[Closed], known: Sequence[tuple[datetime, datetime]]
) -> list[Shut]:
    """The parts of some closures that a plan has not counted with."""
    found = []
    for one in closed:
        start = one.start_at
        for since, until in sorted(known):
            if until <= start or since >= one.end_at:
                continue
            if since - start >= _LEAST:
                found.append(Shut(resource, start, since, one.reason))
            start = max(start, until)
        if one.end_at - start >= _LEAST:
            found.append(Shut(resource, start, one.end_at, one.reason))
    return found


def is_hit(shut: Iterable[Shut], resource: str, start_at: datetime, end_at: datetime) -> bool:
    """True where a resource is shut during a stretch of time."""
    return any(
        one.resource == resource and one.start_at < end_at and start_at < one.end_at for one in shut
    )
