"""Scenarios: copies of a draft that assume something, compare, and are published once they do not."""

from datetime import timedelta
from typing import Any

import pytest

from tests import factories
from tests.conftest import Database
from tests.planning import drafts
from tests.planning.test_editing import HOUR, Planner, fired
from tileplan.kernel import clock
from tileplan.kernel.db import session, transaction
from tileplan.kernel.errors import Conflict, Refused
from tileplan.planning import queries, service
from tileplan.planning.rules.assuming import Closed, Due, Opened, Rate, Rush, cut
from tileplan.planning.rules.editing import Lock, Repair
from tileplan.planning.rules.strips import Cell


@pytest.fixture
def planner(database: Database) -> Planner:
    """A planner with a draft of six lots on two kilns."""
    return Planner(drafts.small().number)


def assumed(planner: Planner) -> list[Any]:
    session.remove()
    return queries.assumptions(queries.plan(planner.number))


def on_line(planner: Planner, line: str) -> list[Any]:
    return sorted(
        (fired(lot) for lot in planner.lots() if fired(lot).resource == line),
        key=lambda row: row.start_at,
    )


def busy(planner: Planner) -> str:
    """The kiln that fires first."""
    return str(fired(planner.first()).resource)


def looks(planner: Planner) -> dict[str, str]:
    session.remove()
    return {str(one.text): one.look for one in service.check(queries.plan(planner.number))}


def test_windows_are_cut_where_a_line_works_through() -> None:
    assert cut([(0, 10), (20, 30)], 5, 25) == [(0, 5), (25, 30)]
    assert cut([(0, 10)], 2, 4) == [(0, 2), (4, 10)]
    assert cut([(0, 10)], 0, 10) == []


def test_another_due_date_moves_nobody_and_costs_at_once(planner: Planner) -> None:
    before = drafts.rows(planner.number)
    lot = planner.lots()[-1]
    ref = next(peg.item_ref for peg in lot.pegs if peg.item_id)
    price = queries.plan(planner.number).price["total"]
    done = planner.does(Due(ref, clock.today() + timedelta(days=1)))
    assert drafts.rows(planner.number) == before
    assert queries.plan(planner.number).price["total"] > price
    assert [one.ref for one in done.effects.late] == [ref]
    peg = next(peg for peg in drafts.lot(planner.number, lot.code).pegs if peg.item_ref == ref)
    assert peg.late_minutes > 0
    assert assumed(planner) == [Due(ref, clock.today() + timedelta(days=1))]
    planner.goes(service.undo)
    assert queries.plan(planner.number).price["total"] == price
    assert assumed(planner) == []
    planner.goes(service.redo)
    assert len(assumed(planner)) == 1


def test_a_closed_kiln_pushes_its_work_and_undo_brings_it_back(planner: Planner) -> None:
    kiln = busy(planner)
    before = drafts.rows(planner.number)
    first = on_line(planner, kiln)[0]
    end = first.start_at + 30 * HOUR
    planner.does(Closed(kiln, clock.now(), end))
    assert all(row.start_at >= end for row in on_line(planner, kiln))
    planner.goes(service.undo)
    assert drafts.rows(planner.number) == before
    planner.goes(service.redo)
    planner.does(Opened(kiln, clock.now(), end))
    planner.does(Repair())
    assert on_line(planner, kiln)[0].start_at < first.start_at + HOUR


def test_what_is_locked_in_a_closure_says_no(planner: Planner) -> None:
    kiln = busy(planner)
    row = on_line(planner, kiln)[0]
    lot = next(lot for lot in planner.lots() if fired(lot).start_at == row.start_at)
    planner.does(Lock(((lot.code, "firing"),)))
    with pytest.raises(service.Impossible) as no, transaction():
        service.edit(
            planner.number,
            planner.seen,
            Closed(kiln, row.start_at - HOUR, row.end_at),
            by=planner.user,
        )
    assert no.value.reasons
    assert assumed(planner) == []


def test_a_slower_line_takes_longer(planner: Planner) -> None:
    kiln = busy(planner)
    before = {row.start_at: row.end_at - row.start_at for row in on_line(planner, kiln)}
    lots = len(before)
    planner.does(Rate(kiln, 50))
    after = [row.end_at - row.start_at for row in on_line(planner, kiln)]
    assert len(after) == lots
    assert sum(after, timedelta()) > 1.9 * sum(before.values(), timedelta())


def test_a_rush_order_is_a_lot_for_nobody(planner: Planner) -> None:
    tile = planner.first().tile.code
    before = drafts.rows(planner.number)
    planner.does(Rush(tile, 800, clock.today() + timedelta(days=5)))
    lot = drafts.lot(planner.number, "RUSH-1")
    assert lot.kiln_area >= 800
    assert all(peg.item_id is None for peg in lot.pegs)
    planner.does(Rush(tile, 500, clock.today() + timedelta(days=5)))
    planner.does(Rate("K1", 80))
    assert drafts.lot(planner.number, "RUSH-2").kiln_area >= 500
    for _ in range(3):
        planner.goes(service.undo)
    assert drafts.rows(planner.number) == before


@pytest.mark.parametrize(
    "wish",
    [
        Due("SO-nowhere/1", clock.today()),
        Rate("K1", 100),
        Rate("K1", 0),
        Rate("K9", 80),
        Rush("no tile", 100, clock.today()),
        Closed("K1", clock.now(), clock.now()),
        Closed("K1", clock.now(), clock.now() + timedelta(days=90)),
        Opened("K1", clock.now() - 20 * HOUR, clock.now() - 10 * HOUR),
    ],
)
def test_nonsense_is_refused(planner: Planner, wish: Any) -> None:
    with pytest.raises(Refused), transaction():
        service.edit(planner.number, planner.seen, wish, by=planner.user)


def test_a_rush_order_of_no_tile_at_all_is_refused(planner: Planner) -> None:
    tile = planner.first().tile.code
    for wish in (
        Rush(tile, 0, clock.today() + timedelta(days=5)),
        Rush(tile, 10, clock.today() - timedelta(days=5)),
    ):
        with pytest.raises(Refused), transaction():
            service.edit(planner.number, planner.seen, wish, by=planner.user)


def test_a_draft_with_assumptions_is_not_published_until_they_are_undone(planner: Planner) -> None:
    planner.does(Rate("K1", 80))
    assert [text for text, look in looks(planner).items() if look == "bad"]
    with pytest.raises(Conflict, match="rests on assumptions"), transaction():
        service.publish(planner.number, by=planner.user, reason="try")
    planner.goes(service.undo)
    assert [text for text, look in looks(planner).items() if look == "bad"] == []
    with transaction():
        service.publish(planner.number, by=planner.user, reason="so be it")
    assert queries.published().number == planner.number


def test_a_scenario_is_a_named_copy_that_takes_the_assumptions_along(planner: Planner) -> None:
    planner.does(Rate("K1", 80))
    with transaction():
        made = service.copy(planner.number, by=planner.user, name="  K1  slow on Friday ")
    assert made.name == "K1 slow on Friday"
    drafts.agree(made.number)
    assert queries.assumptions(queries.plan(made.number)) == [Rate("K1", 80)]
    other = Planner(made.number)
    other.does(Rate("K2", 90))
    assert assumed(other) == [Rate("K1", 80), Rate("K2", 90)]
    assert assumed(planner) == [Rate("K1", 80)]
    with pytest.raises(Refused, match="60"), transaction():
        service.copy(planner.number, by=planner.user, name="x" * 61)


def test_a_draft_is_called_something_else(planner: Planner) -> None:
    with transaction():
        planner.seen = service.call(planner.number, planner.seen, "  <b>new</b> ").version
    assert queries.plan(planner.number).name == "<b>new</b>"
    with transaction():
        service.call(planner.number, planner.seen, " ")
    assert queries.plan(planner.number).name is None


@pytest.fixture
def copied(database: Database) -> Planner:
    """A planner with a copy of the plan in force."""
    standing = drafts.published()
    user = factories.user("planner")
    session.commit()
    with transaction():
        number = service.copy(standing.number, by=user).number
    return Planner(number)


def test_bringing_up_to_date_keeps_what_is_assumed(copied: Planner) -> None:
    kiln = busy(copied)
    tile = copied.first().tile.code
    copied.does(Rate(kiln, 50))
    copied.does(Rush(tile, 800, clock.today() + timedelta(days=5)))
    ref = next(peg.item_ref for peg in copied.lots()[-1].pegs if peg.item_id)
    copied.does(Due(ref, clock.today() + timedelta(days=2)))
    before = {row.end_at - row.start_at for row in on_line(copied, kiln)}
    with transaction():
        copied.seen = service.renew(copied.number, copied.seen, by=copied.user).version
    drafts.agree(copied.number)
    assert len(assumed(copied)) == 3
    assert {row.end_at - row.start_at for row in on_line(copied, kiln)} == before
    assert drafts.lot(copied.number, "RUSH-1").kiln_area >= 800


def test_a_settled_draft_assumes_nothing_and_is_published(copied: Planner) -> None:
    tile = copied.first().tile.code
    as_it_was = {lot.code: lot.due_at for lot in copied.lots()}
    copied.does(Rate("K1", 50))
    copied.does(Rush(tile, 800, clock.today() + timedelta(days=5)))
    ref = next(peg.item_ref for peg in copied.lots()[-1].pegs if peg.item_id)
    copied.does(Due(ref, clock.today() + timedelta(days=2)))
    with transaction():
        seen = service.renew(copied.number, copied.seen, by=copied.user, is_settled=True).version
    copied.seen = seen
    drafts.agree(copied.number)
    assert assumed(copied) == []
    assert {lot.code: lot.due_at for lot in copied.lots()} == as_it_was
    boss = factories.user("planner")
    session.commit()
    with transaction():
        service.publish(copied.number, by=boss, reason="promoted")
    assert queries.published().number == copied.number


def test_a_begun_lot_is_due_on_another_day_and_comes_back(database: Database) -> None:
    standing = drafts.published()
    first = min(queries.lots(standing), key=lambda lot: fired(lot).start_at)
    user = factories.user("planner")
    session.commit()
    with transaction():
        service.note_started(fired(first).id, clock.now())
    with transaction():
        number = service.copy(standing.number, by=user).number
    planner = Planner(number)
    before = drafts.rows(number)
    ref = next(peg.item_ref for peg in first.pegs if peg.item_id)
    planner.does(Due(ref, clock.today() + timedelta(days=1)))
    assert fired(drafts.lot(number, first.code)).started_at
    planner.does(Rate("SP1", 50))
    planner.goes(service.undo)
    planner.goes(service.undo)
    assert drafts.rows(number) == before


def test_the_board_draws_the_closures_that_are_assumed(planner: Planner) -> None:
    kiln = busy(planner)
    start = fired(planner.first()).start_at + 20 * HOUR
    planner.does(Closed(kiln, start, start + 9 * HOUR))
    planner.does(Opened(kiln, start + 2 * HOUR, start + 3 * HOUR))
    for found in (
        queries.board(queries.plan(planner.number)).closures,
        queries.strips(queries.plan(planner.number), Cell.DAY).board.closures,
    ):
        drawn = [(one.start_at, one.end_at) for one in found[kiln] if one.reason]
        assert drawn == [(start, start + 2 * HOUR), (start + 3 * HOUR, start + 9 * HOUR)]
        assert not [one for one in found["SP1"] if one.reason]
