"""A replan of a published plan: what may move does as the mode says, and nothing else."""

import json
from dataclasses import replace
from random import Random

import pytest

from scheduler.cli import main
from scheduler.plan import Status
from scheduler.price import price
from scheduler.problem import Calendar, Pin, Published, Stability
from scheduler.referee import faults
from scheduler.replan import Mode, replan, steadier
from scheduler.solve import solve
from scheduler.standing import stand
from tests.scheduler.factories import lot, peg, problem, resource, step, times
from tests.scheduler.plans import held, rows, saved, standing

ITERATIONS = 60


def published(plan):
    return tuple(
        Published(one.lot, one.stage, one.resource, one.start, one.end) for one in plan.operations
    )


def broken_down(seed, whole, plan):
    """Publish a plan, close a resource for a while, take a lot away, add one."""
    random = Random(seed)
    until = random.choice([0, 150])
    name = random.choice(whole.resources).id
    shut = (until + random.randint(300, 600), until + random.randint(700, 1200))
    old = {one.id: whole.calendars[one.calendar] for one in whole.resources}
    new = Calendar((*old[name].off, shut), old[name].resumable)
    return replace(
        whole,
        calendars={**whole.calendars, "down": new},
        resources=tuple(
            replace(one, calendar="down") if one.id == name else one for one in whole.resources
        ),
        lots=(*whole.lots[1:], replace(random.choice(whole.lots), id="NEW")),
        published=published(plan),
        pins=tuple(pin for pin in whole.pins if pin.lot != whole.lots[0].id),
        frozen_until=max(until, whole.frozen_until),
    )


def by_queue(*names, at=0, **changes):
    """Publish lots on K1, 100 minutes each, one after another."""
    lots = [lot(name, pegs=[peg(f"O-{name}", due=100 * (i + 1))]) for i, name in enumerate(names)]
    stood = tuple(
        Published(name, "fire", "K1", at + 100 * i, at + 100 * (i + 1))
        for i, name in enumerate(names)
    )
    return replace(problem(*lots, published=stood), **changes)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("block", range(2))
def test_every_replan_of_random_breakdowns_is_sound_and_leaves_what_is_fixed(mode, block):
    answered = 0
    for seed, before, plan in standing(range(400 + 25 * block, 425 + 25 * block)):
        whole = broken_down(seed, before, plan)
        found = replan(whole, mode, iterations=ITERATIONS)
        if found.plan.status is Status.INFEASIBLE:
            assert found.plan.messages
            assert found.difference is None
            continue
        answered += 1
        assert faults(whole, found.plan) == []
        assert found.plan.price == found.difference.after
        frozen = {(row.lot, row.stage) for row in whole.published if row.start < whole.frozen_until}
        assert rows(found.plan, frozen) == {
            one for one in rows(plan, frozen) if one.lot != before.lots[0].id
        }
        assert {(one.lot, one.stage) for one in rows(found.plan, held(whole))} == {
            key for key in held(whole) if key[0] != before.lots[0].id
        }
    assert answered > 8


def test_a_repair_keeps_every_resource_and_every_order_of_the_kilns_and_starts_nothing_sooner():
    for seed, before, plan in standing(range(500, 540)):
        whole = replace(broken_down(seed, before, plan), pins=())
        found = replan(whole, Mode.REPAIR)
        if found.plan.status is Status.INFEASIBLE:
            continue
        was, now = times(plan), times(found.plan)
        first = {one.id: one.steps[0].stage for one in whole.lots}
        kept = [key for key in now if key in was]
        for key in kept:
            assert was[key][0] == now[key][0]
            assert was[key][1] <= now[key][1]
        for one in whole.resources:
            leads = [key for key in kept if now[key][0] == one.id and first[key[0]] == key[1]]
            free = [key for key in leads if was[key][1] >= whole.frozen_until]
            orders = [sorted(free, key=lambda key: each[key][1]) for each in (was, now)]
            assert orders[0] == orders[1]


def test_a_repair_moves_only_what_the_breakdown_reaches():
    shut = {"open": Calendar(((150, 250),), resumable=False)}
    found = replan(by_queue("A", "B", "C", at=0, calendars=shut), Mode.REPAIR)
    assert times(found.plan) == {
        ("A", "fire"): ("K1", 0, 100),
        ("B", "fire"): ("K1", 250, 350),
        ("C", "fire"): ("K1", 350, 450),
    }
    told = found.difference
    assert [(one.lot, one.from_start, one.start) for one in told.moved] == [
        ("B", 100, 250), ("C", 200, 350),
    ]  # fmt: skip
    assert (told.resource_changes, told.shifted, told.moves) == (0, 2, 2)
    assert (told.late_before, told.late_after, told.became_late) == (0, 2, ("O-B", "O-C"))


def test_a_new_lot_goes_where_a_repair_moves_nobody_and_a_lot_that_is_gone_leaves_its_room():
    whole = by_queue("A", "B", "C")
    whole = replace(whole, lots=(whole.lots[0], whole.lots[2], lot("N")))
    found = replan(whole, Mode.REPAIR)
    assert times(found.plan) == {
        ("A", "fire"): ("K1", 0, 100),
        ("N", "fire"): ("K1", 100, 200),
        ("C", "fire"): ("K1", 200, 300),
    }
    assert [(one.lot, one.from_start) for one in found.difference.moved] == [("N", None)]
    assert found.difference.before is None


def test_stable_keeps_what_free_would_turn_over_for_little():
    either = step("fire", ("K1", 100), ("K2", 100))
    lots = [lot(f"L{i}", either, pegs=[peg(f"O{i}", due=100 + 100 * (i // 2))], tile=f"T{i % 4}")
            for i in range(8)]  # fmt: skip
    kilns = [resource("K1", changeover="table"), resource("K2", changeover="table")]
    stood = tuple(
        Published(f"L{i}", "fire", f"K{i % 2 + 1}", 110 * (i // 2), 110 * (i // 2) + 100)
        for i in range(8)
    )
    whole = problem(*lots, resources=kilns, published=stood)
    found = {mode: replan(whole, mode, iterations=2000) for mode in Mode}
    totals = [found[mode].plan.price.total for mode in (Mode.FREE, Mode.STABLE, Mode.REPAIR)]
    assert totals == sorted(totals)
    assert totals[0] < totals[2]
    changes = [found[mode].difference.resource_changes for mode in (Mode.REPAIR, Mode.STABLE)]
    assert changes == [0, 0]


def test_stable_departs_where_it_pays():
    either = step("fire", ("K1", 100), ("K2", 100))
    lots = [lot(name, either, pegs=[peg(f"O-{name}", due=200, rate=50)]) for name in "AB"]
    stood = (Published("A", "fire", "K1", 0, 100), Published("B", "fire", "K1", 100, 200))
    down = {"down": Calendar(((100, 8000),), resumable=False)}
    kilns = [resource("K1", calendar="down"), resource("K2")]
    whole = problem(*lots, resources=kilns, published=stood, calendars=down)
    assert times(replan(whole, Mode.REPAIR).plan)["B", "fire"] == ("K1", 8000, 8100)
    found = replan(whole, Mode.STABLE, iterations=500)
    assert times(found.plan)["A", "fire"] == ("K1", 0, 100)
    assert times(found.plan)["B", "fire"][0] == "K2"


@pytest.mark.parametrize("mode", Mode)
def test_frozen_work_in_a_closure_is_for_the_planner_to_resolve(mode):
    shut = {"open": Calendar(((50, 80),), resumable=False)}
    found = replan(by_queue("A", "B", frozen_until=20, calendars=shut), mode, iterations=10)
    assert found.plan.status is Status.INFEASIBLE
    assert "A" in found.plan.messages[0]


def test_a_repair_that_a_pin_behind_the_kiln_forbids_says_so():
    steps = step("fire", ("K1", 100)), step("sort", ("S1", 10), lag_start=10, lag_end=10)
    shut = {"open": Calendar(((50, 400),), resumable=False)}
    whole = problem(
        lot("A", *steps),
        resources=[resource(), resource("S1", "sort")],
        calendars=shut,
        published=(Published("A", "fire", "K1", 0, 100), Published("A", "sort", "S1", 100, 110)),
        pins=(Pin("A", "sort", "S1", 401),),
    )
    found = replan(whole, Mode.REPAIR)
    assert found.plan.status is Status.INFEASIBLE
    assert "A" in found.plan.messages[0]


def test_a_stable_replan_weighs_upset_by_an_ordinary_orders_lateness():
    lots = [lot(f"L{i}", pegs=[peg(f"O{i}", rate=rate)]) for i, rate in enumerate((0, 4, 50, 90))]
    assert steadier(problem(*lots)) == Stability(50 * 100, 15, 480)
    own = Stability(10, 7, 30)
    assert steadier(problem(*lots, stability=own)) == Stability(50 * 100, 15, 30)


def test_progress_carries_plans_priced_as_the_problem_states():
    _, before, plan = standing(range(600, 606))[0]
    whole = replace(
        before, published=published(plan), pins=(), frozen_until=0, stability=Stability(3, 2, 1)
    )
    told = []
    replan(whole, Mode.FREE, iterations=200, on_progress=told.append)
    assert told
    assert all(faults(whole, one.plan) == [] for one in told)


@pytest.mark.parametrize("mode", [Mode.STABLE, Mode.FREE])
def test_what_is_told_is_in_the_prices_of_the_problem_and_never_rises(mode, monkeypatch):
    monkeypatch.setattr("scheduler.solve.PROGRESS_SECONDS", 0.0)
    for _, before, plan in standing(range(600, 612)):
        whole = replace(
            before,
            published=published(plan),
            pins=(),
            frozen_until=0,
            stability=Stability(900, 7, 0),
        )
        told = []
        found = replan(whole, mode, iterations=400, on_progress=told.append)
        totals = [one.price.total for one in told]
        assert totals == sorted(totals, reverse=True)
        assert all(one.price == one.plan.price and one.bound is None for one in told)
        assert all(faults(whole, one.plan) == [] for one in told)
        assert faults(whole, found.plan) == []
        first = told[0].dispatched
        assert priced(whole, first) == first.price
        variant = replace(
            whole,
            published=whole.published if mode is Mode.STABLE else (),
            stability=steadier(whole) if mode is Mode.STABLE else Stability(0, 0, 0),
        )
        least = min(priced(variant, one.plan).total for one in told)
        assert priced(variant, found.plan).total <= least


def priced(whole, plan):
    there = stand(whole, plan.operations)
    return price(there.shop, there.slots)


def test_the_same_iterations_give_the_same_replan():
    _, before, plan = standing(range(600, 606))[0]
    whole = broken_down(1, before, plan)
    twice = [replan(whole, Mode.STABLE, iterations=300, seed=5) for _ in range(2)]
    assert twice[0] == twice[1]


def test_a_plan_that_is_fine_is_repaired_into_itself():
    whole = by_queue("A", "B", "C")
    whole = replace(whole, published=published(solve(whole, iterations=0)))
    assert replan(whole, Mode.REPAIR).difference.moved == ()


def test_the_command_line_replans_and_tells_what_moved(tmp_path, capsys):
    shut = {"open": Calendar(((150, 250),), resumable=False)}
    whole, out = by_queue("A", "B", calendars=shut), tmp_path / "replanned.json"
    asked = saved(tmp_path, whole)[0]
    assert main(["replan", asked, "--mode", "repair", "--out", str(out)]) == 0
    assert "Late now: O-B." in capsys.readouterr().out
    assert main(["check", asked, str(out)]) == 0
    capsys.readouterr()
    assert main(["replan", asked, "--mode", "free", "--iterations", "20", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["mode"] == "free"
