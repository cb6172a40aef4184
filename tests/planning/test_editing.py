"""Drafts that are edited: every wish is a step, rows follow the step shown, nobody overwrites unseen."""

import threading
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from scheduler.reasons import Kind
from tests import factories
from tests.conftest import Database
from tests.planning import drafts
from tileplan.kernel import clock
from tileplan.kernel.db import session, transaction
from tileplan.kernel.errors import Conflict, NotFound, Outdated
from tileplan.planning import queries, service
from tileplan.planning.models import PlanStep
from tileplan.planning.rules.editing import Lock, Put, Repair, Shift, StepKind, Unlock
from tileplan.planning.service import editing
from tileplan.plant import queries as plant
from tileplan.plant.models import CalendarWindow, WindowKind

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Somebody:
    """Who edits, without a session."""

    id: int
    login: str
    permissions: Collection[str]


class Planner:
    """Somebody who edits one draft, always with the version that she saw last."""

    def __init__(self, number: str) -> None:
        self.number = number
        user = factories.user("planner")
        session.commit()
        self.user = Somebody(user.id, user.login, user.permissions)
        session.remove()
        self.seen = queries.plan(number).version

    def does(self, wish: Any) -> service.Edited:
        with transaction():
            done = service.edit(self.number, self.seen, wish, by=self.user)
            self.seen = done.plan.version
        drafts.agree(self.number)
        return done

    def goes(self, act: Any) -> service.Edited:
        with transaction():
            done = act(self.number, self.seen)
            self.seen = done.plan.version
        drafts.agree(self.number)
        return done

    def lots(self) -> list[Any]:
        """The lots of the draft, as they are fired."""
        session.remove()
        return sorted(queries.lots(queries.plan(self.number)), key=lambda lot: fired(lot).start_at)

    def first(self) -> Any:
        """The lot that is fired first."""
        return self.lots()[0]


def other(kiln: str) -> str:
    """The other kiln of the small plant."""
    return {"K1": "K2", "K2": "K1"}[kiln]


@pytest.fixture
def planner(database: Database) -> Planner:
    """A planner with a draft of six lots on two kilns."""
    return Planner(drafts.small().number)


def fired(lot: Any) -> Any:
    return next(row for row in lot.operations if row.stage == "firing")


def test_a_bar_is_put_elsewhere_and_pinned_there(planner: Planner) -> None:
    lot = planner.first()
    at, there = fired(lot).start_at + 30 * HOUR, other(fired(lot).resource)
    done = planner.does(Put((lot.code, "firing"), there, at))
    row = fired(drafts.lot(planner.number, lot.code))
    assert row.resource == there
    assert row.start_at >= at
    assert drafts.lot(planner.number, lot.code).kiln == there
    [pin] = done.state.pins
    assert (pin.lot, pin.stage, pin.resource) == (lot.code, "fire", there)
    assert done.state.axis.moment(pin.start) == row.start_at
    assert [one.code for one in done.lots if one.code == lot.code]
    planner.does(Repair())
    assert fired(drafts.lot(planner.number, lot.code)).start_at == row.start_at


def test_what_if_changes_nothing(planner: Planner) -> None:
    lot = planner.first()
    before = drafts.rows(planner.number)
    wish = Put((lot.code, "firing"), other(fired(lot).resource), fired(lot).start_at + 30 * HOUR)
    _, found, told = service.attempt(planner.number, wish)
    assert found.after is not None
    session.rollback()
    assert drafts.rows(planner.number) == before
    assert queries.steps(queries.plan(planner.number)) == []
    done = planner.does(wish)
    assert told == done.effects  # the ghost had told the truth


def test_undo_and_redo_go_through_every_step(planner: Planner) -> None:
    seen = [drafts.rows(planner.number)]
    start = fired(planner.first()).start_at
    for number in range(5):
        lot = planner.first()
        line = fired(lot).resource if number % 2 else other(fired(lot).resource)
        planner.does(Put((lot.code, "firing"), line, start + (10 + 7 * number) * HOUR))
        seen.append(drafts.rows(planner.number))
    for rows in reversed(seen[:-1]):
        planner.goes(service.undo)
        assert drafts.rows(planner.number) == rows
    with pytest.raises(Conflict, match="nothing to undo"):
        planner.goes(service.undo)
    for rows in seen[1:]:
        planner.goes(service.redo)
        assert drafts.rows(planner.number) == rows
    with pytest.raises(Conflict, match="nothing to do again"):
        planner.goes(service.redo)
    planner.goes(service.reset)
    assert drafts.rows(planner.number) == seen[0]


def test_an_edit_after_undo_ends_what_was_undone(planner: Planner) -> None:
    lot = planner.first()
    start = fired(lot).start_at
    planner.does(Put((lot.code, "firing"), other(fired(lot).resource), start + 20 * HOUR))
    planner.does(Put((lot.code, "firing"), fired(lot).resource, start + 40 * HOUR))
    planner.goes(service.undo)
    planner.does(Lock(((lot.code, "firing"),)))
    with pytest.raises(Conflict):
        planner.goes(service.redo)
    kinds = [step.kind for step in queries.steps(queries.plan(planner.number))]
    assert kinds == [StepKind.MADE, StepKind.PUT, StepKind.LOCKED]


def test_locked_bars_stand_and_unlocked_ones_give_way(planner: Planner) -> None:
    kiln = fired(planner.first()).resource
    first, second = [lot for lot in planner.lots() if fired(lot).resource == kiln][:2]
    planner.does(Lock(((second.code, "firing"),)))
    stood = fired(second).start_at
    planner.does(Put((first.code, "firing"), kiln, stood - HOUR))
    assert fired(drafts.lot(planner.number, second.code)).start_at == stood
    planner.does(Unlock(((second.code, "firing"), (first.code, "firing"))))
    planner.does(Put((first.code, "firing"), kiln, stood - HOUR))
    assert fired(drafts.lot(planner.number, second.code)).start_at > stood


def test_several_bars_are_shifted_as_one_step(planner: Planner) -> None:
    bars = tuple((lot.code, "firing") for lot in planner.lots())
    before = {code: fired(drafts.lot(planner.number, code)).start_at for code, _ in bars}
    done = planner.does(Shift(bars, 300))
    assert len(done.effects.landed) == len(bars)
    for code, at in before.items():
        assert fired(drafts.lot(planner.number, code)).start_at == at + 5 * HOUR
    planner.does(Shift(bars, -120))
    for code, at in before.items():
        assert fired(drafts.lot(planner.number, code)).start_at == at + 3 * HOUR
    planner.goes(service.undo)
    planner.goes(service.undo)
    assert queries.plan(planner.number).step == 0


def test_what_cannot_be_is_refused_with_the_reason_and_nothing_changes(planner: Planner) -> None:
    lot, before = planner.first(), drafts.rows(planner.number)
    code, at = lot.code, fired(lot).start_at
    for bar, line in (((code, "sorting"), "K1"), ((code, "firing"), "FG1")):
        with pytest.raises(service.Impossible) as no:
            planner.does(Put(bar, line, at))
        assert [reason.kind for reason in no.value.reasons] == [Kind.NOT_ABLE]
    for bar in (("L9-999", "firing"), (code, "painting"), (code, "forming")):
        with pytest.raises(NotFound):
            planner.does(Put(bar, "K1", at))
    assert drafts.rows(planner.number) == before


def test_two_planners_cannot_overwrite_each_other_unseen(planner: Planner) -> None:
    second = Planner(planner.number)
    lot = planner.first()
    code, kiln, at = lot.code, fired(lot).resource, fired(lot).start_at
    planner.does(Put((code, "firing"), other(kiln), at + 9 * HOUR))
    with pytest.raises(Outdated, match=planner.user.login):
        second.does(Put((code, "firing"), kiln, at))
    second.seen = planner.seen
    second.does(Put((code, "firing"), kiln, at + 4 * HOUR))
    with pytest.raises(Outdated, match=second.user.login):
        planner.goes(service.undo)


def test_a_published_plan_never_changes_and_a_copy_of_it_does(database: Database) -> None:
    first = drafts.published().number
    planner = Planner(first)
    lot = planner.first()
    code, there, at = lot.code, other(fired(lot).resource), fired(lot).start_at
    with pytest.raises(Conflict, match="Edit a copy"):
        planner.does(Put((code, "firing"), there, at))
    with transaction():
        number = service.copy(first, by=planner.user).number
    drafts.agree(number)
    was = drafts.rows(first)
    assert drafts.rows(number).keys() == was.keys()
    Planner(number).does(Put((code, "firing"), there, at + 20 * HOUR))
    assert drafts.rows(first) == was
    with transaction():
        service.publish(number, by=planner.user, reason="moved")
    assert queries.published().number == number


def test_a_copy_of_a_draft_has_its_pins(planner: Planner) -> None:
    lot = planner.first()
    planner.does(
        Put((lot.code, "firing"), other(fired(lot).resource), fired(lot).start_at + 20 * HOUR)
    )
    with transaction():
        number = service.copy(planner.number, by=planner.user).number
    drafts.agree(number)
    assert drafts.rows(number) == drafts.rows(planner.number)
    assert len(service.state_of(queries.plan(number)).pins) == 1


def test_a_copy_is_made_as_the_floor_stands(database: Database) -> None:
    made = drafts.published()
    planner = Planner(made.number)
    first = planner.first()
    began = fired(first).start_at + HOUR
    with clock.stopped_at(began), transaction():
        service.note_started(fired(first).id, began)
    with clock.stopped_at(began + HOUR), transaction():
        number = service.copy(made.number, by=planner.user).number
    drafts.agree(number)
    copied = drafts.lot(number, first.code)
    assert fired(copied).started_at == began
    mine = Planner(number)
    with pytest.raises(service.Impossible):
        mine.does(Put((first.code, "firing"), other(fired(first).resource), began + 20 * HOUR))


def test_a_draft_is_brought_up_to_date_with_the_floor(database: Database) -> None:
    made = drafts.published()
    planner = Planner(made.number)
    with transaction():
        number = service.copy(made.number, by=planner.user).number
    mine = Planner(number)
    first = mine.first()
    moved = mine.lots()[-1]
    mine.does(
        Put((moved.code, "firing"), other(fired(moved).resource), fired(moved).start_at + 30 * HOUR)
    )
    stood = fired(drafts.lot(number, moved.code)).start_at
    began = fired(drafts.lot(made.number, first.code)).start_at + timedelta(minutes=10)
    with clock.stopped_at(began), transaction():
        service.note_started(fired(drafts.lot(made.number, first.code)).id, began)
    with pytest.raises(Conflict, match="has begun since"), transaction():
        service.publish(number, by=planner.user, reason="too late")
    with clock.stopped_at(began + HOUR), transaction():
        service.renew(number, mine.seen, by=planner.user)
    drafts.agree(number)
    assert fired(drafts.lot(number, first.code)).started_at == began
    assert fired(drafts.lot(number, moved.code)).start_at == stood
    mine.seen = queries.plan(number).version
    with pytest.raises(Conflict, match="nothing to undo"):
        mine.goes(service.undo)
    with clock.stopped_at(began + HOUR), transaction():
        service.publish(number, by=planner.user, reason="now it is")


def test_steps_are_kept_small(planner: Planner) -> None:
    lot = planner.first()
    planner.does(
        Put((lot.code, "firing"), other(fired(lot).resource), fired(lot).start_at + 9 * HOUR)
    )
    steps = list(session.scalars(select(PlanStep).order_by(PlanStep.position)))
    assert [step.problem for step in steps] == [None, None]
    assert [step.lots for step in steps] == [None, None]


def closed_today(from_hour: int, to_hour: int) -> None:
    """Close every line of the plant for some hours of the day after tomorrow."""
    [calendar] = plant.calendars()
    session.add(
        CalendarWindow(
            calendar_id=calendar.id,
            kind=WindowKind.CLOSED_ONCE,
            day=clock.today() + timedelta(days=2),
            from_minute=from_hour * 60,
            to_minute=to_hour * 60,
            reason="maintenance",
        )
    )
    session.commit()


def test_maintenance_is_respected_after_a_drag(database: Database) -> None:
    factories.plant(factories.tile(), kilns=1)
    closed_today(10, 16)
    session.remove()
    planner = Planner(drafts.draft_of_orders().number)
    lot = planner.first()
    day = clock.today() + timedelta(days=2)
    shut, open_again = clock.at_plant(day, 10 * 60), clock.at_plant(day, 16 * 60)
    done = planner.does(Put((lot.code, "firing"), "K1", clock.at_plant(day, 12 * 60)))
    assert Kind.CLOSED in {reason.kind for reason in done.reasons}
    for each in planner.lots():
        row = fired(each)
        assert row.end_at <= shut or row.start_at >= open_again


def edits_at_once(number: str, seen: int, bars: list[tuple[str, str]], user: Somebody) -> list[str]:
    """Lock bars of one draft in so many threads at once, all with the version seen; who got through."""
    barrier = threading.Barrier(len(bars))
    through: list[str] = []

    def one(bar: tuple[str, str]) -> None:
        barrier.wait()
        try:
            with transaction():
                service.edit(number, seen, Lock((bar,)), by=user)
        except (Conflict, IntegrityError, StaleDataError, OperationalError):
            return
        through.append(bar[0])

    threads = [threading.Thread(target=one, args=(bar,)) for bar in bars]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return through


def test_of_many_who_edit_the_same_version_at_once_one_gets_through(planner: Planner) -> None:
    bars = [(lot.code, "firing") for lot in drafts.lots(planner.number)]
    through = edits_at_once(planner.number, planner.seen, bars, planner.user)
    assert len(through) == 1
    drafts.agree(planner.number)
    with transaction(writing=False):
        steps = queries.steps(queries.plan(planner.number))
    assert [step.detail.get("lots") for step in steps][1:] == [through]


def test_its_twin_that_does_not_look_at_the_version_lets_several_through(
    planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editing, "editable", lambda number, _seen: queries.plan(number))
    through = []
    for lot in drafts.lots(planner.number):
        through += edits_at_once(planner.number, planner.seen, [(lot.code, "firing")], planner.user)
    assert len(through) > 1
