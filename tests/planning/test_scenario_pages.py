"""Scenarios on the web: asked for by JSON, refused in words, beside each other on a page, for planners only."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from tests import factories
from tests.planning import drafts
from tests.planning.test_editing import fired
from tileplan.kernel import clock
from tileplan.kernel.db import session, transaction
from tileplan.planning import queries, service
from tileplan.planning.rules.assuming import Rate

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def copied(app: Any) -> str:
    """The number of a copy of the plan in force."""
    standing = drafts.published()
    user = factories.user("planner")
    session.commit()
    with transaction():
        return service.copy(standing.number, by=user).number


def version(number: str) -> int:
    session.remove()
    return queries.plan(number).version


def post(client: Any, number: str, act: str, **body: Any) -> Any:
    sent = {"version": version(number), **body}
    polite = {"Accept": "application/json"}
    return client.post(f"/planning/plans/{number}/{act}", json=sent, headers=polite)


def test_every_assumption_is_asked_for_and_told(copied: str, sign_in: Any) -> None:
    planner = sign_in("planner")
    lot = max(queries.lots(queries.plan(copied)), key=lambda one: fired(one).start_at)
    tile, kiln = lot.tile.code, fired(lot).resource
    item = next(peg.item_ref for peg in lot.pegs if peg.item_id)
    soon = clock.today() + timedelta(days=4)
    wishes = (
        {"kind": "due", "item": item, "on": f"{soon}"},
        {"kind": "rush", "tile": tile, "area": "700", "on": f"{soon}"},
        {"kind": "closed", "line": kiln, "from": f"{soon}T08:00", "to": f"{soon}T20:00"},
        {"kind": "opened", "line": kiln, "from": f"{soon}T09:00", "to": f"{soon}T10:00"},
        {"kind": "rate", "line": kiln, "factor": "0.8"},
    )
    for wish in wishes:
        answer = post(planner, copied, "edits", **wish)
        assert answer.status_code == 200, answer.json
    told = planner.get(f"/planning/plans/{copied}/draft").json
    assert len(told["assumed"]) == 5
    assert told["assumed"][-1] == f"{kiln} at ×0.8 of its rate"
    assert [step["label"].startswith("Assumed: ") for step in told["steps"]] == [True] * 5
    assert answer.json["draft"]["assumed"] == told["assumed"]
    check = planner.get(f"/planning/plans/{copied}/check").json["items"]
    assert check[0]["kind"] == "bad"
    assert "rests on assumptions" in check[0]["text"]
    answer = post(planner, copied, "settle")
    assert answer.status_code == 200, answer.json
    assert answer.json["draft"]["assumed"] == []
    assert answer.json["reload"] is True


def test_a_closure_has_the_board_read_its_closures_again(copied: str, sign_in: Any) -> None:
    planner = sign_in("planner")
    day = clock.today() + timedelta(days=30)
    wish = {"kind": "closed", "line": "SP1", "from": f"{day}T08:00", "to": f"{day}T20:00"}
    assert post(planner, copied, "edits", **wish).json["reload"] is True
    assert post(planner, copied, "undo").json["reload"] is True
    assert post(planner, copied, "edits", kind="repair").json["reload"] is False


@pytest.mark.parametrize(
    "wish",
    [
        {"kind": "due", "item": "X", "on": "soon"},
        {"kind": "due", "item": "X", "on": "9999-12-31"},
        {"kind": "due"},
        {"kind": "rush", "tile": "X", "area": "many", "on": "2026-12-31"},
        {"kind": "closed", "line": "K1", "from": "", "to": ""},
        {"kind": "closed", "line": "K1", "from": "0001-01-01T00:00", "to": "9999-12-31T23:59"},
        {"kind": "rate", "line": "K1", "factor": "NaN"},
        {"kind": "rate", "line": "K1", "factor": "1e999999"},
        {"kind": "rate", "line": "K1", "factor": "1"},
        {"kind": "rate", "line": ["K1"], "factor": {}},
        {"kind": "nonsense"},
    ],
)
def test_nonsense_is_refused_in_words(copied: str, sign_in: Any, wish: dict[str, Any]) -> None:
    answer = post(sign_in("planner"), copied, "edits", **wish)
    assert answer.status_code == 422
    assert answer.json["error"]


def test_a_name_is_given_and_stays_text(copied: str, sign_in: Any) -> None:
    planner = sign_in("planner")
    assert post(planner, copied, "name", name=HOSTILE).json["draft"]["name"] == HOSTILE
    assert post(planner, copied, "name", name="x" * 61).status_code == 422
    assert planner.post(
        f"/planning/plans/{copied}/name", json={"version": 1, "name": "late"}
    ).status_code in (409, 422)
    made = post(planner, copied, "copy", name="Second").json
    for page in ("/planning/plans", "/planning/plans/scenarios", f"/planning/plans/{copied}"):
        text = planner.get(page).get_data(as_text=True)
        assert HOSTILE not in text
        assert "&lt;script&gt;alert(1)" in text
    assert queries.plan(made["plan"]).name == "Second"


def test_going_back_names_the_draft(copied: str, sign_in: Any) -> None:
    planner = sign_in("planner")
    old = queries.published().number
    boss = factories.user("planner")
    session.commit()
    with transaction():
        service.publish(copied, by=boss, reason="new")
    assert "Go back to this plan" in planner.get(f"/planning/plans/{old}").get_data(as_text=True)
    made = planner.post(f"/planning/plans/{old}/copy", json={}).json["plan"]
    assert queries.plan(made).name == f"Back to {old}"
    drafts.agree(made)


def test_drafts_stand_beside_the_plan_in_force(copied: str, sign_in: Any) -> None:
    planner = sign_in("planner")
    others = [post(planner, copied, "copy", name=f"Number {one}").json["plan"] for one in range(5)]
    kiln = fired(queries.lots(queries.plan(copied))[0]).resource
    post(planner, others[4], "edits", kind="rate", line=kiln, factor="0.5")
    text = planner.get("/planning/plans/scenarios").get_data(as_text=True)
    assert "Number 4" in text
    assert f"{kiln} at ×0.5 of its rate" in text
    assert "Rests on assumptions" in text
    assert 'name="plan" value="' + copied in text
    chosen = planner.get(f"/planning/plans/scenarios?plan={copied}&plan={others[1]}&plan=nonsense")
    page = chosen.get_data(as_text=True)
    assert page.count('<th scope="col"') == 3
    assert "Rests on assumptions" not in page
    assert "Review and publish" in page


def test_the_number_of_statements_does_not_grow(copied: str, sign_in: Any, database: Any) -> None:
    planner = sign_in("planner")

    def statements(address: str) -> int:
        count = []
        note = lambda *_: count.append(1)  # noqa: E731
        event.listen(database.engine, "before_cursor_execute", note)
        try:
            assert planner.get(address).status_code == 200
        finally:
            event.remove(database.engine, "before_cursor_execute", note)
        return len(count)

    few = statements("/planning/plans/scenarios")
    for one in range(3):
        made = post(planner, copied, "copy", name=f"Number {one}").json["plan"]
        kiln = fired(queries.lots(queries.plan(made))[0]).resource
        post(planner, made, "edits", kind="rate", line=kiln, factor="0.5")
    assert statements("/planning/plans/scenarios") == few


def test_without_a_draft_the_page_says_what_to_do(app: Any, sign_in: Any) -> None:
    text = sign_in("planner").get("/planning/plans/scenarios").get_data(as_text=True)
    assert "There is no draft to compare." in text


def test_who_only_looks_changes_nothing(copied: str, sign_in: Any) -> None:
    for role in ("sales", "supervisor"):
        person = sign_in(role)
        for act in ("name", "settle", "copy", "frontier", "frontier/take", "seen"):
            assert post(person, copied, act, name="x").status_code == 403


def test_a_page_says_that_it_is_open_and_learns_who_else_is(copied: str, sign_in: Any) -> None:
    one, two = (factories.user("planner", name_en=name) for name in ("Li Wei", "Ann Other"))
    session.commit()
    logins = one.login, two.login
    first, second = (sign_in(login) for login in logins)
    assert post(first, copied, "seen").json["people"] == []
    told = post(second, copied, "seen").json
    assert [(row["name"], row["here"]) for row in told["people"]] == [("Li Wei", True)]
    before = told["version"]
    post(first, copied, "edits", kind="repair")
    told = post(second, copied, "seen").json
    assert told["version"] > before
    assert told["by"] == "Li Wei"
    assert told["people"][0]["edited"] is not None
    assert queries.plan(copied).name is None
    assert Rate("K1", 80) not in queries.assumptions(queries.plan(copied))
