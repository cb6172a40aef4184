"""The crew starts, pauses and finishes; sorted tile becomes lots and serves its orders."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests import factories
from tests.production import plans
from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.kernel.documents import journal
from tileplan.kernel.errors import Conflict, NotFound, Refused
from tileplan.orders.models import OrderItem
from tileplan.planning.models import PlannedOperation
from tileplan.planning.queries import published
from tileplan.production import queries, service
from tileplan.production.models import WorkReport
from tileplan.production.rules import Report
from tileplan.stock.models import Lot, Movement, Reservation

BOX = Decimal("1.44")


@pytest.fixture
def crew(database):
    return factories.user("supervisor", regions="K1;K2")


@pytest.fixture
def tile(database):
    made = factories.tile(code="P66-CEM-M")
    factories.plant(made, kilns=3)
    return made


@pytest.fixture
def floor(tile):
    """A function: publish one lot for some orders and give its work by stage."""

    def published(*orders, kiln="K1", good_pieces=4000, stages=("firing", "sorting")):
        plan = plans.plan()
        items = [item for order in orders for item in plans.items_of(order)]
        refs = [ref for order in orders for ref in plans.refs_of(order)]
        plans.lot(
            plan, tile, items=items, refs=refs, kiln=kiln, good_pieces=good_pieces, stages=stages
        )
        service.publish(plan.number, by=factories.user("planner"), reason="the week")
        return {one.stage: one for one in plans.work()}

    return published


def sorted_report(boxes_a: int, boxes_b: int = 0, **values) -> Report:
    marks = {"shade": "A48", "calibre": "R", "warehouse": "WH1", **values}
    return Report(boxes_a * BOX, boxes_b * BOX, **marks)


def run(work, crew, report: Report):
    service.act(work.number, "start", by=crew)
    return service.finish(work.number, report, by=crew, sure_of=report.total)


def item_facts(order):
    session.expire_all()
    return [(one.started_at, one.finished_at) for one in plans.items_of(order)]


def test_starting_tells_the_plan_and_the_orders(floor, crew, tile):
    order = factories.order(tile)
    work = floor(order)
    started = service.act(work["firing"].number, "start", by=crew)
    operation = session.scalars(
        select(PlannedOperation).where(PlannedOperation.id == started.operation_id)
    ).one()
    assert operation.started_at == started.started_at
    assert item_facts(order) == [(started.started_at, None)]


def test_the_plan_is_told_of_a_pause_and_for_how_long_work_stood(floor, crew):
    work = floor()["firing"]
    begun = clock.now()
    for minute, action, reason in ((0, "start", None), (30, "pause", "K02"), (50, "resume", None)):
        with clock.stopped_at(begun + timedelta(minutes=minute)):
            service.act(work.number, action, by=crew, reason=reason)
        operation = session.get(PlannedOperation, work.operation_id)
        assert (operation.paused_at is not None) == (action == "pause")
    assert operation.stood_minutes == 20


def test_a_pause_takes_one_of_the_codes_and_nothing_typed(floor, crew):
    work = floor()["firing"]
    service.act(work.number, "start", by=crew)
    with pytest.raises(Refused) as refused:
        service.act(work.number, "pause", by=crew, reason="coffee")
    assert refused.value.field == "reason"
    paused = service.act(work.number, "pause", by=crew, reason="K02")
    assert paused.state == "paused"
    assert journal("work_order", work.number)[0].reason == "K02"
    assert service.act(work.number, "resume", by=crew).state == "running"


def test_sorting_waits_for_firing_and_says_why(floor, crew):
    work = floor()
    with pytest.raises(Refused, match=work["firing"].number):
        service.act(work["sorting"].number, "start", by=crew)
    session.rollback()


def test_sorting_does_not_finish_while_the_kiln_still_fires(floor, crew):
    work = floor()
    service.act(work["firing"].number, "start", by=crew)
    service.act(work["sorting"].number, "start", by=crew)
    with pytest.raises(Refused, match="Forming and firing"):
        service.finish(work["sorting"].number, sorted_report(900), by=crew)
    session.rollback()


def test_firing_reports_what_is_good_and_makes_no_lot(floor, crew):
    work = floor()["firing"]
    done = run(work, crew, Report(Decimal(1440), area_scrap=Decimal("28.80")))
    assert done.lots == ()
    reports = session.scalars(select(WorkReport).order_by(WorkReport.id)).all()
    assert [(one.grade, one.pieces) for one in reports] == [("good", 4000), ("scrap", 80)]
    assert session.scalar(select(func.count()).select_from(Lot)) == 0


def test_sorted_tile_becomes_a_lot_of_each_grade_but_scrap_does_not(floor, crew, tile):
    work = floor()
    run(work["firing"], crew, Report(Decimal(1500)))
    report = Report(1000 * BOX, 30 * BOX, 10 * BOX, "A48", "R", "WH1")
    done = run(work["sorting"], crew, report)
    lots = session.scalars(select(Lot).order_by(Lot.grade)).all()
    assert [(one.grade, one.shade, one.calibre, one.on_hand) for one in lots] == [
        ("A", "A48", "R", 4000),
        ("B", "A48", "R", 120),
    ]
    assert list(done.received) == [4000, 120]
    references = session.scalars(select(Movement.reference).order_by(Movement.reference)).all()
    assert references == [f"{work['sorting'].number}/A", f"{work['sorting'].number}/B"]


def test_the_lot_serves_its_orders_the_most_urgent_first_and_says_who_waits(floor, crew, tile):
    late = factories.order(tile, pieces=2000, priority=3)
    urgent = factories.order(tile, pieces=1500, priority=1)
    small = factories.order(tile, pieces=400, priority=4)
    work = floor(late, urgent, small)
    run(work["firing"], crew, Report(Decimal(1500)))
    done = run(work["sorting"], crew, sorted_report(600))
    assert done.served == [f"{urgent.number}/1", f"{small.number}/1"]
    assert done.still_open == [f"{late.number}/1"]
    kept = session.scalars(select(Reservation).order_by(Reservation.id)).all()
    assert [(one.item_ref, one.pieces) for one in kept] == [
        (f"{urgent.number}/1", 1500),
        (f"{small.number}/1", 400),
    ]
    lot = session.scalars(select(Lot).where(Lot.grade == "A")).one()
    session.refresh(lot)
    assert (lot.on_hand, lot.reserved) == (2400, 1900)
    assert item_facts(urgent)[0][1] == done.work.finished_at
    assert item_facts(late)[0][1] is None
    entry = journal("work_order", work["sorting"].number)[0]
    assert entry.detail == {"served": done.served, "still_open": done.still_open}


def test_grade_b_serves_nobody(floor, crew, tile):
    order = factories.order(tile, pieces=400)
    work = floor(order)
    run(work["firing"], crew, Report(Decimal(1500)))
    done = run(work["sorting"], crew, sorted_report(0, 900))
    assert done.still_open == [f"{order.number}/1"]
    assert session.scalar(select(func.count()).select_from(Reservation)) == 0


def test_a_cancelled_order_and_one_that_has_its_tile_get_none(floor, crew, tile):
    cancelled = factories.order(tile)
    had = factories.order(tile)
    work = floor(cancelled, had)
    run(work["firing"], crew, Report(Decimal(1500)))
    cancelled.state = "cancelled"
    plans.items_of(had)[0].finished_at = work["firing"].start_at
    session.flush()
    done = run(work["sorting"], crew, sorted_report(1000))
    assert (done.served, done.still_open) == ([], [])
    assert session.scalar(select(func.count()).select_from(Reservation)) == 0


def test_another_lines_work_is_not_found_like_missing_work(floor, crew):
    work = floor(kiln="K3")["firing"]
    for number in (work.number, "WO-99999"):
        with pytest.raises(NotFound) as missing:
            service.act(number, "start", by=crew)
        assert missing.value.message == "There is no such work order."


def test_work_that_somebody_else_has_moved_is_a_conflict(floor, crew):
    work = floor()["firing"]
    shown = work.version
    service.act(work.number, "start", by=crew)
    with pytest.raises(Conflict, match="Running"):
        service.act(work.number, "start", by=crew, version=shown)
    with pytest.raises(Conflict):
        service.finish(work.number, Report(Decimal(1)), by=crew, version=shown)


def test_work_is_finished_by_its_report_only(floor, crew):
    work = floor()["firing"]
    service.act(work.number, "start", by=crew)
    with pytest.raises(Conflict):
        service.act(work.number, "finish", by=crew)
    with pytest.raises(Conflict):
        service.act(work.number, "withdraw", by=crew)


def test_a_refused_report_keeps_nothing(floor, crew):
    work = floor()["firing"]
    service.act(work.number, "start", by=crew)
    session.commit()
    with pytest.raises(Refused):
        service.finish(work.number, Report(Decimal(5000)), by=crew)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(WorkReport)) == 0
    assert {one.stage: one.state.value for one in plans.work()}["firing"] == "running"


def test_an_item_of_a_lot_that_is_begun_is_still_an_open_item_until_it_is_served(floor, crew, tile):
    order = factories.order(tile, pieces=4000)
    work = floor(order)
    run(work["firing"], crew, Report(Decimal(1500)))
    run(work["sorting"], crew, sorted_report(999))
    unserved = session.scalars(select(OrderItem).where(OrderItem.finished_at.is_(None))).all()
    assert [one.id for one in unserved] == [one.id for one in plans.items_of(order)]


@pytest.mark.parametrize(("begun", "minutes"), [(-120, -60), (-60, 0), (5, 65)])
def test_the_clock_of_a_kiln_stands_against_the_start_of_its_presses(floor, crew, begun, minutes):
    work = floor()["firing"]
    with clock.stopped_at(plans.EPOCH + timedelta(minutes=begun)):
        started = service.act(work.number, "start", by=crew)
        assert queries.behind(started) == minutes


def test_work_that_a_new_plan_takes_over_while_it_runs_is_not_behind_for_its_presses_lead(
    floor, crew, tile
):
    work = floor()["firing"]
    with clock.stopped_at(plans.EPOCH - plans.HOUR):
        service.act(work.number, "start", by=crew)
        begun = plans.work()
        again = plans.plan(based_on=published(), epoch=plans.EPOCH - plans.HOUR)
        plans.lot(again, tile, told=begun)
        service.publish(again.number, by=factories.user("planner"), reason="again")
        carried = queries.work_order(work.number, None)
        assert carried.start_at == carried.started_at
        assert queries.behind(carried) == 0
