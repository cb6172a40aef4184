"""A run from its request to a draft of a plan, with the real scheduler in a child process."""

import json
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from scheduler.reading import read_problem
from scheduler.referee import faults
from tests import factories
from tests.conftest import Database, config_for
from tests.planning.answers import plan
from tileplan.accounts.models import User
from tileplan.catalog.rules import SupplyPolicy
from tileplan.kernel import clock, jobs
from tileplan.kernel.db import session, transaction
from tileplan.kernel.errors import Conflict, Refused
from tileplan.kernel.jobs import Job, JobState
from tileplan.materials.models import RecipeLine
from tileplan.orders.models import OrderItem
from tileplan.orders.rules import Homogeneity
from tileplan.planning import queries, service, tasks
from tileplan.planning.models import PlanVersion, Run
from tileplan.planning.rules import Outcome, PlanState, RunState
from tileplan.planning.service import running
from tileplan.stock.models import Reservation

SENTINEL_PRICE = Decimal("86753.09")


@pytest.fixture
def tiny(database: Database) -> Any:
    """A tiny plant that makes one tile."""
    tile = factories.tile()
    factories.plant(tile)
    session.commit()
    return tile


def work_for_a_while(tile: Any) -> None:
    """So many late lots that no scheduler proves in a moment that its plan is the best."""
    for number in range(12):
        factories.order(
            tile,
            pieces=20_000 + 400 * number,
            priority=1 + number % 4,
            due_on=clock.today() + timedelta(days=8 * (number % 5)),
        )


def items() -> list[OrderItem]:
    return list(session.scalars(select(OrderItem).order_by(OrderItem.id)))


def test_an_order_becomes_a_lot_with_operations_in_flow_order(tiny: Any) -> None:
    factories.order(tiny, pieces=4000)
    _, found = plan()
    (lot,) = queries.lots(found)
    assert lot.good_pieces == 4000
    assert lot.kiln_area == Decimal("1500.00")
    assert lot.kiln == "K1"
    assert [(row.stage, row.resource) for row in lot.operations] == [
        ("firing", "K1"),
        ("sorting", "SP1"),
    ]
    fired, sorted_ = lot.operations
    assert fired.end_at - fired.start_at == timedelta(minutes=150)
    assert sorted_.end_at >= fired.end_at + timedelta(minutes=45)
    assert fired.forming_lines == "FG1, FG2"
    assert fired.forming_start_at == fired.start_at - timedelta(minutes=60)
    assert fired.forming_start_at >= found.epoch_at
    assert found.state is PlanState.DRAFT


def test_the_stored_plan_passes_the_referee_and_can_be_replayed(tiny: Any) -> None:
    for _ in range(4):
        factories.order(tiny, pieces=2000)
    run, found = plan()
    problem = read_problem(run.problem or "")
    text = session.scalar(select(PlanVersion.plan).where(PlanVersion.id == found.id))
    assert faults(problem, json.loads(text or "")) == []
    assert problem.content_hash() == run.problem_hash


def test_no_price_of_an_order_is_in_the_problem(tiny: Any) -> None:
    tiny.list_price = SENTINEL_PRICE
    factories.order(tiny, pieces=4000, price=SENTINEL_PRICE)
    run, _ = plan()
    assert not re.search(r"86753|8675309", run.problem or "")
    assert "8675" not in json.dumps([run.lots, run.served, run.refused])


def test_stock_is_reserved_before_anything_is_made(tiny: Any) -> None:
    factories.order(tiny, pieces=400)
    factories.order(tiny, pieces=1000)
    lot = factories.lot(tiny, pieces=1100)
    run, found = plan()
    (kept,) = session.scalars(select(Reservation))
    assert (kept.lot_id, kept.pieces) == (lot.id, 1000)
    assert [planned.good_pieces for planned in queries.lots(found)] == [400]
    assert queries.accounting(run)["totals"]["from_stock"]["pieces"] == 1000


def test_a_phase_is_served_whole_from_one_lot_or_made_whole(tiny: Any) -> None:
    contract = factories.contract(of=tiny)
    session.refresh(contract, ["phases"])
    factories.order(tiny, pieces=300, items=2, contract_id=contract.id)
    for item in items():
        item.homogeneity, item.phase_id = Homogeneity.ONE_LOT_PER_PHASE, contract.phases[0].id
    factories.lot(tiny, pieces=400)
    factories.lot(tiny, pieces=400)
    _, found = plan()
    assert session.scalar(select(func.count()).select_from(Reservation)) == 0
    (lot,) = queries.lots(found)
    assert [peg.pieces for peg in lot.pegs] == [300, 300]


def test_planning_twice_yields_nothing_new(tiny: Any) -> None:
    tiny.supply_policy, tiny.safety_stock_area = SupplyPolicy.TO_STOCK, Decimal(500)
    for pieces in (400, 900, 4000):
        factories.order(tiny, pieces=pieces)
    factories.lot(tiny, pieces=900)

    def seen(found: PlanVersion) -> list[Any]:
        return [
            (lot.code, lot.good_pieces, [(peg.item_ref, peg.pieces) for peg in lot.pegs])
            for lot in queries.lots(found)
        ]

    _, first = plan()
    before = seen(first)
    session.commit()
    with transaction():
        service.publish(first.number, by=None, reason="The first plan")
    _, second = plan()
    assert seen(second) == before
    assert session.scalar(select(func.count()).select_from(Reservation)) == 1


def test_every_piece_is_accounted_for(tiny: Any) -> None:
    bare = factories.tile()
    for pieces in (401, 902, 4003):
        factories.order(tiny, pieces=pieces, items=2)
    factories.order(bare, pieces=77)
    factories.lot(tiny, pieces=1000)
    run, _ = plan()
    told = queries.accounting(run)
    assert told["is_exact"]
    assert len(told["lines"]) == 7
    for line in told["lines"]:
        assert line["from_stock"] + line["planned"] + line["refused"] == line["pieces"]
        assert bool(line["lot"]) == bool(line["ready_on"]) == bool(line["planned"])
    totals = told["totals"]
    parts = ("from_stock", "planned", "refused")
    assert sum(totals[part]["pieces"] for part in parts) == totals["ordered"]["pieces"]
    assert sum(Decimal(totals[part]["area"]) for part in parts) == Decimal(
        totals["ordered"]["area"]
    )


def test_an_item_that_nobody_can_make_is_refused_with_the_reason(tiny: Any) -> None:
    factories.order(tiny, pieces=400)
    without_recipe = factories.order(tiny, pieces=44).number
    bare = factories.tile("P66-BARE-M")
    factories.order(bare, pieces=400)
    session.execute(delete(RecipeLine))
    run, found = plan()
    reasons = {line["tile"]: line["reason"] for line in queries.accounting(run)["lines"]}
    assert "no recipe" in reasons[tiny.code]
    assert reasons["P66-BARE-M"] == "No kiln has a rate for P66-BARE-M. Add it to the routes."
    assert without_recipe in {row["ref"].partition("/")[0] for row in run.refused}
    assert queries.lots(found) == []


def test_late_work_says_by_how_much(tiny: Any) -> None:
    factories.order(tiny, pieces=400, due_on=clock.today() - timedelta(days=2))
    _, found = plan()
    (lot,) = queries.lots(found)
    ready_at = lot.operations[-1].end_at
    assert lot.late_minutes == (ready_at - lot.pegs[0].due_at) // timedelta(minutes=1)
    assert found.figures["late_items"] == 1
    assert found.figures["late_area"] == "144.00"


def test_late_order_lines_are_counted_alike_while_a_run_solves_and_after(tiny: Any) -> None:
    factories.order(tiny, items=2, pieces=43, due_on=clock.today() - timedelta(days=2))
    run, found = plan()
    assert any(not peg.item_id for lot in queries.lots(found) for peg in lot.pegs), "surplus"
    assert run.progress["late_orders"] == found.figures["late_items"] == 2


def test_a_worker_carries_a_requested_run_out_once(
    tiny: Any, database: Database, tmp_path: Path
) -> None:
    factories.order(tiny, pieces=400)
    asked = service.request(1, by=factories.user("planner"))
    session.commit()
    config = config_for(database.url, tmp_path)
    tasks.carry_out(asked.job_id or 0, config)
    tasks.carry_out(asked.job_id or 0, config)
    run = queries.run(asked.number)
    assert run.state is RunState.SOLVED
    assert jobs.job(run.job_id or 0).state is JobState.DONE
    assert session.scalar(select(func.count()).select_from(PlanVersion)) == 1
    assert run.progress["total"] <= run.progress["dispatch_total"]


def test_stop_keeps_the_best_plan_so_far_as_a_draft(
    tiny: Any, database: Database, tmp_path: Path
) -> None:
    work_for_a_while(tiny)
    planner = factories.user("planner")
    asked = service.request(600, by=planner)
    session.commit()
    job_id = asked.job_id or 0
    stopper = threading.Thread(target=_stop_later, args=(asked.number, planner.id))
    stopper.start()
    tasks.carry_out(job_id, config_for(database.url, tmp_path))
    stopper.join()
    run = queries.run(asked.number)
    assert run.state is RunState.CANCELLED
    assert jobs.job(job_id).state is JobState.CANCELLED
    found = queries.plan_of(run.id)
    assert found is not None
    assert found.state is PlanState.DRAFT
    assert len(queries.lots(found)) > 1


def _stop_later(number: str, planner_id: int) -> None:
    """Stop a run once it has told a price, as somebody at the web would."""
    for _ in range(400):
        with transaction():
            known = session.scalar(select(func.count()).where(Run.number == number))
            if known and service.progress_of(queries.run(number)).get("total"):
                service.stop(number, by=session.get_one(User, planner_id))
                return
        time.sleep(0.1)


def test_a_run_stopped_before_it_has_a_plan_ends_without_one(
    tiny: Any, database: Database, tmp_path: Path
) -> None:
    work_for_a_while(tiny)
    planner = factories.user("planner")
    asked = service.request(600, by=planner)
    session.commit()
    job_id = asked.job_id or 0
    with transaction():
        lease = jobs.claim(job_id, lease_seconds=30)
        service.stop(asked.number, by=planner)
    assert lease is not None
    service.carry_out(
        asked.number, service.LeaseHold(lease), memory_mb=2048, transaction=transaction
    )
    run = queries.run(asked.number)
    assert run.state is RunState.CANCELLED
    assert jobs.job(job_id).state is JobState.CANCELLED
    assert queries.plan_of(run.id) is None


def test_a_run_that_nobody_has_begun_stops_at_once(tiny: Any) -> None:
    asked = service.request(60, by=None)
    planner = factories.user("planner")
    assert service.stop(asked.number, by=planner).state is RunState.CANCELLED
    with pytest.raises(Conflict):
        service.stop(asked.number, by=planner)


def test_a_command_lines_run_is_stopped_from_elsewhere_and_keeps_its_best_plan(tiny: Any) -> None:
    work_for_a_while(tiny)
    planner = factories.user("planner")
    session.commit()
    stopper = threading.Thread(target=_stop_later, args=("RUN-00001", planner.id))
    stopper.start()
    number = service.plan_now(600, memory_mb=2048, transaction=transaction)
    stopper.join()
    run = queries.run(number)
    assert run.state is RunState.CANCELLED
    assert queries.plan_of(run.id) is not None


def own_run(silent_since: timedelta) -> Run:
    """A run of a command line that has been silent for so long."""
    asked = running._open(60, clock.now(), None)
    with clock.stopped_at(clock.now() - silent_since):
        asked.job_id = jobs.take(running.OWN_TASK, asked.number, lease_seconds=30).job_id
    session.flush()
    return asked


def test_a_run_whose_command_line_was_killed_is_ended_by_the_reaper(tiny: Any) -> None:
    asked, alive = own_run(timedelta(minutes=1)), own_run(timedelta(0))
    for ended in jobs.reap():
        service.note_job_ended(ended)
    assert queries.run(asked.number).outcome is Outcome.LOST
    assert "perhaps it was killed" in str(queries.run(asked.number).reason)
    assert queries.run(alive.number).state is RunState.QUEUED


def test_a_run_whose_command_line_was_killed_stops_at_once(tiny: Any) -> None:
    asked = own_run(timedelta(minutes=1))
    stopped = service.stop(asked.number, by=factories.user("planner"))
    assert stopped.state is RunState.CANCELLED


def test_a_run_that_no_job_carries_out_stops_at_once(tiny: Any) -> None:
    asked = running._open(60, clock.now(), None)
    stopped = service.stop(asked.number, by=factories.user("planner"))
    assert stopped.state is RunState.CANCELLED


def test_too_few_or_too_many_seconds_are_refused(tiny: Any) -> None:
    for seconds in (0, 1801):
        with pytest.raises(Refused) as refusal:
            service.request(seconds, by=None)
        assert refusal.value.field == "seconds"


def test_a_worker_that_lost_its_lease_writes_nothing(
    tiny: Any, database: Database, tmp_path: Path
) -> None:
    factories.order(tiny, pieces=400)
    asked = service.request(2, by=None)
    session.commit()
    job_id = asked.job_id or 0
    with transaction():
        lease = jobs.claim(job_id, lease_seconds=30)
    assert lease is not None
    lost = service.LeaseHold(replace(lease, claim="another worker has it"))
    service.carry_out(asked.number, lost, memory_mb=2048, transaction=transaction)
    assert queries.run(asked.number).state is RunState.QUEUED
    assert session.scalar(select(func.count()).select_from(PlanVersion)) == 0


def test_a_run_whose_worker_died_too_often_fails_and_says_so(tiny: Any) -> None:
    asked = service.request(60, by=None)
    session.execute(
        update(Job)
        .where(Job.id == asked.job_id)
        .values(
            state=JobState.RUNNING,
            attempt=jobs.MOST_ATTEMPTS,
            lease_until=clock.now() - timedelta(seconds=1),
        )
    )
    for ended in jobs.reap():
        service.note_job_ended(ended)
    run = queries.run(asked.number)
    assert run.state is RunState.FAILED
    assert run.outcome is Outcome.LOST
    assert "died 3 times" in str(run.reason)


def test_a_worker_killed_in_the_middle_is_followed_by_another_and_the_run_ends_once(
    tiny: Any, database: Database, tmp_path: Path
) -> None:
    work_for_a_while(tiny)
    factories.order(tiny, pieces=400)
    factories.lot(tiny, pieces=400)
    asked = service.request(4, by=None)
    session.commit()
    worker = subprocess.Popen([sys.executable, "-c", WORKER, database.url, str(asked.job_id)])
    child = _child_of(worker.pid)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    _wait_until_gone(child)
    assert session.scalar(select(func.count()).select_from(Reservation)) == 1
    session.rollback()
    job_id = asked.job_id or 0
    config = config_for(database.url, tmp_path)
    tasks.carry_out(job_id, config)
    assert queries.run(asked.number).state is RunState.SOLVING, "the lease still holds"
    session.rollback()
    time.sleep(config.lease_seconds)
    with transaction():
        assert jobs.reap() == []
    tasks.carry_out(job_id, config)
    run = queries.run(asked.number)
    assert run.state is RunState.SOLVED
    assert jobs.job(job_id).attempt == 2
    assert session.scalar(select(func.count()).select_from(PlanVersion)) == 1
    assert session.scalar(select(func.count()).select_from(Reservation)) == 1
    assert queries.accounting(run)["is_exact"]


WORKER = """
import sys
from pathlib import Path
from tests.conftest import config_for
from tileplan.kernel import db
from tileplan.planning import tasks
db.bind(db.make_engine(sys.argv[1]))
tasks.carry_out(int(sys.argv[2]), config_for(sys.argv[1], Path("/tmp")))
"""


def _child_of(pid: int) -> int:
    """The scheduler that a worker has started, once it has."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    for _ in range(300):
        found = children.read_text().split()
        if found:
            time.sleep(1.5)  # let it search, so that the kill lands in the middle
            return int(found[0])
        time.sleep(0.1)
    raise AssertionError("the worker started no scheduler")


def _wait_until_gone(pid: int) -> None:
    for _ in range(50):
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.1)
    raise AssertionError("the scheduler outlived its worker")
