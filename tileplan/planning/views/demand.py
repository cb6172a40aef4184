"""The demand beside the board: what a plan does not serve, and what its stock lacks."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from tileplan.catalog import queries as catalog
from tileplan.kernel.errors import Conflict
from tileplan.planning import queries, service
from tileplan.planning.models import PlanVersion
from tileplan.planning.service import Refill
from tileplan.planning.views.blueprint import pages
from tileplan.web.access import needs

LONGEST_QUERY = 80


@pages.get("/plans/<number>/demand")
@needs("plan.see")
def demand(number: str) -> ResponseReturnValue:
    """Give the panel of the demand that a plan does not serve to the board."""
    plan = queries.plan(number)
    query = request.args.get("q", "").strip()[:LONGEST_QUERY]
    after = request.args.get("after")
    return render_template(
        "planning/demand.html",
        plan=plan,
        page=queries.pool(after, plan, query),
        query=query,
        refills=[] if after else _refills(plan, query),
    )


def _refills(plan: PlanVersion, query: str) -> list[tuple[Refill, object]]:
    """The tiles below their safety stock; none of a plan whose problem is no longer kept."""
    try:
        found = service.refills(plan)
    except Conflict:
        return []
    tiles = {tile.id: tile for tile in catalog.tiles()}
    told = [(refill, tiles[refill.tile_id]) for refill in found]
    return [(refill, tile) for refill, tile in told if query.lower() in tile.code.lower()]
