"""The machines of a line: its kiln, the lines that feed it, and those that work for every kiln."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.plant import queries as plant
from tileplan.plant.models import Closure, Resource, Route, Stage
from tileplan.plant.rules import StageCode

_SHARED = (StageCode.FINISHING, StageCode.SORTING)


def machines_of(line: str) -> list[Resource]:
    """The kiln of a line, the forming lines that feed it, and the finishing and sorting lines."""
    feeding = select(Route.resource_id).where(Route.feeds_kiln == line)
    statement = (
        select(Resource)
        .outerjoin(Stage, Stage.code == Resource.stage)
        .where(
            or_(
                Resource.code == line,
                (Resource.stage == StageCode.FORMING) & Resource.id.in_(feeding),
                Resource.stage.in_(_SHARED),
            )
        )
        .order_by(Resource.code != line, Stage.position, Resource.code)
    )
    return list(session.scalars(statement))


def downs_now(lines: Sequence[str]) -> dict[str, list[Closure]]:
    """What is down just now on some lines: their kilns, and the forming lines that feed them."""
    downs = plant.downs_at(clock.now())
    feeds = select(Route.resource_id, Route.feeds_kiln).where(Route.feeds_kiln.in_(lines))
    kilns: dict[int, set[str]] = {}
    for row in session.execute(feeds.distinct()) if downs else ():
        kilns.setdefault(row.resource_id, set()).add(row.feeds_kiln)
    return {
        line: [
            one
            for one in downs
            if one.resource.code == line
            or one.resource.stage in _SHARED
            or line in kilns.get(one.resource_id, ())
        ]
        for line in lines
    }
