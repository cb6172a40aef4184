"""Every bound tries to be above some plan, and must not succeed; and none is weaker than it was."""

from dataclasses import replace
from itertools import product
from random import Random

import numpy as np
import pytest

from scheduler.bound import better_bound, bound
from scheduler.bounds.alone import floors
from scheduler.bounds.axis import Axis
from scheduler.bounds.capacity import Rents
from scheduler.bounds.entries import NEVER, quick_cents, tree_cents
from scheduler.bounds.makespan import least_makespan
from scheduler.bounds.tree import cheapest_tree
from scheduler.calendars import clock
from scheduler.fixing import fix
from scheduler.plan import Status
from scheduler.problem import Calendar, Problem
from scheduler.shop import Shop, shop
from scheduler.solve import solve
from tests.scheduler.factories import TABLE, lot, peg, problem, random_problem, resource, step


def awkward(seed: int, *, most_lots: int) -> Problem:
    """Make a random problem with pins, touching windows, zero rates, and often a makespan."""
    random = Random(seed)
    whole = random_problem(seed, most_lots=most_lots)
    rate = random.choice([0, 0, random.randint(1, 60)])
    return replace(whole, makespan_cents_per_minute=rate)


def ready(whole: Problem) -> Shop:
    plant = shop(whole)
    assert not fix(plant)
    return plant


def never() -> bool:
    return False


@pytest.mark.parametrize("block", range(8))
def test_no_bound_is_above_any_of_two_hundred_plans(block):
    compared = 0
    for seed in range(3000 + 25 * block, 3025 + 25 * block):
        whole = awkward(seed, most_lots=9)
        plan = solve(whole, iterations=60, seed=seed)
        if plan.status is Status.INFEASIBLE:
            continue
        plant, total = ready(whole), plan.price.total
        quick = bound(plant)
        better = better_bound(plant, total, None, never)
        assert quick.cents <= better.cents <= total, seed
        compared += 1
    assert compared > 15


@pytest.mark.parametrize("seed", range(3500, 3560))
def test_each_argument_is_below_its_own_part_of_the_price(seed):
    whole = awkward(seed, most_lots=14)
    plan = solve(whole, iterations=60, seed=seed)
    if plan.status is Status.INFEASIBLE:
        return
    plant, price = ready(whole), plan.price
    assert sum(floors(plant)) <= price.tardiness + price.earliness
    assert quick_cents(plant) <= tree_cents(plant) <= price.changeover
    last = max((one.end for one in plan.operations), default=0)
    assert least_makespan(plant) <= last


@pytest.mark.parametrize("seed", range(3600, 3640))
def test_whatever_the_rents_no_plan_costs_less(seed):
    whole = awkward(seed, most_lots=10)
    plan = solve(whole, iterations=60, seed=seed)
    plant = shop(whole)
    if plan.status is Status.INFEASIBLE or fix(plant) or not plant.jobs:
        return
    paid, rents = plan.price.tardiness + plan.price.earliness, Rents(plant, never)
    random = np.random.default_rng(seed)
    for highest in (10, 1_000, 100_000):
        rents.rent = random.integers(0, highest, rents.rent.shape)
        rents.rent[random.random(rents.rent.shape) < 0.5] = 0
        assert rents.cents(rents.round()[0]) <= paid


def test_lots_that_share_a_kiln_wait_for_each_other_in_the_better_bound():
    three = [lot(f"L{i}", pegs=[peg(due=100, rate=1)]) for i in range(3)]
    plant = ready(problem(*three))
    assert bound(plant).cents == 0
    found = better_bound(plant, 300, None, never)
    assert 280 <= found.cents <= 300  # they end at 100, 200 and 300
    assert found.name != bound(plant).name


def test_a_lot_for_two_dates_is_late_for_one_or_in_stock_for_the_other():
    pegs = [peg(m2=100, due=1000, rate=5), peg(m2=100, due=2440, rate=5)]
    plant = ready(problem(lot(pegs=pegs), holding_cents_per_m2_day=2))
    # From 1000 to 2440 one peg's 100 m² lie in stock for a day; a cent a peg is lost in rounding.
    assert 198 <= bound(plant).cents <= 200


def test_a_chain_of_changeovers_is_dearer_than_everyone_s_cheapest():
    tiles = [lot(f"L{i}", step("fire", ("K1", 10), family=i % 2), tile=f"T{i}") for i in range(2)]
    kiln = resource(changeover="table", last_family=1, last_tile="T9")
    plant = ready(problem(*tiles, resources=[kiln]))
    # Matt from gloss 30, gloss from matt 60; but gloss from the opening is a tile change of 10.
    assert quick_cents(plant) == tree_cents(plant) == (30 + 10) * TABLE.cents_per_minute


@pytest.mark.parametrize("seed", range(40))
def test_the_cheapest_tree_is_what_trying_all_trees_finds(seed):
    random = np.random.default_rng(seed)
    size = int(random.integers(1, 5))
    cost = random.integers(0, 30, (size + 1, size))
    np.fill_diagonal(cost, NEVER)

    def reaches(before: tuple[int, ...], node: int) -> bool:
        for _ in range(size):
            node = before[node]
            if node == size:
                return True
        return False

    trees = (
        before
        for before in product(range(size + 1), repeat=size)
        if all(reaches(before, node) for node in range(size))
    )
    cheapest = min(sum(int(cost[i, j]) for j, i in enumerate(before)) for before in trees)
    assert cheapest_tree(cost) == cheapest


def test_the_last_end_waits_for_all_the_work_and_its_changeovers():
    tiles = [
        lot(f"L{i}", step("fire", ("K1", 100), ("K2", 100), family=i % 2), tile=f"T{i}")
        for i in range(4)
    ]
    kilns = [resource(f"K{i}", changeover="table", last_tile="T9") for i in (1, 2)]
    plant = ready(problem(*tiles, resources=kilns, makespan_cents_per_minute=3))
    # Two matt tiles are entered in 10 minutes, a gloss one in 60, the other from it in 10.
    assert least_makespan(plant) == (4 * 100 + 10 + 10 + 60 + 10) // 2
    assert bound(plant).cents >= 3 * 245


def test_work_that_only_one_kiln_can_do_sets_the_last_end():
    both = [lot(f"B{i}", step("fire", ("K1", 50), ("K2", 50))) for i in range(2)]
    alone = [lot(f"A{i}", step("fire", ("K1", 100)), tile="T1") for i in range(3)]
    kilns = [resource("K1"), resource("K2")]
    assert least_makespan(ready(problem(*both, *alone, resources=kilns))) == 300


def test_a_closure_pushes_the_last_end():
    closed = {"open": Calendar(((50, 250),), resumable=False)}
    lots = [lot("L1"), lot("L2")]
    assert least_makespan(ready(problem(*lots, calendars=closed))) >= 350


def test_nothing_to_do_costs_nothing():
    plant = ready(problem())
    assert bound(plant).cents == 0
    assert better_bound(plant, 0, None, never).cents == 0


def test_a_fixed_effort_gives_the_same_bound_and_a_stop_gives_none():
    whole = random_problem(7, most_lots=30, is_fixed=False)
    plant, total = ready(whole), solve(whole, iterations=0).price.total
    assert better_bound(plant, total, None, lambda: True) is None
    one, two = (better_bound(plant, total, None, never) for _ in range(2))
    assert one == two


@pytest.mark.parametrize("seed", range(30))
def test_the_bounds_axis_counts_as_the_clock_does(seed):
    random, windows, at = Random(seed), [], -40
    for _ in range(random.randint(0, 5)):
        windows.append((at, at + random.randint(1, 60)))
        at = windows[-1][1] + random.choice([0, 1, 30])
    for is_resumable in (True, False):
        calendar = Calendar(tuple(windows), is_resumable)
        axis, known = Axis(calendar), clock(calendar)
        moments = np.arange(0, 400)
        assert axis.worked(moments).tolist() == [known.worked(int(at)) for at in moments]
        for minutes in (1, 25):
            ends = [known.end(int(at), minutes) for at in moments]
            index = np.unique(axis.worked(moments))
            starts, fits = axis.minute(index), axis.is_whole(index, minutes)
            mine = {
                int(start): int(end)
                for start, end, fit in zip(
                    starts, axis.minute(index + minutes - 1) + 1, fits, strict=True
                )
                if fit
            }
            open_ends = {int(at): end for at, end in zip(moments, ends, strict=True) if end}
            assert {at: end for at, end in mine.items() if at < 400} == open_ends
