"""Each invariant is broken on purpose, past every guard, and found by name."""

import sqlite3
from datetime import timedelta

import pytest
from sqlalchemy import text

from tests import factories
from tileplan.kernel import clock, documents, jobs, numbering
from tileplan.kernel.db import session
from tileplan.operations import queries
from tileplan.operations.rules import INVARIANTS
from tileplan.orders.rules import ORDER
from tileplan.planning.models import Peg, PlannedLot, PlannedOperation, PlanVersion, Run
from tileplan.planning.rules import PlanState, RunState
from tileplan.production.models import WorkOrder, WorkReport
from tileplan.production.rules import WorkState
from tileplan.stock.models import Movement, Reservation


def keep(row):
    session.add(row)
    session.flush()
    return row


def found():
    """The numbers of the invariants that do not hold, with their rows."""
    session.flush()
    return {result.invariant.id: result.rows for result in queries.check()}


def sql(statement, **values):
    session.flush()
    session.execute(text(statement), values)


class Shop:
    """A confirmed order, stock that serves one item, and a published plan that serves the other."""

    def __init__(self):
        self.tile = factories.tile()
        factories.plant(self.tile)
        self.order = factories.order(self.tile, items=2, pieces=400)
        self.lot = factories.lot(self.tile, 1000)
        self.item, self.other = (
            session.execute(text("SELECT id FROM order_item ORDER BY position")).scalars().all()
        )
        self.ref, self.other_ref = f"{self.order.number}/1", f"{self.order.number}/2"
        self.reservation = keep(
            Reservation(lot_id=self.lot.id, item_ref=self.ref, pieces=400, at=clock.now())
        )
        self.lot.reserved = 400
        self.run = keep(self.new_run("RUN-00001", RunState.SOLVED))
        self.plan = keep(self.new_plan("PL-00001", self.run, PlanState.PUBLISHED))
        self.planned = self.new_lot("L1")
        keep(
            Peg(
                lot_id=self.planned.id,
                item_id=self.other,
                item_ref=self.other_ref,
                pieces=400,
                due_at=clock.now(),
            )
        )
        self.firing = self.new_operation("firing", "K1", 0, 4)
        self.sorting = self.new_operation("sorting", "SP1", 2, 6)
        self.fire, self.sort = self.new_work(self.firing), self.new_work(self.sorting)

    def new_run(self, number, state):
        return Run(
            number=number,
            state=state,
            seconds=5,
            epoch_at=clock.now(),
            asked_by="planner",
            asked_at=clock.now(),
        )

    def new_plan(self, number, run, state):
        return PlanVersion(
            number=number,
            run_id=run.id,
            state=state,
            epoch_at=clock.now(),
            plan="{}",
            price={},
            figures={},
            made_at=clock.now(),
            published_at=clock.now(),
        )

    def new_lot(self, code, pieces=400):
        return keep(
            PlannedLot(
                plan_id=self.plan.id,
                code=code,
                tile_id=self.tile.id,
                kiln="K1",
                good_pieces=pieces,
                kiln_area=160,
            )
        )

    def new_operation(self, stage, resource, start, end, lot=None):
        begin = clock.now() + timedelta(days=1)
        return keep(
            PlannedOperation(
                plan_id=self.plan.id,
                lot_id=(lot or self.planned).id,
                stage=stage,
                resource=resource,
                start_at=begin + timedelta(hours=start),
                end_at=begin + timedelta(hours=end),
            )
        )

    def new_work(self, operation, **values):
        return keep(
            WorkOrder(
                number=numbering.draw("WO"),
                operation_id=operation.id,
                lot_code="L1",
                tile_id=self.tile.id,
                line="K1",
                stage=operation.stage,
                resource=operation.resource,
                planned_area=160,
                good_pieces=400,
                start_at=operation.start_at,
                end_at=operation.end_at,
                **values,
            )
        )


@pytest.fixture
def shop(database):
    made = Shop()
    assert found() == {}
    return made


def test_an_empty_database_holds(database):
    assert found() == {}
    assert len(queries.results()) == len(INVARIANTS) + 1 >= 10


def test_stock_that_no_movement_brought_is_found(shop):
    shop.lot.on_hand += 1
    assert found()["I-1"] == (f"lot {shop.lot.id}: on hand 1001, movements 1000",)


def test_a_reservation_that_the_lot_does_not_know_of_is_found(shop):
    shop.lot.reserved -= 1
    assert set(found()) == {"I-2"}


def test_an_item_filled_from_two_lots_is_found(shop):
    keep(
        Peg(
            lot_id=shop.planned.id,
            item_id=shop.item,
            item_ref=shop.ref,
            pieces=1,
            due_at=clock.now(),
        )
    )
    assert found()["I-3"] == (f"{shop.ref}: filled from 2 lots",)


def test_sorted_tile_that_never_reached_the_stock_is_found(shop):
    keep(WorkReport(work_order_id=shop.sort.id, grade="A", pieces=390, at=clock.now(), by_name="x"))
    assert found()["I-4"] == (f"{shop.sort.number}/A: sorted 390, received 0",)


def test_sorted_tile_that_was_received_as_sorted_holds(shop):
    keep(WorkReport(work_order_id=shop.sort.id, grade="A", pieces=390, at=clock.now(), by_name="x"))
    keep(
        Movement(
            lot_id=shop.lot.id,
            pieces=390,
            kind="production",
            reference=f"{shop.sort.number}/A",
            at=clock.now(),
            by_name="x",
        )
    )
    shop.lot.on_hand += 390
    assert found() == {}


def test_an_item_promised_more_than_was_ordered_is_found(shop):
    sql("UPDATE order_item SET pieces = 399 WHERE id = :id", id=shop.other)
    assert found()["I-5"] == (f"{shop.other_ref}: ordered 399, reserved and planned 400",)


def test_stock_kept_for_a_cancelled_order_is_found(shop):
    sql("""UPDATE "order" SET state = 'cancelled'""")
    assert found()["I-5"] == (
        f"reservation {shop.reservation.id} for {shop.ref}: no confirmed order item",
    )


def test_an_item_that_is_served_and_planned_for_a_part_only_is_found(shop):
    sql("UPDATE order_item SET pieces = 401 WHERE id = :id", id=shop.item)
    sql("UPDATE order_item SET pieces = 500 WHERE id = :id", id=shop.other)
    rest = "reserved and planned, so the rest waits nowhere"
    assert sorted(found()["I-6"]) == [
        f"{shop.ref}: ordered 401, but only 400 {rest}",
        f"{shop.other_ref}: ordered 500, but only 400 {rest}",
    ]


def test_an_item_told_as_made_for_which_nothing_is_kept_is_found(shop):
    sql("UPDATE order_item SET finished_at = :at WHERE id = :id", id=shop.other, at="2026-11-25")
    assert found()["I-6"] == (f"{shop.other_ref}: told as made, but nothing is kept for it",)


def test_a_second_published_plan_is_found(shop):
    sql("DROP INDEX uq_plan_version_published")
    keep(
        shop.new_plan(
            "PL-00002", keep(shop.new_run("RUN-00002", RunState.SOLVED)), PlanState.PUBLISHED
        )
    )
    assert len(found()["I-8"]) == 2


def test_a_lot_without_operations_and_one_pegged_beyond_its_yield_are_found(shop):
    bare = shop.new_lot("L2")
    shop.planned.good_pieces = 399
    assert found()["I-8"] == (
        f"lot {bare.id} of plan PL-00001: without operations",
        f"lot {shop.planned.id}: yields 399, pegged 400",
    )


def test_two_operations_on_one_kiln_at_the_same_time_are_found(shop):
    second = shop.new_operation("firing", "K1", 3, 5, lot=shop.new_lot("L2"))
    shop.new_work(second)
    assert found()["I-9"] == (f"K1: operations {shop.firing.id} and {second.id} overlap",)


def test_operations_that_touch_do_not_overlap(shop):
    shop.new_work(shop.new_operation("firing", "K1", 4, 5, lot=shop.new_lot("L2")))
    assert found() == {}


def test_a_published_operation_without_a_work_order_is_found(shop):
    shop.sort.state = WorkState.WITHDRAWN
    assert found()["I-10"] == (f"operation {shop.sorting.id} (L1, sorting): no work order",)


def test_work_of_an_old_plan_that_waits_to_start_is_found(shop):
    shop.plan.state = PlanState.SUPERSEDED
    assert len(found()["I-10"]) == 2


def test_a_lot_sorted_before_it_is_fired_is_found(shop):
    shop.sorting.start_at = shop.firing.start_at - timedelta(hours=1)
    assert found()["I-11"] == (f"lot {shop.planned.id}: sorting is planned before firing",)


def test_sorting_that_began_before_the_rest_of_its_paused_firing_holds(shop):
    shop.sorting.started_at = shop.sorting.start_at = shop.firing.start_at - timedelta(hours=1)
    assert found() == {}


def test_work_done_before_the_stage_before_it_is_found(shop):
    shop.sort.state, shop.sort.started_at = WorkState.RUNNING, clock.now()
    assert found()["I-11"] == ("lot L1: sorting was started before firing",)


def test_a_state_that_nobody_journalled_is_found(shop):
    draft = factories.order(shop.tile, state="draft")
    documents.advance(draft, ORDER, "submit", by=None)
    assert found() == {}
    sql("""UPDATE "order" SET state = 'confirmed' WHERE number = :number""", number=draft.number)
    assert found()["I-13"] == (f"order {draft.number}: is confirmed, its journal says submitted",)


def test_a_step_that_no_workflow_has_is_found(shop):
    draft = factories.order(shop.tile, state="draft")
    documents.note("order", draft.number, "approve", by=None, states=("draft", "confirmed"))
    sql("""UPDATE "order" SET state = 'confirmed' WHERE number = :number""", number=draft.number)
    assert found()["I-13"] == (
        f"order {draft.number}: approve from draft to confirmed is no step of its life",
    )


def test_a_hole_in_a_documents_story_is_found(shop):
    draft = factories.order(shop.tile, state="draft")
    documents.advance(draft, ORDER, "submit", by=None)
    documents.note("order", draft.number, "return", by=None, states=("approved", "draft"))
    sql("""UPDATE "order" SET state = 'draft' WHERE number = :number""", number=draft.number)
    assert found()["I-13"] == (f"order {draft.number}: was submitted, then left approved",)


def test_a_number_beyond_the_last_one_drawn_is_found(shop):
    number = numbering.draw("SO")
    last = f"SO-{int(number[3:]) + 900:05d}"
    sql("""UPDATE "order" SET number = :last""", last=last)
    sql("UPDATE reservation SET item_ref = :ref", ref=f"{last}/1")
    sql("UPDATE peg SET item_ref = :ref", ref=f"{last}/2")
    assert found()["I-14"] == (f"number {last}: above the last drawn, {number}",)


def test_one_number_on_two_documents_is_found(shop):
    sql("UPDATE plan_version SET number = 'RUN-00001'")
    assert found()["I-14"][0] == "number RUN-00001: 2 documents"


def test_a_job_whose_worker_is_long_silent_is_found(shop):
    job = jobs.enqueue("planning.solve", "RUN-00001")
    jobs.claim(job.id, lease_seconds=30)
    assert found() == {}
    with clock.stopped_at(clock.now() + timedelta(minutes=5)):
        assert found()["I-20"] == (f"job {job.id}: its worker has been silent for minutes",)


def test_a_run_that_waits_for_a_job_that_has_ended_is_found(shop):
    job = jobs.enqueue("planning.solve", "RUN-00002")
    jobs.cancel(job.id)
    waiting = shop.new_run("RUN-00002", RunState.QUEUED)
    waiting.job_id = job.id
    keep(waiting)
    assert found()["I-20"] == ("run RUN-00002: is queued, its job is cancelled",)


def test_a_run_that_nobody_carries_out_is_found(shop):
    keep(shop.new_run("RUN-00002", RunState.SOLVING))
    assert found()["I-20"] == ("run RUN-00002: is solving, but nobody carries it out",)


def test_a_solved_run_without_a_plan_is_found(shop):
    keep(shop.new_run("RUN-00002", RunState.SOLVED))
    assert found()["I-20"] == ("run RUN-00002: is solved with 0 plans",)


def test_a_reference_that_leads_nowhere_is_found(shop, database):
    session.commit()
    if database.kind == "sqlite":
        session.remove()
        with sqlite3.connect(database.engine.url.database) as direct:
            direct.execute("UPDATE lot SET tile_id = 4711")
        direct.close()
    else:
        sql("SET session_replication_role = replica")
        sql("UPDATE lot SET tile_id = 4711")
    assert found()["I-23"] == (f"lot {shop.lot.id}: tile_id 4711 leads nowhere",)


def test_only_the_first_rows_are_shown_and_the_rest_is_said(shop):
    for number in range(7):
        keep(shop.new_run(f"RUN-1000{number}", RunState.SOLVED))
    (result,) = [one for one in queries.check() if one.invariant.id == "I-20"]
    assert len(result.rows) == 5
    assert result.is_more
