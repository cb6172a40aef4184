"""Each part of the price, worked out by hand on the smallest plan that has it."""

from dataclasses import replace

import pytest

from scheduler.plan import Price
from scheduler.problem import Calendar, Campaigns, Peg, Pin, Published, Stability
from scheduler.referee import faults
from scheduler.solve import solve
from tests.scheduler.factories import lot, problem, resource, step


def priced(whole) -> Price:
    """Give the price; the referee has worked it out too, by its own code."""
    plan = solve(whole, iterations=60)
    assert faults(whole, plan) == []
    return plan.price


def at(*starts: int) -> tuple[Pin, ...]:
    return tuple(Pin(f"L{i + 1}", "fire", "K1", start) for i, start in enumerate(starts))


def test_tardiness_runs_from_each_due_to_the_end_of_the_last_step():
    steps = (step("fire", ("K1", 100)), step("sort", ("S1", 20), lag_end=20))
    one = lot("L1", *steps, pegs=[Peg("A", 5, 100, 3), Peg("B", 5, 119, 10), Peg("C", 5, 120, 99)])
    whole = problem(one, resources=[resource(), resource("S1", "sort")])
    assert priced(whole) == Price(tardiness=20 * 3 + 1 * 10)


def test_earliness_runs_from_the_end_of_the_first_step_and_is_rounded_down_for_each_peg():
    steps = (step("fire", ("K1", 100)), step("sort", ("S1", 20), lag_end=20))
    one = lot("L1", *steps, pegs=[Peg("A", 33, 1000, 1), Peg("B", 10, 1001, 1), Peg("C", 9, 99, 0)])
    whole = problem(
        one, resources=[resource(), resource("S1", "sort")], pins=at(0), holding_cents_per_m2_day=2
    )
    assert priced(whole) == Price(earliness=900 * 33 * 2 // 1440 + 901 * 10 * 2 // 1440)


def test_a_changeover_is_priced_by_the_minute_the_first_one_too():
    two = (lot("L1", step("fire", ("K1", 9), family=1)), lot("L2", tile="T2"))
    whole = problem(*two, resources=[resource(changeover="table")], pins=at(60, 99))
    assert priced(whole) == Price(changeover=(60 + 30) * 7)


def test_a_tile_change_is_priced_like_any_changeover_minute():
    two = (lot("L1"), lot("L2", tile="T2"))
    whole = problem(*two, resources=[resource(changeover="table")], pins=at(0, 200))
    assert priced(whole) == Price(changeover=10 * 7)


def test_a_kiln_idles_until_the_changeover_right_before_its_next_lot():
    two = (lot("L1"), lot("L2", tile="T2"))
    kiln = resource(changeover="table", idle_cents_per_minute=5)
    whole = problem(*two, resources=[kiln, resource("K2", idle_cents_per_minute=9)])
    whole = replace(whole, pins=at(40, 200))
    assert priced(whole) == Price(changeover=70, idle=(40 + 60 - 10) * 5)


def test_closed_minutes_are_not_idle_even_where_the_kiln_changes_over_in_them():
    two = (lot("L1"), lot("L2", tile="T2"))
    kiln = resource(changeover="table", idle_cents_per_minute=5, calendar="c")
    upkeep = {"c": Calendar(((110, 200),), resumable=False)}
    whole = problem(*two, resources=[kiln], calendars=upkeep, pins=at(0, 205))
    # The changeover takes the wall minutes from 195; up to there, 100 to 110 is idle.
    assert priced(whole) == Price(changeover=70, idle=10 * 5)


def test_on_shifts_the_changeover_counts_as_working_minutes():
    two = (lot("L1"), lot("L2", tile="T2"))
    kiln = resource(changeover="table", idle_cents_per_minute=5, calendar="c")
    shifts = {"c": Calendar(((110, 200),), resumable=True)}
    whole = problem(*two, resources=[kiln], calendars=shifts, pins=at(0, 205))
    assert priced(whole) == Price(changeover=70, idle=(10 + 5 - 10) * 5)


CAMPAIGN = Campaigns("fire", 250, 2)


@pytest.mark.parametrize(
    ("last", "minutes", "cents"),
    [
        (None, 0, (250 - 200) * 2),  # C1 twice, then C2: the last run is not charged
        ("C1", 40, (250 - 240) * 2),  # the run began before minute 0
        ("C1", 400, 0),
        ("C2", 30, (250 - 30) * 2 + (250 - 200) * 2),  # and one was left unfinished
    ],
)
def test_a_campaign_cut_short_pays_for_each_missing_minute(last, minutes, cents):
    lots = (lot("L1"), lot("L2"), lot("L3", campaign="C2"))
    kiln = resource(last_campaign=last, last_campaign_minutes=minutes)
    idle = resource("K2", last_campaign="C9", last_campaign_minutes=0)
    whole = problem(*lots, resources=[kiln, idle], campaigns=CAMPAIGN, pins=at(0, 100, 200))
    assert priced(whole) == Price(campaign=cents)


def test_a_campaign_lasts_from_its_starts_to_its_ends_pauses_included():
    lots = (lot("L1"), lot("L2", campaign="C2"))
    shifts = {"c": Calendar(((50, 150),), resumable=True)}
    kiln = resource(calendar="c")
    whole = problem(*lots, resources=[kiln], calendars=shifts, campaigns=CAMPAIGN, pins=at(0, 300))
    assert priced(whole) == Price(campaign=(250 - 200) * 2)


def test_other_stages_have_no_campaigns():
    lots = (lot("L1"), lot("L2", campaign="C2"))
    whole = problem(*lots, campaigns=Campaigns("sort", 250, 2), pins=at(0, 100))
    assert priced(whole) == Price()


def test_stability_prices_another_resource_and_minutes_beyond_the_tolerance():
    options = step("fire", ("K1", 100), ("K2", 100))
    lots = (lot("L1", options), lot("L2", options), lot("L3", options))
    published = (
        Published("L1", "fire", "K2", 100, 200),  # moved by 100, from K2
        Published("L2", "fire", "K1", 104, 204),  # within the tolerance
        Published("L9", "fire", "K1", 0, 100),  # gone
    )
    whole = problem(
        *lots,
        resources=[resource(), resource("K2")],
        published=published,
        stability=Stability(1000, 3, 10),
        pins=at(0, 100, 200),
    )
    assert priced(whole) == Price(stability=1000 + (100 - 10) * 3)


def test_the_total_is_the_sum_of_the_six_parts():
    assert Price(1, 2, 3, 4, 5, 6).total == 21
