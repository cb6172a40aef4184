"""How far an order item is, in plain words: pure values in, the steps of its journey out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from tileplan.kernel.words import Text, say
from tileplan.planning.rules.wants import days_late, ready_on


class Progress(StrEnum):
    """Whether a step is behind us, under way, or ahead."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"


@dataclass(frozen=True)
class Work:
    """One stage of the item's lot: as planned, and what the floor has told."""

    stage: str
    start_at: datetime
    end_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True)
class Facts:
    """What is known of an order item; `works` in stage order, `shade` of what is kept for it.

    Its `area` in m² is made, kept and missing as a whole: an item is one shade.
    """

    ordered_on: date
    is_draft: bool
    is_cancelled: bool
    is_reviewed: bool
    is_confirmed: bool
    reviewed_at: datetime | None
    due_on: date
    area: Decimal
    started_at: datetime | None
    finished_at: datetime | None
    shade: str
    works: Sequence[Work]

    @property
    def is_over(self) -> bool:
        """True where every stage of the item's lot has ended: no more tile comes of it."""
        return bool(self.works) and all(work.finished_at for work in self.works)


@dataclass(frozen=True)
class Step:
    """A step of the journey; `is_actual` says that the times are facts, not the plan."""

    label: Text
    progress: Progress
    from_at: datetime | None = None
    until_at: datetime | None = None
    on: date | None = None
    is_actual: bool = False
    note: Text | None = None


@dataclass(frozen=True)
class Journey:
    """The steps of one item, when it is ready, by how many days it is late, whether tile lacks."""

    steps: list[Step]
    headline: Text
    ready_on: date | None
    is_ready: bool
    days_late: int
    is_short: bool = False


_WAITS = say("Reviewed; waiting for the customer's confirmation")
_LABELS: dict[str, Text] = {
    "firing": say("Firing"),
    "finishing": say("Finishing"),
    "sorting": say("Sorting, packing"),
}


def journey(facts: Facts, *, now: datetime, zone: ZoneInfo) -> Journey:
    """Tell the whole journey of one item."""
    begin = [Step(say("Ordered"), Progress.DONE, on=facts.ordered_on, is_actual=True)]
    if facts.is_cancelled:
        return Journey(begin, say("Cancelled"), None, is_ready=False, days_late=0)
    steps = [*begin, _review(facts)]
    if not facts.is_confirmed:
        return _told(steps, _undecided(facts))
    is_begun = facts.started_at is not None and not facts.is_over
    if facts.shade and facts.finished_at is None and not is_begun:
        return _from_stock(steps, facts)
    if facts.finished_at:
        return _made(steps, facts, facts.finished_at)
    if facts.works and not facts.is_over:
        return _planned(steps, facts, now)
    waits = _short(steps, facts) if facts.is_over else _unplanned(steps)
    return replace(waits, days_late=days_late(now.astimezone(zone).date(), facts.due_on))


def _undecided(facts: Facts) -> Text:
    """What an order waits for that is not confirmed yet."""
    if facts.is_reviewed:
        return _WAITS
    return say("Not written to the end") if facts.is_draft else say("In review")


def _review(facts: Facts) -> Step:
    at = facts.reviewed_at
    if facts.is_reviewed and not facts.is_confirmed:
        return Step(_WAITS, Progress.NOW, from_at=at, is_actual=True)
    if facts.is_reviewed:
        return Step(say("Reviewed and confirmed"), Progress.DONE, from_at=at, is_actual=True)
    progress = Progress.AHEAD if facts.is_draft else Progress.NOW
    return Step(say("Review"), progress)


def _told(steps: list[Step], headline: Text) -> Journey:
    return Journey(steps, headline, None, is_ready=False, days_late=0)


def _from_stock(steps: list[Step], facts: Facts) -> Journey:
    kept = Step(
        say("Kept from stock"),
        Progress.DONE,
        is_actual=True,
        note=say("shade %(shade)s", shade=facts.shade),
    )
    ready = Step(say("Ready"), Progress.DONE, is_actual=True)
    return Journey(
        [*steps, kept, ready], say("Ready, from stock"), None, is_ready=True, days_late=0
    )


def _unplanned(steps: list[Step]) -> Journey:
    steps = [*steps, Step(say("Waiting for a place in the plan"), Progress.NOW)]
    return _told(steps, say("Waiting for the plan"))


def _short(steps: list[Step], facts: Facts) -> Journey:
    """The journey of an item whose lot has ended without the tile that it was to bring."""
    made = [one for work in facts.works for one in _stages(work)]
    short = say("Short by %(area)s m², waiting to be planned again", area=facts.area)
    steps = [*steps, *made, Step(short, Progress.NOW)]
    return Journey(steps, short, None, is_ready=False, days_late=0, is_short=True)


def _made(steps: list[Step], facts: Facts, finished_at: datetime) -> Journey:
    """The journey of an item that was made: by its works where the plan still knows them."""
    day = ready_on(finished_at)
    made = [one for work in facts.works for one in _stages(work)] or [
        Step(say("Produced"), Progress.DONE, facts.started_at, finished_at, is_actual=True)
    ]
    note = say("shade %(shade)s", shade=facts.shade) if facts.shade else None
    ready = Step(say("Ready"), Progress.DONE, on=day, is_actual=True, note=note)
    late = days_late(day, facts.due_on)
    return Journey([*steps, *made, ready], say("Ready"), day, is_ready=True, days_late=late)


def _planned(steps: list[Step], facts: Facts, now: datetime) -> Journey:
    stages = [one for work in facts.works for one in _stages(work)]
    last = facts.works[-1]
    day = ready_on(max(last.end_at, now))
    under_way = next((one for one in stages if one.progress is Progress.NOW), None)
    headline = under_way.label if under_way else _headline(facts.works)
    ready = Step(say("Ready"), Progress.AHEAD, on=day)
    late = days_late(day, facts.due_on)
    return Journey([*steps, *stages, ready], headline, day, is_ready=False, days_late=late)


def _headline(works: Sequence[Work]) -> Text:
    has_begun = any(work.started_at for work in works)
    return say("Between two stages") if has_begun else say("In the plan")


def _stages(work: Work) -> list[Step]:
    """One step of a stage; forming is paced by the kiln and goes with its firing."""
    label = _LABELS.get(work.stage) or say("%(stage)s", stage=work.stage)
    if work.stage == "firing":
        label = say("Forming and firing")
    if work.finished_at:
        begun = work.started_at or work.start_at
        return [Step(label, Progress.DONE, begun, work.finished_at, is_actual=True)]
    if work.started_at:
        return [Step(label, Progress.NOW, work.started_at, work.end_at, is_actual=True)]
    return [Step(label, Progress.AHEAD, work.start_at, work.end_at)]
