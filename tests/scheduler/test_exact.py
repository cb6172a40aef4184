"""CP-SAT on the whole of a small problem: a true hint, true answers, and what the search reaches."""

from dataclasses import replace
from itertools import permutations, product
from random import Random

import pytest
from ortools.sat.python import cp_model

from scheduler.bound import better_bound
from scheduler.decode import Follow, Slot, breaches, decode, operations
from scheduler.fixing import fix
from scheduler.model.exact import Exact, exact
from scheduler.model.spans import spans
from scheduler.model.whole import Whole
from scheduler.plan import Plan, Status
from scheduler.price import price
from scheduler.problem import Calendar, Campaigns, Lot, Option, Peg, Problem, Step
from scheduler.referee import faults
from scheduler.shop import Shop, shop
from scheduler.solve import solve
from tests.scheduler.factories import OPEN, TABLE, lot, peg, problem, random_problem, resource, step

EFFORT = 3.0  # CP-SAT's own unit


def never() -> bool:
    return False


def awkward(seed: int, *, most_lots: int) -> Problem:
    """Make a random problem with pins, touching windows, zero rates, and often a makespan."""
    random = Random(seed)
    whole = random_problem(seed, most_lots=most_lots)
    rate = random.choice([0, 0, random.randint(1, 60)])
    return replace(whole, makespan_cents_per_minute=rate)


def planned(whole: Problem, iterations: int = 100) -> tuple[Shop, list[Slot]] | None:
    """Give a shop and the search's plan for it, or None where there is none."""
    plan, plant = solve(whole, iterations=iterations), shop(whole)
    if plan.status is Status.INFEASIBLE or fix(plant):
        return None
    machine = {one.resource.id: one.index for one in plant.machines}
    slots = {(one.lot, one.stage): (machine[one.resource], one.start, one.end)
             for one in plan.operations}  # fmt: skip
    return plant, [
        slots[plant.jobs[task.lot].lot.id, whole.stages[task.stage]] for task in plant.tasks
    ]


def cheapest(plant: Shop, slots: list[Slot], found: Exact) -> int:
    return price(plant, found.slots or slots).total


def faults_of(plant: Shop, slots: list[Slot]) -> list:
    plan = Plan(
        plant.problem.name, operations(plant, slots), price(plant, slots), None,
        Status.FEASIBLE, 1, 0, None,
    )  # fmt: skip
    return faults(plant.problem, plan)


@pytest.mark.parametrize("block", range(4))
def test_a_plan_is_a_whole_and_true_hint_and_the_model_prices_it_to_the_cent(block):
    for seed in range(4000 + 15 * block, 4015 + 15 * block):
        known = planned(awkward(seed, most_lots=9), iterations=0)
        if known is None:
            continue
        plant, slots = known
        total = price(plant, slots).total
        model = Whole(plant, slots, spans(plant, slots, total), total).hinted.model
        assert len(model.proto.solution_hint.vars) == len(model.proto.variables)
        solver = cp_model.CpSolver()
        solver.parameters.fix_variables_to_their_hinted_value = True
        solver.parameters.num_workers = 1
        assert solver.solve(model) == cp_model.OPTIMAL, seed
        assert round(solver.objective_value) == total, seed


def by_sequences(plant: Shop) -> int:
    """Give the least price over all assignments and orders of the free lots, each decoded."""
    free, best = plant.free_leads(), None
    for kilns in product(*(plant.jobs[one].tasks[0].options for one in free)):
        groups = [
            [one for one, kiln in zip(free, kilns, strict=True) if kiln == machine.index]
            for machine in plant.machines
        ]
        for sequences in product(*(list(permutations(group)) for group in groups)):
            slots = decode(plant, sequences, Follow.READY)
            if not breaches(plant, slots):
                total = price(plant, slots).total
                best = total if best is None else min(best, total)
    return best


@pytest.mark.parametrize("block", range(4))
def test_no_sequence_of_four_lots_beats_the_proven_plan(block):
    for seed in range(4100 + 10 * block, 4110 + 10 * block):
        known = planned(awkward(seed, most_lots=4))
        if known is None:
            continue
        plant, slots = known
        found = exact(plant, slots, deterministic_time=EFFORT)
        total = cheapest(plant, slots, found)
        assert found.is_proven, seed
        assert found.bound_cents == total <= by_sequences(plant)
        assert better_bound(plant, total, None, never).cents <= total


def tiny(seed: int) -> Problem:
    """Make two lots of one step, or one of two, short enough to try every minute."""
    random = Random(seed)
    off = []
    for _ in range(random.randint(0, 2)):
        start = random.randint(0, 20)
        off.append((start, start + random.randint(1, 5)))
    calendars = {"c": Calendar(tuple(off), random.random() < 0.5)}
    kilns = tuple(
        resource(
            name, stage, calendar=random.choice(["c", "c", "open"]), changeover="short",
            last_family=random.randrange(2), idle_cents_per_minute=random.choice([0, 3, 40]),
            last_campaign=random.choice([None, "C0", "C1"]), last_campaign_minutes=2,
        )
        for name, stage in (("K1", "fire"), ("K2", "fire"), ("S1", "sort"))
    )  # fmt: skip
    is_long = random.random() < 0.4
    lots = tuple(_short(random, f"L{i}", is_long=is_long) for i in range(1 if is_long else 2))
    short = replace(TABLE, minutes=((0, 3), (2, 0)), tile_change=1)
    whole = problem(*lots, resources=kilns, calendars=calendars, holding_cents_per_m2_day=1)
    return replace(
        whole,
        changeovers={**whole.changeovers, "short": short},
        campaigns=Campaigns("fire", 6, random.choice([0, 7])),
        makespan_cents_per_minute=random.choice([0, 5]),
    )


def _short(random: Random, name: str, *, is_long: bool) -> Lot:
    def once(stage: str, names: list[str]) -> Step:
        some = random.sample(names, random.randint(1, len(names)))
        options = tuple(Option(one, random.randint(1, 5)) for one in some)
        return Step(stage, random.randrange(2), random.randint(0, 3), random.randint(0, 3), options)

    pegs = [
        Peg("O", random.choice([0, 5_000, 40_000]), random.randint(0, 25), random.randint(0, 20))
        for _ in range(2)
    ]
    steps = [once("fire", ["K1", "K2"])] + ([once("sort", ["S1"])] if is_long else [])
    tile, campaign = f"T{random.randrange(2)}", f"C{random.randrange(2)}"
    return lot(name, *steps, tile=tile, campaign=campaign, release=random.randint(0, 3), pegs=pegs)


def by_minutes(plant: Shop, until: int) -> int:
    """Give the least price over all machines and all starts up to a minute, as the referee says."""
    places = [
        [
            (machine, start, plant.machines[machine].clock.end(start, minutes))
            for machine, minutes in task.options.items()
            for start in range(task.earliest, until)
        ]
        for task in plant.tasks
    ]
    open_places = [[slot for slot in slots if slot[2] is not None] for slots in places]
    plans = sorted((price(plant, list(one)).total, one) for one in product(*open_places))
    return next(total for total, one in plans if not faults_of(plant, list(one)))


@pytest.mark.parametrize("seed", range(4300, 4312))
def test_no_minute_of_any_machine_beats_the_proven_plan(seed):
    plant, slots = planned(tiny(seed))
    found = exact(plant, slots, deterministic_time=EFFORT)
    assert found.is_proven
    assert cheapest(plant, slots, found) == by_minutes(plant, 34)


def test_a_kiln_waits_where_stock_costs_more_than_idling():
    waits = problem(lot(pegs=[peg(m2=1440, due=1000)]), holding_cents_per_m2_day=10)
    plant, slots = planned(waits)
    found = exact(plant, [(0, 0, 100)], deterministic_time=EFFORT)
    assert (found.slots, found.is_proven, found.bound_cents) == ([(0, 900, 1000)], True, 0)
    dear = [resource(idle_cents_per_minute=11)]
    plant, slots = planned(replace(waits, resources=tuple(dear)))
    found = exact(plant, slots, deterministic_time=EFFORT)
    assert cheapest(plant, slots, found) == 900 * 10


def test_the_sorters_order_is_decided_too():
    # Both are fired by 101; sorting the second, dear and short, first makes it end then.
    lots = [
        lot("L1", step("fire", ("K1", 100)), step("sort", ("S1", 500)), pegs=[peg(due=0, rate=1)]),
        lot("L2", step("fire", ("K2", 101)), step("sort", ("S1", 50)), pegs=[peg(due=0, rate=9)]),
    ]
    machines = [resource("K1"), resource("K2"), resource("S1", "sort")]
    plant, _ = planned(problem(*lots, resources=machines))
    late_second = [(0, 0, 100), (2, 0, 500), (1, 0, 101), (2, 500, 550)]
    found = exact(plant, late_second, deterministic_time=EFFORT)
    assert found.is_proven
    assert price(plant, found.slots).total == 101 * 9 + (101 + 500)
    assert faults_of(plant, found.slots) == []


def test_machines_that_nothing_tells_apart_share_the_work():
    lots = [lot(f"L{i}", step("fire", *((f"K{k}", 100) for k in range(3)))) for i in range(7)]
    lots = [replace(one, pegs=(peg(due=0, rate=1),)) for one in lots]
    kilns = [resource(f"K{k}", changeover="table", last_tile="T1") for k in range(3)]
    plant, _ = planned(problem(*lots, resources=kilns))
    worse = [(0, 100 * i, 100 * i + 100) for i in range(7)]
    found = exact(plant, worse, deterministic_time=EFFORT)
    assert found.is_proven
    assert price(plant, found.slots).total == 3 * 100 + 3 * 200 + 300
    assert faults_of(plant, found.slots) == []


def test_once_stopped_nothing_is_called_proven():
    plant, slots = planned(random_problem(7, most_lots=40), iterations=0)
    found = exact(plant, slots, deterministic_time=1000.0, should_stop=lambda: True)
    assert not found.is_proven
    assert found.bound_cents is None or found.bound_cents <= cheapest(plant, slots, found)


def test_the_same_effort_gives_the_same_plan():
    plant, slots = planned(awkward(4507, most_lots=9), iterations=0)
    one, two = (exact(plant, slots, deterministic_time=0.1, workers=2) for _ in range(2))
    assert one == two


def kilns_only(seed: int) -> Problem:
    """Make 8 to 12 lots for two kilns, where the order on the kilns is all there is to decide."""
    random = Random(seed)
    lots = tuple(
        lot(
            f"L{i}",
            step("fire", ("K1", random.randint(60, 200)), ("K2", random.randint(60, 200)),
                 family=random.randrange(2)),
            tile=f"T{random.randrange(3)}",
            pegs=[peg(due=random.randint(200, 1400), rate=random.randint(1, 9))],
        )
        for i in range(random.randint(8, 12))
    )  # fmt: skip
    kilns = [resource(name, changeover="table", last_tile="T0") for name in ("K1", "K2")]
    return problem(*lots, resources=kilns, calendars={"open": OPEN})


def test_the_search_reaches_the_proven_optimum_of_eight_to_twelve_lots():
    missed, proven = [], 0
    for seed in range(4600, 4606):
        whole = kilns_only(seed)
        plant, slots = planned(whole, iterations=4000)
        found = exact(plant, slots, deterministic_time=EFFORT)
        proven += found.is_proven
        if found.slots is not None:
            missed.append((seed, price(plant, slots).total, price(plant, found.slots).total))
    assert proven >= 5
    assert len(missed) <= 1, missed  # to tighten: none, once the search restarts more
