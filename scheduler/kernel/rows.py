"""What the compiled functions read and write: rows of whole numbers (minutes, cents, indices)."""

from collections.abc import MutableSequence, Sequence
from dataclasses import dataclass
from typing import NamedTuple

NONE = -1  # no tile, no campaign, no start, no machine
AWAY = -2  # the machine of a published operation whose resource is gone
OPEN, UNBROKEN, RESUMABLE = 0, 1, 2  # calendars: never closed; may not be spanned; work pauses


@dataclass(slots=True)
class Calendar:
    """The closures `first` to `last` (exclusive) of a calendar, and what a closure does to work."""

    kind: int
    first: int
    last: int


@dataclass(slots=True)
class Closure:
    """Closed in [start, end): `index` working minutes lie before it, `shut` closed ones up to its end."""

    start: int
    end: int
    index: int
    shut: int


class Calendars(NamedTuple):
    """All calendars with their closures."""

    calendars: Sequence[Calendar]
    closures: Sequence[Closure]


@dataclass(slots=True)
class Table:
    """A matrix of changeover minutes: entry (from, to) is at `first` + from · `size` + to."""

    first: int
    size: int
    tile_change: int
    rate: int


@dataclass(slots=True)
class Machine:
    """A resource: what stands on it at minute 0, and its fixed operations `first` to `last`."""

    stage: int
    calendar: int
    table: int
    idle_rate: int
    has_campaigns: int
    family: int
    tile: int
    campaign: int
    run: int
    first_fixed: int
    last_fixed: int


@dataclass(slots=True)
class Task:
    """One step of one lot; its options are `first_option` to `last_option`."""

    lot: int
    stage: int
    family: int
    tile: int
    campaign: int
    earliest: int
    lag_start: int
    lag_end: int
    is_first: int
    first_option: int
    last_option: int
    start: int
    rest: int
    quickest: int
    home: int
    home_start: int


@dataclass(slots=True)
class Job:
    """A lot: its tasks, its pegs, and until when its first step must start and end."""

    first_task: int
    last_task: int
    first_peg: int
    last_peg: int
    first_due: int
    latest_start: int
    latest_end: int


@dataclass(slots=True)
class Peg:
    """A part of a lot with its due minute; `stock` is m² times the price of a day's holding."""

    due: int
    stock: int
    rate: int


@dataclass(slots=True)
class Fixed:
    """An operation decided beforehand."""

    task: int
    machine: int
    start: int
    end: int


@dataclass(slots=True)
class Slot:
    """Where and when a task is done."""

    machine: int
    start: int
    end: int


@dataclass(slots=True)
class Standing:
    """A resource's state at some point, with what the line has cost until then."""

    free: int
    family: int
    tile: int
    ahead: int
    campaign: int
    run: int
    latest: int
    cents: int


class Rules(NamedTuple):
    """The problem's own prices and limits."""

    campaign_minutes: int
    campaign_rate: int
    change_rate: int
    moved_rate: int
    tolerance: int
    makespan_rate: int


class Shop(NamedTuple):
    """The whole problem in rows; `minutes` of a task on a machine are at task · machines + machine."""

    calendars: Calendars
    tables: Sequence[Table]
    changeovers: MutableSequence[int]
    machines: Sequence[Machine]
    leads: MutableSequence[int]
    fixed: Sequence[Fixed]
    tasks: Sequence[Task]
    options: MutableSequence[int]
    minutes: MutableSequence[int]
    jobs: Sequence[Job]
    pegs: Sequence[Peg]
    stages: int
    rules: Rules
