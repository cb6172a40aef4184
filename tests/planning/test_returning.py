"""Going back: an older version's order and lines for all lots that are still to be made."""

from typing import Any

import pytest

from tests import factories
from tests.conftest import Database
from tests.planning import drafts
from tests.planning.test_editing import HOUR, Somebody, fired, other
from tileplan.kernel import clock
from tileplan.kernel.db import session, transaction
from tileplan.kernel.errors import Conflict
from tileplan.planning import queries, service
from tileplan.planning.rules.editing import Put


@pytest.fixture
def boss(database: Database) -> Somebody:
    """Who edits and publishes."""
    user = factories.user("planner")
    session.commit()
    found = Somebody(user.id, user.login, user.permissions)
    session.remove()
    return found


def order_of(number: str) -> dict[str, list[str]]:
    """Which lots each kiln fires, in their order."""
    session.remove()
    lots = sorted(queries.lots(queries.plan(number)), key=lambda lot: fired(lot).start_at)
    found: dict[str, list[str]] = {}
    for lot in lots:
        found.setdefault(fired(lot).resource, []).append(lot.code)
    return found


def superseded(boss: Somebody) -> tuple[str, str]:
    """A plan that was in force, and the one that took its place: its first lots stand elsewhere."""
    old = drafts.published().number
    with transaction():
        new = service.copy(old, by=boss).number
    lots = sorted(queries.lots(queries.plan(new)), key=lambda lot: fired(lot).start_at)
    seen = queries.plan(new).version
    for lot in lots[:3]:
        row = fired(lot)
        wish = Put((lot.code, "firing"), other(row.resource), row.start_at + 60 * HOUR)
        with transaction():
            seen = service.edit(new, seen, wish, by=boss).plan.version
    with transaction():
        service.publish(new, by=boss, reason="otherwise")
    assert order_of(old) != order_of(new)
    return old, new


def test_the_older_order_and_lines_come_back_and_can_be_published(boss: Somebody) -> None:
    old, new = superseded(boss)
    with transaction():
        made = service.copy(old, by=boss, name="Back").number
    drafts.agree(made)
    assert order_of(made) == order_of(old)
    assert queries.plan(made).run.based_on == new
    with transaction():
        service.publish(made, by=boss, reason="back again")
    assert queries.published().number == made
    assert order_of(made) == order_of(old)


def test_begun_work_is_a_fact_and_the_rest_goes_back(boss: Somebody) -> None:
    old, new = superseded(boss)
    first = min(queries.lots(queries.plan(new)), key=lambda lot: fired(lot).start_at)
    began = clock.now()
    with transaction():
        service.note_started(fired(first).id, began)
    with transaction():
        made = service.copy(old, by=boss).number
    drafts.agree(made)
    assert fired(drafts.lot(made, first.code)).started_at == began
    assert fired(drafts.lot(made, first.code)).resource == fired(first).resource
    back, was = order_of(made), order_of(old)
    for kiln, codes in was.items():
        rest = [code for code in codes if code != first.code]
        assert [code for code in back.get(kiln, []) if code != first.code] == rest


def test_lots_that_the_older_plan_does_not_know_stay_behind_in_their_order() -> None:
    def lot(code: str, *starts: int) -> Any:
        rows = [
            Row("firing", "K1", clock.now() + start * HOUR, clock.now() + (start + 1) * HOUR)
            for start in starts
        ]
        return Lot(code, rows)

    class Row:
        def __init__(self, stage: str, resource: str, start_at: Any, end_at: Any) -> None:
            self.stage, self.resource, self.start_at, self.end_at = (
                stage,
                resource,
                start_at,
                end_at,
            )
            self.started_at = self.finished_at = self.paused_at = None

    class Lot:
        def __init__(self, code: str, rows: list[Row]) -> None:
            self.code, self.operations, self.ended_at = code, rows, None

    now = [lot("N1", 0), lot("A", 2), lot("N2", 4), lot("B", 6)]
    then = [lot("A", 30), lot("B", 10), lot("gone", 0)]
    places = service.copying.returned(now, then)
    in_order = [code for code, *_ in sorted(places, key=lambda place: place[3])]
    assert in_order == ["B", "A", "N1", "N2"]


def test_a_discarded_plan_is_not_gone_back_to(boss: Somebody) -> None:
    old = drafts.published().number
    with transaction():
        made = service.copy(old, by=boss).number
    with transaction():
        service.discard(made, by=boss)
    with pytest.raises(Conflict, match="in force"), transaction():
        service.copy(made, by=boss)
