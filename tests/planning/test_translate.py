"""The problem that is asked: calendars, changeovers, lots and pegs, on a tiny plant."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from scheduler.reading import read_problem
from tests import factories
from tests.conftest import Database
from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.planning import service
from tileplan.planning.translate.minutes import Axis, finish, gap, opening, working
from tileplan.plant.models import Calendar, CalendarWindow, Resource, WindowKind

OFF = ((100, 200), (300, 350))


@pytest.mark.parametrize(
    ("start", "end", "minutes"), [(0, 100, 100), (0, 250, 150), (150, 320, 100), (120, 180, 0)]
)
def test_working_minutes_leave_closures_out(start: int, end: int, minutes: int) -> None:
    assert working(OFF, start, end) == minutes


def test_work_that_may_not_pause_waits_for_a_gap_that_holds_it() -> None:
    assert gap(OFF, 0, 100) == 0
    assert gap(OFF, 50, 60) == 200
    assert gap(OFF, 50, 101) == 350
    assert opening(OFF, 150) == 200


@given(st.integers(0, 99), st.integers(1, 400))
def test_work_that_pauses_ends_when_its_minutes_are_complete(start: int, minutes: int) -> None:
    end = finish(OFF, start, minutes)
    assert working(OFF, start, end) == minutes
    assert working(OFF, start, end - 1) == minutes - 1


def test_a_moment_within_a_minute_counts_as_the_next() -> None:
    epoch = clock.at_plant(clock.today())
    assert Axis(epoch).minute(epoch + timedelta(seconds=61)) == 2
    assert Axis(epoch).moment(2) == epoch + timedelta(minutes=2)


def problem_of(epoch: datetime) -> Any:
    run = service.request(1, by=None)
    run.epoch_at = epoch
    return read_problem(service.prepare(run, {}))


@pytest.fixture
def epoch(database: Database) -> datetime:
    return clock.at_plant(clock.today() + timedelta(days=1), 8 * 60)


def test_closures_become_minutes_and_only_kilns_cannot_pause(epoch: datetime) -> None:
    tile = factories.tile()
    factories.plant(tile)
    shut = Calendar(code="with a closure")
    session.add(shut)
    session.flush()
    day = clock.today() + timedelta(days=2)
    for weekday in range(1, 8):
        session.add(_window(shut, WindowKind.WEEKLY, weekday=weekday))
    session.add(_window(shut, WindowKind.CLOSED_ONCE, day=day, from_minute=480, to_minute=960))
    for resource in session.scalars(select(Resource).where(Resource.code.in_(["K1", "SP1"]))):
        resource.calendar_id = shut.id
    session.flush()
    session.expire_all()
    problem = problem_of(epoch)
    assert problem.calendars["K1"].off[0] == (1440, 1440 + 480)
    assert problem.calendars["SP1"].off[0] == (1440, 1440 + 480)
    assert not problem.calendars["K1"].resumable
    assert problem.calendars["SP1"].resumable


def _window(calendar: Calendar, kind: WindowKind, **values: Any) -> CalendarWindow:
    facts = {"weekday": None, "day": None, "from_minute": 0, "to_minute": 1440, **values}
    return CalendarWindow(calendar_id=calendar.id, kind=kind, reason="", **facts)


def test_a_peg_is_due_when_its_day_ends_and_weighs_by_its_priority(epoch: datetime) -> None:
    tile = factories.tile()
    factories.plant(tile)
    due_on = clock.today() + timedelta(days=10)
    for priority in (1, 2, 3, 4):
        factories.order(tile, pieces=400, priority=priority, due_on=due_on)
    (lot,) = problem_of(epoch).lots
    assert sorted(peg.cents_per_minute_late for peg in lot.pegs) == [50, 100, 250, 500]
    assert {peg.due for peg in lot.pegs} == {9 * 1440 + 16 * 60}
    assert {peg.m2 for peg in lot.pegs} == {144}


def test_a_kiln_waits_for_forming_and_a_tile_without_finishing_skips_it(epoch: datetime) -> None:
    plain, polished = factories.tile(), factories.tile(finishing="polish")
    factories.plant(plain, polished)
    factories.order(plain)
    factories.order(polished)
    lots = {lot.tile: lot for lot in problem_of(epoch).lots}
    assert [step.stage for step in lots[plain.code].steps] == ["fire", "sort"]
    assert [step.stage for step in lots[polished.code].steps] == ["fire", "finish", "sort"]
    assert {lot.release for lot in lots.values()} == {60}
    assert [(step.lag_start, step.lag_end) for step in lots[polished.code].steps] == [
        (0, 0),
        (90, 90),
        (45, 45),
    ]


def test_a_larger_green_buffer_hides_more_of_a_change_of_format(epoch: datetime) -> None:
    small, large = factories.tile(), factories.tile(width_mm=900, length_mm=1800)
    factories.plant(small, large, kilns=2)
    second = session.scalars(select(Resource).where(Resource.code == "K2")).one()
    second.green_buffer_minutes = 120
    factories.order(small)
    factories.order(large)
    problem = problem_of(epoch)
    family = {lot.tile: lot.steps[0].family for lot in problem.lots}
    tables = {
        resource.id: problem.changeovers[resource.changeover]
        for resource in problem.resources
        if resource.stage == "fire"
    }
    before, after = family[small.code], family[large.code]
    assert tables["K1"].minutes[before][after] == 150 - 90
    assert tables["K2"].minutes[before][after] == 150 - 120


def test_nobody_knows_what_stands_on_a_line_that_has_told_nothing(epoch: datetime) -> None:
    tile = factories.tile()
    factories.plant(tile)
    factories.order(tile)
    problem = problem_of(epoch)
    for resource in problem.resources:
        table = problem.changeovers[resource.changeover]
        assert table.families[resource.last_family] == "unknown"
        assert set(table.minutes[resource.last_family]) == {0}
        assert resource.last_tile is None
