"""Two tiny plants in one database: each makes one tile, and they share no machine."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from tests import factories
from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.plant.models import Resource, Route

OWN = (("K1", "FG1", "FG2", "SP1"), ("K2", "FG3", "FG4", "SP2"))


def two() -> tuple[Any, Any]:
    """Make both plants; returns the tile of each."""
    tiles = factories.tile(), factories.tile(finish="gloss")
    factories.plant(*tiles, kilns=2)
    sorting = session.scalars(select(Resource).where(Resource.code == "SP1")).one()
    second = Resource(code="SP2", stage="sorting", name="Line SP2", calendar_id=sorting.calendar_id)
    session.add(second)
    session.flush()
    factories._routes(second, tiles, 600)
    for tile, not_its_own in zip(tiles, reversed(OWN), strict=True):
        others = select(Resource.id).where(Resource.code.in_(not_its_own))
        session.execute(
            delete(Route).where(Route.tile_id == tile.id, Route.resource_id.in_(others))
        )
    session.commit()
    return tiles


def work_for_a_while(*tiles: Any) -> None:
    """So many late lots in each plant that no scheduler proves in a moment that its plan is best."""
    for number in range(12):
        for tile in tiles:
            factories.order(
                tile,
                pieces=20_000 + 400 * number,
                priority=1 + number % 4,
                due_on=clock.today() + timedelta(days=8 * (number % 5)),
            )
    session.commit()
