"""Each hard rule alone, on the smallest problem that shows it."""

from dataclasses import replace

import pytest

from scheduler.plan import Status
from scheduler.problem import Calendar, Peg, Pin, Published
from scheduler.referee import faults
from scheduler.solve import solve
from tests.scheduler.factories import lot, peg, problem, resource, step, times

SHIFTS = Calendar(((50, 80), (80, 100), (200, 300)), resumable=True)
UPKEEP = Calendar(((50, 100),), resumable=False)


def planned(whole):
    plan = solve(whole, iterations=60)
    assert plan.status in (Status.FEASIBLE, Status.OPTIMAL), plan.messages
    assert faults(whole, plan) == []
    return times(plan)


def test_work_begins_at_minute_0():
    assert planned(problem(lot()))["L1", "fire"] == ("K1", 0, 100)


def test_work_waits_for_its_release():
    assert planned(problem(lot(release=33)))["L1", "fire"] == ("K1", 33, 133)


def test_a_release_in_the_past_is_now():
    assert planned(problem(lot(release=-33)))["L1", "fire"] == ("K1", 0, 100)


def test_a_kiln_does_not_span_its_closure():
    whole = problem(lot(), resources=[resource(calendar="c")], calendars={"c": UPKEEP})
    assert planned(whole)["L1", "fire"] == ("K1", 100, 200)


def test_work_may_end_exactly_when_a_closure_starts():
    one = lot("L1", step("fire", ("K1", 50)))
    whole = problem(one, resources=[resource(calendar="c")], calendars={"c": UPKEEP})
    assert planned(whole)["L1", "fire"] == ("K1", 0, 50)


def test_shift_work_pauses_through_closures_that_touch():
    whole = problem(lot(), resources=[resource(calendar="c")], calendars={"c": SHIFTS})
    assert planned(whole)["L1", "fire"] == ("K1", 0, 150)


def test_shift_work_ends_at_the_start_of_a_closure_never_at_its_end():
    one = lot("L1", step("fire", ("K1", 150)))
    whole = problem(one, resources=[resource(calendar="c")], calendars={"c": SHIFTS})
    assert planned(whole)["L1", "fire"] == ("K1", 0, 200)


def test_work_starts_in_working_time():
    one = lot("L1", step("fire", ("K1", 10)), release=60)
    whole = problem(one, resources=[resource(calendar="c")], calendars={"c": SHIFTS})
    assert planned(whole)["L1", "fire"] == ("K1", 100, 110)


def test_a_step_starts_its_lag_behind_the_one_before():
    one = lot("L1", step("fire", ("K1", 100)), step("sort", ("S1", 200), lag_start=30))
    whole = problem(one, resources=[resource(), resource("S1", "sort")])
    assert planned(whole)["L1", "sort"] == ("S1", 30, 230)


def test_a_step_ends_its_lag_behind_the_end_before():
    one = lot("L1", step("fire", ("K1", 100)), step("sort", ("S1", 20), lag_start=30, lag_end=7))
    whole = problem(one, resources=[resource(), resource("S1", "sort")])
    assert planned(whole)["L1", "sort"] == ("S1", 87, 107)


def test_the_lags_of_a_first_step_do_not_count():
    one = lot("L1", step("sort", ("S1", 20), lag_start=30, lag_end=70))
    assert planned(problem(one, resources=[resource("S1", "sort")]))["L1", "sort"] == ("S1", 0, 20)


def test_one_at_a_time():
    both = planned(problem(lot("L1"), lot("L2")))
    assert sorted(both.values()) == [("K1", 0, 100), ("K1", 100, 200)]


def test_the_changeover_fits_between_two():
    first = lot("L1", step("fire", ("K1", 100), family=0), pegs=[peg("A", due=0, rate=9)])
    second = lot("L2", step("fire", ("K1", 100), family=1), pegs=[peg("B", due=0)])
    whole = problem(first, second, resources=[resource(changeover="table")])
    assert planned(whole)["L2", "fire"] == ("K1", 160, 260)


def test_the_first_operation_pays_for_what_stands_there():
    whole = problem(lot(), resources=[resource(changeover="table", last_family=1)])
    assert planned(whole)["L1", "fire"] == ("K1", 30, 130)


@pytest.mark.parametrize(("last_tile", "start"), [(None, 0), ("T1", 0), ("T2", 10)])
def test_another_tile_changes_over_where_the_matrix_says_nothing(last_tile, start):
    whole = problem(lot(), resources=[resource(changeover="table", last_tile=last_tile)])
    assert planned(whole)["L1", "fire"][1] == start


def test_a_kiln_changes_over_during_its_maintenance():
    kiln = resource(changeover="table", calendar="c", last_family=1)
    whole = problem(lot(), resources=[kiln], calendars={"c": Calendar(((0, 40),), resumable=False)})
    assert planned(whole)["L1", "fire"] == ("K1", 40, 140)


def test_a_shift_changes_over_in_working_minutes_only():
    kiln = resource(changeover="table", calendar="c", last_family=1)
    whole = problem(lot(), resources=[kiln], calendars={"c": Calendar(((10, 40),), resumable=True)})
    assert planned(whole)["L1", "fire"] == ("K1", 60, 160)


def test_a_pinned_resource_holds_though_another_is_faster():
    one = lot("L1", step("fire", ("K1", 100), ("K2", 10)))
    whole = problem(
        one, resources=[resource(), resource("K2")], pins=(Pin("L1", "fire", resource="K1"),)
    )
    assert planned(whole)["L1", "fire"] == ("K1", 0, 100)


def test_a_pinned_start_holds_and_others_go_round_it():
    whole = problem(lot("L1"), lot("L2"), pins=(Pin("L1", "fire", start=99),))
    both = planned(whole)
    assert both["L1", "fire"] == ("K1", 99, 199)
    assert both["L2", "fire"] == ("K1", 199, 299)


def test_work_goes_before_a_pinned_one_where_it_fits():
    whole = problem(lot("L1"), lot("L2"), pins=(Pin("L1", "fire", start=100),))
    assert planned(whole)["L2", "fire"] == ("K1", 0, 100)


def test_a_pinned_later_step_hurries_the_firing():
    steps = (step("fire", ("K1", 100)), step("sort", ("S1", 10), lag_start=10, lag_end=10))
    slow = lot("L1", *steps, pegs=[Peg("A", 10, 0, 0)])
    dear = [lot(f"L{i}", pegs=[Peg(f"B{i}", 10, 0, 90)]) for i in (2, 3, 4)]
    whole = problem(
        slow,
        *dear,
        resources=[resource(), resource("S1", "sort")],
        pins=(Pin("L1", "sort", start=100),),
    )
    assert planned(whole)["L1", "fire"] == ("K1", 0, 100)


def test_frozen_work_stays_and_nothing_else_enters_the_frozen_time():
    whole = problem(
        lot("L1"),
        lot("L2"),
        published=(Published("L1", "fire", "K1", 20, 120), Published("L2", "fire", "K1", 300, 400)),
        frozen_until=150,
    )
    both = planned(whole)
    assert both["L1", "fire"] == ("K1", 20, 120)
    assert both["L2", "fire"] == ("K1", 150, 250)


def test_work_under_way_is_pinned_at_0_also_in_the_frozen_time():
    whole = problem(lot("L1"), pins=(Pin("L1", "fire", "K1", 0),), frozen_until=150)
    assert planned(whole)["L1", "fire"] == ("K1", 0, 100)


def test_lots_may_skip_stages_and_begin_anywhere():
    lots = (
        lot("L1", step("finish", ("F1", 10)), step("sort", ("S1", 10))),
        lot("L2", step("sort", ("S1", 10)), release=5),
        lot("L3", step("fire", ("K1", 10)), step("sort", ("S1", 10))),
    )
    places = (resource(), resource("F1", "finish"), resource("S1", "sort"))
    assert len(planned(problem(*lots, resources=places))) == 5


def test_a_problem_without_lots_has_a_plan_without_operations():
    plan = solve(problem())
    assert (plan.operations, plan.price.total, plan.status) == ((), 0, Status.OPTIMAL)


CONFLICTS = {
    "two pins of one step on two resources": (
        {"pins": (Pin("L1", "fire", "K1"), Pin("L1", "fire", "K2"))}, ("L1", "K1", "K2")),
    "two pins of one step at two times": (
        {"pins": (Pin("L1", "fire", start=0), Pin("L1", "fire", start=9))}, ("L1", "9")),
    "two lots pinned on top of each other": (
        {"pins": (Pin("L1", "fire", "K1", 0), Pin("L2", "fire", "K1", 50))}, ("L1", "L2", "K1")),
    "a pin on a resource that cannot": ({"pins": (Pin("L1", "fire", "K3"),)}, ("L1", "K3")),
    "a pin before the release": ({"pins": (Pin("L3", "fire", start=5),)}, ("L3", "5", "500")),
    "frozen work in a closure": (
        {"published": (Published("L1", "fire", "K4", 10, 110),), "frozen_until": 20}, ("L1", "K4")),
    "a pin against frozen work": (
        {"pins": (Pin("L1", "fire", start=7),), "frozen_until": 20,
         "published": (Published("L1", "fire", "K1", 10, 110),)}, ("L1", "7", "10")),
    "a later step pinned too soon": (
        {"pins": (Pin("L4", "sort", start=0),)}, ("L4", "sort")),
    "a changeover that is never done in time": (
        {"pins": (Pin("L1", "fire", "K5", 5),)}, ("L1", "K5", "5")),
}  # fmt: skip


@pytest.mark.parametrize("name", CONFLICTS)
def test_a_conflict_is_an_answer_that_names_what_conflicts(name):
    changes, words = CONFLICTS[name]
    options = [(f"K{i}", 100) for i in (1, 2, 4, 5)]
    flow = (step("fire", ("K1", 100)), step("sort", ("S1", 10), lag_start=30))
    lots = (
        lot("L1", step("fire", *options)),
        lot("L2", step("fire", *options)),
        lot("L3", release=500),
        lot("L4", *flow),
    )
    places = [resource(f"K{i}") for i in (1, 2, 3)]
    places += [
        resource("K4", calendar="c"),
        resource("K5", changeover="table", last_family=1),
        resource("S1", "sort"),
    ]
    whole = replace(problem(*lots, resources=places, calendars={"c": UPKEEP}), **changes)
    plan = solve(whole, iterations=200)
    assert plan.status is Status.INFEASIBLE
    assert plan.operations == ()
    for word in words:
        assert word in " ".join(plan.messages)
