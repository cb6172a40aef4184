"""The story of one lot: its neighbours, its campaign, what holds it, and what is past remedy."""

import pytest

from scheduler.explain import UnknownLot, Way, explained, story
from scheduler.plan import Plan, Price, Status
from scheduler.problem import Calendar, Campaigns, Pin
from scheduler.reasons import Kind
from scheduler.standing import PlanDoesNotFit
from tests.scheduler.factories import lot, peg, problem, resource, step
from tests.scheduler.test_explain import at


def row_of_three():
    """Three lots on a kiln, two of them on one campaign; the kiln is closed behind them."""
    whole = problem(
        lot("A", campaign="C1"),
        lot("B", step("fire", ("K1", 100), family=1), campaign="C2"),
        lot("C", step("fire", ("K1", 100), family=1), campaign="C2"),
        resources=[resource(changeover="table", calendar="shut")],
        calendars={"shut": Calendar(((600, 700),), resumable=False)},
        campaigns=Campaigns("fire", 0, 0),
        pins=(Pin("C", "fire", "K1"),),
    )
    plan = at(
        whole, ("A", "fire", "K1", 0, 100), ("B", "fire", "K1", 160, 260),
        ("C", "fire", "K1", 260, 360),
    )  # fmt: skip
    return whole, plan


def test_a_lot_in_time_is_told_by_what_stands_around_it():
    whole, plan = row_of_three()
    told = story(whole, plan, "B", 900, now=0)
    assert (told.ready, told.reasons, told.remedies) == (260, (), ())
    [here] = told.steps
    assert (here.before.lot, here.changeover, here.after.lot) == ("A", 60, "C")
    assert (here.campaign.name, here.campaign.lots) == ("C2", ("B", "C"))
    assert (here.campaign.start, here.campaign.end) == (160, 360)
    assert here.closed is None
    assert here.held == ()


def test_the_first_has_none_before_it_and_the_last_has_the_closure_behind_it():
    whole, plan = row_of_three()
    [first] = story(whole, plan, "A", None).steps
    assert (first.before, first.changeover, first.campaign.lots) == (None, 0, ("A",))
    [last] = story(whole, plan, "C", None).steps
    assert (last.after, last.closed) == (None, (600, 700))
    assert [reason.kind for reason in last.held] == [Kind.PIN]


def test_only_the_campaigns_stage_has_campaigns():
    whole, plan = row_of_three()
    [here] = story(problem_with(whole, Campaigns("sort", 0, 0)), plan, "B", None).steps
    assert here.campaign is None


def problem_with(whole, campaigns):
    return problem(
        *whole.lots,
        resources=whole.resources,
        calendars=whole.calendars,
        campaigns=campaigns,
        pins=whole.pins,
    )


def test_remedies_are_the_cheapest_first_and_none_changes_what_is_past():
    whole, plan = row_of_three()
    late = story(whole, plan, "C", 150, now=0)
    assert late.reasons
    assert late.remedies
    assert [one.cents for one in late.remedies] == sorted(one.cents for one in late.remedies)
    assert story(whole, plan, "C", 150, now=None).remedies == ()
    for now in (1, 161, 400):
        for one in story(whole, plan, "C", 150, now=now).remedies:
            changed = set(one.plan.operations) ^ set(plan.operations)
            assert min(operation.start for operation in changed) >= now


def test_a_due_minute_long_before_the_epoch_counts_in_full():
    whole, plan = row_of_three()
    told = story(whole, plan, "A", -1000, now=0)
    short = next(reason for reason in told.reasons if reason.kind is Kind.TOO_SHORT)
    assert (short.end, short.minutes) == (100, 1100)


def test_a_lot_and_a_plan_that_are_not_of_the_problem_are_refused():
    whole, plan = row_of_three()
    with pytest.raises(UnknownLot):
        story(whole, plan, "Z", None)
    with pytest.raises(PlanDoesNotFit):
        story(whole, Plan("other", (), Price(), None, Status.FEASIBLE, 1, 0, None), "A", None)


def test_a_lot_that_is_not_in_the_plan_has_no_steps_and_is_not_late():
    whole, _ = row_of_three()
    nothing = Plan(whole.name, (), Price(), None, Status.STOPPED, 1, 0, None)
    told = story(whole, nothing, "A", 0, now=0)
    assert (told.ready, told.steps, told.reasons) == (None, (), ())


def paused():
    """A finishing line rests over a closure; sorting may not end before it does."""
    steps = (
        step("fire", ("K1", 100)),
        step("finish", ("F1", 100)),
        step("sort", ("S1", 20), lag_end=10),
    )
    whole = problem(
        lot("A", *steps, pegs=[peg("A", due=150)]),
        resources=[resource(), resource("F1", "finish", calendar="rests"), resource("S1", "sort")],
        calendars={"rests": Calendar(((50, 1050),), resumable=True)},
    )
    plan = at(
        whole, ("A", "fire", "K1", 0, 100), ("A", "finish", "F1", 0, 1100),
        ("A", "sort", "S1", 1090, 1110),
    )  # fmt: skip
    return whole, plan


def test_a_closure_in_which_work_rests_is_named_and_what_waits_for_it_is_not_left_waiting():
    whole, plan = paused()
    kinds = [reason.kind for reason in explained(whole, plan, "A").lots[0].reasons]
    assert Kind.CLOSED in kinds
    assert Kind.WAITS not in kinds
    assert Kind.LEFT_WAITING not in kinds


def test_room_names_the_first_step_that_moves_and_every_order_that_slips():
    whole = problem(
        lot("A", step("fire", ("K1", 100)), step("sort", ("S1", 100)), pegs=[peg("A", due=150)]),
        lot("B", step("sort", ("S1", 100)), pegs=[peg("B", due=9000)]),
        resources=[resource(), resource("S1", "sort")],
    )
    plan = at(
        whole, ("A", "fire", "K1", 0, 100), ("B", "sort", "S1", 100, 200),
        ("A", "sort", "S1", 700, 800),
    )  # fmt: skip
    room = next(one for one in explained(whole, plan, "A").remedies if one.way is Way.ROOM)
    assert (room.stage, room.resource) == ("sort", "S1")
    assert room.start < 700
    ends = {one.lot: one.end for one in room.plan.operations if one.stage == "sort"}
    assert {slip.order: slip.minutes for slip in room.slips} == (
        {"B": ends["B"] - 200} if ends["B"] > 200 else {}
    )
