"""What becomes of items that must be of one shade when part of them is reserved, begun or made.

Tile of two runs never matches, so a group stays with the lot it has. Where its lot has no room:
what is merely reserved is given back, and the whole group asks anew; where part of it is being
made or made, the rest is refused, because only the customer can accept another shade.
"""

from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass, field
from enum import StrEnum

from tileplan.kernel.words import Text, say
from tileplan.planning.rules.wants import Want


@dataclass(frozen=True)
class Group:
    """Items of one shade: the open ones, and where those that have a lot have it.

    `reserved` names stock lots, `begun` lots under way (both by item reference), `made_in` the
    stock lot of items that are finished; `lot_names` are for sentences.
    """

    open: tuple[Want, ...]
    reserved: dict[str, int]
    begun: dict[str, str]
    made_in: int | None = None

    @property
    def rest(self) -> tuple[Want, ...]:
        """The items that have no lot yet."""
        return tuple(w for w in self.open if w.ref not in self.reserved and w.ref not in self.begun)


class Course(StrEnum):
    """What a group's rest is to do."""

    STAY = "stay"
    RESERVE = "reserve"
    JOIN = "join"
    ASK = "ask"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Decision:
    """What becomes of a group; `give_back` are reservations to be released before it asks."""

    course: Course
    wants: tuple[Want, ...] = ()
    lot_id: int | None = None
    code: str | None = None
    give_back: tuple[str, ...] = field(default=())
    reason: Text | None = None


def decide(
    group: Group, free: MutableMapping[int, int], spare: MutableMapping[str, int]
) -> Decision:
    """Decide about one group; `free` pieces of stock lots and `spare` ones of lots under way go down."""
    rest = group.rest
    if not rest:
        return Decision(Course.STAY)
    pieces = sum(want.pieces for want in rest)
    for lot_id in _stock_lots(group):
        if free.get(lot_id, 0) >= pieces:
            free[lot_id] -= pieces
            return Decision(Course.RESERVE, rest, lot_id=lot_id)
    for code in sorted(set(group.begun.values())):
        if spare.get(code, 0) >= pieces:
            spare[code] -= pieces
            return Decision(Course.JOIN, rest, code=code)
    if group.begun or group.made_in is not None:
        return Decision(Course.REFUSE, rest, reason=_no_room(group))
    for ref, lot_id in group.reserved.items():
        free[lot_id] = free.get(lot_id, 0) + _pieces_of(group.open, ref)
    return Decision(Course.ASK, group.open, give_back=tuple(group.reserved))


def _stock_lots(group: Group) -> Iterable[int]:
    """The stock lots that the group's shade is in: only one, unless something went wrong before."""
    return [group.made_in] if group.made_in is not None else sorted(set(group.reserved.values()))


def _pieces_of(wants: Iterable[Want], ref: str) -> int:
    return sum(want.pieces for want in wants if want.ref == ref)


def _no_room(group: Group) -> Text:
    if group.begun:
        return say(
            "The rest of its phase is being made in lot %(lot)s, which has no room for it, and "
            "another lot would have another shade. Agree on a shade with the customer and order "
            "it as a line of its own.",
            lot=min(group.begun.values()),
        )
    return say(
        "The rest of its phase was made in a lot that has too little left, and another lot would "
        "have another shade. Agree on a shade with the customer and order it as a line of its own."
    )
