"""A published plan becomes work orders; the next one carries over what runs."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import joinedload

from tests import factories
from tests.production import plans
from tileplan.kernel.db import session
from tileplan.kernel.documents import journal
from tileplan.kernel.errors import Conflict, NotAllowed, Refused
from tileplan.planning.models import PlannedOperation
from tileplan.production import service
from tileplan.production.models import WorkOrder
from tileplan.production.rules import Report
from tileplan.production.service import carry


@pytest.fixture
def crew(database):
    return factories.user("supervisor", regions="K1;K2")


@pytest.fixture
def planner(database):
    return factories.user("planner")


@pytest.fixture
def tile(database):
    made = factories.tile()
    factories.plant(made, kilns=2)
    return made


def states(*, lot: str | None = None) -> list[tuple[str, str, str]]:
    return [
        (one.lot_code, one.stage, one.state.value)
        for one in plans.work()
        if lot is None or one.lot_code == lot
    ]


def test_each_published_operation_is_one_work_order_with_both_crews_named(tile, planner):
    plan = plans.plan()
    plans.lot(plan, tile, stages=("firing", "finishing", "sorting"))
    plans.lot(plan, tile, "L1-002", kiln="K2", start=12)
    issued = service.publish(plan.number, by=planner, reason="the week")
    assert (issued.issued, issued.carried, issued.withdrawn) == (5, 0, 0)
    assert issued.plan.state == "published"
    works = plans.work()
    assert len({one.operation_id for one in works}) == 5
    firing = works[0]
    assert (firing.stage, firing.resource, firing.forming_lines) == ("firing", "K1", "FG1;FG2")
    assert {(one.lot_code, one.line) for one in works} == {("L1-001", "K1"), ("L1-002", "K2")}
    assert [entry.action for entry in journal("work_order", firing.number)] == ["issue"]


def test_publishing_needs_a_reason_and_the_right_and_else_issues_nothing(tile, planner, crew):
    plan = plans.plan()
    plans.lot(plan, tile)
    with pytest.raises(Refused):
        service.publish(plan.number, by=planner, reason=" ")
    with pytest.raises(NotAllowed):
        service.publish(plan.number, by=crew, reason="mine")
    assert plans.work() == []


def test_releasing_twice_issues_nothing_new(tile, planner):
    plan = plans.plan()
    plans.lot(plan, tile)
    done = service.publish(plan.number, by=planner, reason="the week")
    again = service.release(done.plan, by=planner)
    assert (again.issued, again.carried, again.withdrawn) == (0, 0, 0)
    assert len(plans.work()) == 2


def test_the_next_plan_keeps_the_numbers_of_what_nobody_has_begun(tile, planner):
    old = plans.plan()
    plans.lot(old, tile)
    service.publish(old.number, by=planner, reason="the week")
    new = plans.plan(based_on=old)
    printed = plans.work()
    lot = plans.lot(new, tile, start=5, kiln="K2", good_pieces=3000)
    lot.kiln_area = Decimal(1200)
    plans.lot(new, tile, "L2-001", start=20)
    issued = service.publish(new.number, by=planner, reason="rush order")
    assert (issued.issued, issued.carried, issued.withdrawn) == (2, 2, 0)
    kept = plans.work()[:2]
    assert [one.number for one in kept] == [one.number for one in printed]
    operations = {one.stage: one for one in _operations(lot.id)}
    for work in kept:
        to = operations[work.stage]
        assert (work.operation_id, work.resource, work.line) == (to.id, to.resource, "K2")
        assert (work.start_at, work.end_at) == (to.start_at, to.end_at)
        assert (work.state, work.good_pieces, work.planned_area) == ("released", 3000, 1200)
        assert work.version > 1, "a page that was open before says so"
        assert [one.action for one in journal("work_order", work.number)] == ["carry", "issue"]


@pytest.mark.parametrize(("minutes", "told"), [(0, 0), (15, 0), (16, 1), (-16, 1)])
def test_the_journal_tells_of_a_move_that_a_crew_would_notice(tile, planner, minutes, told):
    old = plans.plan()
    plans.lot(old, tile)
    service.publish(old.number, by=planner, reason="the week")
    new = plans.plan(based_on=old, epoch=plans.EPOCH + timedelta(minutes=minutes))
    plans.lot(new, tile)
    assert service.publish(new.number, by=planner, reason="again").carried == 2
    for work in plans.work():
        actions = [one.action for one in journal("work_order", work.number)]
        assert actions == ["carry"] * told + ["issue"]


def test_lots_gone_from_the_plan_are_withdrawn_and_each_operation_has_one_work_order(tile, planner):
    old = plans.plan()
    for code in ("L1-001", "L1-002"):
        plans.lot(old, tile, code)
    service.publish(old.number, by=planner, reason="the week")
    new = plans.plan(based_on=old)
    for code in ("L1-002", "L1-003"):
        plans.lot(new, tile, code)
    issued = service.publish(new.number, by=planner, reason="again")
    assert (issued.issued, issued.carried, issued.withdrawn) == (2, 2, 2)
    assert [state for *_, state in states(lot="L1-001")] == ["withdrawn"] * 2
    asked = select(PlannedOperation.id).where(PlannedOperation.plan_id == new.id)
    living = [one.operation_id for one in plans.work() if one.state != "withdrawn"]
    assert sorted(living) == sorted(session.scalars(asked))


def test_a_crew_that_starts_while_the_plan_changes_makes_the_carrying_fail(tile, planner):
    old = plans.plan()
    plans.lot(old, tile)
    service.publish(old.number, by=planner, reason="the week")
    new = plans.plan(based_on=old)
    lot = plans.lot(new, tile)
    pairs = [(work, one) for work in plans.work() for one in _operations(lot.id)]
    pairs = [(work, one) for work, one in pairs if work.stage == one.stage]
    session.execute(
        update(WorkOrder)
        .where(WorkOrder.id == pairs[0][0].id)
        .values(state="running")
        .execution_options(synchronize_session=False)
    )
    with pytest.raises(Conflict, match="Plan again"):
        carry.unstarted(pairs, new, planner)


def _operations(lot_id: int) -> list[PlannedOperation]:
    statement = (
        select(PlannedOperation)
        .where(PlannedOperation.lot_id == lot_id)
        .options(joinedload(PlannedOperation.lot))
        .order_by(PlannedOperation.id)
    )
    return list(session.scalars(statement))


def test_work_under_way_is_carried_over_to_the_new_plan(tile, planner, crew):
    old = plans.plan()
    plans.lot(old, tile)
    service.publish(old.number, by=planner, reason="the week")
    firing, sorting = plans.work()
    service.act(firing.number, "start", by=crew)
    service.act(firing.number, "pause", by=crew, reason="K01")
    new = plans.plan(based_on=old)
    lot = plans.lot(new, tile, start=3, told=plans.work())
    issued = service.publish(new.number, by=planner, reason="breakdown")
    assert (issued.issued, issued.carried, issued.withdrawn) == (0, 2, 0)
    works = {one.number: one for one in plans.work()}
    assert len(works) == 2
    carried = works[firing.number]
    assert carried.state == "paused"
    operation = session.scalars(
        select(PlannedOperation).where(PlannedOperation.id == carried.operation_id)
    ).one()
    assert (operation.plan_id, operation.lot_id) == (new.id, lot.id)
    assert carried.start_at == operation.start_at
    assert works[sorting.number].state == "released"
    assert journal("work_order", firing.number)[0].action == "carry"


def test_finished_work_is_not_issued_again(tile, planner, crew):
    old = plans.plan()
    plans.lot(old, tile)
    service.publish(old.number, by=planner, reason="the week")
    firing, _sorting = plans.work()
    service.act(firing.number, "start", by=crew)
    service.finish(firing.number, Report(firing.planned_area), by=crew)
    new = plans.plan(based_on=old)
    plans.lot(new, tile, told=plans.work())
    issued = service.publish(new.number, by=planner, reason="again")
    assert (issued.issued, issued.carried, issued.withdrawn) == (0, 1, 0)
    assert states() == [
        ("L1-001", "firing", "finished"),
        ("L1-001", "sorting", "released"),
    ]


def test_tile_that_has_left_the_kiln_keeps_its_sorting_whatever_the_new_plan_says(
    tile, planner, crew
):
    old = plans.plan()
    plans.lot(old, tile)
    plans.lot(old, tile, "L1-002", start=20)
    done = service.publish(old.number, by=planner, reason="the week")
    service.act(plans.work()[0].number, "start", by=crew)
    done.plan.state = "superseded"
    session.flush()
    new = plans.plan()
    plans.lot(new, tile, "L2-001")
    new.state = "published"
    session.flush()
    released = service.release(new, by=planner)
    assert released.withdrawn == 2
    assert states(lot="L1-001") == [
        ("L1-001", "firing", "running"),
        ("L1-001", "sorting", "released"),
    ]
    assert {state for *_, state in states(lot="L1-002")} == {"withdrawn"}


def test_six_hundred_operations_are_issued_and_carried_over_by_few_statements(
    tile, planner, database
):
    old = plans.plan()
    _many_lots(old, tile)
    issued, statements = _counted(database, old, planner)
    assert issued.issued == 600
    assert statements < 40
    new = plans.plan(based_on=old)
    _many_lots(new, tile, later=1)
    carried, statements = _counted(database, new, planner)
    assert (carried.issued, carried.carried, carried.withdrawn) == (0, 600, 0)
    assert session.scalar(select(func.count()).select_from(WorkOrder)) == 600
    assert statements < 60


def _many_lots(plan, tile, later: int = 0) -> None:
    for index in range(300):
        plans.lot(plan, tile, f"L1-{index:03d}", start=index + later)


def _counted(database, plan, planner):
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    issued = service.publish(plan.number, by=planner, reason="the month")
    event.remove(database.engine, "before_cursor_execute", note)
    return issued, len(seen)
