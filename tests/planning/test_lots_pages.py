"""What the server says of the lots of a draft: to whom, and what it refuses."""

import json
from typing import Any

import pytest

from tests import factories
from tests.planning.test_lots_of_drafts import items_of, shared
from tileplan.kernel.db import session
from tileplan.planning import queries

READS = ("/demand", "/demand?q=nobody&after=x")
ASKS = ("/lots/{code}/parts", "/offers?tile=nothing", "/try?kind=split&lot={code}")


@pytest.fixture
def draft(database: Any) -> tuple[str, str, list[str]]:
    """A draft: its address, its largest lot and the order items of that."""
    number = shared()
    lot = max(queries.lots(queries.plan(number)), key=lambda each: len(each.pegs))
    found = f"/planning/plans/{number}", lot.code, items_of(lot)
    session.remove()
    return found


def test_a_refused_wish_names_its_reason_and_its_field(draft: Any, sign_in: Any) -> None:
    address, code, items = draft
    planner = sign_in("planner")
    told = planner.get(f"{address}/try?kind=split&lot={code}").get_json()
    assert not told["possible"]
    assert told["field"] == "refs"
    assert "Choose what" in told["reasons"][0]
    told = planner.get(f"{address}/try?kind=split&lot={code}&refs={items[0]}").get_json()
    assert told["possible"]
    assert [(lot["code"], lot["look"]) for lot in told["lots"]] == [
        (code, "other"),
        (f"{code}b", "new"),
    ]
    assert sum(lot["good"]["pieces"] for lot in told["lots"]) >= 4 * 6002


def test_a_split_is_told_to_the_board_as_a_new_set_of_bars(draft: Any, sign_in: Any) -> None:
    address, code, items = draft
    planner = sign_in("planner")
    version = planner.get(f"{address}/draft").get_json()["version"]
    body = {"kind": "split", "lot": code, "refs": [items[0]], "version": version}
    told = planner.post(f"{address}/edits", json=body).get_json()
    assert told["reload"]
    assert told["draft"]["steps"][-1]["label"] == f"Split: {code}"
    again = planner.post(f"{address}/edits", json=body)
    assert again.status_code == 409
    undone = planner.post(f"{address}/undo", json={"version": told["draft"]["version"]}).get_json()
    assert undone["reload"]


def test_parts_tell_everything_that_the_dialog_asks(draft: Any, sign_in: Any) -> None:
    address, code, items = draft
    told = sign_in("planner").get(f"{address}/lots/{code}/parts").get_json()
    assert [item["ref"] for item in told["items"]] == items
    assert not told["is_begun"]
    assert len(told["others"]) == 1
    assert "price" not in json.dumps(told)


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "split", "lot": 7, "refs": []},
        {"kind": "split", "lot": "L1-001", "stock": "many"},
        {"kind": "merge", "lots": "x"},
        {"kind": "merge", "lots": {"a": 1}},
        {"kind": "merge", "lots": ["x"] * 501},
        {"kind": "make", "offer": "cheapest"},
        {"kind": "make", "offer": ["harmless"]},
        {"kind": "join", "refs": ["SO-1/1"]},
        {"kind": "repeg", "lot": "L1-001", "refs": [], "to": "L1-002"},
        {"kind": "melt"},
    ],
)
def test_nonsense_is_refused(draft: Any, sign_in: Any, body: dict[str, Any]) -> None:
    address, _, _ = draft
    planner = sign_in("planner")
    version = planner.get(f"{address}/draft").get_json()["version"]
    polite = {"Accept": "application/json"}
    asked = {**body, "version": version}
    answer = planner.post(f"{address}/edits", json=asked, headers=polite)
    assert answer.status_code in (404, 422)
    assert answer.get_json()["error"]


def test_who_may_only_look_reads_the_demand_and_plans_nothing(draft: Any, sign_in: Any) -> None:
    address, code, _ = draft
    factories.order(pieces=400)
    session.commit()
    session.remove()
    reader = sign_in("sales_manager")
    for path in READS:
        assert reader.get(address + path).status_code == 200
    assert b"data-plan-refs" not in reader.get(f"{address}/demand").data
    assert b"data-lots" not in reader.get(f"{address}/lots/{code}").data
    for path in ASKS:
        assert reader.get(address + path.format(code=code)).status_code == 403
    planner = sign_in("planner")
    assert b"data-plan-refs" in planner.get(f"{address}/demand").data
    assert b"data-lots" in planner.get(f"{address}/lots/{code}").data
