"""Why something is as it is or cannot be: kinds with names and minutes, and words made of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

NAMED = 3  # lots named at most


class Kind(StrEnum):
    """What stands in the way; the words are `Reason.sentence`."""

    # Why work does not start sooner.
    RELEASE = "release"  # its material is there at `start`
    BEGINNING = "beginning"  # nothing starts before minute `start`, the epoch
    FROZEN_TIME = "frozen time"  # nothing else starts before `start`
    PIN = "pin"  # it is pinned: `resource` and `start`, where they are
    FROZEN = "frozen"  # it is frozen on `resource` at `start`
    ONLY = "only"  # none but `resource` can do it
    WAITS = "waits"  # ready in `stage` at `start`, it waits for `resource` for `minutes`
    STEP_BEFORE = "step before"  # its own step in `stage` before it ends at `end`
    AHEAD = "ahead"  # `lots` (of `campaign`, if all are) run before it on `resource` until `end`
    QUEUE = "queue"  # the same behind the first stage
    CHANGEOVER = "changeover"  # `resource` changes over for `minutes`
    CLOSED = "closed"  # `resource` is closed from `start` to `end`, the last of `minutes` times
    FIXED_WORK = "fixed work"  # it does not fit before `lots`, fixed on `resource` at `start`
    LEFT_WAITING = "left waiting"  # nothing holds it up for `minutes` but the plan
    TOO_SHORT = "too short"  # even alone in the plant it would end at `end`, `minutes` late
    # Why a wish cannot be granted.
    NOT_ABLE = "not able"  # `resource` cannot do it
    BEYOND = "beyond"  # the minute asked for is more than `minutes` from the epoch
    CONFLICT = "conflict"  # `text`: what is fixed clashes already
    RULE = "rule"  # `text`: the referee's sentence


_WORDS = {
    Kind.RELEASE: "Its material is there only at {start}.",
    Kind.BEGINNING: "Nothing starts before minute {start}.",
    Kind.FROZEN_TIME: "Nothing new starts before {start}: until then the plan is frozen.",
    Kind.FROZEN: "In {stage} it is frozen on {resource} at {start}.",
    Kind.ONLY: "In {stage} only {resource} can do it.",
    Kind.WAITS: "In {stage} it could start at {start} but waits {minutes} minutes on {resource}.",
    Kind.STEP_BEFORE: "Its step before {stage} is under way from {start} to {end}.",
    Kind.CHANGEOVER: "{resource} changes over for {minutes} minutes before it.",
    Kind.FIXED_WORK: "On {resource} it does not fit before {named}, fixed there at {start}.",
    Kind.LEFT_WAITING: "In {stage} nothing on {resource} holds it up for {minutes} minutes.",
    Kind.TOO_SHORT: "Even alone in the plant it would end at {end}, {minutes} minutes late.",
    Kind.NOT_ABLE: "{resource} cannot do {stage} of lot {lot}.",
    Kind.BEYOND: "A start must be from minute -{minutes} to minute {minutes}.",
    Kind.CONFLICT: "{text}",
    Kind.RULE: "{text}",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason about a step of a lot; all times are minutes, and what does not apply is None."""

    kind: Kind
    lot: str
    stage: str | None = None
    resource: str | None = None
    lots: tuple[str, ...] = ()
    campaign: str | None = None
    start: int | None = None
    end: int | None = None
    minutes: int | None = None
    text: str = ""

    @property
    def sentence(self) -> str:
        """The reason in English."""
        if self.kind is Kind.PIN:
            where = f" on {self.resource}" if self.resource else ""
            when = f" at {self.start}" if self.start is not None else ""
            return f"In {self.stage} it is pinned{where}{when}."
        if self.kind in (Kind.AHEAD, Kind.QUEUE):
            whole = f", all of campaign {self.campaign}" if self.campaign else ""
            return f"On {self.resource} {self._named()} run ahead of it until {self.end}{whole}."
        if self.kind is Kind.CLOSED:
            before = (self.minutes or 1) - 1
            often = f" (and {before} times before)" if before else ""
            return f"{self.resource} is closed from {self.start} to {self.end}{often}."
        parts = {name: getattr(self, name) for name in self.__slots__}
        return _WORDS[self.kind].format(named=self._named(), **parts)

    def _named(self) -> str:
        more = len(self.lots) - NAMED
        named = ", ".join(self.lots[-NAMED:])
        return f"{named} and {more} more" if more > 0 else named


def closures(
    off: Iterable[tuple[int, int]], lot: str, stage: str, resource: str, window: tuple[int, int]
) -> list[Reason]:
    """Give the last closure of a resource in a window of minutes, and how many there are."""
    between = [shut for shut in off if shut[0] < window[1] and shut[1] > window[0]]
    if not between:
        return []
    start, end = between[-1]
    times = len(between)
    return [Reason(Kind.CLOSED, lot, stage, resource, start=start, end=end, minutes=times)]
