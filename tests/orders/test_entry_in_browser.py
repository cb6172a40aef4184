"""The entry form in a real browser: quantities in step with the server, an order by keyboard only."""

import re
from datetime import timedelta
from decimal import Decimal

from tests import factories
from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.kernel.units import Packing, Unit
from tileplan.orders import queries

MIRROR = """async (cases) => {
  const packing = await import("/static/web/packing.js");
  return cases.map(([quantity, unit, piecesPerBox, boxArea]) => {
    const known = { piecesPerBox, boxArea };
    const count = packing.pieces(quantity, unit, known);
    return [count, packing.area(count, known), packing.boxes(count, known)];
  });
}"""


def signed_in(chromium, served, user):
    page = chromium.new_context(locale="en-US").new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{served}/sign-in")
    page.fill("[name=login]", user.login)
    page.fill("[name=password]", factories.PASSWORD)
    page.click("main button")
    page.wait_for_url(f"{served}/orders/")
    return page, faults


def test_the_browser_counts_pieces_boxes_and_areas_exactly_as_the_server(chromium, served):
    packings = [(8, "1.44"), (5, "1.6"), (4, "1.44"), (3, "1.92"), (11, "0.99"), (1, "2.7225")]
    cases = [
        (quantity, unit.value, *packing)
        for packing in packings
        for unit in Unit
        for quantity in ("1", "2", "7", "99", "1440", "999999")
    ]
    cases += [
        (area, "m2", *packing)
        for packing in packings
        for area in ("0.0001", "0.01", "1.44", "1.4401", "14.4", "653.76", "1234.5678", "1.005")
    ]
    page = chromium.new_page()
    page.goto(f"{served}/sign-in")
    for (quantity, unit, per_box, area), counted in zip(
        cases, page.evaluate(MIRROR, cases), strict=True
    ):
        packing = Packing(per_box, Decimal(area))
        pieces = packing.pieces(Decimal(quantity), Unit(unit))
        said = [pieces, str(packing.area(pieces)), list(packing.boxes(pieces))]
        assert counted == said, (quantity, unit, per_box, area)
    page.close()


def test_a_retail_order_is_entered_without_a_mouse(chromium, app, request):
    sales = factories.user("sales")
    tile = factories.tile("P66-GRY-M")
    factories.lot(tile, 400, shade="B59")
    session.commit()
    page, faults = signed_in(chromium, request.getfixturevalue("served"), sales)
    page.keyboard.press("Escape")
    page.goto(page.url + "new?kind=retail")
    keys = page.keyboard
    keys.press("Tab")
    for text in ("王女士", "13800001111"):
        keys.insert_text(text)
        keys.press("Tab")
    keys.type("GD")
    keys.press("Tab")
    keys.insert_text("佛山市季华路 8 号")
    keys.press("Tab")
    keys.type("p66")
    page.locator(".choices li").wait_for()
    keys.press("Enter")
    keys.type("13")
    page.get_by_text("14.40 m²").wait_for()
    page.get_by_text("Fits one lot: B59/R in WH1").wait_for()
    page.locator("[name=items-0-quantity]").fill("10")
    page.locator("[name=items-0-unit]").select_option("box")
    page.locator("[name=items-0-due_on]").fill((clock.today() + timedelta(days=9)).isoformat())
    keys.press("Control+Enter")
    keys.type("P66-GRY-M")
    page.locator("[name=items-1-unit]").select_option("piece")
    page.locator("[name=items-1-quantity]").focus()
    keys.type("3")
    page.get_by_text("1.08 m²").wait_for()
    keys.press("Control+s")
    page.wait_for_url(re.compile(r"/orders/SO-\d+$"))
    order = queries.order(page.url.rpartition("/")[2])
    assert [(item.pieces, item.unit, item.due_on) for item in order.items] == [
        (40, Unit.BOX, clock.today() + timedelta(days=9)),
        (3, Unit.PIECE, clock.today() + timedelta(days=9)),
    ]
    assert faults == []
    page.close()


def test_more_than_the_contract_has_left_is_warned_of_while_typing(chromium, app, request):
    tile = factories.tile("P66-GRY-M")
    contract = factories.contract(of=tile, pieces=40)
    manager = factories.user("sales_manager")
    session.commit()
    page, faults = signed_in(chromium, request.getfixturevalue("served"), manager)
    page.goto(f"{page.url}new?kind=project&contract={contract.number}")
    page.locator("[name=items-0-phase]").select_option("1号楼")
    page.locator("[name=items-0-tile]").fill("P66-GRY-M")
    page.locator("[name=items-0-quantity]").fill("14.4")
    page.get_by_text("14.40 m² left in the contract").first.wait_for()
    warned = page.get_by_text("m² more than the contract has left")
    assert not warned.is_visible()
    page.locator("[name=items-0-quantity]").fill("15")
    page.get_by_text("1.44 m² more than the contract has left; approving will amend").wait_for()
    page.locator("[name=items-0-quantity]").fill("10")
    warned.wait_for(state="hidden")
    page.locator("[data-add-line]").click()
    page.locator("[name=items-1-tile]").fill("P66-GRY-M")
    page.locator("[name=items-1-quantity]").fill("10")
    page.get_by_text("5.76 m² more than the contract has left").wait_for()
    assert faults == []
    page.close()


def test_choosing_a_unit_counts_the_typed_number_anew_and_never_changes_it(chromium, app, request):
    factories.tile("P66-GRY-M")
    sales = factories.user("sales")
    session.commit()
    page, faults = signed_in(chromium, request.getfixturevalue("served"), sales)
    page.goto(f"{page.url}new?kind=retail")
    page.locator("[name=items-0-tile]").fill("P66-GRY-M")
    quantity = page.locator("[name=items-0-quantity]")
    quantity.fill("13")
    page.get_by_text("14.40 m² · 10 boxes · 40 pieces · rounded up to whole boxes").wait_for()
    page.locator("[name=items-0-unit]").select_option("box")
    page.get_by_text("18.72 m² · 13 boxes · 52 pieces").wait_for()
    assert quantity.input_value() == "13"
    page.locator("[name=items-0-unit]").select_option("piece")
    page.get_by_text("4.68 m² · 3 boxes + 1 pieces · 13 pieces").wait_for()
    page.keyboard.press("Control+Enter")
    assert page.locator("[name=items-1-unit]").input_value() == "piece"
    assert (quantity.input_value(), faults) == ("13", [])
    page.close()
