"""A search that begins at a plan: it never makes it worse, and refuses one that is not sound."""

from dataclasses import replace

import pytest

from scheduler.plan import Status
from scheduler.problem import Pin
from scheduler.referee import faults
from scheduler.solve import solve
from scheduler.standing import PlanDoesNotFit, repriced
from tests.scheduler.factories import lot, problem, resource
from tests.scheduler.plans import standing

WHOLE = problem(lot("A"), lot("B"), resources=[resource(), resource("K2")])
PLAN = solve(WHOLE, iterations=0)
FIRST, SECOND = PLAN.operations


def test_a_plan_to_start_from_is_never_made_worse():
    better = 0
    for seed, whole, poor in standing(range(30)):
        good = solve(whole, iterations=600)
        again = solve(whole, iterations=0, start=good)
        assert again.price.total <= good.price.total, seed
        more = solve(whole, iterations=200, start=good)
        assert more.price.total <= good.price.total, seed
        assert faults(whole, more) == [], seed
        if good.price.total < poor.price.total:
            better += 1
            # With no move to make, it is the very plan, in its later stages too.
            assert again.operations == good.operations, seed
    assert better > 5


@pytest.mark.parametrize(
    "broken",
    [
        replace(PLAN, operations=(replace(FIRST, start=FIRST.start - 1), SECOND)),
        replace(PLAN, operations=(FIRST, replace(SECOND, start=FIRST.start, end=FIRST.end))),
        replace(PLAN, operations=(FIRST,)),
        replace(PLAN, operations=(FIRST, replace(SECOND, resource="K2"))),
        replace(PLAN, problem="another"),
    ],
)
def test_a_start_that_is_no_sound_plan_is_refused(broken):
    assert faults(WHOLE, broken)
    with pytest.raises(PlanDoesNotFit):
        solve(WHOLE, iterations=0, start=broken)


def test_a_pin_that_the_start_does_not_keep_refuses_it():
    pinned = replace(WHOLE, pins=(Pin("A", "fire", "K1", 5000),))
    assert solve(pinned, iterations=0).status is not Status.INFEASIBLE
    with pytest.raises(PlanDoesNotFit):
        solve(pinned, iterations=0, start=replace(PLAN, operations=(FIRST, SECOND)))


def test_a_plan_is_repriced_as_another_problem_states():
    for seed, whole, plan in standing(range(30)):
        assert repriced(whole, plan).price == plan.price, seed
        dear = replace(whole, holding_cents_per_m2_day=whole.holding_cents_per_m2_day + 100)
        assert faults(dear, repriced(dear, plan)) == [], seed
