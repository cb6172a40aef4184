"""The strips' route: who may ask, what it costs, and that it agrees with the bars and the plan's figures."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from tests import factories
from tests.conftest import Database
from tests.planning import answers, boards
from tests.planning.boards import hours
from tileplan.kernel.db import session

URL = "/planning/plans/PLAN-00001/strips"


def statements(database: Database, ask: Callable[[], Any]) -> int:
    """How many statements an answer takes."""
    seen: list[str] = []

    def listen(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", listen)
    try:
        assert ask().status_code == 200
    finally:
        event.remove(database.engine, "before_cursor_execute", listen)
    return len(seen)


@pytest.mark.parametrize(
    ("role", "status"), [("planner", 200), ("sales_manager", 200), ("warehouse", 403)]
)
def test_who_may_see_plans_sees_their_strips(
    app: Any, sign_in: Any, role: str, status: int
) -> None:
    boards.ten_lots()
    assert sign_in(role).get(URL).status_code == status


def test_nobody_sees_them_without_signing_in_and_no_plan_has_none(app: Any, sign_in: Any) -> None:
    boards.ten_lots()
    assert app.test_client().get(URL).status_code == 302
    assert sign_in("planner").get("/planning/plans/PLAN-99999/strips").status_code == 404


def test_strips_that_did_not_change_are_answered_with_304(app: Any, sign_in: Any) -> None:
    plan = boards.ten_lots()["plan"]
    client = sign_in("planner")
    first = client.get(URL)
    known = {"If-None-Match": first.headers["ETag"]}
    assert client.get(URL, headers=known).status_code == 304
    assert client.get(f"{URL}?by=hour", headers=known).status_code == 200
    boards.close_today(from_hour=20, to_hour=22)
    session.commit()
    again = client.get(URL, headers=known)
    assert again.status_code == 200
    assert sum(again.json["load"]["open"][0]) < sum(first.json["load"]["open"][0])
    assert again.json["plan"] == plan.number


def test_hours_add_up_to_days(app: Any, sign_in: Any) -> None:
    boards.ten_lots()
    client = sign_in("planner")
    by_day, by_hour = client.get(URL).json, client.get(f"{URL}?by=hour").json
    assert len(by_hour["cells"]) == 24 * (len(by_day["cells"]) - 1) + 1
    assert set(by_day["cells"]) <= set(by_hour["cells"])
    for name in ("open", "work", "change"):
        for days, row in zip(by_day["load"][name], by_hour["load"][name], strict=True):
            sums = [sum(row[at : at + 24]) for at in range(0, len(row), 24)]
            assert sums == pytest.approx(days, abs=0.2)


def test_an_unknown_cell_is_a_day(app: Any, sign_in: Any) -> None:
    boards.ten_lots()
    client = sign_in("planner")
    assert client.get(f"{URL}?by=minute").json == client.get(URL).json


def test_the_number_of_statements_does_not_grow_with_lots(
    app: Any, sign_in: Any, database: Database
) -> None:
    tiles = [factories.tile() for _ in range(4)]
    factories.plant(*tiles, kilns=2)
    start = boards.this_morning()
    few = boards.kept([boards.lot("L0001", tiles[0], start)], start)
    client = sign_in("planner")
    client.get(URL)
    before = statements(database, lambda: client.get(URL))
    for number in range(60):
        tile = tiles[number % 4]
        order = factories.order(tile)
        peg = boards.peg(order, boards.order_item(order), due_at=start + hours(30))
        lot = boards.lot(
            f"M{number:04d}", tile, start + hours(7 * number), kiln=f"K{number % 2 + 1}", pegs=[peg]
        )
        lot.plan_id = few.id
        for operation in lot.operations:
            operation.plan_id = few.id
        session.add(lot)
    session.commit()
    assert statements(database, lambda: client.get(URL)) == before


def test_a_solved_plans_strips_agree_with_its_figures(app: Any, sign_in: Any) -> None:
    tile = factories.tile()
    factories.plant(tile)
    for _ in range(3):
        factories.order(tile, pieces=8000)
    session.commit()
    _, plan = answers.plan()
    found = sign_in("planner").get(f"/planning/plans/{plan.number}/strips").json
    kilns = found["kilns"]
    assert sum(map(sum, kilns["fired"])) == pytest.approx(float(plan.figures["area"]), abs=0.1)
    assert sum(map(sum, kilns["formed"])) == pytest.approx(float(plan.figures["area"]), abs=0.1)
    empty = sum(map(sum, kilns["empty"])) / 60
    assert empty == pytest.approx(plan.figures["idle_hours"], abs=0.1)
    assert sum(found["due"]["count"]) == plan.figures["late_items"]
    assert sum(found["due"]["late"]) == pytest.approx(float(plan.figures["late_area"]), abs=0.1)
    # 20 kg of body in a m².
    tonnes = float(plan.figures["area"]) * 20 / 1000
    assert sum(map(sum, found["bodies"]["tonnes"])) == pytest.approx(tonnes, abs=0.1)
