"""What the board asks before the lots of a draft are changed: what is in one, and where demand could go."""

from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from tileplan.catalog.models import Tile
from tileplan.planning import queries, service
from tileplan.planning.api.asking import names
from tileplan.planning.api.blueprint import pages
from tileplan.planning.api.lot_wishes import wish_json
from tileplan.planning.api.telling import (
    effects_json,
    lot_json,
    lots_json,
    ms,
    quantity_json,
    reasons_json,
)
from tileplan.planning.models import Peg, PlannedLot
from tileplan.planning.rules.drafts import Draft
from tileplan.web.access import needs
from tileplan.web.language import translated


@pages.get("/plans/<number>/lots/<code>/parts")
@needs("plan.edit")
def parts(number: str, code: str) -> ResponseReturnValue:
    """Tell what is in a lot of a draft, and the other lots of its tile that nobody has begun."""
    plan = queries.plan(number)
    lot = queries.lot(plan, code)
    state = service.state_of(plan)
    mine = [draft for draft in state.drafts if draft.tile_id == lot.tile_id]
    begun = service.begun(state, [draft.code for draft in mine])
    return jsonify(
        code=lot.code,
        tile=lot.tile.code,
        is_begun=code in begun,
        good=quantity_json(lot.tile.packing, lot.good_pieces),
        items=[_item(peg, lot.tile) for peg in lot.pegs if peg.item],
        spare=quantity_json(lot.tile.packing, _spare(lot)),
        others=[
            _other(state, draft, lot.tile)
            for draft in mine
            if draft.code != code and draft.code not in begun
        ],
    )


@pages.get("/plans/<number>/offers")
@needs("plan.edit")
def ways(number: str) -> ResponseReturnValue:
    """Tell how order items, or a tile's safety stock, could be served in a draft, and who would slip."""
    asked = request.args.to_dict()
    refs = names(asked, "refs", fewest=0)
    found = service.ways(number, asked.get("tile", ""), refs)
    state = service.state_of(queries.plan(number))
    return jsonify(
        ways=[
            {
                "wish": wish_json(way.wish),
                "effects": effects_json(state, way.effects),
                "notes": [translated(note) for note in way.found.notes],
                "reasons": reasons_json(state, way.found.reasons),
                "lots": lots_json(state, way.state),
            }
            for way in found.ways
        ],
        refusal=translated(found.refusal) if found.refusal else None,
    )


def _spare(lot: PlannedLot) -> int:
    return lot.good_pieces - sum(peg.pieces for peg in lot.pegs if peg.item)


def _item(peg: Peg, tile: Tile) -> dict[str, Any]:
    item = peg.item
    return {
        "ref": peg.item_ref,
        "customer": item.order.customer_name if item else "",
        "phase": item.phase.name if item and item.phase else "",
        "group": queries.group_of(item) if item else "",
        "quantity": quantity_json(tile.packing, peg.pieces),
        "due": ms(peg.due_at) - 1,
    }


def _other(state: service.State, draft: Draft, tile: Tile) -> dict[str, Any]:
    firing = next((one for one in state.plan.operations if one.lot == draft.code), None)
    told = lot_json(state, draft, tile.packing)
    return {**told, "line": firing.resource if firing else ""}
