"""The floor's pages: own lines only, once per tap, errors beside their field, a sheet to print."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import event, func, select

from tests import factories
from tests.production import plans
from tests.strangers import without_asker
from tileplan.catalog.models import Tile
from tileplan.kernel.db import session
from tileplan.materials.models import Material, RecipeLine
from tileplan.production import service
from tileplan.production.models import WorkOrder
from tileplan.stock.models import Lot, Movement


@pytest.fixture
def tile(app):
    made = factories.tile(code="P66-CEM-M")
    factories.plant(made, kilns=3)
    return made


@pytest.fixture
def works(tile):
    """Published work on lines K1 and K3, for one order."""
    order = factories.order(tile, number="SO-77001", customer_name="保密客户")
    plan = plans.plan()
    plans.lot(plan, tile, items=plans.items_of(order), refs=plans.refs_of(order))
    plans.lot(plan, tile, "L1-002", kiln="K3", start=12)
    service.publish(plan.number, by=factories.user("planner"), reason="the week")
    return {(one.lot_code, one.stage): one.number for one in plans.work()}


@pytest.fixture
def crew(works):
    return factories.user("supervisor", login="foreman", regions="K1;K2")


@pytest.fixture
def tablet(crew, sign_in):
    return sign_in("foreman")


def state(number: str) -> str:
    session.expire_all()
    return session.scalars(select(WorkOrder).where(WorkOrder.number == number)).one().state.value


def version(number: str) -> int:
    return session.scalars(select(WorkOrder.version).where(WorkOrder.number == number)).one()


def start(tablet, number: str, **data):
    return tablet.act(f"/production/{number}/start", data=data)


SORTED = {
    "area_a": "1440",
    "area_b": "14.4",
    "area_scrap": "",
    "shade": "a48",
    "calibre": "R",
    "warehouse": "WH1",
}


def test_a_supervisor_sees_the_own_lines_only(tablet, works):
    page = tablet.get("/production/").text
    assert works["L1-001", "firing"] in page
    assert works["L1-002", "firing"] not in page
    assert "K3" not in page


def test_others_see_every_line_and_have_no_buttons(works, sign_in):
    browser = sign_in("planner")
    page = browser.get("/production/").text
    assert all(number in page for number in works.values())
    assert "/start" not in page
    assert browser.get(f"/production/{works['L1-002', 'firing']}").status_code == 200
    assert start(browser, works["L1-001", "firing"]).status_code == 403


def test_work_of_another_line_answers_exactly_like_missing_work(tablet, works):
    strange = works["L1-002", "firing"]
    for path in ("/production/{}", "/production/{}/print", "/production/{}/qr.svg",
                 "/production/{}/pause", "/production/{}/finish"):  # fmt: skip
        foreign = tablet.get(path.format(strange))
        missing = tablet.get(path.format("WO-99999"))
        assert foreign.status_code == missing.status_code == 404
        assert without_asker(foreign, strange) == without_asker(missing, "WO-99999")
    assert start(tablet, strange).status_code == 404
    assert tablet.act(f"/production/{strange}/finish", data=SORTED).status_code == 404
    assert tablet.get("/production/?line=K3").status_code == 404
    assert state(strange) == "released"


def test_a_step_without_the_version_that_was_seen_is_a_conflict(tablet, works):
    number = works["L1-001", "firing"]
    assert tablet.post(f"/production/{number}/start").status_code == 409
    start(tablet, number)
    answer = tablet.post(f"/production/{number}/finish", data={"area_a": "1500"})
    assert answer.status_code == 409
    assert state(number) == "running"


def test_the_code_leads_to_the_public_address_whatever_host_was_asked(app, tablet, works):
    number = works["L1-001", "firing"]
    place = f"/production/{number}/qr.svg"
    config = app.extensions["tileplan"]
    app.extensions["tileplan"] = replace(config, public_url="http://127.0.0.1:1")
    asked = [tablet.get(place, headers={"Host": host}).data for host in ("a.example", "b.example")]
    app.extensions["tileplan"] = config
    assert asked[0] == asked[1] != tablet.get(place).data


def test_a_double_tap_starts_once_and_answers_the_same(tablet, works):
    number = works["L1-001", "firing"]
    tap = {"idempotency_key": "tap-1", "version": version(number)}
    answers = [start(tablet, number, **tap) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert state(number) == "running"


def test_a_stage_that_must_wait_says_why_on_its_page_and_nothing_moves(tablet, works):
    answer = start(tablet, works["L1-001", "sorting"])
    assert answer.status_code == 422
    assert f"({works['L1-001', 'firing']}) has not started yet" in answer.text
    assert state(works["L1-001", "sorting"]) == "released"
    start(tablet, works["L1-001", "firing"])
    start(tablet, works["L1-001", "sorting"])
    answer = tablet.act(f"/production/{works['L1-001', 'sorting']}/finish", data=SORTED)
    assert answer.status_code == 422
    assert "is not finished yet" in answer.text
    assert 'value="1440"' in answer.text
    assert state(works["L1-001", "sorting"]) == "running"


def test_pages_that_ask_what_cannot_be_done_any_more_say_so(tablet, works):
    number = works["L1-001", "firing"]
    for question in ("pause", "finish"):
        answer = tablet.get(f"/production/{number}/{question}")
        assert answer.status_code == 409
        assert "Released" in answer.text


def test_a_page_that_grew_old_gets_a_conflict_and_a_sentence(tablet, works):
    number = works["L1-001", "firing"]
    start(tablet, number, version="1")
    answer = start(tablet, number, version="1")
    assert answer.status_code == 409
    assert "Running" in answer.text


def test_work_is_carried_from_start_to_a_lot_in_stock(tablet, works):
    firing, sorting = works["L1-001", "firing"], works["L1-001", "sorting"]
    start(tablet, firing)
    assert tablet.get(f"/production/{firing}/finish").status_code == 200
    answer = tablet.act(f"/production/{firing}/finish", data={"area_a": "1,500"})
    assert answer.status_code == 303
    start(tablet, sorting)
    page = tablet.get(f"/production/{sorting}/finish").text
    assert tablet.act(f"/production/{sorting}/finish", data=SORTED).status_code == 303
    page = tablet.get(f"/production/{sorting}").text
    assert "1440.00 m²" in page
    assert "Reserved for SO-77001/1" in page
    lots = session.scalars(select(Lot).order_by(Lot.grade)).all()
    assert [(one.grade, one.shade, one.on_hand) for one in lots] == [
        ("A", "A48", 4000),
        ("B", "A48", 40),
    ]


def test_the_list_comes_back_with_its_filters(tablet, works):
    page = tablet.get("/production/?stage=firing").text
    back = re.search(r'name="back" value="([^"]+)"', page).group(1).replace("&amp;", "&")
    answer = start(tablet, works["L1-001", "firing"], back=back)
    assert answer.location.endswith("/production/?stage=firing")
    ask = tablet.get(f"/production/{works['L1-001', 'firing']}/pause", query_string={"back": back})
    assert 'href="/production/?stage=firing"' in ask.text


def test_a_stage_that_must_wait_has_no_button_to_start_and_says_why(tablet, works):
    firing, sorting = works["L1-001", "firing"], works["L1-001", "sorting"]
    for path in ("/production/?stage=sorting", f"/production/{sorting}"):
        page = tablet.get(path).text
        assert f"/production/{sorting}/start" not in page
        assert f"({firing}) has not started yet" in page
    start(tablet, firing)
    assert f"/production/{sorting}/start" in tablet.get(f"/production/{sorting}").text


def test_the_report_begins_empty_with_the_planned_figures_beside_the_fields(tablet, works):
    firing, sorting = works["L1-001", "firing"], works["L1-001", "sorting"]
    start(tablet, firing)
    tablet.act(f"/production/{firing}/finish", data={"area_a": "1,500"})
    start(tablet, sorting)
    page = tablet.get(f"/production/{sorting}/finish").text
    for field, planned in (("area_a", "1440.00"), ("area_b", "59.04"), ("area_scrap", "1.08")):
        tag = re.search(rf'<input[^>]*name="{field}"[^>]*>', page).group(0)
        assert 'value=""' in tag
        assert f'data-planned="{planned}"' in tag
    assert "as planned: 1,440" in page


def test_a_report_that_does_not_add_up_is_asked_about_before_anything_is_kept(tablet, works):
    firing, sorting = works["L1-001", "firing"], works["L1-001", "sorting"]
    start(tablet, firing)
    tablet.act(f"/production/{firing}/finish", data={"area_a": "1500"})
    start(tablet, sorting)
    short = {**SORTED, "area_a": "128", "area_b": "0"}
    asked = tablet.act(f"/production/{sorting}/finish", data=short)
    assert asked.status_code == 422
    assert "1,500.12 m² came in, you report 128.00. Is that right?" in asked.text
    assert 'name="area_a" value="128"' in asked.text
    assert 'name="sure_of" value="128"' in asked.text
    assert session.scalar(select(func.count()).select_from(Movement)) == 0
    assert state(sorting) == "running"
    other = tablet.act(
        f"/production/{sorting}/finish", data={**short, "area_a": "99", "sure_of": "128"}
    )
    assert other.status_code == 422, "another sum than the confirmed one"
    sure = tablet.act(f"/production/{sorting}/finish", data={**short, "sure_of": "128"})
    assert sure.status_code == 303
    assert state(sorting) == "finished"


def test_the_card_of_a_kiln_says_when_each_of_its_two_crews_begins(tablet, works):
    page = tablet.get("/production/?day=2026-11-23").text
    when = re.sub(r"<[^>]+>|\s+", " ", page[page.index("Planned time") :])
    assert re.search(r"forming from [^,]*07:00 *firing [^–]*08:00", when)


def test_the_sheet_has_what_came_out_once_it_is_finished(tablet, works):
    firing, sorting = works["L1-001", "firing"], works["L1-001", "sorting"]
    sheet = tablet.get(f"/production/{firing}/print").text
    came_out = sheet[sheet.index("What came out") :]
    assert "Grade A" not in came_out
    assert "Shade" not in came_out
    start(tablet, firing)
    tablet.act(f"/production/{firing}/finish", data={"area_a": "1500"})
    assert "1,500" in tablet.get(f"/production/{firing}/print").text.split("What came out")[1]
    start(tablet, sorting)
    tablet.act(f"/production/{sorting}/finish", data=SORTED)
    came_out = tablet.get(f"/production/{sorting}/print").text.split("What came out")[1]
    assert "A48" in came_out
    assert "foreman" in came_out


def test_a_report_sent_twice_is_received_once(tablet, works):
    firing, sorting = works["L1-001", "firing"], works["L1-001", "sorting"]
    start(tablet, firing)
    tablet.act(f"/production/{firing}/finish", data={"area_a": "1500"})
    start(tablet, sorting)
    data = {**SORTED, "idempotency_key": "report-1", "version": version(sorting)}
    answers = [tablet.act(f"/production/{sorting}/finish", data=data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    again = tablet.act(f"/production/{sorting}/finish", data=SORTED)
    assert again.status_code == 409, "another tablet, another key"
    assert session.scalar(select(func.count()).select_from(Movement)) == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("area_a", "-5"),
        ("area_a", "NaN"),
        ("area_a", "lots"),
        ("area_a", "2250.01"),
        ("area_a", "0.000000000001"),
        ("area_b", "1e9"),
        ("area_a", ""),
    ],
)
def test_absurd_quantities_are_refused_beside_the_field_and_nothing_typed_is_lost(
    tablet, works, field, value
):
    number = works["L1-001", "firing"]
    start(tablet, number)
    data = {"area_a": "1000", "area_b": "0", "area_scrap": "33.5", field: value}
    answer = tablet.act(f"/production/{number}/finish", data=data)
    assert answer.status_code == 422
    if field == "area_a":
        assert 'id="area_a-error"' in answer.text
    assert 'value="33.5"' in answer.text
    assert state(number) == "running"


def test_sorters_must_name_the_lot(tablet, works):
    firing, sorting = works["L1-001", "firing"], works["L1-001", "sorting"]
    start(tablet, firing)
    tablet.act(f"/production/{firing}/finish", data={"area_a": "1500"})
    start(tablet, sorting)
    answer = tablet.act(f"/production/{sorting}/finish", data={**SORTED, "shade": ""})
    assert answer.status_code == 422
    assert 'id="shade-error"' in answer.text
    assert session.scalar(select(func.count()).select_from(Movement)) == 0


def test_a_pause_is_one_tap_on_a_reason(tablet, works):
    number = works["L1-001", "firing"]
    start(tablet, number)
    page = tablet.get(f"/production/{number}/pause").text
    assert 'value="K01"' in page
    assert 'value="S03"' not in page
    assert tablet.act(f"/production/{number}/pause", data={"reason": "K01"}).status_code == 303
    assert state(number) == "paused"
    assert "K01 Kiln pile-up" in tablet.get(f"/production/{number}").text
    assert tablet.act(f"/production/{number}/pause", data={"reason": "K01"}).status_code == 409
    assert tablet.act(f"/production/{number}/resume").status_code == 303


def test_the_reasons_are_read_in_chinese(crew, works, sign_in):
    browser = sign_in("foreman", language="zh")
    number = works["L1-001", "firing"]
    start(browser, number)
    assert "叠砖" in browser.get(f"/production/{number}/pause").text
    browser.act(f"/production/{number}/pause", data={"reason": "K01"})
    assert "K01 叠砖" in browser.get(f"/production/{number}").text


def test_the_work_order_names_orders_but_neither_customer_nor_price(tablet, works):
    for path in ("", "/print"):
        page = tablet.get(f"/production/{works['L1-001', 'firing']}{path}").text
        assert "SO-77001/1" in page
        assert "保密客户" not in page
        assert "26.00" not in page
        assert "FG1, FG2" in page


def test_the_sheet_prints_with_a_code_that_leads_back(tablet, works):
    number = works["L1-001", "firing"]
    sheet = tablet.get(f"/production/{number}/print")
    assert sheet.status_code == 200
    assert f"/production/{number}/qr.svg" in sheet.text
    assert "production/print.css" in sheet.text
    code = tablet.get(f"/production/{number}/qr.svg")
    assert code.mimetype == "image/svg+xml"
    assert b"<svg" in code.data


def test_the_sheet_counts_pallets_in_whole_ones(tablet, works):
    pallet = Material(
        code="RM24", name_en="Pallet", name_zh="托盘", unit="pc", price=Decimal(38), lead_days=5,
        safety_days=5, group="packaging", order_multiple=Decimal(300),
    )  # fmt: skip
    session.add(pallet)
    session.flush()
    tile_id = session.scalars(select(Tile.id)).one()
    per_m2 = Decimal("0.0417")
    session.add(
        RecipeLine(tile_id=tile_id, material_id=pallet.id, quantity_per_m2=per_m2, unit="pc")
    )
    session.flush()
    sheet = tablet.get(f"/production/{works['L1-001', 'sorting']}/print").text
    assert re.search(r"RM24 Pallet</td><td class=\"num\">\d+ pc<", sheet)


def test_publishing_in_the_browser_says_how_many_work_orders_were_issued(tile, sign_in):
    plan = plans.plan()
    plans.lot(plan, tile)
    browser = sign_in("planner")
    answer = browser.post(f"/production/publish/{plan.number}", data={"reason": "the week"})
    assert answer.status_code == 303
    assert plan.number in answer.location
    assert "2 work orders issued" in browser.get("/production/").text
    refused = browser.post(f"/production/publish/{plan.number}", data={"reason": "again"})
    assert refused.status_code == 409


def test_only_who_may_publish_publishes(tile, sign_in):
    plan = plans.plan()
    plans.lot(plan, tile)
    for role in ("supervisor", "sales", "sales_manager", "warehouse"):
        answer = sign_in(role).post(f"/production/publish/{plan.number}", data={"reason": "x"})
        assert answer.status_code == 403
    assert plans.work() == []


def test_a_supervisor_without_a_line_is_told_what_to_do(works, sign_in):
    page = sign_in(factories.user("supervisor", regions="")).get("/production/").text
    assert "You have no line yet." in page


def test_the_list_costs_the_same_number_of_statements_however_long_it_is(tile, sign_in, database):
    plan = plans.plan()
    plans.lot(plan, tile)
    done = service.publish(plan.number, by=factories.user("planner"), reason="the week")
    browser = sign_in("planner")
    few = _statements(database, lambda: browser.get("/production/?day=2026-11-23"))
    for index in range(30):
        plans.lot(done.plan, tile, f"L2-{index:03d}", start=index, kiln=f"K{index % 3 + 1}")
    service.release(done.plan, by=None)
    many = _statements(database, lambda: browser.get("/production/?day=2026-11-23"))
    assert many == few


def _statements(database, ask) -> int:
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    session.commit()
    event.listen(database.engine, "before_cursor_execute", note)
    assert ask().status_code == 200
    event.remove(database.engine, "before_cursor_execute", note)
    return len(seen)


def test_stages_and_days_are_filters_that_survive_nonsense(tablet, works):
    page = tablet.get("/production/?stage=sorting&day=2026-11-23").text
    assert works["L1-001", "sorting"] in page
    assert f"/production/{works['L1-001', 'firing']}" not in page
    assert tablet.get("/production/?stage=nonsense&day=yesterday").status_code == 200
