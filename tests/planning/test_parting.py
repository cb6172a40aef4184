"""Two plants in one run: each is solved by its own job, whoever ends last has their plans joined."""

import json
import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from scheduler.reading import read_problem
from scheduler.referee import faults
from tests import factories
from tests.conftest import Database, config_for
from tests.planning import children, plants
from tileplan.accounts.models import User
from tileplan.config import Config
from tileplan.kernel import clock, jobs
from tileplan.kernel.db import session, transaction
from tileplan.kernel.jobs import Job, JobState
from tileplan.planning import queries, service, tasks
from tileplan.planning.models import PlanVersion
from tileplan.planning.rules import Outcome, RunState
from tileplan.planning.rules.figures import summed

WORK = {
    "planning.solve": service.carry_out,
    "planning.part": service.solve_part,
    "planning.join": service.join,
}
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def config(database: Database, tmp_path: Path) -> Config:
    return config_for(database.url, tmp_path)


def asked(seconds: int = 1) -> str:
    """A run over both plants that has been taken apart but not solved."""
    plants.work_for_a_while(*plants.two())
    number = service.request(seconds, by=None).number
    session.commit()
    return number


def waiting() -> list[Job]:
    """The jobs that nobody has begun, as a worker finds them: in no transaction."""
    found = list(session.scalars(select(Job).where(Job.state == JobState.QUEUED).order_by(Job.id)))
    session.expunge_all()
    session.rollback()
    return found


def work(config: Config, most: int = 10) -> list[str]:
    """Do the waiting jobs one after another, as one worker does; returns their tasks."""
    done: list[str] = []
    while len(done) < most and (found := waiting()):
        tasks.carry_out(found[0].id, config, WORK[found[0].task])
        done.append(found[0].task)
    return done


def plan_is_sound(number: str) -> bool:
    run = queries.run(number)
    found = queries.plan_of(run.id)
    assert found is not None, run.reason
    text = session.scalar(select(PlanVersion.plan).where(PlanVersion.id == found.id))
    return faults(read_problem(run.problem or ""), json.loads(text or "")) == []


@on_sqlite  # tests/worker plans two plants on both databases
def test_two_plants_are_two_jobs_and_a_third_that_joins(database: Any, config: Config) -> None:
    number = asked()
    assert work(config, 1) == ["planning.solve"]
    assert told(number) == (2, 0, False)
    assert work(config, 1) == ["planning.part"]
    assert told(number) == (2, 1, False), "half a price would only mislead"
    assert work(config, 1) == ["planning.part"]
    assert told(number) == (2, 2, True)
    parts = queries.parts(queries.run(number).id, has_plans=True)
    assert [part.outcome for part in parts] == [Outcome.FOUND, Outcome.FOUND]
    both = service.progress_of(queries.run(number))
    for key in ("total", "dispatch_total", "late_orders"):
        assert both[key] == sum(part.progress[key] for part in parts)
    assert both["bound"]["cents"] == sum(part.progress["bound"]["cents"] for part in parts)

    assert work(config) == ["planning.join"]
    run = queries.run(number)
    assert (run.state, run.outcome) == (RunState.SOLVED, Outcome.FOUND)
    assert plan_is_sound(number)
    found = queries.plan_of(run.id)
    assert found is not None
    prices = [json.loads(part.plan or "")["price"]["total"] for part in parts]
    assert found.price["total"] == sum(prices) == run.progress["total"]
    assert {lot.kiln for lot in queries.lots(found)} == {"K1", "K2"}
    assert len(queries.lots(found)) == 24
    assert session.scalar(select(func.count()).select_from(PlanVersion)) == 1


@on_sqlite
def test_lots_of_a_joined_plan_are_explained_as_those_of_any_other(
    database: Any, config: Config
) -> None:
    number = asked()
    work(config)
    plan = queries.plan_of(queries.run(number).id)
    assert plan is not None
    lots = queries.lots(plan)
    for kiln in ("K1", "K2"):
        late = [lot for lot in lots if lot.kiln == kiln and lot.late_minutes]
        said = service.why(plan, max(late, key=lambda lot: lot.late_minutes))
        assert said.note is None or not said.helps
        assert any(kiln in sentence for group in said.told for sentence in group)


def told(number: str) -> tuple[int, int, bool]:
    """How many parts a run has, how many of them have ended, and whether it tells a price."""
    progress = service.progress_of(queries.run(number))
    return progress["groups"], progress["groups_ended"], "total" in progress


@on_sqlite
def test_one_plant_stays_one_job(database: Any, config: Config) -> None:
    tile = factories.tile()
    factories.plant(tile, kilns=2)
    factories.order(tile, pieces=4000)
    number = service.request(1, by=None).number
    session.commit()
    assert work(config) == ["planning.solve"]
    assert queries.run(number).state is RunState.SOLVED
    assert queries.parts(queries.run(number).id) == []


def test_prices_add_up_only_once_every_part_has_told_its_own() -> None:
    one = {"seconds": 2, "total": 5, "parts": {"idle": 5}, "dispatch_total": 9, "bound": None}
    other = {"seconds": 3, "total": 7, "parts": {"idle": 3, "makespan": 4}, "dispatch_total": 9}
    assert summed([one, other]) == {
        "seconds": 5,
        "total": 12,
        "dispatch_total": 18,
        "parts": {"idle": 8, "makespan": 4},
    }
    assert summed([one, {}]) == {"seconds": 2}


def test_a_part_that_fails_fails_the_run_with_its_words(
    database: Any, config: Config, sign_in: Callable[..., Any]
) -> None:
    number = asked()
    work(config, 1)
    first, second = waiting()
    starved = config_for(config.database_url, config.data_dir / "starved")
    object.__setattr__(starved, "solver_memory_mb", 60)
    tasks.carry_out(first.id, starved, service.solve_part)
    run = queries.run(number)
    assert (run.state, run.outcome) == (RunState.FAILED, Outcome.MEMORY)
    assert "60 MB" in str(run.reason)
    assert jobs.job(first.id).state is JobState.FAILED
    session.rollback()
    tasks.carry_out(second.id, config, service.solve_part)
    assert jobs.job(second.id).state is JobState.CANCELLED, "nobody wants the other part any more"
    assert waiting() == []
    page = sign_in("planner").get(f"/planning/runs/{number}").get_data(as_text=True)
    assert 'data-outcome="memory"' in page


def test_a_stop_ends_all_parts_and_keeps_a_plan_of_the_whole(database: Any, config: Config) -> None:
    number = asked(600)
    planner = factories.user("planner").id
    session.commit()
    work(config, 1)
    stopper = threading.Thread(target=_stop_once_it_tells, args=(number, planner))
    stopper.start()
    assert work(config) == ["planning.part", "planning.join"]
    stopper.join()
    run = queries.run(number)
    assert (run.state, run.outcome) == (RunState.CANCELLED, Outcome.STOPPED)
    assert plan_is_sound(number), "the part that nobody had begun has its first plan"
    assert {part.outcome for part in queries.parts(run.id)} == {Outcome.STOPPED}


def _stop_once_it_tells(number: str, planner_id: int) -> None:
    """Stop a run once the first of its parts has told a price, as somebody at the web would."""
    for _ in range(400):
        with transaction():
            rows = queries.progress_of_parts(queries.run(number).id)
            if any("total" in told for _, told in rows):
                service.stop(number, by=session.get_one(User, planner_id))
                return
        time.sleep(0.1)


@on_sqlite
def test_a_stop_before_any_part_is_begun_ends_without_a_plan(database: Any, config: Config) -> None:
    number = asked(600)
    work(config, 1)
    service.stop(number, by=factories.user("planner"))
    session.commit()
    assert work(config) == ["planning.join"]
    run = queries.run(number)
    assert (run.state, run.outcome) == (RunState.CANCELLED, Outcome.STOPPED)
    assert queries.plan_of(run.id) is None


@on_sqlite
def test_a_crash_in_one_part_keeps_the_best_plan_of_the_whole(
    database: Any, config: Config
) -> None:
    number = asked(6)
    work(config, 1)
    first, _ = waiting()
    killer = threading.Thread(target=_kill_once_it_tells, args=(number, threading.get_native_id()))
    killer.start()
    tasks.carry_out(first.id, config, service.solve_part)
    killer.join()
    assert work(config) == ["planning.part", "planning.join"]
    run = queries.run(number)
    assert (run.state, run.outcome) == (RunState.SOLVED, Outcome.CRASHED)
    assert "SIGSEGV" in str(run.reason)
    assert plan_is_sound(number)


def _kill_once_it_tells(number: str, thread: int) -> None:
    for _ in range(400):
        with transaction():
            rows = queries.progress_of_parts(queries.run(number).id)
        if any("total" in told for _, told in rows):
            children.hit(signal.SIGSEGV, thread)
            return
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("database", "task"),
    [("postgresql", "planning.part"), ("sqlite", "planning.join")],
    indirect=["database"],
)
def test_a_worker_that_died_too_often_over_a_part_or_the_join_fails_the_run(
    database: Any, config: Config, task: str
) -> None:
    number = asked()
    work(config, 1)
    if task == "planning.join":
        service.stop(number, by=factories.user("planner"))  # so that all parts have ended
        session.commit()
    job = waiting()[0]
    assert job.task == task
    session.execute(
        update(Job)
        .where(Job.id == job.id)
        .values(
            state=JobState.RUNNING,
            attempt=jobs.MOST_ATTEMPTS,
            lease_until=clock.now() - timedelta(seconds=1),
        )
    )
    for ended in jobs.reap():
        service.note_job_ended(ended)
    run = queries.run(number)
    assert (run.state, run.outcome) == (RunState.FAILED, Outcome.LOST)
    assert "died 3 times" in str(run.reason)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_two_parts_that_end_at_the_same_moment_are_joined_once(
    database: Any, config: Config
) -> None:
    number = asked()
    work(config, 1)
    both = [
        threading.Thread(target=tasks.carry_out, args=(job.id, config, service.solve_part))
        for job in waiting()
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert [job.task for job in waiting()] == ["planning.join"]
    work(config)
    assert queries.run(number).state is RunState.SOLVED
    assert session.scalar(select(func.count()).select_from(PlanVersion)) == 1
