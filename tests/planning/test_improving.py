"""Runs that improve a draft, with the real scheduler in a child process."""

from pathlib import Path

import pytest

from tests.conftest import Database, config_for
from tests.planning import drafts
from tests.planning.test_editing import HOUR, Planner, fired, other
from tileplan.kernel.db import transaction
from tileplan.kernel.errors import Conflict, Refused
from tileplan.planning import queries, service, tasks
from tileplan.planning.models import Run
from tileplan.planning.rules import Outcome, RunState
from tileplan.planning.rules.editing import Lock, Put, RunKind, StepKind, Unlock

SECONDS = 1


@pytest.fixture
def planner(database: Database) -> Planner:
    """A planner who has put the first lot far too late, and then let go of it."""
    made = Planner(drafts.small().number)
    lot = made.first()
    code, kiln, at = lot.code, fired(lot).resource, fired(lot).start_at
    made.does(Put((code, "firing"), kiln, at + 200 * HOUR))
    made.goes(service.undo)
    made.does(Put((code, "firing"), other(kiln), at + 200 * HOUR))
    return made


def asked(planner: Planner, kind: RunKind) -> Run:
    with transaction():
        run = service.improve(planner.number, planner.seen, kind, SECONDS, by=planner.user)
        planner.seen = queries.plan(planner.number).version
        return run


def ended(planner: Planner, number: str) -> Run:
    with transaction(writing=False):
        planner.seen = queries.plan(planner.number).version
        return queries.run(number)


@pytest.mark.parametrize("kind", [RunKind.FREE, RunKind.STABLE])
def test_a_run_finds_a_cheaper_plan_as_one_more_step(
    planner: Planner, database: Database, tmp_path: Path, kind: RunKind
) -> None:
    lot = max(planner.lots(), key=lambda lot: fired(lot).start_at)
    planner.does(Unlock(((lot.code, "firing"),)))
    before = drafts.plan_now(planner.number).price["total"]
    run = asked(planner, kind)
    tasks.carry_out(run.job_id or 0, config_for(database.url, tmp_path))
    found = ended(planner, run.number)
    assert (found.state, found.outcome) == (RunState.SOLVED, Outcome.FOUND)
    assert drafts.plan_now(planner.number).price["total"] < before
    drafts.agree(planner.number)
    with transaction(writing=False):
        steps = queries.steps(queries.plan(planner.number))
    assert steps[-1].kind is StepKind(kind.value)
    planner.goes(service.undo)
    assert drafts.plan_now(planner.number).price["total"] == before


def test_pins_stand_while_the_scheduler_improves_the_rest(
    planner: Planner, database: Database, tmp_path: Path
) -> None:
    pinned = max(planner.lots(), key=lambda lot: fired(lot).start_at)
    stood = fired(pinned).start_at
    run = asked(planner, RunKind.FREE)
    tasks.carry_out(run.job_id or 0, config_for(database.url, tmp_path))
    assert ended(planner, run.number).state is RunState.SOLVED
    assert fired(drafts.lot(planner.number, pinned.code)).start_at == stood
    drafts.agree(planner.number)


def test_nobody_edits_while_a_run_improves_and_a_stopped_one_lets_go(planner: Planner) -> None:
    run, bar = asked(planner, RunKind.FREE), (planner.first().code, "firing")
    with pytest.raises(Conflict, match=run.number):
        planner.does(Lock((bar,)))
    with pytest.raises(Conflict, match=run.number):
        asked(planner, RunKind.STABLE)
    with transaction():
        service.stop(run.number, by=planner.user)
    planner.seen = drafts.plan_now(planner.number).version
    planner.does(Lock((bar,)))


def test_a_run_that_finds_nothing_better_adds_no_step(
    planner: Planner, database: Database, tmp_path: Path
) -> None:
    for _ in range(2):
        run = asked(planner, RunKind.FREE)
        tasks.carry_out(run.job_id or 0, config_for(database.url, tmp_path))
        ended(planner, run.number)
    count = drafts.plan_now(planner.number).step
    run = asked(planner, RunKind.FREE)
    tasks.carry_out(run.job_id or 0, config_for(database.url, tmp_path))
    found = ended(planner, run.number)
    if not found.progress["is_better"]:
        assert drafts.plan_now(planner.number).step == count
    drafts.agree(planner.number)


def test_seconds_that_make_no_sense_are_refused(planner: Planner) -> None:
    with pytest.raises(Refused), transaction():
        service.improve(planner.number, planner.seen, RunKind.FREE, 0, by=planner.user)


def test_a_worker_that_lost_its_job_writes_nothing(
    planner: Planner, database: Database, tmp_path: Path
) -> None:
    run = asked(planner, RunKind.FREE)
    config = config_for(database.url, tmp_path)
    tasks.carry_out(run.job_id or 0, config)
    step = drafts.plan_now(planner.number).step
    tasks.carry_out(run.job_id or 0, config)  # the message comes twice
    assert drafts.plan_now(planner.number).step == step
