"""What an edit does, as the board is told of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from scheduler.plan import Operation
from scheduler.reasons import Reason
from tileplan.catalog import queries as catalog
from tileplan.kernel.units import Packing
from tileplan.planning import service, translate
from tileplan.planning.rules.drafts import Draft
from tileplan.planning.translate.names import PLANT_STAGES
from tileplan.web.language import translated


def effects_json(state: service.State, told: service.Effects) -> dict[str, Any]:
    """Who moves, who becomes late or early, and what it costs."""
    return {
        "moved": [_bar(state, one) for one in told.moved],
        "landed": [
            {
                **_bar(state, one.operation),
                "before": one.changeover_before,
                "after": one.changeover_after,
                "gap": one.gap_before,
            }
            for one in told.landed
        ],
        "late": [[one.ref, one.before, one.after] for one in told.late],
        "cents": told.cents,
    }


def _bar(state: service.State, one: Operation) -> dict[str, Any]:
    return {
        "lot": one.lot,
        "stage": PLANT_STAGES[one.stage],
        "line": one.resource,
        "start": ms(state.axis.moment(one.start)),
        "end": ms(state.axis.moment(one.end)),
    }


def ms(moment: datetime) -> int:
    """A moment in milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def reasons_json(state: service.State, reasons: Sequence[Reason]) -> list[str]:
    """Why something cannot be, or cannot be at that minute, in the reader's words."""
    names = translate.Names(state.axis, tiles={lot.id: lot.tile for lot in state.base.lots})
    told = (translate.reason_text(reason, names) for reason in reasons)
    return list(dict.fromkeys(map(translated, told)))


def lots_json(before: service.State, after: service.State | None) -> list[dict[str, Any]]:
    """The lots that a change makes, makes others or does away with."""
    if after is None or before.drafts == after.drafts:
        return []
    was = {draft.code: draft for draft in before.drafts}
    left = {draft.code for draft in after.drafts}
    tiles = {tile.id: tile for tile in catalog.tiles()}
    found = [
        {
            **lot_json(after, draft, tiles[draft.tile_id].packing),
            "look": "other" if draft.code in was else "new",
        }
        for draft in after.drafts
        if was.get(draft.code) != draft
    ]
    gone = [{"code": code, "look": "gone"} for code in was if code not in left]
    return [*found, *gone]


def lot_json(state: service.State, draft: Draft, packing: Packing) -> dict[str, Any]:
    """One lot of a draft: how much it makes, for how many order lines, and when."""
    mine = [one for one in state.plan.operations if one.lot == draft.code]
    return {
        "code": draft.code,
        "good": quantity_json(packing, draft.good_pieces),
        "spare": quantity_json(packing, draft.spare_pieces),
        "kiln_area": str(draft.kiln_area),
        "refs": [peg.ref for peg in draft.ordered],
        "start": ms(state.axis.moment(min(one.start for one in mine))),
        "end": ms(state.axis.moment(max(one.end for one in mine))),
    }


def quantity_json(packing: Packing, pieces: int) -> dict[str, Any]:
    """Pieces with the boxes and the m² that they are."""
    boxes, loose = packing.boxes(pieces)
    return {"pieces": pieces, "boxes": boxes, "loose": loose, "area": str(packing.area(pieces))}
