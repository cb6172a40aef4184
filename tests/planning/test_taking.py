"""The board taken away and kept up to date: table, calendar, and the answer that nothing is new."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from tests import factories
from tests.planning import boards
from tests.planning.boards import hours
from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.planning import queries, service
from tileplan.planning.models import PlannedOperation

BASE = "/planning/plans/PLAN-00001"


@pytest.fixture
def ten(app: Any) -> dict[str, Any]:
    return boards.ten_lots()


def rows(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200
    text = answer.get_data().decode("utf-8-sig")
    assert answer.get_data().startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(text)))


def firing(code: str) -> PlannedOperation:
    plan = queries.plan("PLAN-00001")
    lot = queries.lot(plan, code)
    return next(one for one in lot.operations if one.stage == "firing")


def test_the_table_has_a_row_for_every_bar_with_orders_and_customers(
    ten: dict[str, Any], sign_in: Any
) -> None:
    found = rows(sign_in("planner").post(f"{BASE}/bars.csv"))
    assert len(found) == 40
    row = next(row for row in found if row["Lot"] == "L0003" and row["Line"] == "K1")
    order = ten["orders"][2]
    assert row["Tile"] == "P66-ASH-M"
    assert (
        row["Start"]
        == f"{boards.this_morning().astimezone(clock.plant_zone()) + hours(16):%Y-%m-%d %H:%M}"
    )
    assert row["Changeover, min"] == "90"
    assert row["Order lines"] == f"{order.number}/1"
    assert row["Customers"] == order.customer_name
    assert row["Due on"] == f"{clock.today() + timedelta(days=1)}"
    assert row["Late, min"] == "90"
    assert row["State"] == "Planned"


def test_the_table_has_only_the_bars_asked_for(ten: dict[str, Any], sign_in: Any) -> None:
    asked = "L0003\tK1\nL0004\tSP1\nL9999\tK1\nnonsense\n\t\t"
    found = rows(sign_in("planner").post(f"{BASE}/bars.csv", data={"bars": asked}))
    assert [(row["Lot"], row["Line"]) for row in found] == [("L0003", "K1"), ("L0004", "SP1")]


def test_of_no_bars_asked_for_the_table_has_only_its_head(
    ten: dict[str, Any], sign_in: Any
) -> None:
    assert rows(sign_in("planner").post(f"{BASE}/bars.csv", data={"bars": ""})) == []


def test_a_name_that_looks_like_a_formula_stays_a_text(app: Any, sign_in: Any) -> None:
    tile = factories.tile("P66-GRY-M")
    factories.plant(tile)
    order = factories.order(tile, customer_name="=HYPERLINK(1)")
    start = boards.this_morning()
    pegs = [boards.peg(order, boards.order_item(order), due_at=start + hours(30))]
    boards.kept([boards.lot("L1", tile, start, pegs=pegs)], start)
    found = rows(sign_in("planner").post(f"{BASE}/bars.csv"))
    assert {row["Customers"] for row in found} == {"'=HYPERLINK(1)"}


def test_the_calendar_names_every_order_line_once_and_says_which_is_late(
    ten: dict[str, Any], sign_in: Any
) -> None:
    answer = sign_in("planner").get(f"{BASE}/due.ics")
    assert answer.mimetype == "text/calendar"
    text = answer.get_data(as_text=True).replace("\r\n ", "")
    assert text.count("BEGIN:VEVENT") == 9
    assert text.count("CATEGORIES:LATE") == 1
    assert f"SUMMARY:LATE: {ten['orders'][2].number}/1 due" in text
    tomorrow = clock.today() + timedelta(days=1)
    assert text.count(f"DTSTART;VALUE=DATE:{tomorrow:%Y%m%d}") == 9
    assert "Lots: L0003" in text


def test_an_order_line_of_two_lots_is_one_event(app: Any, sign_in: Any) -> None:
    tile = factories.tile("P66-GRY-M")
    factories.plant(tile)
    order = factories.order(tile)
    start = boards.this_morning()

    def pegs() -> list[Any]:
        return [boards.peg(order, boards.order_item(order), due_at=start + hours(30))]

    lots = [
        boards.lot(code, tile, start + hours(at), pegs=pegs())
        for code, at in (("L1", 0), ("L2", 9))
    ]
    boards.kept(lots, start)
    text = sign_in("planner").get(f"{BASE}/due.ics").get_data(as_text=True)
    assert text.count("BEGIN:VEVENT") == 1
    assert "Lots: L1\\, L2" in text


@pytest.mark.parametrize(("method", "path"), [("post", "bars.csv"), ("get", "due.ics")])
def test_who_may_not_see_the_plan_takes_nothing_away(
    ten: dict[str, Any], sign_in: Any, method: str, path: str
) -> None:
    assert getattr(sign_in("sales"), method)(f"{BASE}/{path}").status_code == 403


def test_bars_that_did_not_change_are_answered_with_304_until_the_floor_tells_something(
    ten: dict[str, Any], sign_in: Any
) -> None:
    client = sign_in("planner")
    tag = client.get(f"{BASE}/bars").headers["ETag"]
    same = client.get(f"{BASE}/bars", headers={"If-None-Match": tag})
    assert (same.status_code, same.get_data(), same.headers["ETag"]) == (304, b"", tag)
    own = firing("L0001").id
    tell = (service.note_started, service.note_paused, service.note_resumed, service.note_finished)
    for at, told in enumerate(tell):
        told(own, boards.this_morning() + hours(at))
        session.commit()
        answer = client.get(f"{BASE}/bars", headers={"If-None-Match": tag})
        assert answer.status_code == 200, told
        assert answer.headers["ETag"] != tag
        tag = answer.headers["ETag"]


def test_a_reader_of_the_other_language_gets_bars_of_their_own(
    ten: dict[str, Any], sign_in: Any
) -> None:
    client = sign_in("planner")
    tag = client.get(f"{BASE}/bars").headers["ETag"]
    client.post("/language", data={"language": "zh", "next": "/"})
    answer = client.get(f"{BASE}/bars", headers={"If-None-Match": tag})
    assert answer.status_code == 200


def test_a_plan_that_is_put_aside_is_news(ten: dict[str, Any], sign_in: Any) -> None:
    client = sign_in("planner")
    tag = client.get(f"{BASE}/bars").headers["ETag"]
    service.discard("PLAN-00001", by=factories.user("planner"))
    session.commit()
    answer = client.get(f"{BASE}/bars", headers={"If-None-Match": tag})
    assert answer.get_json()["state"] == "discarded"


def test_work_beyond_its_planned_end_is_news_every_minute_and_other_work_is_not(
    ten: dict[str, Any], sign_in: Any
) -> None:
    client = sign_in("planner")
    one = firing("L0001")
    service.note_started(one.id, one.start_at)
    session.commit()
    counted = {}
    for name, moment in (("within", one.end_at - hours(1)), ("beyond", one.end_at + hours(1))):
        tags = set()
        for minutes in (0, 1):
            with clock.stopped_at(moment + timedelta(minutes=minutes)):
                tags.add(client.get(f"{BASE}/bars").headers["ETag"])
        counted[name] = len(tags)
    assert counted == {"within": 1, "beyond": 2}


def test_that_nothing_is_new_costs_few_statements_however_big_the_plan(
    app: Any, database: Any, sign_in: Any
) -> None:
    tile = factories.tile()
    factories.plant(tile)
    start = boards.this_morning()
    lots = [boards.lot(f"L{n:03d}", tile, start + hours(7 * n)) for n in range(60)]
    boards.kept(lots, start)
    client = sign_in("planner")
    tag = client.get(f"{BASE}/bars").headers["ETag"]
    statements: list[str] = []

    def listen(*args: Any) -> None:
        statements.append(args[2])

    event.listen(database.engine, "before_cursor_execute", listen)
    answer = client.get(f"{BASE}/bars", headers={"If-None-Match": tag})
    event.remove(database.engine, "before_cursor_execute", listen)
    assert answer.status_code == 304
    selects = [text for text in statements if text.lstrip().upper().startswith("SELECT")]
    assert len(selects) <= 4
    assert not any("planned_lot" in text for text in selects)
