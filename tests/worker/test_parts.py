"""Two plants in one run on a real worker that is killed in the middle: the next one loses nothing."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from scheduler.reading import read_problem
from scheduler.referee import faults
from tests.conftest import config_for
from tests.planning import plants
from tileplan.broker import make_bell
from tileplan.kernel import jobs
from tileplan.kernel.db import session, transaction
from tileplan.kernel.jobs import Job, JobState
from tileplan.planning import queries, service
from tileplan.planning.models import PlanVersion
from tileplan.planning.rules import RunState

ROOT = Path(__file__).parents[2]
PLANNING_SECONDS = 3


@pytest.fixture
def hire(database, tmp_path):
    """A function: start a worker with two processes; all of it is gone after the test."""
    config = config_for(database.url, tmp_path)
    hired = []

    def start():
        process = subprocess.Popen(
            [sys.executable, "-m", "tileplan", "worker", "--processes", "2"],
            cwd=tmp_path,
            start_new_session=True,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "TILEPLAN_DATA_DIR": str(tmp_path),
                "TILEPLAN_DATABASE_URL": config.database_url,
                "TILEPLAN_BROKER_URL": config.broker_url,
                "TILEPLAN_LEASE_SECONDS": str(config.lease_seconds),
            },
        )
        hired.append(process)
        return process

    make_bell(config)
    yield start
    jobs.set_bell(None)
    for process in hired:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(seconds: float, is_so: Callable[[], bool]) -> bool:
    """Wait, putting back meanwhile what dead workers held, as the clock's process does."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with transaction():
            assert jobs.reap() == []
        jobs.ring_after_commit()
        with transaction(writing=False):
            if is_so():
                return True
        time.sleep(0.1)
    return False


def parts_at_work() -> list[Job]:
    wanted = select(Job).where(Job.task == "planning.part", Job.state == JobState.RUNNING)
    return [job for job in session.scalars(wanted) if "total" in job.progress]


def test_the_parts_of_a_run_survive_their_worker_and_are_joined_once(database, hire):
    plants.work_for_a_while(*plants.two())
    number = service.request(PLANNING_SECONDS, by=None).number
    session.commit()
    jobs.ring_after_commit()
    worker = hire()
    assert wait_for(40, lambda: len(parts_at_work()) == 2), "both parts are solved at the same time"
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    hire()
    assert wait_for(60, lambda: queries.run(number).state is not RunState.SOLVING)
    run = queries.run(number)
    assert run.state is RunState.SOLVED, run.reason
    found = queries.plan_of(run.id)
    text = session.scalar(select(PlanVersion.plan).where(PlanVersion.id == found.id))
    assert faults(read_problem(run.problem), json.loads(text)) == []
    assert session.scalar(select(func.count()).select_from(PlanVersion)) == 1
    attempts = dict(
        session.execute(select(Job.task, func.max(Job.attempt)).group_by(Job.task)).all()
    )
    assert attempts == {"planning.solve": 1, "planning.part": 2, "planning.join": 1}
