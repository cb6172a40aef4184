"""A machine runs one work order at a time, whoever taps first."""

import threading

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from tests import factories
from tests.production import plans
from tileplan.kernel.db import session, transaction
from tileplan.kernel.errors import Conflict, Problem, Refused
from tileplan.production import service
from tileplan.production.models import WorkOrder
from tileplan.production.rules import WorkState


@pytest.fixture
def crew(database):
    return factories.user("supervisor", regions="K1;K2")


@pytest.fixture
def two(crew):
    """The numbers of two firings on the same kiln."""
    tile = factories.tile()
    factories.plant(tile, kilns=2)
    plan = plans.plan()
    plans.lot(plan, tile, "L1-001")
    plans.lot(plan, tile, "L1-002", start=12)
    service.publish(plan.number, by=factories.user("planner"), reason="the week")
    session.commit()
    return [one.number for one in plans.work() if one.stage == "firing"]


def running() -> list[str]:
    return [one.number for one in plans.work() if one.state is WorkState.RUNNING]


def test_a_kiln_that_runs_starts_and_resumes_nothing_else(two, crew):
    first, second = two
    service.act(first, "start", by=crew)
    with pytest.raises(Refused, match=f"^K1 is running {first}. Pause or finish it first.$"):
        service.act(second, "start", by=crew)
    service.act(first, "pause", by=crew, reason="K02")
    service.act(second, "start", by=crew)
    with pytest.raises(Refused, match=f"K1 is running {second}"):
        service.act(first, "resume", by=crew)
    service.act(second, "pause", by=crew, reason="K02")
    assert service.act(first, "resume", by=crew).state == "running"


def test_of_two_crews_that_start_at_once_the_second_is_refused(two, crew):
    caught: list[Problem] = []

    def start_second() -> None:
        try:
            with transaction():
                service.act(two[1], "start", by=crew)
        except (Refused, Conflict) as refusal:
            caught.append(refusal)

    service.act(two[0], "start", by=crew)  # not committed: nobody else sees it yet
    other = threading.Thread(target=start_second)
    other.start()
    other.join(0.5)
    assert other.is_alive(), "it waits for what it cannot see"
    session.commit()
    other.join(20)
    assert len(caught) == 1
    assert "K1" in caught[0].message
    assert running() == [two[0]]


def test_the_database_refuses_what_no_check_has_seen(two):
    with pytest.raises(IntegrityError):
        _run_both(two)
    session.rollback()
    assert running() == []


def test_without_check_and_index_both_would_run(two):
    session.execute(text("DROP INDEX uq_work_order_running"))
    _run_both(two)
    session.commit()
    assert running() == two


def _run_both(numbers: list[str]) -> None:
    for number in numbers:
        session.execute(
            update(WorkOrder).where(WorkOrder.number == number).values(state=WorkState.RUNNING)
        )
