"""Ways around a closure: the plan in force repaired, with few changes, and to the best price."""

from tileplan.kernel.db import session
from tileplan.kernel.documents import Actor
from tileplan.kernel.errors import Conflict
from tileplan.kernel.words import say
from tileplan.planning import queries
from tileplan.planning.models import PlanVersion
from tileplan.planning.rules import PlanState
from tileplan.planning.rules.closing import Way
from tileplan.planning.rules.editing import RunKind
from tileplan.planning.service.copying import copies
from tileplan.planning.service.holding import refuse_seconds
from tileplan.planning.service.improving import improve

RUNS = {Way.STABLE: RunKind.STABLE, Way.FREE: RunKind.FREE}


def around(number: str, seconds: int, *, by: Actor) -> dict[Way, PlanVersion]:
    """Make a draft for each way around what hits the plan in force; runs improve two of them."""
    refuse_seconds(seconds)
    plan = queries.plan(number)
    if plan.state is not PlanState.PUBLISHED:
        raise Conflict(say("Only the plan in force is planned around. Reload the page."))
    made = dict(zip(Way, copies(number, len(Way), by=by), strict=True))
    numbers = {way.value: draft.number for way, draft in made.items()}
    for draft in made.values():
        draft.run.progress = {**draft.run.progress, "ways": numbers}
    session.flush()
    for way, kind in RUNS.items():
        improve(made[way].number, made[way].version, kind, seconds, by=by)
    return made
