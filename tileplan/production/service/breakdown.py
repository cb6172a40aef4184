"""The crew tells that a machine of its line is down, or runs again; everybody sees it at once."""

from datetime import timedelta

from tileplan.kernel import clock
from tileplan.kernel.documents import Actor
from tileplan.kernel.errors import NotFound, Refused
from tileplan.kernel.words import say
from tileplan.plant import queries as plant
from tileplan.plant import service as plant_service
from tileplan.plant.rules import ClosureKind, NewClosure
from tileplan.production import queries
from tileplan.production.rules import BREAKDOWN_HOURS


def report_down(line: str, machine: str, *, hours: int, code: str, by: Actor) -> None:
    """Close a machine of a line from now on for about so many hours."""
    _refuse_stranger(line, machine)
    if hours not in BREAKDOWN_HOURS:
        raise Refused(say("Please choose for how long."), field="hours")
    now = clock.now().replace(second=0, microsecond=0)
    new = NewClosure(ClosureKind.DOWN, now, now + timedelta(hours=hours), code=code)
    plant_service.close(machine, new, by=by)


def report_up(line: str, closure_id: int, seen: int, *, by: Actor) -> str:
    """Let a machine of a line run again from now on; returns its code."""
    closure = plant.closure(closure_id)
    _refuse_stranger(line, closure.resource.code)
    if closure.kind is not ClosureKind.DOWN:
        raise NotFound(say("There is no such machine on this line."))
    return plant_service.end_now(closure_id, seen, by=by).resource.code


def _refuse_stranger(line: str, machine: str) -> None:
    if machine not in {one.code for one in queries.machines_of(line)}:
        raise NotFound(say("There is no such machine on this line."))
