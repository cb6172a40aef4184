"""What cannot be kept together is named: the smallest set of wishes, and nothing else."""

from dataclasses import replace
from random import Random

import pytest

from scheduler.checks import flaws_in
from scheduler.fixing import fix
from scheduler.plan import Status, read_plan
from scheduler.problem import Calendar, Changeovers, Pin, Published
from scheduler.referee import faults
from scheduler.shop import shop
from scheduler.solve import solve
from scheduler.wishes.clashes import clashes
from scheduler.wishes.stated import closed_only, with_only
from tests.scheduler.brute import has_a_plan
from tests.scheduler.factories import lot, problem, resource, step, times

FLOW = (step("fire", ("K1", 100)), step("sort", ("S1", 10), lag_start=30, lag_end=5))
UPKEEP = {"c": Calendar(((50, 100), (400, 450)), resumable=False)}
# From matt to lustre takes long; by way of gloss it is quick.
DETOUR = Changeovers(("matt", "gloss", "lustre"), ((0, 5, 90), (5, 0, 5), (90, 5, 0)), 0, 1)


def plant(*lots, kilns=("K1", "K2"), **changes):
    """Make a plant of kilns (K4 is closed at times) and one sorting line."""
    places = [resource(name, calendar="c" if name == "K4" else "open") for name in kilns]
    whole = problem(*lots, resources=[*places, resource("S1", "sort")], calendars=UPKEEP)
    return replace(whole, **changes)


def pinned(*pins, lots=None, kilns=("K1", "K2"), **changes):
    lots = [lot("L1"), lot("L2")] if lots is None else lots
    return plant(*lots, kilns=kilns, pins=tuple(Pin(*pin) for pin in pins), **changes)


def named(clash) -> set[str]:
    return {str(wish) for wish in clash.wishes}


def on_any(name, minutes=100, **changes):
    return lot(name, step("fire", ("K1", minutes), ("K2", minutes), **changes))


CLASHES = {
    "a pin on a closed kiln": (
        pinned(("L1", "fire", "K4", 20), lots=[lot("L1", step("fire", ("K1", 9), ("K4", 60)))],
               kilns=("K1", "K4")),
        {"the pin of lot L1 in fire on K4 at 20", "the closure of K4 from 50 to 100"}),
    "a lot that the kiln cannot fire": (
        pinned(("L1", "fire", "K2")), {"the pin of lot L1 in fire on K2"}),
    "two pins on the same hours, and a third that harms nobody": (
        pinned(("L1", "fire", "K1", 0), ("L3", "fire", "K1", 500), ("L2", "fire", "K1", 99),
               lots=[lot("L1"), lot("L2"), lot("L3")]),
        {"the pin of lot L1 in fire on K1 at 0", "the pin of lot L2 in fire on K1 at 99"}),
    "a pin before the material": (
        pinned(("L1", "fire", None, 5), lots=[lot("L1", release=70)]),
        {"the pin of lot L1 in fire at 5", "the release of lot L1 at 70"}),
    "pinned steps that cannot follow": (
        pinned(("L1", "fire", None, 40), ("L1", "sort", "S1", 130), lots=[lot("L1", *FLOW)]),
        {"the pin of lot L1 in fire at 40", "the pin of lot L1 in sort on S1 at 130"}),
    "frozen work against a closure": (
        plant(lot("L1", step("fire", ("K4", 60))), kilns=("K1", "K4"), frozen_until=20,
              published=(Published("L1", "fire", "K4", 10, 70),)),
        {"the frozen work of lot L1 in fire on K4 at 10", "the closure of K4 from 50 to 100"}),
    "a pinned step before its firing can be done": (
        pinned(("L1", "sort", None, 90), lots=[lot("L1", *FLOW)]),
        {"the pin of lot L1 in sort at 90"}),
    "a pinned step whose firing may not begin in the frozen time": (
        pinned(("L1", "sort", None, 110), lots=[lot("L1", *FLOW)], frozen_until=20),
        {"the pin of lot L1 in sort at 110", "the frozen time until 20"}),
    "two pinned steps whose firings do not both fit before": (
        pinned(("L1", "sort", None, 150), ("L2", "sort", None, 190),
               lots=[lot("L1", *FLOW), lot("L2", *FLOW)]),
        {"the pin of lot L1 in sort at 150", "the pin of lot L2 in sort at 190"}),
    "three starts for two kilns": (
        pinned(*((f"L{i}", "fire", None, i) for i in (1, 2, 3)), ("L4", "fire", None, 900),
               lots=[on_any(f"L{i}") for i in (1, 2, 3, 4)]),
        {f"the pin of lot L{i} in fire at {i}" for i in (1, 2, 3)}),
}  # fmt: skip


@pytest.mark.parametrize("name", CLASHES)
def test_the_smallest_set_of_wishes_that_clash_is_the_answer(name):
    whole, wishes = CLASHES[name]
    plan = solve(whole, iterations=100)
    assert plan.status is Status.INFEASIBLE
    (only,) = plan.clashes
    assert named(only) == wishes
    assert plan.messages == (only.sentence,)
    assert all(str(wish) in only.sentence for wish in only.wishes)
    assert read_plan(plan.to_json()) == plan


def test_frozen_work_is_never_called_a_pin():
    frozen = Published("L1", "fire", "K1", 5, 105)
    moved = pinned(("L1", "fire", None, 90), published=(frozen,), frozen_until=50)
    (clash,) = clashes(moved)
    assert clash.sentence.startswith("The frozen work of lot L1 in fire starts at 5, but 90 is")
    gone = plant(lot("L1"), published=(replace(frozen, resource="NOPE"),), frozen_until=50)
    (clash,) = clashes(gone)
    assert clash.sentence.startswith("The frozen work of lot L1 in fire names NOPE, which cannot")
    assert "pin" not in clash.sentence


def test_every_set_that_stays_in_the_way_is_told():
    whole = pinned(
        ("L1", "fire", None, 5), ("L2", "fire", None, 50), lots=[lot("L1", release=20), lot("L2")]
    )
    first, second = clashes(whole)
    assert {len(first.wishes), len(second.wishes)} == {2}
    assert {"the release of lot L1 at 20"} <= named(first) | named(second)


def test_many_closures_are_named_in_one_breath_and_listed_one_by_one():
    nights = {"c": Calendar(tuple((at, at + 15) for at in range(50, 210, 50)), resumable=True)}
    whole = pinned(
        ("L1", "sort", None, 300),
        lots=[lot("L1", step("fire", ("K4", 250)), FLOW[1])],
        kilns=("K4",),
    )
    (clash,) = clashes(replace(whole, calendars={**whole.calendars, **nights}))
    assert len(clash.wishes) == 5
    assert "; 4 closures of K4 between 50 and 215." in clash.sentence


def test_a_start_without_a_resource_takes_the_one_that_leaves_room_for_all():
    # Greedily L1 would take K1, the only kiln that can fire L2.
    lots = [on_any("L1"), lot("L2", step("fire", ("K1", 100))), on_any("L3")]
    whole = pinned(*((f"L{i}", "fire", None, 10 * i) for i in (1, 2)), lots=lots)
    plan = solve(whole, iterations=50)
    assert faults(whole, plan) == []
    assert times(plan)["L1", "fire"] == ("K2", 10, 110)
    assert times(plan)["L2", "fire"] == ("K1", 20, 120)


def test_a_start_without_a_resource_leaves_room_for_a_firing_in_a_hurry():
    lots = [on_any("L1"), lot("L2", *FLOW)]
    whole = pinned(("L1", "fire", None, 0), ("L2", "sort", None, 95), lots=lots)
    plan = solve(whole, iterations=50)
    assert faults(whole, plan) == []
    assert times(plan)["L1", "fire"] == ("K2", 0, 100)


def detour(*between, gap=40):
    """Make two pinned lots with less than their changeover between them, and others."""
    ends = [lot("L1", step("fire", ("K1", 50))), lot("L2", step("fire", ("K1", 50), family=2))]
    whole = pinned(
        ("L1", "fire", "K1", 0),
        ("L2", "fire", "K1", 50 + gap),
        lots=[*ends, *between],
        kilns=("K1",),
    )
    kiln = replace(whole.resources[0], changeover="detour")
    tables = {**whole.changeovers, "detour": DETOUR}
    return replace(whole, resources=(kiln, whole.resources[1]), changeovers=tables)


def gloss(name, minutes, **changes):
    return lot(name, step("fire", ("K1", minutes), family=1), **changes)


def test_no_room_for_the_changeover_is_a_clash_whatever_stands_between():
    (clash,) = clashes(detour(gloss("L3", 31), gloss("L4", 5, release=81)))
    assert {wish.lot for wish in clash.wishes} == {"L1", "L2"}
    assert "takes 90 minutes of 40" in clash.sentence


def test_a_third_lot_between_may_make_the_room():
    whole = detour(gloss("L3", 30))
    assert clashes(whole) == ()
    plan = solve(whole, iterations=50)
    assert faults(whole, plan) == []
    assert times(plan)["L3", "fire"] == ("K1", 55, 85)


def test_what_is_not_proven_is_called_not_found():
    # One lot could make room between either pair, and cannot stand between both.
    either = lot("L3", step("fire", ("K1", 20), ("K2", 20), family=1))
    whole = detour(either)
    more = [lot(f"M{i}", step("fire", ("K2", 50), family=2 * i)) for i in (0, 1)]
    pins = (Pin("M0", "fire", "K2", 0), Pin("M1", "fire", "K2", 90))
    kilns = (whole.resources[0], replace(whole.resources[0], id="K2"), whole.resources[1])
    both = replace(whole, lots=(*whole.lots, *more), pins=whole.pins + pins, resources=kilns)
    plan = solve(both, iterations=50)
    assert plan.status is Status.INFEASIBLE
    assert plan.clashes == ()
    assert all("no plan was found" in message for message in plan.messages)
    assert not has_a_plan(both)


def test_a_plan_without_clashes_does_not_speak_of_them():
    assert "clashes" not in solve(problem(lot()), iterations=5).to_dict()


# --- tiny random plants, tried minute by minute ------------------------------------------------


def tiny(seed: int):
    random = Random(seed)
    stages = random.choice([("fire",), ("fire", "sort")])
    names = [f"{stage[0].upper()}{i}" for stage in stages for i in range(random.randint(1, 2))]
    of = {"F": "fire", "S": "sort"}
    matrix = [[0 if i == j else random.choice([0, 1, 3, 6]) for j in range(3)] for i in range(3)]
    lots = tuple(_lot(random, f"L{i}", stages, names) for i in range(random.randint(2, 3)))
    steps = [(one, each) for one in lots for each in one.steps]
    rows = [_row(random, one.id, each) for one, each in steps if random.random() < 0.75]
    whole = problem(
        *lots,
        resources=[
            resource(n, of[n[0]], calendar=n, changeover="t", last_family=random.randrange(3))
            for n in names
        ],
        calendars={name: _calendar(random) for name in names},
        stages=stages,
        pins=tuple(row for row in rows if isinstance(row, Pin)),
        published=tuple(row for row in rows if isinstance(row, Published)),
        frozen_until=random.choice([0, 0, 3]),
    )
    table = Changeovers(("a", "b", "c"), tuple(map(tuple, matrix)), random.choice([0, 1]), 1)
    return replace(whole, changeovers={**whole.changeovers, "t": table})


def _calendar(random):
    starts = [random.randint(-1, 12) for _ in range(random.randint(0, 2))]
    return Calendar(tuple((at, at + random.randint(1, 3)) for at in starts), random.random() < 0.5)


def _lot(random, name, stages, names):
    chosen = [stage for stage in stages if random.random() < 0.8] or [stages[0]]
    steps = []
    for stage in chosen:
        able = [one for one in names if one[0] == stage[0].upper()]
        some = random.sample(able, random.randint(1, len(able)))
        options = [(one, random.randint(1, 4)) for one in some]
        lags = {"lag_start": random.randint(0, 2), "lag_end": random.randint(0, 2)}
        steps.append(step(stage, *options, family=random.randrange(3), **lags))
    tile, release = f"T{random.randrange(2)}", random.choice([0, 0, random.randint(0, 8)])
    return lot(name, *steps, tile=tile, release=release)


def _row(random, name, each):
    on = random.choice(each.options).resource
    kind = random.random()
    if kind < 0.2:
        return Published(name, each.stage, on, random.randint(0, 6), 9)
    if kind < 0.35:
        return Pin(name, each.stage, on)
    return Pin(name, each.stage, random.choice([None, on]), random.randint(0, 12))


SLOW = {16}  # seeds that take seconds to try out


@pytest.mark.parametrize("seed", sorted(set(range(41)) - SLOW))
def test_wishes_clash_exactly_where_trying_every_minute_finds_no_plan(seed):
    whole = tiny(seed)
    assert flaws_in(whole) == []
    found, is_possible = clashes(whole), has_a_plan(whole)
    assert bool(found) != is_possible
    assert not (fix(shop(whole)) and is_possible)  # what is quickly said is never said in vain
    for clash in found[:1]:
        decided = [wish for wish in clash.wishes if wish.kind != "closure"]
        closures = [wish for wish in clash.wishes if wish.kind == "closure"]
        stated = with_only(whole, decided, is_whole=True)
        assert not has_a_plan(stated)
        assert not has_a_plan(closed_only(stated, closures))
        for wish in decided:
            assert has_a_plan(with_only(whole, without(wish, decided), is_whole=True)), wish
        for wish in closures:
            assert has_a_plan(closed_only(stated, without(wish, closures))), wish


def without(wish, wishes):
    return [one for one in wishes if one != wish]
