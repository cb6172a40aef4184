"""The referee passes a good plan, and turns red at every planted fault."""

import ast
import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest

import scheduler.referee
from scheduler.decode import operations
from scheduler.dispatch import dispatch
from scheduler.fixing import fix
from scheduler.plan import Plan, Status
from scheduler.problem import Calendar, Campaigns, Pin, Published, Stability
from scheduler.referee import faults
from scheduler.shop import shop
from scheduler.solve import solve
from tests.scheduler.factories import lot, peg, problem, resource, step


def whole():
    """Make a plant where every rule has something to judge."""
    steps = (
        step("fire", ("K1", 100), ("K2", 120)),
        step("sort", ("S1", 40), lag_start=20, lag_end=20),
    )
    lots = (
        lot("L1", *steps, pegs=[peg("A", due=50, rate=3)]),
        lot("L2", *steps, tile="T2", release=30, campaign="C2", pegs=[peg("B", due=9000)]),
        lot("L3", *steps, tile="T3", pegs=[peg("C", due=400)]),
        lot("L4", step("sort", ("S1", 25))),
    )
    kiln = resource(changeover="table", calendar="upkeep", idle_cents_per_minute=2)
    places = (kiln, resource("K2", calendar="upkeep"), resource("S1", "sort", calendar="shifts"))
    return problem(
        *lots,
        resources=places,
        calendars={
            "upkeep": Calendar(((400, 500),), resumable=False),
            "shifts": Calendar(((300, 330), (600, 700)), resumable=True),
        },
        campaigns=Campaigns("fire", 150, 1),
        holding_cents_per_m2_day=3,
        frozen_until=20,
        published=(
            Published("L1", "fire", "K1", 10, 110),
            Published("L2", "fire", "K2", 200, 320),
        ),
        stability=Stability(50, 1, 5),
        pins=(Pin("L2", "fire", "K1"), Pin("L3", "fire", start=510)),
    )


def good() -> dict:
    plant = shop(whole())
    assert not fix(plant)
    first = dispatch(plant)
    plan = Plan(
        whole().name, operations(plant, first.slots), first.price, None, Status.FEASIBLE, 1, 0, None
    )
    return json.loads(plan.to_json())


GOOD = good()


def operation(plan: dict, name: str, stage: str) -> dict:
    return next(o for o in plan["operations"] if (o["lot"], o["stage"]) == (name, stage))


def shift(name, stage, minutes):
    def plant(plan):
        moved = operation(plan, name, stage)
        moved["start"] += minutes
        moved["end"] += minutes

    return plant


def put(name, at, /, **values):
    return lambda plan: operation(plan, name, at).update(values)


def state(**values):
    return lambda plan: plan.update(values)


def reprice(part, by):
    def plant(plan):
        plan["price"][part] += by

    return plant


def drop(name, stage):
    return lambda plan: plan["operations"].remove(operation(plan, name, stage))


def repeat(name, stage):
    return lambda plan: plan["operations"].append(dict(operation(plan, name, stage)))


PLANTED = {
    "a wrong format": ("format", state(format="tileplan-plan/2")),
    "another problem's plan": ("problem", state(problem="other")),
    "no list of operations": ("shape", state(operations=None)),
    "an operation that is no object": ("shape", lambda plan: plan["operations"].append(7)),
    "a forgotten step": ("missing", drop("L2", "sort")),
    "a step done twice": ("twice", repeat("L1", "fire")),
    "an unknown lot": ("unknown lot", put("L4", "sort", lot="L9")),
    "an unknown stage": ("unknown stage", put("L4", "sort", stage="glaze")),
    "a stage the lot skips": ("unknown stage", put("L4", "sort", stage="fire")),
    "an unknown resource": ("unknown resource", put("L4", "sort", resource="S9")),
    "a resource that is no option": ("option", put("L4", "sort", resource="K1")),
    "a start that is no whole number": ("number", put("L4", "sort", start=1.0)),
    "an end that is text": ("number", put("L4", "sort", end="45")),
    "a start that is true": ("number", put("L4", "sort", start=True)),
    "a negative time": ("negative", put("L4", "sort", start=-5)),
    "work before its release": ("release", put("L2", "fire", start=29)),
    "a start in a closure": ("closed", put("L4", "sort", start=310, end=355)),
    "a kiln spanning its closure": ("closed", put("L3", "fire", start=390, end=590)),
    "work cut short": ("duration", put("L4", "sort", end=operation(GOOD, "L4", "sort")["end"] - 1)),
    "work drawn out": ("duration", put("L4", "sort", end=operation(GOOD, "L4", "sort")["end"] + 1)),
    "work ending at a closure's end": ("duration", put("L4", "sort", start=275, end=330)),
    "work of no length": (
        "duration",
        put("L4", "sort", end=operation(GOOD, "L4", "sort")["start"]),
    ),
    "a later step too soon": ("lag start", shift("L3", "sort", -500)),
    "a later step ending too soon": ("lag end", put("L3", "sort", start=540, end=580)),
    "two at a time": ("overlap", shift("L2", "fire", -30)),
    "no time for the changeover": ("changeover", shift("L2", "fire", -5)),
    "a pinned resource left": ("pin", put("L2", "fire", resource="K2")),
    "a pinned start left": ("pin", shift("L3", "fire", 1)),
    "frozen work moved": ("frozen", shift("L1", "fire", 1)),
    "frozen work on another kiln": ("frozen", put("L1", "fire", resource="K2", end=130)),
    "new work in the frozen time": ("early", put("L4", "sort", start=19, end=44)),
    "a price without parts": ("price", state(price=None)),
    "too little tardiness": ("price", reprice("tardiness", -1)),
    "too little earliness": ("price", reprice("earliness", -1)),
    "too little changeover": ("price", reprice("changeover", -1)),
    "too little idling": ("price", reprice("idle", -1)),
    "too little campaign": ("price", reprice("campaign", -1)),
    "too little stability": ("price", reprice("stability", -1)),
    "a total that is no sum": ("price", reprice("total", 100)),
    "a price that is a float": ("price", reprice("total", 0.0)),
    "a bound above the price": ("bound", state(bound={"name": "wish", "cents": 10**9})),
    "a price of the makespan without a rate": (
        "price",
        lambda plan: plan["price"].update(makespan=1),
    ),
    "an optimum without a bound": ("status", state(status="optimal", bound=None)),
    "an optimum above its bound": (
        "status",
        state(status="optimal", bound={"name": "guess", "cents": GOOD["price"]["total"] - 1}),
    ),
    "an unknown status": ("status", state(status="splendid")),
    "no plan, with operations": ("status", state(status="infeasible")),
    "a bound without a name": ("bound", state(bound={"cents": 0})),
}


def test_the_good_plan_is_green_and_has_something_in_every_part():
    assert faults(whole(), GOOD) == []
    assert all(GOOD["price"][part] > 0 for part in GOOD["price"]), GOOD["price"]


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_turns_the_referee_red(name):
    kind, plant = PLANTED[name]
    plan = deepcopy(GOOD)
    plant(plan)
    found = faults(whole(), plan)
    assert kind in {fault.kind for fault in found}, list(map(str, found))
    assert all(fault.sentence.endswith(".") for fault in found)


def test_garbage_is_reported_and_never_a_crash():
    rows = [[], None, {}, {"lot": []}, {"lot": "L1", "start": 10**5000}]
    garbage = {"format": "tileplan-plan/1", "operations": rows, "price": 3, "status": {}}
    found = faults(whole(), garbage)
    assert {"problem", "status", "shape", "unknown lot", "missing"} <= {one.kind for one in found}
    assert all(len(str(one)) < 300 for one in found)


@pytest.mark.parametrize(
    ("no_plan", "word"),
    [
        ({}, "missing"),
        (dict(GOOD, format="tileplan-plan/9"), "tileplan-plan/9"),
        ([GOOD], "object"),
    ],
)
def test_what_is_no_plan_by_its_format_is_told_so_and_nothing_else(no_plan, word):
    (only,) = faults(whole(), no_plan)
    assert only.kind == "format"
    assert word in only.sentence


def test_an_answer_that_no_plan_exists_is_not_a_plan_and_not_one_fault_for_each_step():
    answer = GOOD | {"status": "infeasible", "operations": []}
    assert [fault.kind for fault in faults(whole(), answer)] == ["status"]


def test_a_plan_may_call_itself_optimal_once_its_bound_is_its_price():
    total = GOOD["price"]["total"]
    proven = GOOD | {"status": "optimal", "bound": {"name": "exact", "cents": total}}
    assert faults(whole(), proven) == []


def test_the_end_of_all_work_is_priced_where_it_has_a_rate():
    timed = replace(whole(), makespan_cents_per_minute=4)
    plan = json.loads(solve(timed, iterations=100).to_json())
    last = max(one["end"] for one in plan["operations"])
    assert faults(timed, plan) == []
    assert plan["price"]["makespan"] == 4 * last
    plan["price"]["makespan"] -= 4
    assert [fault.kind for fault in faults(timed, plan)] == ["price"]
    del plan["price"]["makespan"]
    assert [fault.kind for fault in faults(timed, plan)] == ["price"]


def test_a_fault_tells_names_and_minutes():
    plan = deepcopy(GOOD)
    shift("L2", "fire", -5)(plan)
    fault = next(one for one in faults(whole(), plan) if one.kind == "changeover")
    assert (fault.lot, fault.stage, fault.resource, fault.minutes) == ("L2", "fire", "K1", 5)


def test_the_referee_imports_nothing_of_the_scheduler_but_problem_and_plan():
    folder = Path(scheduler.referee.__file__).parent
    modules = {
        node.module
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("scheduler")
    }
    strangers = {name for name in modules if not name.startswith("scheduler.referee")}
    assert strangers == {"scheduler.problem", "scheduler.plan"}
