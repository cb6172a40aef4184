"""Where an order is: told to its own people only, without prices, at a constant cost."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event

from tests import factories
from tests.production import plans
from tests.strangers import without_asker
from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.production import service
from tileplan.production.rules import Report
from tileplan.stock import service as stock
from tileplan.tracking import queries


@pytest.fixture
def tile(app):
    made = factories.tile(code="P66-CEM-M")
    factories.plant(made)
    return made


@pytest.fixture
def anna(app):
    return factories.user("sales", login="anna", regions="GD")


@pytest.fixture
def bert(app):
    return factories.user("sales", login="bert", regions="SC")


def published(tile, order, **values):
    plan = plans.plan()
    plans.lot(plan, tile, items=plans.items_of(order), refs=plans.refs_of(order), **values)
    service.publish(plan.number, by=factories.user("planner"), reason="the week")
    return plans.work()


def said(number: str) -> list[str]:
    story = queries.journey(number)
    return [str(step.label) for step in story.items[0].journey.steps]


def test_an_item_is_followed_from_the_plan_into_stock(tile, anna):
    with clock.stopped_at(plans.EPOCH):
        order = factories.order(tile, owner=anna, pieces=4000)
        assert queries.journey(order.number).items[0].journey.headline == "Waiting for the plan"
        firing, sorting = published(tile, order)
    crew = factories.user("supervisor", regions="K1")
    told = queries.journey(order.number).items[0].journey
    assert told.headline == "In the plan"
    with clock.stopped_at(plans.EPOCH + timedelta(hours=1)):
        service.act(firing.number, "start", by=crew)
        assert queries.journey(order.number).items[0].journey.headline == "Forming and firing"
        service.finish(firing.number, Report(Decimal(1500)), by=crew)
        service.act(sorting.number, "start", by=crew)
        service.finish(
            sorting.number,
            Report(Decimal(1440), shade="A48", calibre="R", warehouse="WH1"),
            by=crew,
        )
    told = queries.journey(order.number).items[0].journey
    assert told.is_ready
    assert told.steps[-1].note == "shade A48"
    assert said(order.number) == [
        "Ordered", "Reviewed and confirmed", "Forming and firing", "Sorting, packing", "Ready",
    ]  # fmt: skip
    assert all(step.is_actual for step in told.steps)


def test_an_item_served_from_stock_is_ready_with_its_shade(tile, anna):
    order = factories.order(tile, owner=anna)
    lot = factories.lot(tile, shade="C26")
    stock.reserve(lot.id, f"{order.number}/1", 400)
    told = queries.journey(order.number).items[0].journey
    assert told.headline == "Ready, from stock"
    assert "C26" in str(told.steps[-2].note)


def test_a_draft_plan_promises_nothing(tile, anna):
    order = factories.order(tile, owner=anna)
    plan = plans.plan()
    plans.lot(plan, tile, items=plans.items_of(order), refs=plans.refs_of(order))
    assert queries.journey(order.number).items[0].journey.headline == "Waiting for the plan"


def test_a_strangers_order_answers_exactly_like_a_missing_one(tile, anna, bert, sign_in):
    factories.order(tile, owner=bert, number="SO-88001", customer_name="伯特的客户")
    factories.order(tile, owner=anna, number="SO-88002")
    browser = sign_in("anna")
    assert browser.get("/tracking/SO-88002").status_code == 200
    for path in ("/tracking/{}", "/tracking/{}/summary"):
        foreign = browser.get(path.format("SO-88001"))
        missing = browser.get(path.format("SO-99999"))
        assert foreign.status_code == missing.status_code == 404
        assert without_asker(foreign, "SO-88001") == without_asker(missing, "SO-99999")
    for query in ("", "?q=SO-88001", "?q=88001", "?q=伯特"):
        assert "伯特的客户" not in browser.get(f"/tracking/{query}").text
    assert sign_in("sales_manager").get("/tracking/SO-88001").status_code == 200


def test_the_pages_show_no_price(tile, anna, sign_in):
    number = factories.order(tile, owner=anna, price=Decimal("987.65")).number
    browser = sign_in("anna")
    for path in ("/tracking/", f"/tracking/{number}", f"/tracking/{number}/summary"):
        page = browser.get(path)
        assert page.status_code == 200
        assert "987.65" not in page.text


def test_the_summary_is_a_piece_of_a_page(tile, anna, sign_in):
    number = factories.order(tile, owner=anna).number
    page = sign_in("anna").get(f"/tracking/{number}/summary").text
    assert "<html" not in page
    assert "Waiting for the plan" in page


def test_late_is_told_with_its_days(tile, anna, sign_in):
    with clock.stopped_at(plans.EPOCH):
        order = factories.order(tile, owner=anna, due_on=(plans.EPOCH - timedelta(days=3)).date())
        number = order.number
        published(tile, order)
        page = sign_in("anna").get(f"/tracking/{number}").text
    assert "3 days late" in page


def test_one_day_late_is_one_day(tile, anna, sign_in):
    with clock.stopped_at(plans.EPOCH):
        order = factories.order(tile, owner=anna, due_on=(plans.EPOCH - timedelta(days=1)).date())
        number = order.number
        published(tile, order)
        assert "1 day late" in sign_in("anna").get(f"/tracking/{number}").text
        assert "晚 1 天" in sign_in("anna", language="zh").get(f"/tracking/{number}").text


def test_a_full_number_opens_the_order_and_a_part_lists_them(tile, anna, sign_in):
    factories.order(tile, owner=anna, number="SO-88001")
    factories.order(tile, owner=anna, number="SO-88002")
    browser = sign_in("anna")
    assert browser.get("/tracking/?q=so-88001").location.endswith("/tracking/SO-88001")
    listed = browser.get("/tracking/?q=8800").text
    assert "SO-88001" in listed
    assert "SO-88002" in listed
    assert "No order was found" in browser.get("/tracking/?q=nobody").text


def test_roles_without_the_right_are_refused(tile, sign_in):
    for role in ("supervisor", "warehouse", "purchasing", "quality"):
        assert sign_in(role).get("/tracking/").status_code == 403


def test_the_list_is_paged_and_costs_a_constant_number_of_statements(tile, anna, sign_in, database):
    factories.order(tile, owner=anna)
    browser = sign_in("anna")
    few = _statements(database, lambda: browser.get("/tracking/"))
    for _ in range(59):
        factories.order(tile, owner=anna, items=2)
    many = _statements(database, lambda: browser.get("/tracking/"))
    assert many == few
    first = browser.get("/tracking/").text
    assert "Next page" in first
    assert first.count('<a href="/tracking/SO-') == 50


def _statements(database, ask) -> int:
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    session.commit()
    event.listen(database.engine, "before_cursor_execute", note)
    assert ask().status_code == 200
    event.remove(database.engine, "before_cursor_execute", note)
    return len(seen)
