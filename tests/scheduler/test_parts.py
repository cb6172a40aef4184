"""Problems that fall apart: their parts, and the plans of the parts put together."""

from dataclasses import replace

import pytest

from scheduler.checks import flaws_in
from scheduler.parts import join, split
from scheduler.plan import Status
from scheduler.problem import Calendar, Pin, Problem, Published
from scheduler.reading import read_problem
from scheduler.referee import faults
from scheduler.solve import solve
from tests.scheduler.factories import lot, peg, problem, random_problem, resource, step


def two_plants(**changes) -> Problem:
    """Two plants in one problem, whose lots are mixed: K1 with S1, and K2 and K3 with S2."""
    lots = [
        lot(
            f"L{i}",
            step("fire", *((("K1", 90),) if i % 2 else (("K2", 80), ("K3", 100))), family=i % 2),
            step("sort", ("S1" if i % 2 else "S2", 50), lag_end=20),
            tile=f"T{i % 3}",
            pegs=[peg(f"O{i}", due=150 * i, rate=3)],
        )
        for i in range(8)
    ]
    kilns = [
        resource(name, "fire", changeover="table", calendar=name) for name in ("K1", "K2", "K3")
    ]
    sorting = [resource(name, "sort") for name in ("S1", "S2", "S3")]
    closed = {name: Calendar(((50, 70),), resumable=False) for name in ("K1", "K2", "K3")}
    return problem(*lots, resources=[*kilns, *sorting], calendars=closed, **changes)


def shifted(whole: Problem, name: str) -> Problem:
    """The same problem in another plant: every lot, order and resource has another name."""
    text = whole.to_dict()
    for one in text["resources"]:
        one["id"] = f"{name}{one['id']}"
    for one in text["lots"]:
        one["id"] = f"{name}{one['id']}"
        for each in one["steps"]:
            for option in each["options"]:
                option["resource"] = f"{name}{option['resource']}"
    for one in (*text["pins"], *text["published"]):
        one["lot"] = f"{name}{one['lot']}"
        if one.get("resource") is not None:
            one["resource"] = f"{name}{one['resource']}"
    return read_problem(text)


def test_a_problem_that_hangs_together_is_its_own_only_part():
    whole = problem(
        lot("A", step("fire", ("K1", 10)), step("sort", ("S", 10))),
        lot("B", step("fire", ("K2", 10)), step("sort", ("S", 10))),
        resources=[resource("K1"), resource("K2"), resource("S", "sort")],
    )
    assert split(whole) == (whole,)
    assert split(problem()) == (problem(),)


def test_parts_have_their_own_lots_resources_calendars_and_wishes_only():
    whole = two_plants(
        pins=(Pin("L2", "fire", "K3"), Pin("L1", "sort", None, 900)),
        published=(Published("L3", "fire", "K1", 0, 90), Published("gone", "fire", "K1", 0, 5)),
    )
    first, second = split(whole)
    assert [one.id for one in first.lots] == ["L0", "L2", "L4", "L6"]
    assert [one.id for one in second.lots] == ["L1", "L3", "L5", "L7"]
    assert [one.id for one in first.resources] == ["K2", "K3", "S2"]
    assert [one.id for one in second.resources] == ["K1", "S1"]
    assert set(first.calendars) == {"K2", "K3", "open"}
    assert set(second.changeovers) == {"table", "free"}
    assert (first.pins, first.published) == ((Pin("L2", "fire", "K3"),), ())
    assert second.pins == (Pin("L1", "sort", None, 900),)
    assert [row.lot for row in second.published] == ["L3"]
    assert flaws_in(first) == flaws_in(second) == []
    assert first.name == "little, part 1 of 2"


def test_a_wish_for_a_machine_of_another_plant_holds_the_two_together():
    assert len(split(two_plants(pins=(Pin("L0", "fire", "K1"),)))) == 1


def test_a_price_on_the_makespan_holds_everything_together():
    whole = two_plants(makespan_cents_per_minute=1)
    assert split(whole) == (whole,)


def test_the_plans_of_the_parts_are_a_plan_of_the_whole_and_cost_their_sum():
    whole = two_plants()
    parts = split(whole)
    plans = [solve(part, iterations=400) for part in parts]
    plan = join(whole, plans)
    assert faults(whole, plan) == []
    assert plan.price.total == sum(one.price.total for one in plans) > 0
    assert plan.iterations == sum(one.iterations for one in plans)
    assert [one.lot for one in plan.operations][::2] == [one.id for one in whole.lots]
    assert plan.bound is not None
    assert plan.bound.cents == sum(one.bound.cents for one in plans) <= plan.price.total


@pytest.mark.parametrize("seed", range(12))
def test_random_plants_side_by_side_fall_apart_and_come_together_again(seed):
    one = random_problem(seed, most_lots=6)
    if not one.lots:
        pytest.fail("choose a seed whose problem has lots")
    other = shifted(one, "Z")
    whole = replace(
        one,
        lots=tuple(each for pair in zip(one.lots, other.lots, strict=True) for each in pair),
        resources=(*one.resources, *other.resources),
        pins=(*one.pins, *other.pins),
        published=(*one.published, *other.published),
    )
    parts = split(whole)
    assert len(parts) == 2 * len(split(one))
    assert sorted(each.id for part in parts for each in part.lots) == sorted(
        each.id for each in whole.lots
    )
    plans = [solve(part, iterations=60) for part in parts]
    plan = join(whole, plans)
    if plan.status is not Status.INFEASIBLE:
        assert faults(whole, plan) == []
        assert plan.price.total == sum(each.price.total for each in plans)


def test_a_whole_is_as_good_as_its_worst_part():
    whole = two_plants()
    plans = [solve(part, iterations=20) for part in split(whole)]
    stopped = replace(plans[0], status=Status.STOPPED, bound=None, seconds=3)
    plan = join(whole, [stopped, replace(plans[1], status=Status.OPTIMAL, seconds=4)])
    assert (plan.status, plan.bound, plan.seconds) == (Status.STOPPED, None, 7)
    plan = join(whole, [replace(stopped, seconds=None), plans[1]])
    assert plan.seconds is None
    lost = replace(plans[1], status=Status.INFEASIBLE, operations=(), messages=("L1 clashes",))
    plan = join(whole, [stopped, lost])
    assert (plan.status, plan.messages) == (Status.INFEASIBLE, ("L1 clashes",))


def test_plans_of_something_else_are_refused():
    whole = two_plants()
    plans = [solve(part, iterations=20) for part in split(whole)]
    for wrong in (plans[:1], plans[::-1], [plans[0], plans[0]]):
        with pytest.raises(ValueError, match="one plan for each part"):
            join(whole, wrong)
