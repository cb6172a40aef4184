"""The crew tells that a machine of its line is down, and that it runs again; planners see it by themselves."""

from typing import Any

import pytest

from tests import factories
from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.plant import queries as plant
from tileplan.plant.models import Closure
from tileplan.production import queries


@pytest.fixture
def crew(sign_in: Any, database: Any) -> Any:
    """The supervisor of line K1, in a plant of two lines."""
    factories.plant(factories.tile("T1"), kilns=2)
    session.commit()
    return sign_in(factories.user("supervisor", regions="K1"))


def told(machine: str = "K1", hours: str = "4", code: str = "K02") -> dict[str, str]:
    return {"machine": machine, "hours": hours, "code": code}


def test_three_taps_tell_that_a_kiln_is_down_and_one_that_it_runs_again(
    crew: Any, sign_in: Any
) -> None:
    assert "Report a breakdown" in crew.get("/production/").text
    page = crew.get("/production/lines/K1/down").text
    assert all(words in page for words in ("K1", "FG1", "FG2", "SP1", "Broken roller"))
    assert "FG3" not in page
    assert crew.post("/production/lines/K1/down", data=told()).status_code == 303
    now = clock.now()
    [closure] = plant.downs_at(now)
    assert (closure.resource.code, closure.code) == ("K1", "K02")
    number, version = closure.id, closure.version
    page = crew.get("/production/").text
    assert all(words in page for words in ("Down until", "Broken roller", "It runs again"))
    planner = sign_in("planner")
    assert "Broken roller" in planner.get("/plant/resources/K1").text
    assert "Down until" in planner.get("/production/").text
    assert "It runs again" not in planner.get("/production/").text
    over = f"/production/lines/K1/down/{number}/over"
    assert crew.post(over, data={"version": 99}).status_code == 409
    # A machine that is down since this very minute has to have been down for a moment.
    assert crew.post(over, data={"version": version}).status_code == 303
    session.rollback()
    assert plant.downs_at(clock.now()) == []


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"hours": "3"}, 422), ({"hours": "x"}, 422), ({"code": "P03"}, 422), ({"code": ""}, 422),
        ({"machine": "K2"}, 404), ({"machine": "FG3"}, 404), ({"machine": ""}, 404),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(crew: Any, changed: dict[str, str], status: int) -> None:
    answer = crew.post("/production/lines/K1/down", data={**told(), **changed})
    assert answer.status_code == status
    session.rollback()
    assert session.query(Closure).count() == 0


def test_a_machine_of_the_line_asks_for_its_own_reasons(crew: Any) -> None:
    page = crew.get("/production/lines/K1/down?machine=FG1").text
    assert "Press breakdown" in page
    assert "Broken roller" not in page
    answer = crew.post("/production/lines/K1/down", data=told("FG1", code="P03"))
    assert answer.status_code == 303
    again = crew.post("/production/lines/K1/down", data=told("FG1", code="P03"))
    assert again.status_code == 422
    assert "overlaps" in again.text


def test_nobody_reports_on_the_line_of_others(crew: Any, sign_in: Any) -> None:
    assert crew.get("/production/lines/K2/down").status_code == 404
    assert crew.post("/production/lines/K2/down", data=told("K2")).status_code == 404
    other = sign_in(factories.user("supervisor", regions="K2"))
    crew.post("/production/lines/K1/down", data=told())
    session.rollback()
    number = session.query(Closure).one().id
    assert (
        other.post(f"/production/lines/K2/down/{number}/over", data={"version": 1}).status_code
        == 404
    )
    assert sign_in("planner").get("/production/lines/K1/down").status_code == 403
    assert sign_in("warehouse").post("/production/lines/K1/down", data=told()).status_code == 403
    assert "Down until" not in other.get("/production/").text


def test_what_is_down_on_every_line_takes_one_statement_more(crew: Any) -> None:
    crew.post("/production/lines/K1/down", data=told("FG2", code="P03"))
    session.rollback()
    found = queries.downs_now(["K1", "K2"])
    assert [one.resource.code for one in found["K1"]] == ["FG2"]
    assert found["K2"] == []
