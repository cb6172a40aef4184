"""Workflows, the journal, numbers and exact columns."""

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

import pytest

from tests import factories
from tileplan.catalog.models import Tile
from tileplan.kernel import db, documents, numbering
from tileplan.kernel.db import session
from tileplan.kernel.errors import Conflict, NotAllowed, Refused
from tileplan.kernel.words import say
from tileplan.kernel.workflow import Arrow, Workflow


class Light(StrEnum):
    RED = "red"
    GREEN = "green"


LIGHT = Workflow(
    kind="light",
    labels={Light.RED: say("Red"), Light.GREEN: say("Green")},
    arrows=(
        Arrow(Light.RED, "go", Light.GREEN, "light.go", say("Go"), is_primary=True),
        Arrow(Light.GREEN, "stop", Light.RED, "light.go", say("Stop"), needs_reason=True),
        Arrow(Light.GREEN, "fade", Light.RED, None, say("Fade")),
    ),
)
MAY = {"light.go"}


def test_a_step_is_taken_only_from_its_state_by_those_who_may_with_a_reason_where_needed():
    assert LIGHT.take("go", Light.RED, MAY, None).to is Light.GREEN
    with pytest.raises(Conflict):
        LIGHT.take("go", Light.GREEN, MAY, None)
    with pytest.raises(NotAllowed):
        LIGHT.take("go", Light.RED, set(), None)
    with pytest.raises(Refused) as refusal:
        LIGHT.take("stop", Light.GREEN, MAY, "  ")
    assert refusal.value.field == "reason"


@pytest.mark.parametrize("reason", ["\u200b\u200b\u2060", " ", "x" * 501])
def test_a_reason_that_nobody_can_see_or_read_is_refused(reason):
    arrow = next(arrow for arrow in LIGHT.arrows if arrow.needs_reason)
    with pytest.raises(Refused) as refusal:
        LIGHT.take(arrow.action, arrow.state, {arrow.permission}, reason)
    assert refusal.value.field == "reason"


def test_the_systems_steps_have_no_button_and_no_person_may_take_them():
    assert [arrow.action for arrow in LIGHT.actions(Light.GREEN, MAY)] == ["stop"]
    with pytest.raises(NotAllowed):
        LIGHT.take("fade", Light.GREEN, MAY, None)
    assert LIGHT.take("fade", Light.GREEN, None, None).to is Light.RED


def test_numbers_are_drawn_in_a_row_and_stay_above_what_came_from_outside(database):
    assert numbering.draw("SO") == "SO-00001"
    numbering.keep_above("SO-00621")
    numbering.keep_above("SO-00007")
    assert numbering.draw("SO") == "SO-00622"


def test_the_journal_keeps_who_what_and_why(database):
    user = factories.user("sales")
    documents.note("light", "L-1", "stop", by=user, states=("green", "red"), reason=" too bright ")
    session.flush()
    (entry,) = documents.journal("light", "L-1")
    assert (entry.by_name, entry.action, entry.reason) == (user.login, "stop", "too bright")


def test_decimals_come_back_exact_and_too_many_digits_are_refused(database):
    tile = factories.tile(box_area=Decimal("1.2345"))
    session.commit()
    session.expire_all()
    assert session.query(Tile).filter_by(id=tile.id).one().box_area == Decimal("1.2345")
    with pytest.raises(Exception, match="more than 4 decimals"):
        factories.tile(box_area=Decimal("1.23456"))


def test_naive_moments_are_refused():
    moment = db.Moment()
    dialect = db.make_engine("sqlite://").dialect
    with pytest.raises(ValueError, match="time zone"):
        moment.process_bind_param(datetime(2026, 1, 1), dialect)  # noqa: DTZ001
    kept = moment.process_bind_param(datetime(2026, 1, 1, tzinfo=UTC), dialect)
    assert moment.process_result_value(kept, dialect) == datetime(2026, 1, 1, tzinfo=UTC)
