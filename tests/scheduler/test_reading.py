"""A problem is read whole or refused with every flaw at once."""

import json

import pytest

from scheduler.plan import InvalidPlan
from scheduler.problem import Calendar, InvalidProblem
from scheduler.reading import read_problem
from tests.scheduler import factories
from tests.scheduler.factories import lot, problem, random_problem, resource, step


def ordinary() -> dict:
    two = lot("L1", step("fire", ("K1", 100)), step("sort", ("S1", 50), lag_end=5))
    whole = problem(two, resources=(resource(), resource("S1", "sort")))
    return whole.to_dict() | {"pins": [{"lot": "L1", "stage": "fire", "start": 0}]}


def flaws(row) -> dict[str, str]:
    with pytest.raises(InvalidProblem) as caught:
        read_problem(row)
    return {flaw.place: flaw.message for flaw in caught.value.flaws}


@pytest.mark.parametrize("seed", range(30))
def test_a_problem_survives_the_way_to_json_and_back(seed):
    whole = random_problem(seed)
    assert read_problem(whole.to_json()) == whole
    assert read_problem(whole.to_json()).content_hash() == whole.content_hash()


def test_the_hash_knows_one_minute_from_another():
    assert problem(lot(release=1)).content_hash() != problem(lot(release=2)).content_hash()


def test_unknown_keys_are_ignored():
    row = ordinary() | {"colour": "blue"}
    row["lots"][0]["remark"] = "for the hall"
    assert read_problem(row) == read_problem(ordinary())


def test_windows_that_touch_overlap_or_are_empty_become_one():
    calendar = Calendar(((20, 30), (0, 10), (10, 15), (12, 20), (50, 50)), resumable=True)
    assert calendar.off == ((0, 30),)


def test_what_stood_on_a_resource_may_be_left_out_but_not_its_tile():
    row = ordinary()
    del row["resources"][0]["last_tile"]
    assert flaws(row) == {"resources[0].last_tile": "is missing; add it"}


def test_every_flaw_is_told_at_once_with_its_place():
    row = ordinary()
    row["lots"][0]["steps"][0]["options"][0]["minutes"] = 2.5
    row["lots"][0]["steps"][1]["options"][0]["resource"] = "S9"
    row["lots"][0]["pegs"][0]["m2"] = True
    row["resources"][1]["calendar"] = "moon"
    row["calendars"]["open"]["off"] = [[5, 1]]
    row["changeovers"]["free"]["minutes"] = [[0, 1]]
    row["epoch"] = "2026-11-23T06:00:00"
    row["pins"] = [{"lot": "L1", "stage": "finish"}, {"lot": "L2", "stage": "fire"}]
    del row["campaigns"]
    told = flaws(row)
    for place in (
        "lots[0].steps[0].options[0].minutes",
        "lots[0].steps[1].options[0].resource",
        "lots[0].pegs[0].m2",
        "resources[1].calendar",
        "calendars.open.off[0]",
        "changeovers.free.minutes",
        "epoch",
        "pins[0]",
        "pins[1].lot",
        "campaigns",
    ):
        assert place in told


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"format": "tileplan-problem/2"}, "format"),
        ({"stages": ["fire", "fire"]}, "stages[1]"),
        ({"lots": ordinary()["lots"] * 2}, "lots[1].id"),
        ({"resources": ordinary()["resources"] + ordinary()["resources"][:1]}, "resources[2].id"),
        ({"stages": ["sort", "finish", "fire"]}, "lots[0].steps[1].stage"),
        ({"horizon": -1}, "horizon"),
        ({"frozen_until": None}, "frozen_until"),
        ({"lots": {}}, "lots"),
        (
            {"campaigns": {"stage": "glaze", "min_minutes": 0, "cents_per_minute": 0}},
            "campaigns.stage",
        ),
        (
            {
                "published": [
                    {"lot": "L1", "stage": "fire", "resource": "K1", "start": -5, "end": 9}
                ]
            },
            "published[0].start",
        ),
    ],
)
def test_a_flaw_is_told_with_its_place(change, place):
    assert place in flaws(ordinary() | change)


def test_a_family_beyond_the_table_is_refused():
    row = ordinary()
    row["lots"][0]["steps"][0]["family"] = 1
    row["resources"][1]["last_family"] = 4
    assert set(flaws(row)) == {"lots[0].steps[0].family", "resources[1].last_family"}


@pytest.mark.parametrize("raw", ["", "[]", "null", '{"a": ', "[" * 100_000])
def test_what_is_no_problem_is_refused_and_never_a_crash(raw):
    with pytest.raises(InvalidProblem):
        read_problem(raw)


def test_published_work_of_lots_that_are_gone_is_history():
    row = ordinary()
    row["published"] = [{"lot": "gone", "stage": "fire", "resource": "K9", "start": -50, "end": 10}]
    assert read_problem(row).published[0].lot == "gone"


def test_the_plan_survives_the_way_to_json_and_back():
    plan = factories.solve(read_problem(ordinary()), iterations=10)
    assert factories.read_plan(plan.to_json()) == plan
    assert json.loads(plan.to_json())["seconds"] is None


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ("", "not JSON"),
        (b"\xff\xfe", "UTF-8"),
        ("[" * 100_000, "too deep"),
        ("[]", "object"),
        ("{}", "format"),
        ('{"seed": 1, "seed": 2}', "twice"),
        ('{"format": "tileplan-plan/1", "problem": 3, "operations": []}', "problem"),
    ],
)
def test_a_plan_that_cannot_be_read_says_why(raw, word):
    with pytest.raises(InvalidPlan, match=word):
        factories.read_plan(raw)


def test_clashes_that_are_none_are_no_plan():
    plan = factories.solve(problem(lot()), iterations=0).to_dict()
    for clashes in (7, [7], [{"wishes": [{"kind": "whim"}], "sentence": ""}], [{"wishes": []}]):
        with pytest.raises(InvalidPlan, match="clashes"):
            factories.read_plan(plan | {"clashes": clashes})
