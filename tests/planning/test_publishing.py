"""Publishing: one plan at a time, never a stale one; work under way goes along."""

import itertools
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from scheduler.reading import read_problem
from tests import factories
from tests.conftest import Database
from tests.planning import answers
from tileplan.kernel import clock
from tileplan.kernel.db import session, transaction
from tileplan.kernel.errors import Conflict, Refused
from tileplan.orders.models import OrderItem
from tileplan.orders.rules import Homogeneity
from tileplan.planning import queries, service
from tileplan.planning.models import PlannedLot, PlanVersion
from tileplan.planning.rules import PlanState
from tileplan.plant.models import Calendar, CalendarWindow, Resource, WindowKind


@pytest.fixture
def tiny(database: Database) -> Any:
    """A tiny plant that makes one tile."""
    tile = factories.tile()
    factories.plant(tile)
    session.commit()
    return tile


def draft() -> str:
    """Plan in this process; the number of the plan."""
    return answers.plan()[1].number


def lots(number: str) -> list[PlannedLot]:
    return queries.lots(queries.plan(number))


def publish(number: str) -> None:
    session.commit()
    with transaction():
        service.publish(number, by=None, reason="Because")


def state(number: str) -> PlanState:
    return queries.plan(number).state


def begin(number: str, stage: str, *, minutes_ago: int = 0, ended: bool = False) -> None:
    """The floor begins (and ends) a stage of every lot of a plan."""
    session.commit()
    with transaction():
        at = clock.now() - timedelta(minutes=minutes_ago)
        for lot in lots(number):
            for operation in lot.operations:
                if operation.stage == stage:
                    service.note_started(operation.id, at)
                    if ended:
                        service.note_finished(operation.id, clock.now())


def test_a_published_plan_is_superseded_by_the_next(tiny: Any) -> None:
    factories.order(tiny)
    first = draft()
    publish(first)
    second = draft()
    publish(second)
    assert (state(first), state(second)) == (PlanState.SUPERSEDED, PlanState.PUBLISHED)
    current = queries.current()
    assert current is not None
    assert current.number == second


def test_publishing_needs_a_reason(tiny: Any) -> None:
    factories.order(tiny)
    plan = draft()
    with pytest.raises(Refused) as refusal:
        service.publish(plan, by=None, reason=" ")
    assert refusal.value.field == "reason"


def test_a_discarded_draft_cannot_be_published(tiny: Any) -> None:
    factories.order(tiny)
    plan = draft()
    service.discard(plan, by=factories.user("planner"))
    with pytest.raises(Conflict):
        service.publish(plan, by=None, reason="Because")


def test_a_plan_made_before_another_was_published_is_stale(tiny: Any) -> None:
    factories.order(tiny)
    older, newer = draft(), draft()
    publish(newer)
    with pytest.raises(Conflict) as conflict:
        publish(older)
    assert newer in conflict.value.message
    assert "Plan again" in conflict.value.message
    assert state(older) is PlanState.DRAFT


def test_a_plan_that_misses_begun_work_is_stale(tiny: Any) -> None:
    factories.order(tiny)
    first = draft()
    publish(first)
    second = draft()
    begin(first, "firing")
    with pytest.raises(Conflict) as conflict:
        publish(second)
    assert lots(first)[0].code in conflict.value.message


def test_what_the_floor_finished_meanwhile_is_taken_over(tiny: Any) -> None:
    factories.order(tiny)
    first = draft()
    publish(first)
    begin(first, "firing", minutes_ago=30)
    second = draft()
    begin(first, "firing", ended=True)
    publish(second)
    fired = lots(second)[0].operations[0]
    assert fired.finished_at is not None


def test_of_two_who_publish_at_once_one_wins(tiny: Any) -> None:
    factories.order(tiny)
    publish(draft())
    rivals = [draft(), draft()]
    session.commit()
    gate = threading.Barrier(2)
    lost: list[str] = []

    def race(number: str) -> None:
        gate.wait()
        try:
            with transaction():
                service.publish(number, by=None, reason="Because")
        except Conflict as conflict:
            lost.append(conflict.message)

    threads = [threading.Thread(target=race, args=(plan,)) for plan in rivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lost) == 1
    published = select(func.count()).where(PlanVersion.state == PlanState.PUBLISHED)
    assert session.scalar(published) == 1
    assert sorted(state(plan) for plan in rivals) == [PlanState.DRAFT, PlanState.PUBLISHED]


def test_work_under_way_keeps_its_code_its_pegs_and_its_kiln(tiny: Any) -> None:
    factories.order(tiny, pieces=8000)
    first = draft()
    publish(first)
    begin(first, "firing", minutes_ago=100)
    factories.order(tiny, pieces=4000, priority=1, due_on=clock.today())
    second = draft()
    old, carried = lots(first)[0], lots(second)[0]
    assert carried.code == old.code
    assert [peg.item_ref for peg in carried.pegs] == [peg.item_ref for peg in old.pegs]
    fired = carried.operations[0]
    assert fired.started_at == old.operations[0].started_at
    # 300 minutes in the kiln, 100 of them gone; the epoch lies up to a quarter hour ahead.
    left = fired.end_at - queries.plan(second).epoch_at
    assert timedelta(minutes=185) <= left <= timedelta(minutes=200)
    assert len(lots(second)) == 2


def test_a_finished_stage_is_not_planned_again(tiny: Any) -> None:
    factories.order(tiny, pieces=8000)
    first = draft()
    publish(first)
    begin(first, "firing", minutes_ago=300, ended=True)
    second = draft()
    run = queries.plan(second).run
    problem = read_problem(queries.run(run.number).problem or "")
    assert [[step.stage for step in lot.steps] for lot in problem.lots] == [["sort"]]
    kiln = next(one for one in problem.resources if one.id == "K1")
    assert kiln.last_tile == tiny.code
    assert kiln.last_campaign == tiny.firing_curve
    (lot,) = lots(second)
    assert [one.stage for one in lot.operations] == ["firing", "sorting"]
    publish(second)


def test_work_that_runs_over_its_time_still_yields_a_plan(tiny: Any) -> None:
    factories.order(tiny, pieces=800)
    first = draft()
    publish(first)
    begin(first, "firing", minutes_ago=2000)
    begin(first, "sorting", minutes_ago=1900)
    second = draft()
    (lot,) = lots(second)
    fired, sorted_ = lot.operations
    assert fired.end_at == queries.plan(second).epoch_at + timedelta(minutes=15)
    assert sorted_.end_at >= fired.end_at + timedelta(minutes=45)


def test_a_wholly_finished_lot_is_gone_and_its_items_come_back_if_unserved(tiny: Any) -> None:
    factories.order(tiny, pieces=800)
    first = draft()
    publish(first)
    begin(first, "firing", minutes_ago=300, ended=True)
    begin(first, "sorting", minutes_ago=200, ended=True)
    second = draft()
    (lot,) = lots(second)
    assert lot.code != lots(first)[0].code
    assert all(one.started_at is None for one in lot.operations)
    publish(second)


def test_the_rest_of_a_begun_phase_is_refused_where_its_lot_has_no_room(tiny: Any) -> None:
    contract = factories.contract(of=tiny)
    session.refresh(contract, ["phases"])
    phase_id = contract.phases[0].id

    def call_off(pieces: int) -> None:
        factories.order(tiny, pieces=pieces, contract_id=contract.id)
        for item in session.scalars(select(OrderItem)):
            item.homogeneity, item.phase_id = Homogeneity.ONE_LOT_PER_PHASE, phase_id

    call_off(4000)
    first = draft()
    publish(first)
    begin(first, "firing", minutes_ago=10)
    call_off(400)
    second = draft()
    assert len(lots(second)) == 1
    accounts = queries.accounting(queries.run(queries.plan(second).run.number))
    assert accounts["is_exact"]
    assert accounts["totals"]["refused"]["pieces"] == 400
    assert "another shade" in accounts["lines"][1]["reason"]


def places(number: str) -> dict[tuple[str, str], tuple[str, object]]:
    """Where and when a plan has each operation."""
    return {
        (lot.code, operation.stage): (operation.resource, operation.start_at)
        for lot in lots(number)
        for operation in lot.operations
    }


def test_planning_again_leaves_published_work_where_it_is(tiny: Any) -> None:
    for _ in range(3):
        factories.order(tiny, pieces=4000)
    with clock.stopped_at(clock.now()):
        first = draft()
        publish(first)
        assert places(draft()) == places(first)


def test_forming_follows_a_kiln_that_was_started_before_its_time(tiny: Any) -> None:
    factories.order(tiny)
    first = draft()
    publish(first)
    begin(first, "firing", ended=True)
    (lot,) = lots(draft())
    firing = next(row for row in lot.operations if row.stage == "firing")
    assert firing.forming_start_at is not None
    assert firing.forming_start_at < firing.start_at
    assert firing.forming_end_at <= firing.end_at


def two_on_one_kiln(tile: Any) -> tuple[str, PlannedLot, PlannedLot]:
    """A published plan with two lots of one kiln: its number, and the lots as they follow."""
    for pieces, days in ((20_000, 6), (400, 40)):
        factories.order(tile, pieces=pieces, due_on=clock.today() + timedelta(days=days))
    number = draft()
    publish(number)
    first, second = sorted(lots(number), key=lambda lot: lot.operations[0].start_at)
    return number, first, second


def told(lot: PlannedLot, minutes_ago: int, what: Any) -> None:
    with transaction():
        what(lot.operations[0].id, clock.now() - timedelta(minutes=minutes_ago))


def firings(number: str) -> dict[str, Any]:
    """The firings of a plan by lot, none of which overlaps another."""
    rows = {lot.code: lot.operations[0] for lot in lots(number)}
    queue = sorted(rows.values(), key=lambda row: row.start_at)
    assert all(a.end_at <= b.start_at for a, b in itertools.pairwise(queue))
    return rows


def test_what_runs_goes_on_first_and_what_is_paused_comes_after_it(tiny: Any) -> None:
    _, paused, running = two_on_one_kiln(tiny)
    told(paused, 300, service.note_started)
    told(paused, 240, service.note_paused)
    told(running, 240, service.note_started)
    second = draft()
    rows, epoch = firings(second), queries.plan(second).epoch_at
    going, rest = rows[running.code], rows[paused.code]
    assert going.start_at == going.started_at
    assert going.start_at < epoch < going.end_at <= rest.start_at
    whole = paused.operations[0].end_at - paused.operations[0].start_at
    assert rest.end_at - rest.start_at == whole - timedelta(minutes=60)


def test_work_resumed_after_other_work_has_the_bar_of_what_is_left(tiny: Any) -> None:
    _, first, between = two_on_one_kiln(tiny)
    told(first, 300, service.note_started)
    told(first, 240, service.note_paused)
    told(between, 240, service.note_started)
    told(between, 60, service.note_finished)
    told(first, 60, service.note_resumed)
    second = draft()
    rows = firings(second)
    assert rows[first.code].start_at == rows[between.code].end_at
    assert rows[first.code].stood_minutes == 180


def test_sorting_that_runs_ends_after_its_paused_firing(tiny: Any) -> None:
    _, first, _ = two_on_one_kiln(tiny)
    told(first, 300, service.note_started)
    told(first, 100, service.note_paused)
    with transaction():
        service.note_started(first.operations[1].id, clock.now() - timedelta(minutes=200))
    lot = next(lot for lot in lots(draft()) if lot.code == first.code)
    ends = {row.stage: row.end_at for row in lot.operations}
    assert ends["sorting"] >= ends["firing"] + timedelta(minutes=45)


def test_nothing_is_put_before_the_rest_of_a_firing_that_waits_for_a_closure(tiny: Any) -> None:
    with clock.stopped_at(clock.at_plant(clock.today() + timedelta(days=1), 480)):
        _, first, second = two_on_one_kiln(tiny)
        told(first, 60, service.note_started)
        shut_the_kiln(720, 1320)
        rows = firings(draft())
    assert rows[first.code].start_at == rows[first.code].started_at
    assert rows[first.code].end_at > clock.at_plant(clock.today() + timedelta(days=1), 1320)
    assert rows[second.code].start_at >= rows[first.code].end_at


def shut_the_kiln(from_minute: int, to_minute: int) -> None:
    """Close K1 today between two minutes."""
    calendar = Calendar(code="shut for a while")
    session.add(calendar)
    session.flush()
    facts = {"calendar_id": calendar.id, "reason": ""}
    week = [{"kind": WindowKind.WEEKLY, "weekday": weekday} for weekday in range(1, 8)]
    for row in week:
        session.add(CalendarWindow(**facts, **row, from_minute=0, to_minute=1440))
    session.add(
        CalendarWindow(
            **facts,
            kind=WindowKind.CLOSED_ONCE,
            day=clock.today(),
            from_minute=from_minute,
            to_minute=to_minute,
        )
    )
    session.flush()
    session.scalars(select(Resource).where(Resource.code == "K1")).one().calendar_id = calendar.id
    session.commit()
