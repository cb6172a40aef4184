"""The published plan's requirements, on the page, on paper and for one material."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event

from tests import factories
from tests.production import plans
from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.kernel.errors import Refused
from tileplan.materials.models import (
    ExpectedDelivery,
    Material,
    MaterialBatch,
    RecipeLine,
    Supplier,
)
from tileplan.purchasing import queries

MONDAY = date(2026, 11, 23)


@pytest.fixture
def now():
    with clock.stopped_at(plans.EPOCH):
        yield plans.EPOCH


@pytest.fixture
def tile(app):
    made = factories.tile(code="P66-CEM-M")
    factories.plant(made)
    return made


def material(code: str, group: str, unit: str = "t", **values) -> Material:
    made = Material(
        code=code,
        name_en=values.pop("name_en", f"Material {code}"),
        name_zh=f"原料{code}",
        unit=unit,
        price=Decimal(100),
        lead_days=values.pop("lead_days", 7),
        safety_days=values.pop("safety_days", 0),
        group=group,
        order_multiple=values.pop("multiple", Decimal(0)),
    )
    session.add(made)
    session.flush()
    return made


def recipe(tile, of: Material, per_m2: str, unit: str) -> None:
    session.add(
        RecipeLine(tile_id=tile.id, material_id=of.id, quantity_per_m2=Decimal(per_m2), unit=unit)
    )
    session.flush()


def batch(of: Material, quantity: str) -> None:
    session.add(
        MaterialBatch(material_id=of.id, batch="B1", quantity=Decimal(quantity), received_on=MONDAY)
    )
    session.flush()


def delivery(of: Material, quantity: str, on: date) -> None:
    supplier = Supplier(code=f"S-{of.code}", name="供应商", payment_days=0)
    session.add(supplier)
    session.flush()
    session.add(
        ExpectedDelivery(
            purchase_order="PO-1",
            material_id=of.id,
            supplier_id=supplier.id,
            quantity=Decimal(quantity),
            expected_on=on,
        )
    )
    session.flush()


def published(tile, *, starts=(48,)):
    """A published plan of lots of 1,500 m²; its epoch is 08:00 on Monday the 23rd."""
    plan = plans.plan()
    for index, start in enumerate(starts):
        plans.lot(plan, tile, f"L1-{index:03d}", start=start)
    plan.state, plan.published_at = "published", plans.EPOCH
    session.flush()
    return plan


def test_without_a_published_plan_nothing_is_required(tile):
    plans.plan()
    assert queries.published() is None


def test_a_lot_takes_its_recipe_times_the_square_metres_of_the_kiln(tile, now):
    clay = material("RM01", "body")
    recipe(tile, clay, "2.89888", "kg")
    batch(clay, "10")
    line = queries.requirements(published(tile)).line("RM01")
    assert line.need == Decimal("4.34832")
    assert line.on_hand == 10
    assert line.days[-1].balance == Decimal("5.65168")


def test_body_is_needed_two_days_before_forming_and_boxes_at_sorting(tile, now):
    for code, group in (("RM01", "body"), ("RM22", "packaging"), ("EN01", "energy")):
        recipe(tile, material(code, group, unit="kg"), "1", "kg")
    found = queries.requirements(published(tile, starts=(72,)))
    needed = {one.material.code: [row.on for row in one.days if row.need] for one in found.lines}
    assert needed["RM01"] == [MONDAY + timedelta(days=1)]
    assert needed["RM22"] == [MONDAY + timedelta(days=3)]
    assert needed["EN01"] == [MONDAY + timedelta(days=3)]


def test_what_should_have_been_milled_before_the_plan_begins_is_needed_at_once(tile, now):
    clay = material("RM01", "body", unit="kg")
    recipe(tile, clay, "1", "kg")
    line = queries.requirements(published(tile, starts=(0,))).line("RM01")
    assert {row.on: row.need for row in line.days if row.need} == {MONDAY: Decimal(1500)}


def test_expected_deliveries_count_on_their_day_and_overdue_ones_at_once(tile, now):
    clay, grit = material("RM01", "body", unit="kg"), material("RM18", "glaze", unit="kg")
    for one in (clay, grit):
        recipe(tile, one, "1", "kg")
    delivery(clay, "900", MONDAY - timedelta(days=5))
    delivery(grit, "2000", MONDAY + timedelta(days=1))
    found = queries.requirements(published(tile))
    assert found.line("RM01").days[0].expected == 900
    assert found.line("RM18").days[1].expected == 2000
    assert found.line("RM18").verdict.first_short_on is None


def test_the_most_pressing_material_comes_first_with_its_days_too_late(tile, now):
    slow = material("RM12", "body", lead_days=15, multiple=Decimal(5))
    fast = material("RM13", "glaze", lead_days=1, multiple=Decimal(10))
    plenty = material("RM14", "glaze")
    for one in (slow, fast, plenty):
        recipe(tile, one, "2", "kg")
    batch(plenty, "100")
    found = queries.requirements(published(tile, starts=(120,)))
    wanted = [one for one in found.to_order() if one.material.code != "CLAY"]
    assert [one.material.code for one in wanted] == ["RM12", "RM13"]
    verdict = wanted[0].verdict
    assert verdict.first_short_on == MONDAY + timedelta(days=3)
    assert verdict.order_by == MONDAY - timedelta(days=12)
    assert verdict.days_too_late == 12
    assert verdict.suggested == 5
    assert wanted[1].verdict.days_too_late == 0
    assert wanted[1].verdict.suggested == 10


def test_energy_is_drawn_not_stocked(tile, now):
    recipe(tile, material("EN01", "energy", unit="m3"), "2.11", "m3")
    line = queries.requirements(published(tile)).line("EN01")
    assert line.need == Decimal(3165)
    assert line.verdict is None


def test_a_recipe_in_an_impossible_unit_is_refused_naming_both(tile, now):
    recipe(tile, material("RM22", "packaging", unit="pc"), "1", "kg")
    with pytest.raises(Refused, match="kg"):
        queries.requirements(published(tile))


def test_the_page_lists_by_day_and_by_material(tile, now, sign_in):
    clay = material("RM01", "body", multiple=Decimal(60))
    recipe(tile, clay, "2.89888", "kg")
    published(tile, starts=(72,))
    browser = sign_in("purchasing")
    page = browser.get("/purchasing/").text
    assert "2026-11-24" in page
    assert "too late by 6 days" in page
    assert "4.35" in page
    assert "RM01" in browser.get("/purchasing/?view=materials").text
    detail = browser.get("/purchasing/RM01").text
    assert "short on 2026-11-24" in detail
    assert browser.get("/purchasing/RM99").status_code == 404


def test_without_a_plan_the_page_says_what_to_do(tile, sign_in):
    assert "No plan is published yet." in sign_in("purchasing").get("/purchasing/").text


def test_only_who_buys_or_plans_sees_requirements(tile, sign_in):
    for role in ("sales", "supervisor", "finance"):
        assert sign_in(role).get("/purchasing/").status_code == 403
        assert sign_in(role).get("/purchasing/requirements.csv").status_code == 403


def test_the_file_opens_in_a_spreadsheet_in_chinese_and_runs_no_formula(tile, now, sign_in):
    clay = material("RM01", "body", name_en="=HYPERLINK(1)")
    recipe(tile, clay, "2", "kg")
    published(tile, starts=(72,))
    answer = sign_in("purchasing").get("/purchasing/requirements.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    row = next(row for row in rows if row[1] == "RM01")
    assert row[:4] == ["2026-11-24", "RM01", "'=HYPERLINK(1)", "t"]
    assert row[5:8] == ["3.000", "-3.000", "short"]
    chinese = sign_in("planner", language="zh").get("/purchasing/requirements.csv")
    assert "最迟下单" in chinese.data.decode("utf-8-sig")


def test_the_number_of_statements_does_not_grow_with_the_plan(tile, now, database):
    recipe(tile, material("RM01", "body"), "2", "kg")
    plan = published(tile)
    few = _statements(database, lambda: queries.requirements(plan))
    for index in range(20):
        plans.lot(plan, tile, f"L9-{index:03d}", start=index)
    assert _statements(database, lambda: queries.requirements(plan)) == few


def _statements(database, ask) -> int:
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    ask()
    event.remove(database.engine, "before_cursor_execute", note)
    return len(seen)


def test_what_is_counted_in_pieces_is_said_in_whole_ones(tile, now, sign_in):
    recipe(tile, material("RM24", "packaging", unit="pc"), "0.0417", "pc")
    plan = published(tile)
    assert queries.requirements(plan).line("RM24").need == Decimal("62.55")
    page = sign_in("purchasing").get("/purchasing/RM24").text
    assert "63 pc" in page
    assert "-63 pc" in page
    assert "62.5" not in page
