"""A resource is closed from its page: down, maintenance, energy; who may, what is refused, who was faster."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests import factories
from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.kernel.documents import journal
from tileplan.kernel.errors import Outdated, Refused
from tileplan.plant import queries, rules, service
from tileplan.plant.models import Closure
from tileplan.plant.rules import ClosureKind, NewClosure, NewWindow, WindowKind, closed_by

NOW = datetime(2026, 11, 24, 5, 50, tzinfo=UTC)  # 13:50 at the plant, a Tuesday
HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def kiln(database: Any) -> Any:
    """A plant of two kilns at ten to two in the afternoon."""
    factories.plant(factories.tile("T1"), kilns=2)
    with clock.stopped_at(NOW):
        yield queries.resource("K1")


def down(start: datetime = NOW, hours: float = 6, code: str = "K02", note: str = "") -> NewClosure:
    return NewClosure(ClosureKind.DOWN, start, start + hours * HOUR, code=code, note=note)


def told(start: str = "2026-11-24T14:00", end: str = "2026-11-24T20:00", **more: Any) -> Any:
    return {"code": "K02", "start": start, "end": end, **more}


def closed(code: str = "K1", hours: int = 48) -> Any:
    session.expire_all()
    return queries.closures(queries.resources(), NOW, NOW + hours * HOUR)[code]


def test_a_kiln_that_is_down_is_closed_for_everybody_and_its_neighbour_is_not(
    sign_in: Any, kiln: Any
) -> None:
    answer = sign_in("planner").post("/plant/resources/K1/close/down", data=told(note="roller 7"))
    assert answer.status_code == 303
    [stretch] = closed()
    assert stretch.start_at == datetime(2026, 11, 24, 6, tzinfo=UTC)
    assert stretch.end_at == datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert stretch.reason == "Broken roller; roller 7"
    assert closed("K2") == []
    [entry] = journal("resource", "K1")
    assert (entry.action, entry.reason) == ("close", "Broken roller; roller 7")
    assert entry.by_id is not None
    page = sign_in("supervisor").get("/plant/resources/K1").text
    assert all(words in page for words in ("Broken roller", "roller 7", "11-24 14:00"))
    assert "End now" not in page


def test_the_form_supposes_the_next_four_hours(sign_in: Any, kiln: Any) -> None:
    page = sign_in("planner").get("/plant/resources/K1/close/down").text
    assert 'value="2026-11-24T13:50"' in page
    assert 'value="2026-11-24T17:50"' in page
    assert "Broken roller" in page
    assert "Press breakdown" not in page
    reader = sign_in(factories.user("planner"), language="zh")
    assert "断棒" in reader.get("/plant/resources/K1/close/down").text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"end": "2026-11-24T14:00"}, "The end must be after the start."),
        ({"end": "2026-11-24T12:00"}, "The end must be after the start."),
        ({"start": "2026-11-24T08:00", "end": "2026-11-24T13:00"}, "This has passed already."),
        ({"start": "2026-11-01T08:00"}, "At most 7 days ago"),
        ({"end": "2027-11-24T20:00"}, "At most 60 days"),
        ({"start": ""}, "Please fill this in."),
        ({"end": "soon"}, "Please enter a day and a time."),
        ({"end": "9999-12-31T20:00"}, "Please enter a day and a time."),
        ({"code": "X"}, "Please choose one of the list."),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(
    sign_in: Any, kiln: Any, changed: Any, said: str
) -> None:
    answer = sign_in("planner").post("/plant/resources/K1/close/down", data={**told(), **changed})
    assert answer.status_code == 422
    assert said in answer.text
    assert closed() == []


def test_two_breakdowns_at_the_same_time_are_one(sign_in: Any, kiln: Any) -> None:
    person = sign_in("planner")
    person.post("/plant/resources/K1/close/down", data=told())
    again = person.post(
        "/plant/resources/K1/close/down", data=told("2026-11-24T19:00", "2026-11-24T22:00")
    )
    assert again.status_code == 422
    assert "overlaps" in again.text
    other = person.post(
        "/plant/resources/K1/close/maintenance",
        data={"repeats": "once", "start": "2026-11-24T19:00", "end": "2026-11-24T22:00"},
    )
    assert other.status_code == 303
    [stretch] = closed()
    assert stretch.end_at - stretch.start_at == 8 * HOUR
    assert stretch.reason == "Broken roller; Maintenance"


def test_a_breakdown_is_prolonged_ended_and_taken_back(sign_in: Any, kiln: Any) -> None:
    person = sign_in("planner")
    person.post("/plant/resources/K1/close/down", data=told("2026-11-24T13:00", "2026-11-24T20:00"))
    path = f"/plant/closures/{session.query(Closure).one().id}"
    assert 'value="2026-11-24T20:00"' in person.get(path).text
    longer = told("2026-11-24T13:00", "2026-11-24T23:30", version=1)
    assert person.post(path, data=longer).status_code == 303
    assert person.post(path, data=longer).status_code == 409  # somebody was faster
    [stretch] = closed()
    assert stretch.end_at == datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
    assert person.post(f"{path}/end", data={"version": 1}).status_code == 409
    assert person.post(f"{path}/end", data={"version": 2}).status_code == 303
    assert closed() == []
    assert person.post(f"{path}/remove", data={"version": 3}).status_code == 303
    assert person.post(f"{path}/remove", data={"version": 3}).status_code == 404
    actions = [entry.action for entry in journal("resource", "K1")]
    assert actions == ["remove", "end", "change", "close"]


def test_only_planners_close_resources(sign_in: Any, kiln: Any) -> None:
    planner = factories.user("planner")
    service.close("K1", down(), by=planner)
    place = f"/plant/closures/{session.query(Closure).one().id}/end"
    for role in ("supervisor", "sales", "quality"):
        person = sign_in(role)
        assert person.get("/plant/resources/K1/close/down").status_code == 403
        assert person.post("/plant/resources/K1/close/down", data=told()).status_code == 403
        assert person.post(place).status_code == 403
        assert person.post("/plant/resources/K1/calendar").status_code == 403
    assert sign_in("planner").get("/plant/resources/K1/close/party").status_code == 404
    assert sign_in("planner").get("/plant/resources/K9/close/down").status_code == 404


def test_weekly_energy_restrictions_reach_over_midnight(sign_in: Any, kiln: Any) -> None:
    person = sign_in("planner")
    answer = person.post(
        "/plant/resources/K1/close/energy",
        data={
            "repeats": "weekly", "weekday": "2", "from_time": "22:00", "to_time": "06:00",
            "note": "night tariff",
        },
    )  # fmt: skip
    assert answer.status_code == 303
    [stretch] = closed()
    assert stretch.start_at == datetime(2026, 11, 24, 14, tzinfo=UTC)
    assert stretch.end_at == datetime(2026, 11, 24, 22, tzinfo=UTC)
    assert stretch.reason == "Energy restriction; night tariff"
    # In the morning after, what began the evening before still holds.
    after = datetime(2026, 11, 24, 20, tzinfo=UTC)
    [rest] = queries.closures(queries.resources(), after, after + 24 * HOUR)["K1"]
    assert (rest.start_at, rest.end_at) == (after, datetime(2026, 11, 24, 22, tzinfo=UTC))
    again = person.post(
        "/plant/resources/K1/close/energy",
        data={"repeats": "weekly", "weekday": "3", "from_time": "05:00", "to_time": "07:00"},
    )
    assert again.status_code == 422


def test_a_single_closure_lasts_its_hours_where_clocks_are_put_back(database: Any) -> None:
    sunday = date(2026, 10, 25)  # 25 hours long in Berlin
    row = NewClosure(ClosureKind.MAINTENANCE, weekday=7, from_minute=60, to_minute=240)
    [weekly] = closed_by(row, sunday, sunday + timedelta(days=1), BERLIN)
    assert weekly.end_at - weekly.start_at == 4 * HOUR  # from 01:00 to 04:00 by the clock
    spring = date(2026, 3, 29)  # 23 hours long
    [short] = closed_by(row, spring, spring + timedelta(days=1), BERLIN)
    assert short.end_at - short.start_at == 2 * HOUR


def test_an_hour_that_the_clocks_skip_is_refused(sign_in: Any, kiln: Any) -> None:
    zone = clock.plant_zone().key
    clock.set_plant_zone("Europe/Berlin")
    try:
        with clock.stopped_at(datetime(2027, 3, 27, 8, tzinfo=UTC)):
            answer = sign_in("planner").post(
                "/plant/resources/K1/close/down", data=told("2027-03-28T02:30", "2027-03-28T05:00")
            )
    finally:
        clock.set_plant_zone(zone)
    assert answer.status_code == 422
    assert "does not exist" in answer.text


def test_a_holiday_closes_every_resource_of_the_calendar(sign_in: Any, kiln: Any) -> None:
    person = sign_in("planner")
    page = person.get("/plant/resources/K1/calendar").text
    assert "K1, K2" in page
    holiday = {
        "version": "1", "kind": "closed_once", "day": "2026-11-25", "from_time": "00:00",
        "to_time": "00:00", "reason": "Spring festival",
    }  # fmt: skip
    assert person.post("/plant/resources/K1/calendar", data=holiday).status_code == 303
    assert person.post("/plant/resources/K1/calendar", data=holiday).status_code == 422
    for code in ("K1", "K2", "SP1"):
        [stretch] = closed(code)
        assert stretch.end_at - stretch.start_at == 24 * HOUR
        assert stretch.reason == "Spring festival"
    late = {**holiday, "day": "2026-11-27"}
    assert person.post("/plant/resources/K1/calendar", data=late).status_code == 409
    window = queries.resource("K1").calendar.windows[-1]
    gone = f"/plant/resources/K1/calendar/{window.id}/remove"
    assert person.post(gone, data={"version": "2"}).status_code == 303
    assert closed() == []


def test_a_shift_opens_and_a_backward_one_is_refused(kiln: Any) -> None:
    by = factories.user("planner")
    backward = NewWindow("always", WindowKind.WEEKLY, 2, None, 600, 480)
    with pytest.raises(Refused, match="after the start"):
        service.add_window("K1", 1, backward, by=by)
    shut = NewWindow("always", WindowKind.CLOSED_WEEKLY, 3, None, 480, 600, "cleaning")
    service.add_window("K1", 1, shut, by=by)
    with pytest.raises(Outdated):
        service.add_window(
            "K1", 1, NewWindow("always", WindowKind.CLOSED_WEEKLY, 4, None, 0, 9), by=by
        )
    [stretch] = closed()
    assert stretch.end_at - stretch.start_at == 2 * HOUR


def test_what_is_told_of_closures_is_another_sum_after_every_change(kiln: Any) -> None:
    by = factories.user("planner")
    seen = [queries.told()]
    row = service.close("K1", down(), by=by)
    seen.append(queries.told())
    service.change(row.id, 1, down(hours=9), by=by)
    seen.append(queries.told())
    service.remove(row.id, 2, by=by)
    seen.append(queries.told())
    assert len(set(seen[:3])) == 3
    assert seen[3] != seen[2]


def test_hostile_notes_stay_text(sign_in: Any, kiln: Any) -> None:
    person = sign_in("planner")
    person.post(
        "/plant/resources/K1/close/down",
        data=told("2026-11-24T13:00", note="<img src=x onerror=alert(1)>"),
    )
    at = round(NOW.timestamp() * 1000)
    for page in ("/plant/resources/K1", f"/plant/resources/K1/closed?at={at}"):
        text = person.get(page).text
        assert "<img src=x" not in text
        assert "&lt;img src=x" in text
    assert person.get("/plant/resources/K1/closed?at=soon").status_code == 404


def test_a_closure_takes_its_words_from_its_reason_or_its_kind() -> None:
    assert str(rules.label_of(down())) == "Broken roller"
    assert str(rules.label_of(NewClosure(ClosureKind.ENERGY))) == "Energy restriction"
