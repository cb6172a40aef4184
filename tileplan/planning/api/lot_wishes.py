"""What a planner wishes of the lots of a draft, as the page sends it."""

from typing import Any

from tileplan.kernel.errors import Refused
from tileplan.kernel.numbers import whole
from tileplan.planning.api.asking import UNREADABLE, names
from tileplan.planning.rules import editing as wishes
from tileplan.planning.rules.editing import Offer, Relot

LOT_KINDS = ("split", "merge", "repeg", "join", "make")


def lot_wish(asked: dict[str, Any]) -> Relot:
    """The wish in a query or in a body; raises Refused for anything that is none."""
    kind = asked.get("kind")
    if kind == "split":
        stock = asked.get("stock")
        pieces = whole(stock) if stock else 0
        if pieces is None:
            raise Refused(UNREADABLE)
        return wishes.Split(_name(asked, "lot"), names(asked, "refs", fewest=0), pieces)
    if kind == "merge":
        return wishes.Merge(names(asked, "lots"))
    if kind == "repeg":
        return wishes.Repeg(_name(asked, "lot"), names(asked, "refs"), _name(asked, "to"))
    if kind == "join":
        return wishes.Join(_name(asked, "lot"), names(asked, "refs"))
    if kind == "make":
        offer = asked.get("offer")
        if offer not in tuple(Offer):
            raise Refused(UNREADABLE)
        refs = names(asked, "refs", fewest=0)
        return wishes.Make(str(asked.get("tile", "")), refs, Offer(offer))
    raise Refused(UNREADABLE)


def _name(asked: dict[str, Any], field: str) -> str:
    text = asked.get(field)
    if not isinstance(text, str) or not text:
        raise Refused(UNREADABLE)
    return text


def wish_json(wish: Relot) -> dict[str, Any]:
    """A wish as the page sends it back."""
    match wish:
        case wishes.Make(tile=tile, refs=refs, offer=offer):
            return {"kind": "make", "tile": tile, "refs": list(refs), "offer": offer.value}
        case wishes.Join(lot=lot, refs=refs):
            return {"kind": "join", "lot": lot, "refs": list(refs)}
    raise ValueError(f"{wish} is never sent to the page")
