"""Plans between changeovers and lateness: searched by a job, kept at the stated price, taken as a step."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests import factories
from tests.conftest import Database, config_for
from tests.planning import drafts
from tests.planning.test_editing import HOUR, Planner, fired
from tileplan.kernel import jobs
from tileplan.kernel.db import session, transaction
from tileplan.kernel.errors import Conflict, NotFound, Refused
from tileplan.planning import queries, service, tasks
from tileplan.planning.rules import RunState
from tileplan.planning.rules.editing import Put, RunKind, StepKind, Unlock
from tileplan.planning.rules.frontier import SEARCHES, dominated


@pytest.fixture
def copied(database: Database) -> Planner:
    """A planner with a copy of the plan in force."""
    standing = drafts.published()
    user = factories.user("planner")
    session.commit()
    with transaction():
        number = service.copy(standing.number, by=user).number
    return Planner(number)


def ask(planner: Planner, seconds: int = 1) -> Any:
    with transaction():
        run = service.explore(planner.number, planner.seen, seconds, by=planner.user)
        return SimpleNamespace(number=run.number, job_id=run.job_id)


def carried_out(planner: Planner, database: Database, tmp_path: Path, run: Any) -> Any:
    tasks.carry_out(run.job_id, config_for(database.url, tmp_path), service.trace)
    session.remove()
    planner.seen = queries.plan(planner.number).version
    return queries.run(run.number)


def test_what_is_beaten_in_both_ways_is_dominated() -> None:
    assert dominated([(1, 9), (2, 5), (3, 5), (2, 6), (4, 1)]) == [False, False, True, True, False]
    assert dominated([(1, 1), (1, 1)]) == [False, False]
    assert dominated([]) == []


def test_every_search_is_a_point_and_one_is_taken_and_undone(
    copied: Planner, database: Database, tmp_path: Path
) -> None:
    lot = copied.first()
    copied.does(Put((lot.code, "firing"), fired(lot).resource, fired(lot).start_at + 90 * HOUR))
    copied.does(Unlock(((lot.code, "firing"),)))
    before, price = drafts.rows(copied.number), queries.plan(copied.number).price
    run = asked = ask(copied)
    with pytest.raises(Conflict, match="improves this draft"), transaction():
        service.undo(copied.number, queries.plan(copied.number).version)
    run = carried_out(copied, database, tmp_path, run)
    assert (run.state, run.kind) == (RunState.SOLVED, RunKind.FRONTIER)
    points = queries.frontier_points(run)
    assert [one.position for one in points] == list(range(len(SEARCHES) + 1))
    assert points[0].price == price
    assert points[0].figures["moved"] > 0
    assert drafts.rows(copied.number) == before
    drafts.agree(copied.number)
    cheapest = min(points, key=lambda one: one.price["total"])
    assert cheapest.price["total"] < price["total"]
    position, total = cheapest.position, cheapest.price["total"]
    copied.goes(
        lambda number, seen: service.take(number, seen, asked.number, position, by=copied.user)
    )
    plan = queries.plan(copied.number)
    assert plan.price["total"] == total
    assert queries.steps(plan)[-1].kind is StepKind.TAKEN
    copied.goes(service.undo)
    assert drafts.rows(copied.number) == before


def test_a_picture_of_another_question_is_not_taken(
    copied: Planner, database: Database, tmp_path: Path
) -> None:
    asked = ask(copied)
    carried_out(copied, database, tmp_path, asked)
    assert not service.is_stale(
        queries.plan(copied.number), queries.frontier(queries.plan(copied.number))
    )
    with pytest.raises(NotFound), transaction():
        service.take(copied.number, copied.seen, asked.number, 99, by=copied.user)
    lot = copied.first()
    copied.does(Put((lot.code, "firing"), fired(lot).resource, fired(lot).start_at + 90 * HOUR))
    plan = queries.plan(copied.number)
    assert service.is_stale(plan, queries.frontier(plan))
    with pytest.raises(Conflict, match="was changed since"), transaction():
        service.take(copied.number, copied.seen, asked.number, 1, by=copied.user)


def test_a_stopped_search_keeps_what_there_is_and_frees_the_draft(
    copied: Planner, database: Database
) -> None:
    run = ask(copied)
    with transaction():
        service.stop(run.number, by=copied.user)
    assert queries.run(run.number).state is RunState.CANCELLED
    assert queries.replanning(queries.plan(copied.number)) is None
    session.remove()
    copied.seen = queries.plan(copied.number).version
    run = ask(copied)
    with transaction():
        lease = jobs.claim(run.job_id, lease_seconds=30)
        assert lease is not None
        jobs.cancel(run.job_id)
    service.trace(run.number, service.LeaseHold(lease), memory_mb=2048, transaction=transaction)
    session.remove()
    assert queries.run(run.number).state is not RunState.SOLVING
    assert queries.replanning(queries.plan(copied.number)) is None


def test_seconds_that_make_no_sense_are_refused(copied: Planner) -> None:
    with pytest.raises(Refused):
        ask(copied, 0)


@pytest.mark.parametrize("kind", [RunKind.STABLE, RunKind.FREE])
def test_a_draft_that_departs_from_the_plan_in_force_is_improved(
    copied: Planner, database: Database, tmp_path: Path, kind: RunKind
) -> None:
    lot = copied.first()
    copied.does(Put((lot.code, "firing"), fired(lot).resource, fired(lot).start_at + 90 * HOUR))
    price = queries.plan(copied.number).price
    assert price["stability"] > 0
    with transaction():
        run = service.improve(copied.number, copied.seen, kind, 1, by=copied.user)
    tasks.carry_out(run.job_id, config_for(database.url, tmp_path))
    session.remove()
    assert queries.run(run.number).state is RunState.SOLVED
    assert queries.plan(copied.number).price["total"] <= price["total"]
    drafts.agree(copied.number)
