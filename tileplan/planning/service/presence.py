"""Who has a draft open: a page says so every few seconds."""

from sqlalchemy.exc import IntegrityError

from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.kernel.documents import Actor
from tileplan.planning import queries
from tileplan.planning.models import PlanVersion, Presence
from tileplan.planning.queries.presence import FORGOTTEN


def note_seen(plan: PlanVersion, *, by: Actor) -> None:
    """Learn that somebody has a draft open; who has not said so for long is forgotten."""
    now, mine = clock.now(), None
    for one in queries.presences(plan):
        if one.login == by.login:
            mine = one
        elif one.seen_at < now - FORGOTTEN:
            session.delete(one)
    if mine is not None:
        mine.seen_at = now
        session.flush()
        return
    try:
        with session.begin_nested():
            session.add(Presence(plan_id=plan.id, login=by.login, seen_at=now))
    except IntegrityError:
        pass  # another page of the same person has said so in the same moment
