"""Waiting on purpose: a firing moves later where its stock costs more than an idle kiln."""

from dataclasses import replace

import pytest

from scheduler.dispatch import dispatch
from scheduler.fixing import fix
from scheduler.price import price
from scheduler.problem import Calendar
from scheduler.referee import faults
from scheduler.shop import shop
from scheduler.solve import solve
from scheduler.waiting import waited
from tests.scheduler import factories
from tests.scheduler.factories import lot, peg, random_problem, step


def planned(problem):
    """Dispatch, then wait: the starts by lot."""
    plant = shop(problem)
    fix(plant)
    first = dispatch(plant)
    later = waited(plant, first.slots, lambda: False)
    assert price(plant, later).total <= first.price.total
    return {job.lot.id: later[job.tasks[0].index][1] for job in plant.jobs}


def plant(*, idle, holding=1440, lots=None, **changes):
    """One kiln and two lots of 60 minutes: 1 m² costs a cent a minute of stock."""
    kiln = factories.resource("K1", "fire", idle_cents_per_minute=idle)
    lots = lots or (
        lot("A", step("fire", ("K1", 60)), pegs=[peg("O1", m2=3, due=600)]),
        lot("B", step("fire", ("K1", 60)), pegs=[peg("O2", m2=3, due=600)]),
    )
    made = factories.problem(*lots, resources=[kiln], **changes)
    return replace(made, holding_cents_per_m2_day=holding)


def test_where_stock_costs_more_than_an_idle_kiln_both_firings_wait_for_their_due():
    assert sorted(planned(plant(idle=5)).values()) == [480, 540]


def test_where_the_idle_kiln_costs_more_nobody_waits():
    assert sorted(planned(plant(idle=7)).values()) == [0, 60]


def test_a_gap_that_is_there_anyhow_is_waited_in_whatever_idling_costs():
    lots = (
        lot("A", step("fire", ("K1", 60)), pegs=[peg("O1", m2=3, due=600)]),
        lot("B", step("fire", ("K1", 60)), release=300, pegs=[peg("O2", m2=3, due=360)]),
    )
    assert planned(plant(idle=10_000, lots=lots)) == {"A": 240, "B": 300}


def test_a_wait_that_a_closure_would_make_late_is_shortened():
    closed = {"open": Calendar(((500, 700),), resumable=False)}
    lots = (lot("A", step("fire", ("K1", 60)), pegs=[peg("O1", m2=3, due=600, rate=99)]),)
    made = plant(idle=0, lots=lots)
    made = replace(made, calendars=dict.fromkeys(made.calendars, closed["open"]))
    assert planned(made)["A"] == 270  # half of what its due leaves; all of it ends in the closure


def test_a_whole_month_waits_for_its_due_where_idling_is_free():
    lots = tuple(
        lot(f"L{i}", step("fire", ("K1", 60)), pegs=[peg(f"O{i}", m2=3, due=100_000, rate=99)])
        for i in range(70)
    )
    made = plant(idle=0, lots=lots)
    found = solve(made, iterations=200)
    assert faults(made, found) == []
    assert {one.start for one in found.operations} == set(range(100_000 - 70 * 60, 100_000, 60))


@pytest.mark.parametrize("seed", range(60))
def test_waits_never_cost_anything_and_keep_every_rule(seed):
    made = replace(random_problem(seed), holding_cents_per_m2_day=50)
    found = solve(made, iterations=100, seed=seed)
    assert found.status == "infeasible" or faults(made, found) == []
