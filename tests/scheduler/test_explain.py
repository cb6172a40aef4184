"""Why an order is late: each cause on the smallest plan that shows it, each remedy as tried."""

import json
from dataclasses import replace

import pytest

from scheduler.cli import main
from scheduler.difference import late_orders
from scheduler.explain import UnknownOrder, Way, explain, explained
from scheduler.plan import Operation, Plan, Price, Status
from scheduler.problem import Calendar, Campaigns, Pin, Published
from scheduler.reading import read_problem
from scheduler.reasons import Kind
from scheduler.referee import faults
from scheduler.solve import solve
from scheduler.standing import stand, written
from tests.scheduler.factories import lot, peg, problem, resource, step
from tests.scheduler.plans import saved, standing


def at(whole, *operations):
    """Make a plan of a problem from (lot, stage, resource, start, end), and have it judged."""
    empty = Plan(whole.name, (), Price(), None, Status.FEASIBLE, 1, 0, None)
    rows = [Operation(*operation) for operation in operations]
    there = stand(whole, rows)
    plan = written(there.shop, there.whole().slots, empty)
    assert faults(whole, plan) == []
    return plan


def kinds(found):
    return {reason.kind for one in found.lots for reason in one.reasons}


def ways(found):
    return {(one.way, one.saves) for one in found.remedies}


def late(name="A", *steps, due=150, **changes):
    return lot(name, *steps, pegs=[peg(name, due=due, rate=2)], **changes)


def test_tile_for_the_stock_is_read_and_is_nobodys_late_order():
    whole = problem(lot("A", pegs=[peg("A", due=50), peg("", due=50)]))
    assert read_problem(whole.to_json()) == whole
    told = []
    solve(whole, iterations=5, on_progress=told.append)
    assert told[-1].late_orders == 1
    there = stand(whole, [Operation("A", "fire", "K1", 0, 100)])
    assert late_orders(there.shop, there.slots) == {"A"}


def test_an_order_in_time_needs_no_reasons_and_no_remedies():
    whole = problem(late())
    found = explained(whole, at(whole, ("A", "fire", "K1", 0, 100)), "A")
    assert (found.lots[0].minutes_late, found.lots[0].reasons, found.remedies) == (-50, (), ())
    assert explain(whole, at(whole, ("A", "fire", "K1", 0, 100)), "A") == [
        "Order A, lot A: due 150, ready 100, in time, 50 minutes to spare."
    ]


def test_material_that_comes_late_is_named_and_its_coming_sooner_saves_the_order():
    whole = problem(late(release=90))
    found = explained(whole, at(whole, ("A", "fire", "K1", 90, 190)), "A")
    assert {Kind.RELEASE, Kind.TOO_SHORT} <= kinds(found)
    saved = next(one for one in found.remedies if one.way is Way.RELEASE)
    assert (saved.start, saved.ready, saved.saves, saved.cents) == (50, 150, True, -80)


def test_the_campaign_ahead_is_named_and_going_first_has_its_price():
    whole = problem(
        late("A", campaign="C2"),
        late("B", due=100),
        late("C", due=200),
        campaigns=Campaigns("fire", 0, 0),
    )
    plan = at(
        whole, ("B", "fire", "K1", 0, 100), ("C", "fire", "K1", 100, 200),
        ("A", "fire", "K1", 200, 300),
    )  # fmt: skip
    found = explained(whole, plan, "A")
    ahead = next(one for one in found.lots[0].reasons if one.kind is Kind.AHEAD)
    assert (ahead.lots, ahead.campaign, ahead.end) == (("B", "C"), "C1", 200)
    assert "B, C run ahead of it until 200, all of campaign C1" in ahead.sentence
    first = next(one for one in found.remedies if one.way is Way.FIRST)
    assert (first.saves, first.cents) == (True, 2 * (100 + 100 - 150))
    assert first.became_late == ("B", "C")
    swap = next(one for one in found.remedies if one.way is Way.SWAP)
    assert (swap.other, swap.ready, swap.minutes_late, swap.became_late) == ("C", 200, 50, ("C",))


def test_a_pin_is_named_and_dropping_it_saves_the_order():
    whole = problem(late(), pins=(Pin("A", "fire", "K1", 200),))
    found = explained(whole, at(whole, ("A", "fire", "K1", 200, 300)), "A")
    assert Kind.PIN in kinds(found)
    assert (Way.UNPIN, True) in ways(found)


def test_a_pin_of_the_work_ahead_can_be_dropped_too():
    whole = problem(late(), late("B", due=900), pins=(Pin("B", "fire", "K1", 10),))
    plan = at(whole, ("B", "fire", "K1", 10, 110), ("A", "fire", "K1", 110, 210))
    found = explained(whole, plan, "A")
    dropped = next(one for one in found.remedies if one.way is Way.UNPIN_OTHER)
    assert (dropped.other, dropped.saves, dropped.became_late) == ("B", True, ())
    assert Kind.FIXED_WORK in kinds(found)


def test_frozen_work_has_no_remedy_that_moves_it():
    stood = (Published("A", "fire", "K1", 200, 300),)
    whole = problem(late(), published=stood, frozen_until=250)
    found = explained(whole, at(whole, ("A", "fire", "K1", 200, 300)), "A")
    assert Kind.FROZEN in kinds(found)
    assert found.remedies == ()


def test_a_closure_is_named_and_working_through_it_saves_the_order():
    shut = {"open": Calendar(((0, 100),), resumable=False)}
    whole = problem(late(), calendars=shut)
    found = explained(whole, at(whole, ("A", "fire", "K1", 100, 200)), "A")
    assert Kind.CLOSED in kinds(found)
    opened = next(one for one in found.remedies if one.way is Way.OPEN)
    assert (opened.resource, opened.start, opened.end, opened.saves) == ("K1", 0, 100, True)


def test_the_queue_behind_the_kiln_the_changeover_and_the_only_kiln_are_named():
    sort = step("sort", ("S1", 100), family=1)
    steps = step("fire", ("K1", 100)), sort
    whole = problem(
        late("A", *steps),
        lot("B", step("sort", ("S1", 250))),
        resources=[resource(), resource("K2"), resource("S1", "sort", changeover="table")],
    )
    plan = at(
        whole, ("A", "fire", "K1", 0, 100), ("B", "sort", "S1", 0, 250),
        ("A", "sort", "S1", 310, 410),
    )  # fmt: skip
    found = explained(whole, plan, "A")
    assert {Kind.ONLY, Kind.WAITS, Kind.QUEUE, Kind.CHANGEOVER} <= kinds(found)
    told = " ".join(found.sentences())
    for words in ("260 minutes late", "only K1 can", "B run ahead of it until 250", "60 minutes"):
        assert words in told


def test_a_lot_that_is_left_waiting_is_told_so_and_has_room():
    whole = problem(late())
    found = explained(whole, at(whole, ("A", "fire", "K1", 400, 500)), "A")
    assert Kind.LEFT_WAITING in kinds(found)
    room = next(one for one in found.remedies if one.way is Way.ROOM)
    assert (room.start, room.saves, room.cents) == (0, True, -700)


def test_an_order_that_no_lot_is_for_is_refused_and_a_lot_out_of_the_plan_is_told():
    whole = problem(late())
    nothing = Plan(whole.name, (), Price(), None, Status.INFEASIBLE, 1, 0, None)
    with pytest.raises(UnknownOrder):
        explain(whole, nothing, "Z")
    assert explain(whole, nothing, "A") == ["Order A: lot A is not in the plan."]


def test_every_remedy_on_random_plans_is_a_sound_plan_with_the_price_it_says():
    tried = 0
    for _, whole, plan in standing(range(700, 730)):
        there = stand(whole, plan.operations)
        for order in sorted(late_orders(there.shop, there.slots))[:2]:
            found = explained(whole, plan, order)
            assert found.sentences()
            for one in found.remedies:
                tried += 1
                assert faults(one.problem, one.plan) == []
                assert one.cents == one.plan.price.total - plan.price.total
                assert one.saves == (one.minutes_late <= 0)
                last = next(each for each in whole.lots if each.id == one.lot).steps[-1].stage
                ends = {(each.lot, each.stage): each.end for each in one.plan.operations}
                assert ends[one.lot, last] == one.ready
                was = {(each.lot, each.stage): each.end for each in plan.operations}
                assert one.ready < was[one.lot, last]
    assert tried > 15


def test_saving_remedies_come_first_the_cheapest_of_them_first():
    whole = problem(late("A", release=10), late("B", due=100), late("C", due=700))
    plan = solve(replace(whole, pins=(Pin("A", "fire", "K1", 500),)), iterations=0)
    found = explained(whole, plan, "A").remedies
    assert found
    keys = [(not one.saves, one.cents) for one in found]
    assert keys == sorted(keys)


def test_the_command_line_explains_as_json_too(tmp_path, capsys):
    whole = problem(late())
    files = saved(tmp_path, whole, at(whole, ("A", "fire", "K1", 400, 500)))
    assert main(["explain", *files, "--order", "A", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["remedies"][0]["way"] == "room"
    assert told["lots"][0]["reasons"][0]["sentence"]
    assert main(["explain", *files, "--order", "Z"]) == 2
