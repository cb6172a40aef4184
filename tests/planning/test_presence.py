"""Who else is at a draft: has it open, or has changed it in the last minutes."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests import factories
from tests.conftest import Database
from tests.planning import drafts
from tests.planning.test_editing import Planner, Somebody
from tileplan.kernel import clock
from tileplan.kernel.db import session, transaction
from tileplan.planning import queries, service
from tileplan.planning.models import Presence
from tileplan.planning.rules.editing import Repair


@pytest.fixture
def planner(database: Database) -> Planner:
    """A planner with a draft of six lots."""
    return Planner(drafts.small().number)


def somebody() -> Somebody:
    user = factories.user("planner")
    session.commit()
    return Somebody(user.id, user.login, user.permissions)


def seen(planner: Planner, by: Somebody) -> None:
    with transaction():
        service.note_seen(queries.plan(planner.number), by=by)


def others(planner: Planner, login: str, later: timedelta = timedelta(0)) -> list[queries.Other]:
    session.remove()
    return queries.others(queries.plan(planner.number), login, clock.now() + later)


def test_who_has_it_open_is_there_until_the_page_is_silent(planner: Planner) -> None:
    guest = somebody()
    seen(planner, guest)
    seen(planner, guest)
    [one] = others(planner, planner.user.login)
    assert (one.login, one.is_here, one.edited_at) == (guest.login, True, None)
    assert others(planner, guest.login) == []
    assert others(planner, planner.user.login, timedelta(minutes=2)) == []


def test_who_changed_it_lately_is_named_for_some_minutes(planner: Planner) -> None:
    planner.does(Repair())
    [one] = others(planner, "guest")
    assert (one.login, one.is_here) == (planner.user.login, False)
    assert one.edited_at is not None
    assert others(planner, planner.user.login) == []
    assert others(planner, "guest", timedelta(minutes=11)) == []


def test_who_has_been_silent_for_long_is_forgotten(planner: Planner) -> None:
    guest = somebody()
    seen(planner, guest)
    with transaction():
        session.execute(update(Presence).values(seen_at=clock.now() - timedelta(hours=3)))
    seen(planner, planner.user)
    session.remove()
    rows = queries.presences(queries.plan(planner.number))
    assert [row.login for row in rows] == [planner.user.login]
