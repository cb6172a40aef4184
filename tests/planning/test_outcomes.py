"""Every way in which the scheduler's process can end has its own word, and words for the planner."""

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scheduler.plan import Status, read_plan
from scheduler.problem import Pin, Problem
from scheduler.referee import faults
from tests import factories
from tests.planning import children
from tests.scheduler import factories as little
from tileplan.kernel import clock, jobs
from tileplan.kernel.db import session, transaction
from tileplan.kernel.jobs import Cancelled, JobState
from tileplan.planning import queries, rules, service
from tileplan.planning.rules import Outcome, PlanState, RunState
from tileplan.planning.service import recording, solver, warming
from tileplan.planning.service.endings import SolverFailed

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
AMPLE_MB = 2048


def long_work() -> Problem:
    """So many late lots that nobody proves in a moment that a plan is the best."""
    return little.random_problem(7, most_lots=40)


def solve(problem: Problem, *, seconds: int = 60, **values: Any) -> solver.Solved:
    given = {"memory_mb": AMPLE_MB, "on_beat": lambda _: None, **values}
    return solver.solve(problem.to_json(), seconds=seconds, **given)


def once_it_has_a_plan(act: Callable[[], None]) -> Callable[[solver.Progress], None]:
    """A beat that does something once, as soon as a plan was told."""
    done: list[bool] = []

    def beat(progress: solver.Progress) -> None:
        if "total" in progress and not done:
            done.append(True)
            act()

    return beat


def is_sound(plan: str | None) -> bool:
    assert plan is not None
    return faults(long_work(), read_plan(plan)) == []


def test_a_good_end_is_a_plan() -> None:
    solved = solve(long_work(), seconds=1)
    assert solved.outcome is Outcome.FOUND
    assert is_sound(solved.plan)


def test_too_little_memory_is_called_by_its_name() -> None:
    with pytest.raises(SolverFailed) as failed:
        solve(long_work(), memory_mb=60)
    assert failed.value.outcome is Outcome.MEMORY
    assert failed.value.reason.params == {"memory": 60}
    assert failed.value.plan is None


@pytest.mark.parametrize(
    ("number", "word"), [(signal.SIGKILL, "killed from outside"), (signal.SIGSEGV, "SIGSEGV")]
)
def test_a_crash_says_how_and_leaves_the_best_plan(number: signal.Signals, word: str) -> None:
    with pytest.raises(SolverFailed) as failed:
        solve(long_work(), on_beat=once_it_has_a_plan(lambda: children.hit(number)))
    assert failed.value.outcome is Outcome.CRASHED
    assert word in str(failed.value.reason)
    assert is_sound(failed.value.plan)
    assert failed.value.progress["total"] > 0


def test_a_scheduler_that_hangs_is_ended_and_leaves_the_best_plan() -> None:
    stop = once_it_has_a_plan(lambda: children.hit(signal.SIGSTOP))
    with pytest.raises(SolverFailed) as failed:
        solve(long_work(), seconds=2, on_beat=stop, grace=2)
    assert failed.value.outcome is Outcome.TIME
    assert failed.value.reason.params == {"grace": 2}
    assert is_sound(failed.value.plan)
    assert children.scheduler() is None


def clashing() -> SolverFailed:
    """What the application makes of two pins on the same hours of one kiln."""
    lots = [little.lot(name, little.step("fire", ("K1", 100))) for name in ("L1", "L2")]
    pins = (Pin("L1", "fire", "K1", 500), Pin("L2", "fire", "K1", 550))
    with pytest.raises(SolverFailed) as failed:
        solve(little.problem(*lots, pins=pins))
    return failed.value


def test_wishes_that_clash_are_infeasible_and_named_with_their_hours() -> None:
    failed = clashing()
    assert failed.outcome is Outcome.INFEASIBLE
    assert failed.plan is None
    epoch = datetime.fromisoformat(little.problem().epoch).astimezone(clock.plant_zone())
    for name, minute in (("L1", 500), ("L2", 550)):
        at = f"{epoch + timedelta(minutes=minute):%m-%d %H:%M}"
        assert f"lot {name} pinned in Firing on K1 from {at}" in str(failed.reason)


def test_a_problem_that_makes_no_sense_is_invalid_and_says_where() -> None:
    nowhere = little.lot("L1", little.step("fire", ("K9", 100)))
    with pytest.raises(SolverFailed) as failed:
        solve(little.problem(nowhere))
    assert failed.value.outcome is Outcome.INVALID
    assert "lots[0].steps[0].options[0].resource" in str(failed.value.reason)
    assert "K9" in str(failed.value.reason)


def cancel() -> None:
    raise Cancelled


def test_a_stop_keeps_the_best_plan() -> None:
    solved = solve(long_work(), on_beat=once_it_has_a_plan(cancel))
    assert solved.outcome is Outcome.STOPPED
    assert is_sound(solved.plan)
    assert read_plan(solved.plan).status is Status.STOPPED


def test_a_stop_before_there_is_a_plan_is_just_a_stop(monkeypatch: Any) -> None:
    monkeypatch.setattr(solver, "BEAT_SECONDS", 0.05)  # the process has hardly begun
    with pytest.raises(Cancelled):
        solve(long_work(), on_beat=lambda _: cancel())
    assert children.scheduler() is None


def test_a_search_that_will_not_stop_is_killed_and_its_best_plan_kept(monkeypatch: Any) -> None:
    monkeypatch.setattr(solver, "STOPS_WITHIN_SECONDS", 0.5)

    def stop() -> None:
        children.hit(signal.SIGSTOP)
        raise Cancelled

    solved = solve(long_work(), on_beat=once_it_has_a_plan(stop))
    assert solved.outcome is Outcome.STOPPED
    assert is_sound(solved.plan)


def test_the_cap_is_on_data_so_that_compilers_may_map_what_they_like() -> None:
    code = "import numba; numba.njit(lambda a: a + 1)(1); print('fine')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        preexec_fn=lambda: solver._limit(512),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "fine\n", done.stderr
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY


def test_every_bad_end_has_advice_of_its_own() -> None:
    told = [str(rules.advice(outcome)) for outcome in Outcome if outcome is not Outcome.FOUND]
    assert len(set(told)) == len(told)
    assert rules.advice(Outcome.FOUND) is None


def test_warming_up_happens_once_at_a_time(tmp_path: Path, caplog: Any) -> None:
    answers: list[bool] = []
    both = [
        threading.Thread(target=lambda: answers.append(warming.warm_up(tmp_path))) for _ in range(2)
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(answers) == [False, True]
    assert caplog.messages == []


# --- in the application ------------------------------------------------------------------------


@dataclass
class Watching:
    """A claim to a run that does something to the scheduler once it has told of a plan."""

    act: Callable[[], None]
    has_others: bool = False
    ended: tuple[JobState, str | None] | None = None

    def beat(self, progress: solver.Progress | None) -> None:
        if progress and "total" in progress and children.scheduler():
            self.act()

    def end(self, state: JobState, error: str | None = None) -> None:
        self.ended = state, error


@pytest.fixture
def tiny(app: Any) -> Any:
    """A tiny plant with more late lots than anybody plans best in a moment."""
    tile = factories.tile()
    factories.plant(tile)
    for number in range(12):
        factories.order(tile, pieces=20_000 + 400 * number, priority=1 + number % 4)
    session.commit()
    return tile


def page_of(number: str, sign_in: Any, language: str = "en") -> str:
    client = sign_in("planner", language=language)
    told = client.get(f"/planning/runs/{number}/progress").json
    assert told["outcome"] == queries.run(number).outcome
    return str(client.get(f"/planning/runs/{number}").get_data(as_text=True))


def carried_out(act: Callable[[], None], *, seconds: int, **values: Any) -> str:
    number = service.request(seconds, by=None).number
    session.commit()
    service.carry_out(number, Watching(act), memory_mb=AMPLE_MB, transaction=transaction, **values)
    return number


@on_sqlite
def test_a_crash_in_the_middle_leaves_a_draft_and_says_so(tiny: Any, sign_in: Any) -> None:
    number = carried_out(lambda: children.hit(signal.SIGSEGV), seconds=60)
    run = queries.run(number)
    plan = queries.plan_of(run.id)
    assert (run.state, run.outcome) == (RunState.SOLVED, Outcome.CRASHED)
    assert plan is not None
    assert plan.state is PlanState.DRAFT
    page = page_of(number, sign_in)
    assert 'data-outcome="crashed"' in page
    for words in ("ended with SIGSEGV", "best plan that it had found", "worker&#39;s log"):
        assert words in page
    assert "异常退出（SIGSEGV）" in page_of(number, sign_in, "zh")


@on_sqlite
def test_a_hang_leaves_a_draft_and_says_so(tiny: Any, sign_in: Any) -> None:
    number = carried_out(lambda: children.hit(signal.SIGSTOP), seconds=2, grace=1)
    run = queries.run(number)
    assert (run.state, run.outcome) == (RunState.SOLVED, Outcome.TIME)
    page = page_of(number, sign_in)
    assert 'data-outcome="time"' in page
    assert "had not answered 1 seconds after its time" in page
    assert "已被终止" in page_of(number, sign_in, "zh")


@on_sqlite
def test_a_run_out_of_memory_fails_and_names_the_setting(tiny: Any, sign_in: Any) -> None:
    number = service.plan_now(1, memory_mb=60, transaction=transaction)
    run = queries.run(number)
    assert (run.state, run.outcome) == (RunState.FAILED, Outcome.MEMORY)
    assert queries.plan_of(run.id) is None
    page = page_of(number, sign_in)
    assert 'data-outcome="memory"' in page
    assert "more than the 60 MB" in page
    assert "TILEPLAN_SOLVER_MEMORY_MB" in page
    assert "超过允许的 60 MB" in page_of(number, sign_in, "zh")


@on_sqlite
@pytest.mark.parametrize(
    ("outcome", "english", "chinese"),
    [
        (Outcome.INFEASIBLE, "contradict each other: a and b", "互相冲突：a and b"),
        (Outcome.INVALID, "cannot be planned as it is written: a and b", "无法排产：a and b"),
    ],
)
def test_a_clash_and_a_faulty_problem_are_told_with_what_to_do(
    tiny: Any, sign_in: Any, outcome: Outcome, english: str, chinese: str
) -> None:
    number = service.request(1, by=None).number
    ending = recording_of(outcome)
    recording.fail(queries.run(number), ending.outcome, ending.reason)
    session.commit()
    page = page_of(number, sign_in)
    assert english in page
    assert "What to do next" in page
    assert str(rules.advice(outcome)).split(",")[0] in page
    page = page_of(number, sign_in, "zh")
    assert chinese in page
    assert "下一步" in page


@on_sqlite
def test_what_clashes_is_told_in_the_readers_language(tiny: Any, sign_in: Any) -> None:
    number = service.request(1, by=None).number
    recording.fail(queries.run(number), Outcome.INFEASIBLE, clashing().reason)
    session.commit()
    assert "lot L1 pinned in Firing on K1 from" in page_of(number, sign_in)
    assert "批次 L1 的烧成锁定在 K1、" in page_of(number, sign_in, "zh")


def recording_of(outcome: Outcome) -> SolverFailed:
    """What the application makes of a scheduler that answered so."""
    ending = solver.Ending(
        code=2,
        status=outcome,
        messages=("a and b",),
        clashes=None,
        words=(),
        overdue=None,
        most_mb=0,
        memory_mb=1,
    )
    return solver.judge(ending, None, {})


@on_sqlite
def test_a_run_stopped_too_early_says_what_to_do(tiny: Any, sign_in: Any) -> None:
    number = service.request(60, by=None).number
    service.stop(number, by=factories.user("planner"))
    session.commit()
    run = queries.run(number)
    assert (run.state, run.outcome) == (RunState.CANCELLED, Outcome.STOPPED)
    assert jobs.job(run.job_id or 0).state is JobState.CANCELLED
    assert "Stopped before there was a plan" in page_of(number, sign_in)
    assert "在得到计划之前已停止" in page_of(number, sign_in, "zh")


def test_what_a_killed_search_left_under_the_data_folder_is_swept(tmp_path: Path) -> None:
    left, fresh = tmp_path / "solving" / "tileplan-old", tmp_path / "solving" / "tileplan-new"
    for folder in (left, fresh):
        folder.mkdir(parents=True)
        (folder / "problem.json").write_text("{}")
    long_ago = time.time() - 3 * 3600
    os.utime(left, (long_ago, long_ago))
    before = solver._place.folder
    solver.work_in(tmp_path)
    solver._place.folder = before
    assert [folder.name for folder in (tmp_path / "solving").iterdir()] == ["tileplan-new"]
