"""The pages of planning: runs with progress, versions, the pool, and who may see them."""

from typing import Any

import pytest

from tests import factories
from tests.planning import answers
from tileplan.kernel.db import session, transaction
from tileplan.planning import queries, service
from tileplan.planning.rules import PlanState, RunState


@pytest.fixture
def tiny(app: Any) -> Any:
    """A tiny plant that makes one tile."""
    tile = factories.tile()
    factories.plant(tile)
    session.commit()
    return tile


def planned() -> str:
    return answers.plan()[1].number


def text(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def test_a_planner_asks_for_a_plan_and_is_sent_to_its_run(tiny: Any, sign_in: Any) -> None:
    client = sign_in("planner")
    answer = client.post("/planning/runs", data={"seconds": "30"})
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert page.status_code == 200
    assert 'id="live"' in text(page)
    assert text(page).count("Waits for a free worker") == 1
    assert "as soon as a worker is free" not in text(page)
    assert queries.run("RUN-00001").seconds == 30


def test_seconds_that_are_no_number_are_shown_again_beside_the_reason(
    tiny: Any, sign_in: Any
) -> None:
    client = sign_in("planner")
    for typed, reason in (
        ("soon", "whole number"),
        ("0", "between 1 and 1800"),
        ("-3", "between 1 and 1800"),
    ):
        answer = client.post("/planning/runs", data={"seconds": typed})
        assert answer.status_code == 422
        assert reason in text(answer)
        assert f'value="{typed}"' in text(answer)


def test_progress_that_did_not_change_is_answered_with_304(tiny: Any, sign_in: Any) -> None:
    client = sign_in("planner")
    client.post("/planning/runs", data={"seconds": "30"})
    first = client.get("/planning/runs/RUN-00001/progress")
    assert first.json["is_live"] is True
    again = client.get(
        "/planning/runs/RUN-00001/progress", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304
    client.post("/planning/runs/RUN-00001/stop")
    last = client.get(
        "/planning/runs/RUN-00001/progress", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert last.json["state"] == RunState.CANCELLED


def test_a_solved_run_shows_its_figures_and_offers_publishing(tiny: Any, sign_in: Any) -> None:
    factories.order(tiny, pieces=4000)
    plan = planned()
    number = queries.plan(plan).run.number
    page = text(sign_in("planner").get(f"/planning/runs/{number}"))
    assert f"/production/publish/{plan}" in page
    assert f"/planning/plans/{plan}/discard" in page
    assert "Open on the board" in page
    manager = text(sign_in("sales_manager").get(f"/planning/runs/{number}"))
    assert "/production/publish/" not in manager


def test_a_draft_is_discarded_with_a_button(tiny: Any, sign_in: Any) -> None:
    factories.order(tiny, pieces=4000)
    plan = planned()
    answer = sign_in("planner").post(f"/planning/plans/{plan}/discard")
    assert answer.status_code == 303
    assert queries.plan(plan).state is PlanState.DISCARDED


def test_the_pool_names_what_is_not_planned_and_why(tiny: Any, sign_in: Any) -> None:
    bare = factories.tile("P66-BARE-M")
    refused = factories.order(bare, pieces=400).number
    made = factories.order(tiny, pieces=4000).number
    kept = factories.order(tiny, pieces=40).number
    factories.lot(tiny, pieces=40)
    client = sign_in("planner")
    assert text(client.get("/planning/pool")).count("Not planned yet") == 3
    plan = planned()
    page = text(client.get("/planning/pool"))
    assert "No kiln has a rate for P66-BARE-M" in page
    assert "draft" in page
    assert f"{kept}/1" not in page
    with transaction():
        service.publish(plan, by=None, reason="Because")
    page = text(client.get("/planning/pool"))
    assert f"{refused}/1" in page
    assert f"{made}/1" not in page


def test_the_board_its_bars_and_a_lot_are_served(tiny: Any, sign_in: Any) -> None:
    client = sign_in("planner")
    assert client.get("/planning/").status_code == 200
    factories.order(tiny, pieces=4000)
    plan = planned()
    code = queries.lots(queries.plan(plan))[0].code
    base = f"/planning/plans/{plan}"
    for path in ("/planning/", "/planning/plans", base, f"{base}/bars", f"{base}/lots/{code}"):
        assert client.get(path).status_code == 200, path
    for path in ("/planning/plans/PL-9", f"{base}/lots/L9", "/planning/runs/RUN-9"):
        assert client.get(path).status_code == 404, path


@pytest.mark.parametrize("path", ["/", "/plans", "/runs", "/pool"])
def test_a_salesperson_sees_nothing_of_planning(tiny: Any, sign_in: Any, path: str) -> None:
    assert sign_in("sales").get(f"/planning{path}").status_code == 403


def test_somebody_who_may_only_look_cannot_plan(tiny: Any, sign_in: Any) -> None:
    client = sign_in("sales_manager")
    assert "Plan now" not in text(client.get("/planning/runs"))
    assert client.post("/planning/runs", data={"seconds": "30"}).status_code == 403


@pytest.mark.parametrize("path", ["/", "/plans", "/runs", "/pool"])
def test_every_page_is_there_in_chinese(tiny: Any, sign_in: Any, path: str) -> None:
    page = text(sign_in("planner", language="zh").get(f"/planning{path}"))
    assert 'lang="zh-CN"' in page
    assert "Plan now" not in page


def test_the_journal_and_the_list_name_the_person_and_not_the_sign_in(
    tiny: Any, sign_in: Any
) -> None:
    user = factories.user("planner", name_zh="计划员老王", login="planner7")
    client = sign_in(user, language="zh")
    client.post("/planning/runs", data={"seconds": "30"})
    for page in ("/planning/runs/RUN-00001", "/planning/runs"):
        shown = text(client.get(page)).partition("<main")[2]
        assert "计划员老王" in shown
        assert "planner7" not in shown
