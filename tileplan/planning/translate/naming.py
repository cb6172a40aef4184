"""Lots, lines, moments and lengths of time as a planner calls them, for sentences about a plan."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce

from tileplan.kernel import clock
from tileplan.kernel.words import Text, say
from tileplan.planning.translate.minutes import Axis
from tileplan.planning.translate.names import PLANT_STAGES
from tileplan.plant.rules import stage_label

MOST_NAMED = 3  # names in one sentence; the others are counted
_HOUR, _DAY = 60, 24 * 60
_DAYS_FROM = 2 * _DAY  # shorter times are told in hours and minutes


class LotName(str):  # noqa: SLOT000 - a str subclass
    """The code of a lot within a sentence: a page can lead from it to the lot."""


class OrderName(str):  # noqa: SLOT000 - a str subclass
    """The reference of an order item within a sentence, such as SO-00012/1."""


@dataclass(frozen=True)
class Names:
    """What turns the scheduler's names and minutes into the reader's.

    `axis` counts the problem's minutes. `lines` has what the reader calls a resource, by its code,
    and `tiles` the tile of a lot, by the lot's code; what is missing there keeps its code alone.
    """

    axis: Axis
    lines: Mapping[str, str] = field(default_factory=dict)
    tiles: Mapping[str, str] = field(default_factory=dict)

    def line(self, code: str) -> str:
        """A resource by its code."""
        return self.lines.get(code, code)

    def lot(self, code: str) -> str:
        """A lot with its tile."""
        if code not in self.tiles:
            return LotName(code)
        return say("%(lot)s (%(tile)s)", lot=LotName(code), tile=self.tiles[code])

    def lots(self, codes: Sequence[str]) -> str:
        """Lots in a row; of many, the last of them."""
        return listed([self.lot(code) for code in codes[-MOST_NAMED:]], len(codes))

    def stage(self, name: str) -> Text:
        """A stage of the scheduler in the trade's words."""
        return stage_label(PLANT_STAGES.get(name, name))

    def moment(self, minute: int) -> str:
        """A minute as the plant's date and time."""
        return moment(self.axis.moment(minute))


def moment(at: datetime) -> str:
    """A moment as the plant's date and time."""
    return f"{at.astimezone(clock.plant_zone()):%m-%d %H:%M}"


def orders(references: Sequence[str]) -> str:
    """Order items in a row; of many, the first of them."""
    return listed(list(map(OrderName, references[:MOST_NAMED])), len(references))


def listed(named: Iterable[str], number: int) -> str:
    """Names in a row, and how many more there are of a number."""
    shown = list(named)
    row = reduce(lambda one, other: say("%(one)s, %(other)s", one=one, other=other), shown)
    if number <= len(shown):
        return row
    return say("%(named)s and %(n)s more", named=row, n=number - len(shown))


def duration(minutes: int) -> Text:
    """A length of time: 40 min, 3 h 20 min, from two days on 2 d 3 h."""
    minutes = abs(minutes)
    if minutes >= _DAYS_FROM:
        hours = round(minutes / _HOUR)
        days, hours = divmod(hours, _DAY // _HOUR)
        whole = say("%(days)s d", days=days)
        return say("%(days)s d %(hours)s h", days=days, hours=hours) if hours else whole
    hours, rest = divmod(minutes, _HOUR)
    if not hours:
        return say("%(n)s min", n=rest)
    if not rest:
        return say("%(n)s h", n=hours)
    return say("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)
