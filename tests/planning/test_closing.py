"""A breakdown and the plan: what is hit, ways around it, what runs waits, drafts learn of it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scheduler.reading import read_problem
from scheduler.referee import faults
from tests import factories
from tests.planning import drafts
from tileplan.kernel import clock
from tileplan.kernel.db import session, transaction
from tileplan.kernel.errors import Conflict
from tileplan.planning import queries, service
from tileplan.planning.rules import PlanState, RunState
from tileplan.planning.rules.closing import Shut, Way, beyond, is_hit
from tileplan.plant import service as plant
from tileplan.plant.models import Closure
from tileplan.plant.rules import Closed, ClosureKind, NewClosure

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)  # 14:00 at the plant
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _afternoon() -> Any:
    with clock.stopped_at(NOW):
        yield


def at(hours: float) -> datetime:
    return clock.now() + hours * HOUR


@contextmanager
def as_the_first_firing_begins(after: float = 0) -> Iterator[tuple[str, str]]:
    """The plan in force and the kiln of its first firing, so many hours after that should begin."""
    number = drafts.published().number
    session.remove()
    rows = queries.operations(queries.plan(number))
    first = next(row for row in rows if row.stage == "firing")
    with clock.stopped_at(first.start_at + after * HOUR):
        yield number, first.resource


def break_down(code: str = "K1", start: float = 0, end: float = 6, **more: Any) -> None:
    with transaction():
        reason = "M02"
        new = NewClosure(ClosureKind.DOWN, at(start), at(end), code=reason, **more)
        plant.close(code, new, by=factories.user("planner"))


def firings(number: str, kiln: str) -> list[Any]:
    session.remove()
    rows = queries.operations(queries.plan(number))
    return [row for row in rows if row.resource == kiln and row.stage == "firing"]


def clear(number: str, kiln: str, start: float, end: float) -> bool:
    """No firing of a plan that nobody has begun stands there; the referee agrees with the plan."""
    plan = queries.plan(number)
    problem = read_problem(service.problem_of(plan))
    assert faults(problem, json.loads(plan.plan)) == []
    return all(row.end_at <= at(start) or row.start_at >= at(end) for row in firings(number, kiln))


def test_only_time_that_a_plan_does_not_know_is_news() -> None:
    closed = [Closed(at(0), at(10), "x"), Closed(at(20), at(22))]
    known = [(at(2), at(3)), (at(9.995), at(11)), (at(20), at(22))]
    assert beyond("K1", closed, known) == [
        Shut("K1", at(0), at(2), "x"),
        Shut("K1", at(3), at(9.995), "x"),
    ]
    shut = beyond("K1", closed, known)
    assert is_hit(shut, "K1", at(1), at(2))
    assert not is_hit(shut, "K1", at(2), at(3))
    assert not is_hit(shut, "K2", at(1), at(2))


def test_a_plan_made_with_a_closure_is_not_hit_by_it(database: Any) -> None:
    with as_the_first_firing_begins() as (number, kiln):
        assert service.hit(queries.plan(number)).shut == ()
        break_down(kiln)
        found = service.hit(queries.plan(number))
        assert {one.resource for one in found.shut} == {kiln}
        assert found.steps
        fresh = drafts.plan()[1]
        assert service.hit(fresh).shut == ()
        assert clear(fresh.number, kiln, 0, 6)


def test_what_is_hit_is_told_with_who_becomes_late(database: Any) -> None:
    with as_the_first_firing_begins() as (number, kiln):
        break_down(kiln, end=24 * 20)
        found = service.hit(queries.plan(number))
        assert [one.resource for one in found.shut] == [kiln]
        assert found.shut[0].reason == "Breakdown"
        on_it = {row.lot.code for row in firings(number, kiln) if row.start_at < at(24 * 20)}
        assert set(found.lots) == on_it != set()
        assert all(step.resource == kiln for step in found.steps)
        assert found.late
        assert all(line.after > line.before for line in found.late)
        assert found.fresh
        assert queries.plan(number).state is PlanState.PUBLISHED


def test_a_broken_glaze_line_names_the_lots_that_it_feeds(database: Any) -> None:
    with as_the_first_firing_begins() as (number, kiln):
        line = {"K1": "FG1", "K2": "FG3"}[kiln]
        break_down(line, end=3)
        found = service.hit(queries.plan(number))
        assert {(step.resource, step.stage) for step in found.steps} == {(line, "forming")}


def test_three_ways_are_made_at_once_and_one_is_taken(database: Any) -> None:
    with as_the_first_firing_begins() as (number, kiln):
        boss = factories.user("planner")
        session.commit()
        break_down(kiln)
        before = drafts.rows(number)
        with transaction():
            made = service.around(number, 1, by=boss)
            numbers = {way: draft.number for way, draft in made.items()}
        assert len(set(numbers.values())) == 3
        for way, draft in numbers.items():
            assert clear(draft, kiln, 0, 6)
            plan = queries.plan(draft)
            assert queries.ways(plan) == {way.value: other for way, other in numbers.items()}
            assert (queries.replanning(plan) is None) == (way is Way.REPAIR)
            assert service.hit(plan).steps == ()
        with transaction():
            service.publish(numbers[Way.REPAIR], by=boss, reason="the roller is broken")
        states = [queries.plan(draft).state for draft in numbers.values()]
        assert states == [PlanState.PUBLISHED, PlanState.DISCARDED, PlanState.DISCARDED]
        for way in (Way.STABLE, Way.FREE):
            [run] = queries.improvers(queries.plan(numbers[way]))
            assert run.state is RunState.CANCELLED
        assert drafts.rows(number) == before  # a published plan never changes


def test_only_the_plan_in_force_is_planned_around(database: Any) -> None:
    draft = drafts.small()
    boss = factories.user("planner")
    session.commit()
    with pytest.raises(Conflict, match="in force"), transaction():
        service.around(draft.number, 1, by=boss)


def begun(number: str, kiln: str) -> tuple[str, int]:
    """The floor began the first firing of a kiln when it should, and says nothing more."""
    row = firings(number, kiln)[0]
    with transaction():
        service.note_started(row.id, row.start_at)
    return row.lot.code, (row.end_at - row.start_at) // timedelta(minutes=1)


def repaired(number: str) -> Any:
    boss = factories.user("planner")
    session.commit()
    with transaction():
        made = service.copy(number, by=boss).number
    session.remove()
    return queries.plan(made)


def test_what_runs_on_a_machine_that_breaks_down_waits_until_it_runs_again(database: Any) -> None:
    with as_the_first_firing_begins(after=2) as (number, kiln):
        code, minutes = begun(number, kiln)
        break_down(kiln)
        assert service.hit(queries.plan(number)).steps[0].is_running
        plan = repaired(number)
        state = service.state_of(plan)
        [pin] = [one for one in state.base.pins if one.lot == code and one.stage == "fire"]
        assert state.axis.moment(pin.start or 0) == at(6)
        [step] = [one for one in state.plan.operations if one.lot == code and one.stage == "fire"]
        assert step.resource == kiln
        assert step.end - step.start == minutes - 120  # two hours were done before it broke down
        others = [one for one in state.plan.operations if one.resource == kiln and one.lot != code]
        assert all(state.axis.moment(one.start) >= at(6) for one in others)
        drafts.agree(plan.number)


def test_what_runs_goes_on_until_the_machine_stops_and_then_again(database: Any) -> None:
    with as_the_first_firing_begins(after=1) as (number, kiln):
        code, minutes = begun(number, kiln)
        break_down(kiln, start=1, end=9)
        state = service.state_of(repaired(number))
        [step] = [one for one in state.plan.operations if one.lot == code and one.stage == "fire"]
        assert state.axis.moment(step.start) == at(9)
        assert step.end - step.start == minutes - 120


def test_a_draft_says_that_it_does_not_know_a_closure_and_learns_of_it(database: Any) -> None:
    with as_the_first_firing_begins() as (number, kiln):
        draft = repaired(number)
        texts = [str(one.text) for one in service.check(draft)]
        assert not any("Closed since" in text for text in texts)
        break_down(kiln)
        found = [one for one in service.check(queries.plan(draft.number)) if one.can_renew]
        assert [str(one.text) for one in found] == [
            f"Closed since this draft was made, which it does not know: {kiln}."
        ]
        boss = factories.user("planner")
        session.commit()
        with transaction():
            service.renew(draft.number, queries.plan(draft.number).version, by=boss)
        session.remove()
        assert clear(draft.number, kiln, 0, 6)
        assert not any(one.can_renew for one in service.check(queries.plan(draft.number)))


def test_a_draft_hears_that_a_machine_runs_again_earlier(database: Any) -> None:
    with as_the_first_firing_begins() as (number, kiln):
        break_down(kiln)
        draft = repaired(number).number
        assert [str(one.text) for one in service.check(queries.plan(draft)) if one.can_renew] == []
        with transaction():
            row = session.query(Closure).one()
            plant.remove(row.id, row.version, by=factories.user("planner"))
        found = [one for one in service.check(queries.plan(draft)) if one.can_renew]
        assert [str(one.text) for one in found] == [
            f"No longer closed, which this draft does not know: {kiln}."
        ]


def test_the_board_hears_of_closures_and_draws_what_is_down(sign_in: Any, database: Any) -> None:
    number = drafts.published().number
    person = sign_in("planner")
    first = person.get(f"/planning/plans/{number}/bars")
    known = {"If-None-Match": first.headers["ETag"]}
    assert person.get(f"/planning/plans/{number}/bars", headers=known).status_code == 304
    break_down()
    second = person.get(f"/planning/plans/{number}/bars", headers=known)
    assert second.status_code == 200
    downs = second.json["downs"]
    assert [second.json["lines"]["code"][line] for line in downs["line"]] == ["K1"]
    assert downs["end"][0] - downs["start"][0] == 6 * 3_600_000


def test_the_pages_say_what_is_hit_and_compare_the_ways(sign_in: Any, database: Any) -> None:
    number = drafts.published().number
    for kiln in ("K1", "K2"):
        break_down(kiln, end=24 * 20)
    planner, seller = sign_in("planner"), sign_in("sales_manager")
    page = planner.get(f"/planning/plans/{number}/hit").text
    assert all(words in page for words in ("K1", "Breakdown", "become late", "Plan around it"))
    assert "Plan around it" not in seller.get(f"/planning/plans/{number}/hit").text
    assert seller.post(f"/planning/plans/{number}/around").status_code == 403
    assert sign_in("warehouse").get(f"/planning/plans/{number}/hit").status_code == 403
    answer = planner.post(f"/planning/plans/{number}/around", data={"seconds": "5000"})
    assert answer.status_code == 422
    answer = planner.post(f"/planning/plans/{number}/around", data={"seconds": "2"})
    assert answer.status_code == 303
    ways = planner.get(answer.location)
    assert all(
        words in ways.text
        for words in (
            "Repair",
            "Few changes",
            "Best price",
            "Lots on another line",
            "Take this one",
        )
    )
    assert ways.text.count("way-run") == 2
    assert "Take this one" not in seller.get(answer.location).text
    assert planner.get(f"/planning/plans/{number}/ways").status_code == 404
    assert "小幅调整" in sign_in(factories.user("planner"), language="zh").get(answer.location).text
