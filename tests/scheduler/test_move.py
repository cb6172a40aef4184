"""A drag: one operation goes where it is put, what stands behind it gives way, nothing else."""

import json
from dataclasses import replace
from random import Random

import pytest

from scheduler.cli import main
from scheduler.move import UnknownOperation, move
from scheduler.plan import read_plan
from scheduler.problem import Calendar, Pin, Published
from scheduler.reasons import Kind
from scheduler.referee import faults
from scheduler.solve import solve
from scheduler.standing import PlanDoesNotFit
from tests.scheduler.factories import lot, peg, problem, resource, step, times
from tests.scheduler.plans import drop, held, rows, saved, standing

UPKEEP = Calendar(((250, 300),), resumable=False)


def queue(*names, **changes):
    """Make lots that run on K1 one after another, each 100 minutes, in the order of their names."""
    lots = (lot(name, pegs=[peg(f"O-{name}", due=100 * (i + 1), rate=9 - i)])
            for i, name in enumerate(names))  # fmt: skip
    return problem(*lots, **changes)


def dropped(whole, *where, plan=None):
    """Drop on the plan of a problem; the answer has been judged."""
    found = move(whole, plan or solve(whole, iterations=50), *where)
    if found.plan is not None:
        assert faults(whole, found.plan) == []
    return found


def kinds(found):
    return [reason.kind for reason in found.reasons]


@pytest.mark.parametrize("block", range(3))
def test_every_drag_on_random_plans_is_sound_or_refused_with_reasons(block):
    moved = 0
    for seed, whole, plan in standing(range(30 * block, 30 * block + 30)):
        random = Random(seed)
        for _ in range(4):
            where = drop(random, whole, plan)
            found = move(whole, plan, *where)
            if found.plan is None:
                assert found.reasons
                assert all(reason.sentence for reason in found.reasons)
                continue
            moved += 1
            assert faults(whole, found.plan) == []
            assert rows(found.plan, held(whole)) == rows(plan, held(whole))
            assert found.landed in found.plan.operations
            assert found.landed.start >= where[3]
            assert (found.landed.start > max(where[3], 0)) <= bool(found.reasons)
            assert found.difference.before == plan.price
            assert found.difference.after == found.plan.price
            changed = set(found.plan.operations) - set(plan.operations)
            assert {(one.lot, one.stage, one.start) for one in changed} == {
                (one.lot, one.stage, one.start) for one in found.difference.moved
            }
            again = move(whole, found.plan, *where[:3], found.landed.start)
            assert again.plan.operations == found.plan.operations
    assert moved > 30


def test_a_drop_on_the_spot_changes_nothing():
    for _, whole, plan in standing(range(200, 220)):
        for one in plan.operations:
            found = move(whole, plan, one.lot, one.stage, one.resource, one.start)
            assert found.plan == plan
            assert (found.reasons, found.difference.moved) == ((), ())


def test_what_stands_behind_gives_way_in_its_order_and_what_starts_before_stays():
    found = dropped(queue("A", "B", "C", "D"), "D", "fire", "K1", 100)
    assert times(found.plan) == {
        ("A", "fire"): ("K1", 0, 100),
        ("D", "fire"): ("K1", 100, 200),
        ("B", "fire"): ("K1", 200, 300),
        ("C", "fire"): ("K1", 300, 400),
    }
    assert found.difference.became_late == ("O-B", "O-C")
    assert found.difference.cents == 100 * 8 + 100 * 7
    assert [slip.order for slip in found.difference.slips] == ["O-B", "O-C"]


def test_work_that_is_passed_moves_up_and_what_stands_behind_the_drop_stays():
    found = dropped(queue("A", "B", "C", "D"), "A", "fire", "K1", 200)
    assert times(found.plan)["B", "fire"] == ("K1", 0, 100)
    assert times(found.plan)["A", "fire"] == ("K1", 200, 300)
    assert times(found.plan)["C", "fire"] == ("K1", 300, 400)


def test_a_room_left_on_another_kiln_stays():
    lots = [lot("A", step("fire", ("K1", 100), ("K2", 100))), lot("B")]
    whole = problem(*lots, resources=[resource(), resource("K2")])
    pins = (Pin("A", "fire", "K1", 0), Pin("B", "fire", "K1", 100))
    plan = solve(replace(whole, pins=pins), iterations=0)
    found = times(dropped(whole, "A", "fire", "K2", 500, plan=plan).plan)
    assert found == {("A", "fire"): ("K2", 500, 600), ("B", "fire"): ("K1", 100, 200)}


def test_the_later_steps_of_the_dragged_lot_follow_it():
    steps = step("fire", ("K1", 100)), step("sort", ("S1", 10), lag_start=10, lag_end=10)
    lots = [lot(name, *steps, pegs=[peg(f"O-{name}", due=due)]) for name, due in
            (("A", 100), ("B", 200), ("C", 300))]  # fmt: skip
    whole = problem(*lots, resources=[resource(), resource("S1", "sort")])
    found = times(dropped(whole, "C", "fire", "K1", 0).plan)
    assert found["C", "sort"] == ("S1", 100, 110)
    assert found["A", "sort"] == ("S1", 200, 210)


def test_a_lot_pushed_too_late_for_its_turn_lets_those_that_are_ready_go_first():
    able = [step("sort", ("S1", 50), lag_start=100)]
    first = lot("A", step("fire", ("K1", 100)), *able, pegs=[peg("OA", due=0, rate=9)])
    ready = lot("B", step("fire", ("K2", 150)), *able, pegs=[peg("OB", due=0)])
    pusher = lot("C", step("fire", ("K1", 300)), pegs=[peg("OC", due=10_000)])
    places = [resource(), resource("K2"), resource("S1", "sort")]
    whole = problem(first, ready, pusher, resources=places)
    found = times(dropped(whole, "C", "fire", "K1", 0).plan)
    assert found["A", "fire"] == ("K1", 300, 400)
    assert found["B", "sort"] == ("S1", 150, 200)
    assert found["A", "sort"] == ("S1", 400, 450)


def test_the_changeovers_around_the_dragged_lot_are_told():
    lots = [lot(name, step("fire", ("K1", 100), family=family), pegs=[peg(f"O-{name}", due=due)])
            for name, family, due in (("A", 0, 100), ("B", 0, 200), ("C", 1, 9000))]  # fmt: skip
    found = dropped(problem(*lots, resources=[resource(changeover="table")]), "C", "fire", "K1", 90)
    assert found.landed.start == 160
    row = next(one for one in found.difference.moved if one.lot == "C")
    assert (row.changeover_before, row.changeover_after) == (60, 30)
    assert kinds(found) == [Kind.AHEAD]


LATER = {
    "its release": (Kind.RELEASE, {"lots": (lot("A", release=500),)}, 400, 500),
    "the frozen time": (Kind.FROZEN_TIME, {"lots": (lot("A"),), "frozen_until": 450}, 400, 450),
    "a closure": (Kind.CLOSED, {"lots": (lot("A"),), "calendars": {"open": UPKEEP}}, 200, 300),
    "pinned work": (
        Kind.FIXED_WORK,
        {"lots": (lot("A"), lot("B")), "pins": (Pin("B", "fire", "K1", 350),)}, 300, 450),
}  # fmt: skip


@pytest.mark.parametrize("name", LATER)
def test_where_something_is_in_the_way_it_lands_at_the_first_minute_after_and_says_why(name):
    kind, given, start, landed = LATER[name]
    whole = problem(*given["lots"], **{key: one for key, one in given.items() if key != "lots"})
    found = dropped(whole, "A", "fire", "K1", start)
    assert found.landed.start == landed
    assert kinds(found) == [kind]


def test_a_later_step_lands_behind_the_step_before():
    steps = step("fire", ("K1", 100)), step("sort", ("S1", 10), lag_start=10, lag_end=10)
    whole = problem(lot("A", *steps), resources=[resource(), resource("S1", "sort")])
    found = dropped(whole, "A", "sort", "S1", 20)
    assert found.landed.start == 100
    assert kinds(found) == [Kind.STEP_BEFORE]


REFUSED = {
    "a kiln that cannot": ({}, "K2", Kind.NOT_ABLE),
    "a pinned operation": ({"pins": (Pin("A", "fire", "K1", 0),)}, "K1", Kind.PIN),
    "an operation pinned to another kiln": ({"pins": (Pin("C", "fire", "K1"),)}, "K3", Kind.PIN),
    "a frozen operation": (
        {"published": (Published("A", "fire", "K1", 0, 100),), "frozen_until": 50},
        "K1", Kind.FROZEN),
    "wishes that clash already": (
        {"pins": (Pin("B", "fire", "K1", 700), Pin("B", "fire", "K1", 701))}, "K1", Kind.CONFLICT),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_an_impossible_place_is_refused_with_its_reason_and_no_plan(name):
    changes, where, kind = REFUSED[name]
    either = step("fire", ("K1", 100), ("K3", 100))
    lots = [lot("A"), lot("B"), lot("C", either, pegs=[peg("OC", due=100, rate=9)])]
    places = [resource(), resource("K2"), resource("K3")]
    whole = problem(*lots, resources=places)
    plan = solve(whole, iterations=50)
    which = "C" if where == "K3" else "A"
    found = move(replace(whole, **changes), plan, which, "fire", where, 900)
    assert (found.plan, found.landed, kinds(found)) == (None, None, [kind])
    assert found.reasons[0].sentence


def test_a_drag_that_would_break_a_pin_of_a_later_step_is_refused_in_names():
    steps = step("fire", ("K1", 100)), step("sort", ("S1", 10), lag_start=10, lag_end=10)
    places = [resource(), resource("S1", "sort")]
    whole = problem(lot("A", *steps), resources=places, pins=(Pin("A", "sort", start=300),))
    found = dropped(whole, "A", "fire", "K1", 400)
    assert found.plan is None
    assert {reason.kind for reason in found.reasons} == {Kind.RULE}
    assert all("Lot A in sort" in reason.sentence for reason in found.reasons)


def test_what_is_not_there_cannot_be_dragged():
    whole = queue("A")
    plan = solve(whole, iterations=0)
    for where in (("Z", "fire", "K1", 0), ("A", "sort", "K1", 0), ("A", "fire", "K9", 0)):
        with pytest.raises(UnknownOperation):
            move(whole, plan, *where)
    with pytest.raises(PlanDoesNotFit):
        move(queue("A", "B"), plan, "A", "fire", "K1", 0)


def test_a_minute_before_the_epoch_is_as_good_as_0_and_the_answer_says_so():
    found = dropped(queue("A", "B"), "B", "fire", "K1", -5)
    assert (found.landed.start, kinds(found)) == (0, [Kind.BEGINNING])
    assert found.reasons[0].sentence == "Nothing starts before minute 0."


@pytest.mark.parametrize("start", [9300000000000000000, 10**8 + 1, -(10**8) - 1])
def test_a_minute_that_nobody_can_count_is_refused_in_words(start):
    found = dropped(queue("A", "B"), "B", "fire", "K1", start)
    assert (found.plan, kinds(found)) == (None, [Kind.BEYOND])
    assert "from minute -100000000 to minute 100000000" in found.reasons[0].sentence


def test_the_last_minute_that_can_be_counted_is_taken():
    assert dropped(queue("A", "B"), "B", "fire", "K1", 10**8).landed.start == 10**8


def test_the_command_line_moves_tells_and_keeps_the_plan(tmp_path, capsys):
    whole = queue("A", "B")
    files, out = saved(tmp_path, whole), tmp_path / "moved.json"
    where = ["--lot", "B", "--stage", "fire", "--resource", "K1", "--start"]
    assert main(["move", *files, *where, "0", "--out", str(out)]) == 0
    assert "Lot B in fire is on K1 from 0 to 100." in capsys.readouterr().out
    assert times(read_plan(out.read_text(encoding="utf-8")))["A", "fire"] == ("K1", 100, 200)
    assert main(["move", *files, *where, "0", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["difference"]["became_late"] == ["O-A"]
    assert told["difference"]["cents"] == 900
    assert main(["move", *files, *where[:-2], "K9", "--start", "0"]) == 2
