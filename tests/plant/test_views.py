"""The pages of the plant: who works when, what changes cost, how a tile is made."""

from datetime import UTC, datetime

import pytest

from tests import factories
from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.plant import queries
from tileplan.plant.models import CalendarWindow, ChangeoverRule, WindowKind


@pytest.fixture
def plant(database):
    """A plant of two kilns and three tiles, cleaned every Tuesday morning."""
    tiles = [
        factories.tile("T1"),
        factories.tile("T2", finishing="square"),
        factories.tile("T3", firing_curve="C5"),
    ]
    factories.plant(*tiles, kilns=2)
    [calendar] = queries.calendars()
    session.add(
        CalendarWindow(
            calendar_id=calendar.id, kind=WindowKind.CLOSED_WEEKLY, weekday=2,
            from_minute=480, to_minute=960, reason="weekly cleaning",
        )
    )  # fmt: skip
    session.flush()
    session.expire_all()
    return tiles


def test_closures_are_cut_and_given_for_every_resource(plant):
    tuesday = datetime(2026, 11, 24, 2, tzinfo=UTC)  # 10:00 at the plant
    found = queries.closures(queries.resources(), tuesday, datetime(2026, 12, 1, 0, tzinfo=UTC))
    assert set(found) == {r.code for r in queries.resources()}
    [first] = found["K1"]
    assert (first.start_at, first.reason) == (tuesday, "weekly cleaning")
    assert first.end_at == datetime(2026, 11, 24, 8, tzinfo=UTC)


def test_resources_stand_in_flow_order(plant):
    assert [r.code for r in queries.resources()] == [
        "FG1", "FG2", "FG3", "FG4", "K1", "K2", "PL1", "SP1",
    ]  # fmt: skip


def test_the_plants_page_shows_resources_and_the_next_closure(sign_in, plant):
    with clock.stopped_at(datetime(2026, 11, 21, 1, tzinfo=UTC)):
        person = sign_in("planner")
        page = person.get("/plant/").text
    assert all(
        words in page for words in ("K2", "Line K1", "11-24 08:00 – 16:00", "weekly cleaning")
    )


def test_a_resource_that_is_closed_now_says_until_when(sign_in, plant):
    with clock.stopped_at(datetime(2026, 11, 24, 2, tzinfo=UTC)):
        page = sign_in("planner").get("/plant/resources/K1").text
    assert "now, until 11-24 16:00" in page
    assert all(words in page for words in ("Tuesday", "08:00 – 16:00", "T1", "600"))


def test_the_rules_are_shown_in_the_trades_words(sign_in, plant):
    page = sign_in("planner").get("/plant/rules").text
    assert all(words in page for words in ("Press crew", "Firing curve", "150"))
    user = factories.user("planner")
    assert "窑炉班" in sign_in(user, language="zh").get("/plant/rules").text


def test_the_matrix_of_a_kiln_shows_what_a_change_costs(sign_in, plant):
    page = sign_in("planner").get("/plant/matrix/K1").text
    assert "T1 +1" in page
    assert '<td class="m2">90</td>' in page
    assert "T1, T2" in page


def test_forming_lines_and_strangers_have_no_matrix(sign_in, plant):
    person = sign_in("planner")
    assert person.get("/plant/matrix/FG1").status_code == 404
    assert person.get("/plant/matrix/K9").status_code == 404
    assert person.get("/plant/resources/K9").status_code == 404


def test_a_tiles_way_shows_who_makes_it_and_the_yields(sign_in, plant):
    page = sign_in("planner").get("/plant/tiles/T1").text
    assert all(words in page for words in ("FG1", "K2", "SP1", "98.5 %", "96.0 %"))
    assert "PL1" not in page
    assert "PL1" in sign_in("planner").get("/plant/tiles/T2").text


def test_an_empty_plant_says_where_it_comes_from(sign_in):
    person = sign_in("planner")
    assert "tileplan load" in person.get("/plant/").text
    assert "changeover_rules.csv" in person.get("/plant/rules").text


def test_chinese_readers_see_the_words_of_the_plants_files_in_chinese(sign_in, plant):
    kiln = queries.resource("K1")
    kiln.name, kiln.note, kiln.rate = "Kiln 1", "green buffer 90 min", 600
    kiln.rate_unit = "kg_per_hour"
    kiln.calendar.code = "kiln_1"
    session.flush()
    reader = sign_in(factories.user("planner"), language="zh")
    with clock.stopped_at(datetime(2026, 11, 24, 2, tzinfo=UTC)):
        for page in (reader.get("/plant/").text, reader.get("/plant/resources/K1").text):
            assert all(words in page for words in ("窑炉 1", "储坯时间 90 分钟", "每周清扫"))
            assert not any(
                word in page for word in ("Kiln 1", "green buffer", "kiln_1", "kg_per_hour")
            )
    assert "Line K2" in reader.get("/plant/").text


def test_values_in_the_changeover_rules_are_said_in_chinese(sign_in, plant):
    session.add(
        ChangeoverRule(
            crew="press", attribute="surface", from_value="smooth", to_value="textured", minutes=60
        )
    )
    session.flush()
    page = sign_in(factories.user("planner"), language="zh").get("/plant/rules").text
    assert all(words in page for words in ("平面", "凹凸面"))
    assert "smooth" not in page


def test_the_way_back_ends_where_it_leads(sign_in, plant):
    page = sign_in("planner").get("/plant/resources/K1").text
    assert 'class="crumbs"><a href="/plant/">Plant</a></nav>' in page
    assert page.count("›") == 0
    assert sign_in("planner").get("/plant/matrix/K1").text.count("›") == 1
