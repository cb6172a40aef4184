"""Lots of a draft that are changed by hand: split, merged, and order items from lot to lot; pure.

No piece is lost or won: what lots hold together they hold together afterwards, but for a box that
rounding asks for. A planner may undercut the tile's minimum run, and is told of it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from math import ceil
from string import ascii_lowercase

from tileplan.kernel.errors import Refused
from tileplan.kernel.words import Text, say
from tileplan.planning.rules.drafts import Draft
from tileplan.planning.rules.lotting import LONGEST_HOURS, STOCK_REF, Making, kiln_area
from tileplan.planning.rules.wants import Peg

_LETTERS = ascii_lowercase


def split(
    draft: Draft, refs: Collection[str], stock: int, code: str, making: Making
) -> tuple[Draft, Draft]:
    """What stays in a lot, and the new lot behind it; raises Refused where one would be empty."""
    going, staying = _parted(draft, refs)
    if not 0 <= stock <= draft.spare_pieces:
        raise Refused(
            say(
                "Lot %(lot)s makes %(pieces)s pieces for stock; no more can go into the new lot.",
                lot=draft.code,
                pieces=draft.spare_pieces,
            ),
            field="stock",
        )
    if not going and not stock:
        raise Refused(say("Choose what is to go into the new lot."), field="refs")
    taken = _boxed(_pieces(going) + stock, making)
    left = max(_boxed(_pieces(staying), making), draft.good_pieces - taken)
    if left <= 0:
        raise Refused(
            say("Nothing would be left in lot %(lot)s. Leave something in it.", lot=draft.code),
            field="refs",
        )
    new = replace(draft, code=code)
    return _holding(draft, staying, left, making), _holding(new, going, taken, making)


def merged(drafts: Sequence[Draft], making: Making) -> Draft:
    """One lot with everything that several held, under the code of the first."""
    ordered = [peg for draft in drafts for peg in draft.ordered]
    together = sum(draft.good_pieces for draft in drafts)
    return _holding(drafts[0], ordered, _boxed(together, making), making)


def repegged(
    source: Draft, target: Draft, refs: Collection[str], making: Making
) -> tuple[Draft | None, Draft]:
    """Two lots after some order items went from one to the other; None where nothing is left.

    What is left of a lot that nobody has ordered goes along, unless it is worth a run.
    """
    going, staying = _parted(source, refs)
    if not going:
        raise Refused(say("Choose what is to go into the other lot."), field="refs")
    taken = _boxed(_pieces(going), making)
    left = max(_boxed(_pieces(staying), making), source.good_pieces - taken, 0)
    if not staying and left < making.least_pieces:
        left = 0
    ordered = [*target.ordered, *going]
    good = target.good_pieces + source.good_pieces - left
    good = max(good, _boxed(_pieces(ordered), making))
    rest = _holding(source, staying, left, making) if left else None
    return rest, _holding(target, ordered, good, making)


def joined(draft: Draft, pegs: Sequence[Peg], making: Making) -> Draft:
    """A lot that makes more order items: out of what it makes for stock first, then by growing."""
    ordered = [*draft.ordered, *pegs]
    good = max(draft.good_pieces, _boxed(_pieces(ordered), making))
    if good > draft.good_pieces and good > making.most_pieces:
        raise Refused(
            say(
                "Lot %(lot)s has no room: it would keep its kiln for more than %(hours)s h.",
                lot=draft.code,
                hours=LONGEST_HOURS,
            ),
            field="lot",
        )
    return _holding(draft, ordered, good, making)


def has_room(draft: Draft, pieces: int, making: Making) -> bool:
    """True where a lot can make so many pieces more for somebody."""
    ordered = _boxed(_pieces(draft.ordered) + pieces, making)
    return ordered <= max(draft.good_pieces, making.most_pieces)


def without(draft: Draft, refs: Collection[str], making: Making) -> Draft | None:
    """A lot without order items that are made elsewhere by now; None where nobody wants the rest."""
    going, staying = _parted(draft, refs)
    left = draft.good_pieces - _boxed(_pieces(going), making)
    left = max(left, _boxed(_pieces(staying), making))
    return _holding(draft, staying, left, making) if staying and left else None


def notes(drafts: Iterable[Draft], making: Making) -> Iterator[Text]:
    """What a planner should know of lots that she has made so."""
    for draft in drafts:
        if draft.good_pieces < making.least_pieces:
            yield say(
                "Lot %(lot)s is below the minimum run of its tile: %(area)s m² of %(least)s m².",
                lot=draft.code,
                area=making.packing.area(draft.good_pieces),
                least=making.packing.area(making.least_pieces),
            )
        elif draft.good_pieces > making.most_pieces:
            yield say(
                "Lot %(lot)s keeps its kiln for more than %(hours)s h.",
                lot=draft.code,
                hours=LONGEST_HOURS,
            )


def refuse_torn(draft: Draft, refs: Collection[str], group_of: Mapping[str, str]) -> None:
    """Refuse to part order items of a lot that must be of one shade."""
    torn = {group_of.get(ref, ref) for ref in refs}
    left = [
        peg.ref for peg in draft.ordered if peg.ref not in refs and group_of.get(peg.ref) in torn
    ]
    if left:
        raise Refused(
            say(
                "The customer wants one shade for the whole phase, and another lot would have "
                "another shade: take %(items)s along, or leave all of them.",
                items=", ".join(sorted(left)),
            ),
            field="refs",
        )


def stem(code: str) -> str:
    """The code that a lot had before anybody split it."""
    return code.rstrip(_LETTERS) or code


def split_code(code: str, used: Collection[str]) -> str:
    """The code of a lot that is split off, behind all that were: b, c … z, then with two letters."""
    first = stem(code)
    ends: list[str] = [*_LETTERS[1:], *(one + other for one in _LETTERS for other in _LETTERS)]
    last = max((at for at, end in enumerate(ends) if first + end in used), default=-1)
    turn = [first + end for end in (*ends[last + 1 :], *ends[: last + 1])]
    return next(code for code in turn if code not in used)


def new_codes(series: str, taken: Collection[str]) -> Iterator[str]:
    """Codes for new lots of a run, behind all that it has."""
    used = [stem(code).removeprefix(series) for code in taken if code.startswith(series)]
    last = max((int(number) for number in used if number.isdecimal()), default=0)
    return (f"{series}{number:03d}" for number in count(last + 1))


def _parted(draft: Draft, refs: Collection[str]) -> tuple[list[Peg], list[Peg]]:
    """The order items of a lot that go and those that stay."""
    unknown = set(refs) - {peg.ref for peg in draft.ordered}
    if unknown:
        raise Refused(
            say(
                "Lot %(lot)s does not make %(items)s.",
                lot=draft.code,
                items=", ".join(sorted(unknown)),
            ),
            field="refs",
        )
    going = [peg for peg in draft.ordered if peg.ref in refs]
    return going, [peg for peg in draft.ordered if peg.ref not in refs]


def _holding(draft: Draft, ordered: Sequence[Peg], good: int, making: Making) -> Draft:
    """A lot for these order items and of so many good pieces; what they leave is for stock."""
    spare = good - _pieces(ordered)
    dues = [peg.due_at for peg in draft.pegs if not peg.item_id]
    due_at = dues[0] if dues else max(peg.due_at for peg in (*ordered, *draft.ordered))
    for_stock = (Peg(None, STOCK_REF, spare, due_at, None),) if spare else ()
    return replace(
        draft,
        good_pieces=good,
        kiln_area=kiln_area(good, making),
        pegs=(*ordered, *for_stock),
    )


def _boxed(pieces: int, making: Making) -> int:
    """Pieces rounded up to whole boxes."""
    box = making.packing.pieces_per_box
    return ceil(pieces / box) * box


def _pieces(pegs: Iterable[Peg]) -> int:
    return sum(peg.pieces for peg in pegs)
