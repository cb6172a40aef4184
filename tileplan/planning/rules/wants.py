"""What is asked of the plant: order items that must come out of one lot, by themselves or together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from tileplan.kernel import clock
from tileplan.kernel.words import Text, say


@dataclass(frozen=True)
class Want:
    """One order item to be served; `group` is shared by those that must be of one shade."""

    item_id: int
    ref: str
    tile_id: int
    pieces: int
    due_on: date
    priority: int
    group: str


@dataclass(frozen=True)
class Peg:
    """Pieces of a lot for one order item; without an item they are for stock."""

    item_id: int | None
    ref: str
    pieces: int
    due_at: datetime
    priority: int | None


@dataclass(frozen=True)
class Refusal:
    """An order item left out of a plan, with the reason."""

    want: Want
    reason: Text

    def to_dict(self) -> dict[str, Any]:
        """Give the refusal as it is kept with its run; the reason keeps its parts."""
        return {
            "item_id": self.want.item_id,
            "ref": self.want.ref,
            "pieces": self.want.pieces,
            **kept(self.reason),
        }


def kept(reason: Text) -> dict[str, Any]:
    """Give a sentence as it is kept: its parts apart, so that it can be said in any language."""
    parts = {
        name: kept(part) if isinstance(part, Text) else str(part)
        for name, part in reason.params.items()
    }
    return {"msgid": reason.msgid, "params": parts}


def reason_of(row: dict[str, Any]) -> Text:
    """The kept sentence of a refusal or a failure."""
    msgid, params = row["msgid"], row["params"].items()
    return say(msgid, **{k: reason_of(v) if isinstance(v, dict) else v for k, v in params})


def due_at(due_on: date) -> datetime:
    """The end of the due day at the plant: what is ready by then is in time, after it late."""
    return clock.at_plant(due_on + timedelta(days=1))


def ready_on(ready_at: datetime) -> date:
    """The plant's day on which something is ready; midnight ends a day."""
    return (ready_at - timedelta.resolution).astimezone(clock.plant_zone()).date()


def days_late(ready_on: date, due_on: date) -> int:
    """By how many days something is late that is ready on a day: by none on its due day."""
    return max((ready_on - due_on).days, 0)


def late_minutes(ready_at: datetime, due_at: datetime) -> int:
    """By how many minutes something is late: the same rule, where minutes count."""
    return max(0, ceil((ready_at - due_at) / timedelta(minutes=1)))


def groups(wants: Iterable[Want]) -> list[tuple[Want, ...]]:
    """The wants by group, each group whole and in order of references, the earliest due first."""
    found: dict[str, list[Want]] = {}
    for want in sorted(wants, key=lambda want: want.ref):
        found.setdefault(want.group, []).append(want)
    return sorted((tuple(group) for group in found.values()), key=first_due)


def first_due(group: Sequence[Want]) -> tuple[date, str]:
    """When a group is first due, and a name that settles ties."""
    return min(want.due_on for want in group), group[0].ref


def peg(want: Want) -> Peg:
    """What a lot owes an order item."""
    return Peg(want.item_id, want.ref, want.pieces, due_at(want.due_on), want.priority)
