"""What every form does in a real browser: asks before input is lost, and takes its marks back."""

import re

import pytest

from tests import factories
from tests.orders.test_entry_in_browser import signed_in
from tileplan.kernel.db import session
from tileplan.orders import queries

FORMS = {
    "/orders/new?kind=retail": "address",
    "/orders/{order}/edit": "note",
    "/contracts/new": "site",
    "/customers/new": "name",
    "/customers/{customer}/edit": "address",
}


@pytest.fixture
def opened(chromium, app, request):
    """A manager's browser, what it was asked when leaving, and how to open a form."""
    manager = factories.user("sales_manager")
    draft = factories.order(state="draft", owner=factories.user("sales"))
    waiting = factories.order(state="submitted", owner=factories.user("sales"))
    known = {
        "order": draft.number,
        "customer": queries.order(draft.number).customer.code,
        "waiting": waiting.number,
    }
    session.commit()
    served = request.getfixturevalue("served")
    page, faults = signed_in(chromium, served, manager)
    asked = []

    def answer(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", answer)

    def go(path, until="load"):
        page.goto(served + path.format(**known), wait_until=until)

    yield page, asked, go
    page.close(run_before_unload=False)
    assert faults == []


@pytest.mark.parametrize(("path", "name"), FORMS.items())
def test_leaving_a_form_with_input_that_is_not_kept_asks_first(opened, path, name):
    page, asked, go = opened
    go(path, until="networkidle")  # until no script fills in any more
    address = page.url
    field = page.locator(f"main [name={name}]")
    field.fill("花城")
    page.locator(".rail a").first.click()
    page.get_by_role("button", name="中文").click()
    assert (asked, page.url) == (["beforeunload"] * 2, address)
    field.fill(field.evaluate("field => field.defaultValue"))
    page.locator(".rail a").first.click()
    page.wait_for_url(re.compile(r"/orders/$"))
    assert asked == ["beforeunload"] * 2


def test_what_is_typed_before_a_script_has_filled_the_form_counts_as_input(opened):
    page, asked, go = opened
    held = []

    def hold(route):
        held.append(route)

    page.route("**/orders/customer/*", hold)
    go("/orders/{order}/edit")
    page.fill("[name=note]", "花城")
    assert len(held) == 1
    with page.expect_response("**/orders/customer/*"):
        held[0].continue_()
    page.locator("[data-chosen-customer]:not([hidden])").wait_for()
    page.locator(".rail a").first.click()
    assert asked == ["beforeunload"]


def test_sending_a_form_asks_nothing_but_leaving_what_was_refused_does(opened):
    page, asked, go = opened
    go("/customers/new")
    page.fill("[name=name]", "花城建材")
    page.locator("main .btn-primary").click()
    page.get_by_text("What you typed is kept.").wait_for()
    assert asked == []
    page.locator(".rail a").first.click()
    assert asked == ["beforeunload"]


def test_a_mark_goes_as_soon_as_its_value_changes_by_hand_or_by_choice(opened):
    page, _, go = opened
    factories.tile("P66-GRY-M")
    session.commit()
    go("/orders/new?kind=retail")
    page.fill("[name=items-0-tile]", "NOSUCH")
    page.fill("[name=items-0-quantity]", "13")
    page.locator("main .actions .btn-primary").click()
    page.get_by_text("There is no tile NOSUCH.").wait_for()
    tile = page.locator("[name=items-0-tile]")
    tile.press("Control+a")
    tile.press_sequentially("p66-gry")
    page.get_by_role("option", name="P66-GRY-M").wait_for()
    tile.press("Enter")
    assert page.get_by_text("There is no tile NOSUCH.").count() == 0
    assert tile.get_attribute("aria-invalid") == "false"
    assert page.locator("#customer_name-error").count() == 1
    page.fill("[name=customer_name]", "王女士")
    assert page.locator("#customer_name-error").count() == 0


def test_a_missing_reason_is_said_beside_it_in_the_readers_language(opened):
    page, _, go = opened
    go("/orders/")
    page.get_by_role("button", name="中文").click()
    go("/orders/{waiting}")
    page.locator("summary", has_text="退回").click()
    sent = page.locator(".reason[open] button")
    sent.click()
    page.locator(".reason[open] .error", has_text="请填写原因。").wait_for()
    reason = page.locator(".reason[open] textarea")
    assert reason.evaluate("field => document.activeElement === field")
    assert page.locator("main form[method=post]:not([novalidate])").count() == 0
    reason.fill("价格太低")
    assert page.locator(".reason[open] .error").count() == 0
    sent.click()
    page.get_by_text("订单已退回为草稿，原因见操作记录。").wait_for()
