"""Why a lot is late, or where it is: asked of real plans, told in both languages, by whoever may see plans."""

import html
import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from scheduler.explain import Campaign, Surroundings
from scheduler.plan import Operation
from scheduler.reasons import Kind, Reason
from tests import factories
from tests.planning import answers, boards
from tests.planning.boards import hours
from tests.planning.test_reasons import in_language, no_machine_talk
from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.planning import queries, service
from tileplan.planning.models import PlannedLot, PlannedOperation, PlanVersion, Run
from tileplan.planning.translate import Axis, Names
from tileplan.planning.translate.surroundings import fact_text, place_texts

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
EPOCH = datetime.fromisoformat("2026-11-23T06:00:00+08:00")
NAMES = Names(Axis(EPOCH), tiles={"L1": "P66-A"})


@pytest.fixture
def busy(app: Any) -> PlanVersion:
    """A plan of one kiln: a great order and one more were due yesterday, a small one is in a month."""
    tiles = [factories.tile() for _ in range(3)]
    factories.plant(*tiles)
    for tile, days, pieces in zip(tiles, (-1, -1, 30), (60_000, 20_000, 4_000), strict=True):
        factories.order(tile, pieces=pieces, due_on=clock.today() + timedelta(days=days))
    return answers.plan()[1]


def lots(plan: PlanVersion) -> tuple[list[PlannedLot], list[PlannedLot]]:
    """The late lots of a plan, in the order of the kiln, and those in time."""
    found = sorted(queries.lots(plan), key=lambda lot: lot.operations[0].start_at)
    return [lot for lot in found if lot.late_minutes], [
        lot for lot in found if not lot.late_minutes
    ]


def page(client: Any, plan: PlanVersion, code: str) -> str:
    answer = client.get(f"/planning/plans/{plan.number}/lots/{code}/why")
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def words(markup: str) -> str:
    """What a page says, without its mark-up."""
    return html.unescape(re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", markup)))


@on_sqlite
def test_a_late_lot_is_told_with_its_order_and_what_runs_ahead_of_it(
    busy: PlanVersion, sign_in: Any
) -> None:
    first, second = lots(busy)[0]
    order = second.pegs[0].item_ref
    said = page(sign_in("planner"), busy, second.code)
    assert "<h3>Why it is late</h3>" in said
    assert f'data-lot="{first.code}"' in said
    yesterday = clock.today() - timedelta(days=1)
    assert f"Due on {yesterday} for {order}" in words(said)
    assert f'href="/orders/{order.split("/")[0]}"' in said
    assert "Even with the whole plant to itself" in words(said)
    assert "In Firing only K1 can do it." in words(said)


@on_sqlite
def test_what_helps_has_its_price_and_the_orders_that_slip(busy: PlanVersion, sign_in: Any) -> None:
    first, second = lots(busy)[0]
    told = service.why(busy, second)
    assert told.is_late
    assert told.helps
    assert [one.cents for one in told.helps] == sorted(one.cents for one in told.helps)
    said = words(page(sign_in("planner"), busy, second.code))
    assert "What would help" in said
    assert re.search(r"What would help (Put it on K1 at|Put it first on K1|Let it go ahead)", said)
    assert re.search(r"the plan costs ¥[\d,]+ (more|less)", said)
    slipping = next(one for one in told.helps if one.slips)
    assert slipping.slips[0][0] == first.pegs[0].item_ref
    assert f"Later then: {first.pegs[0].item_ref} by" in said


@on_sqlite
def test_a_lot_in_time_is_told_by_its_place_and_its_slack(busy: PlanVersion, sign_in: Any) -> None:
    [lot] = lots(busy)[1]
    said = page(sign_in("planner"), busy, lot.code)
    assert "<h3>Why it is here</h3>" in said
    assert "It is in time: ready at" in words(said)
    assert "on K1 behind" in words(said)
    assert "What would help" not in said


@on_sqlite
def test_a_chinese_page_has_no_english_in_it(busy: PlanVersion, sign_in: Any) -> None:
    late, in_time = lots(busy)
    client = sign_in("planner", language="zh")
    for lot in (*late, *in_time):
        said = words(page(client, busy, lot.code))
        known = {lot.tile.code for lot in (*late, *in_time)}
        for name in (*known, *(lot.code for lot in (*late, *in_time))):
            said = said.replace(name, "")
        assert set(re.findall("[A-Za-z]{3,}", said)) == set(), said
        assert ("为什么延期" in said) == bool(lot.late_minutes)


@on_sqlite
def test_it_is_part_of_the_panel_and_asked_for_by_itself(busy: PlanVersion, sign_in: Any) -> None:
    lot = lots(busy)[0][0]
    panel = sign_in("planner").get(f"/planning/plans/{busy.number}/lots/{lot.code}")
    assert panel.get_data(as_text=True).count("data-why") == 1


def test_only_who_may_see_plans_may_ask_why(busy: PlanVersion, sign_in: Any, client: Any) -> None:
    place = f"/planning/plans/{busy.number}/lots/{lots(busy)[0][0].code}/why"
    assert sign_in("sales_manager").get(place).status_code == 200
    assert sign_in("warehouse").get(place).status_code == 403
    assert client.get(place).status_code in (302, 303)


@on_sqlite
def test_a_lot_or_a_plan_that_is_not_there_is_not_found(busy: PlanVersion, sign_in: Any) -> None:
    client = sign_in("planner")
    assert client.get(f"/planning/plans/{busy.number}/lots/NONE/why").status_code == 404
    assert client.get("/planning/plans/PL-99999/lots/NONE/why").status_code == 404


@on_sqlite
@pytest.mark.parametrize(
    ("problem", "plan", "note"),
    [
        (None, None, "is no longer kept"),
        ("{}", None, "cannot be read any more"),
        (None, "{}", "is no longer kept"),
        ("kept", "{}", "cannot be read any more"),
        ("renamed", None, "do not fit together"),
        ("without lots", None, "nothing of this lot was left"),
    ],
)
def test_a_plan_whose_question_is_gone_or_does_not_fit_says_so(
    busy: PlanVersion, sign_in: Any, problem: str | None, plan: str | None, note: str
) -> None:
    asked = service.state_of(busy).problem
    others = {"renamed": {"name": "another"}, "without lots": {"lots": [], "pins": []}}
    texts = {"kept": asked.to_json(), "{}": "{}", None: None}
    for name, change in others.items():
        texts[name] = _changed(asked, change)
    session.execute(update(Run).values(problem=texts[problem]))
    if plan is not None:
        session.execute(update(PlanVersion).values(plan=plan))
    service.states._shelf._kept.clear()  # as another process would read it
    lot = lots(busy)[0][0]
    said = words(page(sign_in("planner"), busy, lot.code))
    assert note in said
    assert "Due on" in said


def _changed(asked: Any, change: dict[str, Any]) -> str:
    return json.dumps(asked.to_dict() | change)


@on_sqlite
def test_work_that_has_begun_is_told_as_a_fact_and_not_put_elsewhere(busy: PlanVersion) -> None:
    lot = lots(busy)[0][1]
    firing = next(row for row in lot.operations if row.stage == "firing")
    firing.started_at = firing.start_at + timedelta(minutes=25)
    session.flush()
    told = service.why(busy, lot)
    said = [str(text) for group in told.told for text in group]
    assert any("Firing has run on K1 since" in one and "25 min later" in one for one in said)
    assert told.helps == ()
    assert "has begun" in str(told.note)


@on_sqlite
def test_a_lot_that_is_done_is_told_by_its_facts_alone(busy: PlanVersion) -> None:
    lot = lots(busy)[0][0]
    for row in lot.operations:
        row.started_at, row.finished_at = row.start_at, row.end_at + timedelta(minutes=5)
    session.flush()
    told = service.why(busy, lot)
    assert (told.helps, told.note) == ((), None)
    said = [str(text) for group in told.told for text in group]
    assert len(said) == 1 + len(lot.operations)
    assert all("5 min later than planned" in one for one in said[1:])


@on_sqlite
def test_names_with_mark_up_stay_words(app: Any, sign_in: Any) -> None:
    tiles = factories.tile("<img src=x>"), factories.tile("<b>B</b>")
    factories.plant(*tiles)
    for tile in tiles:
        factories.order(tile, pieces=9_000, due_on=clock.today() - timedelta(days=1))
    plan = answers.plan()[1]
    first, second = lots(plan)[0]
    said = page(sign_in("planner"), plan, second.code)
    assert html.escape(first.tile.code) in said
    assert "<img" not in said
    assert "<b>B" not in said


@on_sqlite
def test_a_plan_drawn_without_a_question_still_tells_its_dates(app: Any, sign_in: Any) -> None:
    boards.ten_lots()
    plan = queries.plan("PLAN-00001")
    client = sign_in("planner")
    assert "for stock; no order waits" in words(page(client, plan, "L0010"))
    assert "is no longer kept" in words(page(client, plan, "L0003"))


def step(lot: str, start: int, end: int, resource: str = "K1") -> Operation:
    return Operation(lot, "fire", resource, start, end)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_sentence_about_a_place_is_said_in_both_languages(language: str) -> None:
    here = Surroundings(
        step=step("L1", 4567, 4867),
        before=step("L0", 0, 60),
        changeover=90,
        after=step("L2", 5000, 5200),
        campaign=Campaign("F-9", ("L0", "L1"), 0, 4867),
        closed=(4900, 4960),
        held=(Reason(Kind.PIN, "L1", "fire", "K1"),),
    )
    shapes = [
        here,
        replace(here, changeover=0),
        replace(here, before=None),
        replace(here, before=None, changeover=0, after=None, closed=None, campaign=None, held=()),
    ]
    for shape in shapes:
        for text in place_texts(shape, NAMES):
            said = in_language(text, language)
            assert said.endswith(("。", "."))
            no_machine_talk(said, language)
    assert [len(place_texts(shape, NAMES)) for shape in shapes] == [5, 5, 5, 1]
    assert "11-26 10:07" in in_language(place_texts(here, NAMES)[1], language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_fact_of_the_floor_is_said_in_both_languages(language: str) -> None:
    def row(**facts: Any) -> PlannedOperation:
        return PlannedOperation(
            stage="firing", resource="K1", start_at=EPOCH, end_at=EPOCH + hours(5), **facts
        )

    late = EPOCH + hours(1)
    rows = [
        row(started_at=EPOCH),
        row(started_at=late),
        row(started_at=EPOCH, paused_at=late),
        row(started_at=EPOCH, finished_at=EPOCH + hours(5)),
        row(started_at=EPOCH, finished_at=EPOCH + hours(6)),
    ]
    said = [in_language(text, language) for one in rows if (text := fact_text(one)) is not None]
    assert len(set(said)) == len(rows)
    for one in said:
        no_machine_talk(one, language)
    assert fact_text(row()) is None
