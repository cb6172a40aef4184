"""The one door for plans: what is none of the problem's is refused in a sentence."""

from dataclasses import replace

import pytest

from scheduler.explain import explain
from scheduler.move import move
from scheduler.plan import Operation
from scheduler.problem import Calendar
from scheduler.promise import promise
from scheduler.referee import faults
from scheduler.solve import solve
from scheduler.standing import PlanDoesNotFit, operations_of
from tests.scheduler.factories import lot, problem, resource, step

WHOLE = problem(lot("A"), lot("B"), resources=[resource(), resource("K2")])
PLAN = solve(WHOLE, iterations=0)
FIRST, SECOND = PLAN.operations

STRANGE = {
    "another problem's name": (replace(PLAN, problem="other"), "for problem 'other'"),
    "an operation twice": (replace(PLAN, operations=(FIRST, SECOND, FIRST)), "twice"),
    "a lot that is unknown": (
        replace(PLAN, operations=(FIRST, SECOND, Operation("Z", "fire", "K1", 500, 600))),
        "lot 'Z' in 'fire', which the problem has not"),
    "a step that the lot has not": (
        replace(PLAN, operations=(FIRST, SECOND, Operation("A", "sort", "K1", 500, 600))),
        "'sort', which the problem has not"),
    "a resource that is unknown": (
        replace(PLAN, operations=(FIRST, replace(SECOND, resource="NOPE"))), "on 'NOPE'"),
    "a resource that cannot do it": (
        replace(PLAN, operations=(FIRST, replace(SECOND, resource="K2"))), "on 'K2', which cannot"),
}  # fmt: skip

QUESTIONS = {
    "move": lambda whole, plan: move(whole, plan, "A", "fire", "K1", 40),
    "promise": lambda whole, plan: promise(whole, plan, lot("NEW")),
    "explain": lambda whole, plan: explain(whole, plan, "O-A"),
}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("name", STRANGE)
def test_a_plan_that_is_none_of_the_problem_is_refused_in_a_sentence(question, name):
    plan, words = STRANGE[name]
    assert faults(WHOLE, plan)
    with pytest.raises(PlanDoesNotFit, match=words):
        QUESTIONS[question](WHOLE, plan)


@pytest.mark.parametrize("question", ["move", "promise"])
def test_a_step_that_is_missing_is_refused_where_it_must_be_there(question):
    plan = replace(PLAN, operations=(FIRST,))
    with pytest.raises(PlanDoesNotFit, match="no possible place for lot"):
        QUESTIONS[question](WHOLE, plan)
    assert operations_of(WHOLE, plan) == (FIRST,)
    assert explain(WHOLE, plan, "O-A")


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_plan_whose_times_the_plant_has_broken_since_is_still_answered(question):
    shut = {"open": Calendar(((50, 80),), resumable=False)}
    broken = replace(WHOLE, calendars={**WHOLE.calendars, **shut})
    assert faults(broken, PLAN)
    assert QUESTIONS[question](broken, PLAN)


def test_the_steps_of_a_lot_may_stand_on_any_resource_that_can():
    either = problem(
        lot("A", step("fire", ("K1", 9), ("K2", 9))), resources=[resource(), resource("K2")]
    )
    for name in ("K1", "K2"):
        row = Operation("A", "fire", name, 0, 9)
        plan = replace(PLAN, operations=(row,))
        assert operations_of(either, plan) == (row,)
