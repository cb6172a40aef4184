"""What is true of finished stock: which lot an order is served from, and what a receipt must say."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeVar

from tileplan.kernel.errors import Refused
from tileplan.kernel.units import MOST_PIECES, Packing
from tileplan.kernel.words import Text, say

RECEIPT = "receipt"
# How the reference of a receipt begins that came with a file of opening stock.
OPENING = "opening:"
KIND_LABELS: dict[str, Text] = {RECEIPT: say("Receipt")}
BEST_GRADE = "A"
# A remnant of so many m², or of a whole pallet where that is less, can still be sold.
USEFUL_REMNANT = Decimal(30)


class Candidate(Protocol):
    """What the choice of a lot reads."""

    @property
    def id(self) -> int:
        """Settles what is otherwise equal."""

    @property
    def free(self) -> int:
        """Pieces that nobody has reserved."""

    @property
    def received_on(self) -> date:
        """How old it is."""


L = TypeVar("L", bound=Candidate)


@dataclass(frozen=True)
class Opening:
    """One row of a file of opening stock; `written_on` names the day as the file has it."""

    tile: str
    grade: str
    shade: str
    calibre: str
    warehouse: str
    boxes: int
    received_on: date
    written_on: date


def useful_remnant(packing: Packing, boxes_per_pallet: int) -> int:
    """The fewest pieces that are worth leaving in a lot."""
    pallet = boxes_per_pallet * packing.pieces_per_box
    return min(pallet, packing.pieces_for_area(USEFUL_REMNANT))


def best_fit(lots: Iterable[L], pieces: int, remnant: int) -> L | None:
    """The smallest lot that serves the pieces and leaves nothing or something useful; then the oldest.

    Where every lot would be left with a useless remnant, the smallest that serves is still better
    than making the tile anew. A lot is never split silently over two.
    """
    fitting = [lot for lot in lots if lot.free >= pieces]
    return min(
        fitting,
        key=lambda lot: (
            0 < lot.free - pieces < remnant,
            lot.free,
            lot.received_on,
            lot.id,
        ),
        default=None,
    )


def reference_label(reference: str) -> str:
    """What a movement refers to, for people: the key of an opening row says no more than its lot."""
    return say("Opening stock") if reference.startswith(OPENING) else reference


def check_receipt(grade: str, shade: str, calibre: str, warehouse: str, pieces: int) -> None:
    """Refuse tile that nobody could find or tell apart again."""
    named = {"grade": grade, "shade": shade, "calibre": calibre, "warehouse": warehouse}
    longest = {"grade": 10, "shade": 20, "calibre": 10, "warehouse": 20}
    for field, value in named.items():
        if not value.strip():
            raise Refused(say("Please fill this in."), field=field)
        if len(value) > longest[field]:
            raise Refused(
                say("Too long: at most %(most)s characters.", most=longest[field]), field=field
            )
    if not 0 < pieces <= MOST_PIECES:
        raise Refused(say("The pieces must be more than 0."), field="pieces")
