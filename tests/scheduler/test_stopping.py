"""A stop at any moment: what is known by then is the answer, and nothing more is done."""

import os
import signal
import subprocess
from contextlib import suppress
from dataclasses import replace
from itertools import count

import pytest

from scheduler.dispatch import dispatch, dispatches
from scheduler.fixing import fix
from scheduler.plan import Status
from scheduler.problem import Pin, Published
from scheduler.referee import faults
from scheduler.replan import replan
from scheduler.shop import shop
from scheduler.solve import solve
from scheduler.wishes.clashes import clashes
from tests.scheduler.factories import lot, problem, random_problem, resource, step
from tests.scheduler.test_command_line import start


def after(times):
    """Say stop from the so-manieth question on."""
    asked = count(1)
    return lambda: next(asked) > times


def once(times):
    """Say stop at one question alone."""
    asked = count(1)
    return lambda: next(asked) == times + 1


PLANT = random_problem(7, most_lots=40, is_fixed=False)


@pytest.mark.parametrize("done", range(6))
def test_a_stopped_dispatch_gives_the_best_of_the_settings_done_by_then(done):
    plant = shop(PLANT)
    assert not fix(plant)
    known = list(dispatches(plant))[: done + 1]
    found = dispatch(plant, after(done))
    assert found.price.total == min(one.price.total for one in known)


def test_stopped_at_once_the_answer_is_one_dispatched_plan_judged_and_told():
    plant, told = shop(PLANT), []
    assert not fix(plant)
    plan = solve(PLANT, seconds=60, on_progress=told.append, should_stop=lambda: True)
    assert plan.price == next(dispatches(plant)).price
    assert (plan.status, plan.iterations, plan.bound) == (Status.STOPPED, 0, None)
    assert faults(PLANT, plan) == []
    assert [one.plan.operations for one in told] == [plan.operations]


@pytest.mark.parametrize("wish", [after, once])
@pytest.mark.parametrize("asked", [*range(12), 40])
def test_a_stop_at_any_question_leaves_a_sound_plan_that_says_so(wish, asked):
    plan = solve(PLANT, seconds=60, should_stop=wish(asked))
    assert plan.status is Status.STOPPED
    assert faults(PLANT, plan) == []


CLASHING = problem(
    *(lot(f"L{i}", step("fire", ("K1", 100), ("K2", 100))) for i in range(6)),
    resources=[resource(), resource("K2")],
    pins=tuple(Pin(f"L{i}", "fire", None, 10 * i) for i in range(6)),
)


def test_a_stop_while_clashes_are_proven_gives_those_that_are_known():
    known, asked = clashes(CLASHING), count()
    assert len(known) > 1
    assert clashes(CLASHING, lambda: next(asked) < 0) == known
    found = {times: clashes(CLASHING, after(times)) for times in range(0, next(asked), 3)}
    assert all(some == known[: len(some)] for some in found.values())
    assert {len(some) for some in found.values()} >= {0, 1}


@pytest.mark.parametrize(
    "answer", [solve, lambda whole, **words: replan(whole, "free", **words).plan]
)
def test_a_stop_while_clashes_are_proven_answers_with_the_messages_that_are_known(answer):
    plan = answer(CLASHING, seconds=60, should_stop=lambda: True)
    assert (plan.status, plan.clashes) == (Status.INFEASIBLE, ())
    assert plan.messages


def test_a_stopped_replan_says_so_though_the_repaired_plan_is_the_better():
    stood = tuple(
        Published(one.lot, one.stage, one.resource, one.start, one.end)
        for one in solve(PLANT, iterations=2000).operations
    )
    found = replan(replace(PLANT, published=stood), "stable", seconds=60, should_stop=lambda: True)
    assert found.plan.status is Status.STOPPED
    assert found.difference.moved == ()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_while_modules_are_loading_ends_in_a_sentence(tmp_path, number):
    (tmp_path / "numpy.py").write_text(
        "import os\n"
        "try:\n"
        f"    os.kill(os.getpid(), {int(number)})\n"
        "except BaseException:\n"
        "    print('swallowed')\n",
        encoding="utf-8",
    )
    child = start("solve", "nothing.json", PYTHONPATH=str(tmp_path))
    out, errors = child.communicate()
    assert (out, errors) == ("", "Stopped before there was an answer.\n")
    assert child.returncode == 128 + number


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("words", [["solve"], ["replan"], ["check", "plan.json"]])
def test_a_signal_while_the_problem_is_read_ends_in_a_sentence(tmp_path, number, words):
    pipe = tmp_path / "problem.json"
    os.mkfifo(pipe)
    child = start(words[0], pipe, *words[1:])
    with pipe.open("w", encoding="utf-8") as writer:  # opens once the child reads
        writer.write("{")
        writer.flush()
        while child.poll() is None:  # one that comes right before it waits for more wakes nobody
            child.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                child.wait(1)
    out, errors = child.communicate()
    assert (out, set(errors.splitlines())) == ("", {"Stopped before there was an answer."})
    assert child.returncode == 128 + number
