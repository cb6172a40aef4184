"""Lots of a draft changed on the board, in a real browser: split, merge, move, and plan what waits."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import select

from tests import factories
from tests.planning import drafts
from tests.planning.test_board_browser import Reader
from tests.planning.test_lots_of_drafts import items_of, shared
from tileplan.catalog.models import SupplyPolicy, Tile
from tileplan.kernel import clock
from tileplan.kernel.db import session, transaction
from tileplan.planning import queries, service

# The board is the same on every database; one is enough for a browser.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

OPEN = "dialog[open]"


class Editor(Reader):
    """A planner at the board of a draft."""

    number = ""

    def lots(self) -> list[Any]:
        session.remove()
        found = queries.lots(queries.plan(self.number))
        session.remove()  # the server writes while the test looks on
        return found

    def large(self) -> Any:
        return max(self.lots(), key=lambda lot: len(lot.pegs))

    def asks(self, kind: str) -> Any:
        """The dialog, once it asks this."""
        self.page.wait_for_selector(f"{OPEN}[data-ready={kind}]")
        return self.page.locator(OPEN)

    def does(self) -> None:
        """Say yes, and wait until the plan on the page has it."""
        before = int(self.page.get_attribute("#board", "data-edited") or 0)
        self.page.click(f"{OPEN} [data-part=lotBoxDo]:enabled")
        self.page.wait_for_selector(OPEN, state="detached")
        self.page.wait_for_function(
            "n => Number(document.getElementById('board').dataset.edited ?? 0) > n", arg=before
        )
        drafts.agree(self.number)
        session.remove()

    def lot(self, code: str) -> Any:
        return next(lot for lot in self.lots() if lot.code == code)

    def codes(self) -> set[str]:
        return {lot.code for lot in self.lots()}


@pytest.fixture
def editor(served: str, chromium: Any) -> Iterator[Any]:
    """A function: a planner who reads this language, before the draft that she edits."""
    contexts = []

    def reader(language: str = "en-GB") -> Editor:
        number = shared()
        user = factories.user("planner")
        session.commit()
        context = chromium.new_context(locale=language, viewport={"width": 1400, "height": 900})
        contexts.append(context)
        made = Editor(context.new_page(), served)
        made.number = number
        made.page.set_default_timeout(20_000)
        made.sign_in(user.login)
        made.open(f"/planning/plans/{number}?zoom=month")
        return made

    yield reader
    for context in contexts:
        context.close()


def test_s_splits_the_picked_lot_and_z_puts_it_together_again(editor: Any) -> None:
    reader = editor()
    lot = reader.large()
    code, items = lot.code, items_of(lot)
    reader.find(code)
    reader.page.keyboard.press("s")
    box = reader.asks("split")
    assert reader.page.locator(f"{OPEN} [data-part=lotBoxDo]").is_disabled()
    words = box.inner_text()
    assert all(item in words for item in items)
    assert re.search(r"2,160\.72 m² · 1,500 boxes \+ 2 pcs · 6,002 pcs", words)
    box.locator(f"input[value='{items[0]}']").check()
    reader.page.wait_for_selector(f"{OPEN} .lot-becomes")
    told = box.locator(".lot-becomes").inner_text()
    assert f"{code}b" in told
    assert "2,161.44 m² · 1,501 boxes · 1 order lines" in told
    reader.does()
    assert reader.codes() >= {code, f"{code}b"}
    assert items_of(reader.lot(f"{code}b")) == [items[0]]
    reader.page.keyboard.press("z")
    reader.page.wait_for_selector("#board[data-step='0']")
    assert f"{code}b" not in reader.codes()
    assert reader.complaints == []


def test_m_merges_the_chosen_lots(editor: Any) -> None:
    reader = editor()
    first, second = sorted(reader.codes())
    reader.find(first)
    reader.page.keyboard.press("m")
    box = reader.asks("merge")
    assert box.locator("input:checked").count() == 1
    assert reader.page.locator(f"{OPEN} [data-part=lotBoxDo]").is_disabled()
    box.locator(f"input[value='{second}']").check()
    reader.page.wait_for_selector(f"{OPEN} .is-gone")
    whole = sum(lot.good_pieces for lot in reader.lots())
    reader.does()
    [only] = reader.lots()
    assert only.good_pieces == whole
    assert only.code in {first, second}
    assert reader.complaints == []


def test_what_cannot_be_is_said_beside_its_cause(editor: Any) -> None:
    reader = editor()
    lot = reader.large()
    reader.page.keyboard.press("s")
    assert "Choose a bar first" in reader.part("toast").inner_text()
    reader.find(lot.code)
    reader.page.keyboard.press("s")
    box = reader.asks("split")
    for item in items_of(lot):
        box.locator(f"input[value='{item}']").check()
    error = reader.page.wait_for_selector(f"{OPEN} .lot-error")
    assert "Nothing would be left" in error.inner_text()
    assert reader.page.locator(f"{OPEN} [data-part=lotBoxDo]").is_disabled()
    reader.page.keyboard.press("Escape")
    reader.page.wait_for_selector(OPEN, state="detached")
    assert reader.complaints == []


def test_the_buttons_of_a_lot_do_the_same(editor: Any) -> None:
    reader = editor()
    lot = reader.large()
    code, item = lot.code, items_of(lot)[0]
    [other] = reader.codes() - {code}
    reader.find(code)
    reader.page.keyboard.press("Enter")
    panel = reader.opened(code)
    panel.locator("[data-lots=split]").click()
    reader.asks("split")
    reader.page.keyboard.press("Escape")
    panel.locator("[data-lots=merge]").click()
    reader.asks("merge")
    reader.page.keyboard.press("Escape")
    panel.locator(f"[data-lots=repeg][data-item='{item}']").click()
    box = reader.asks("repeg")
    box.locator(f"input[value='{other}']").check()
    reader.page.wait_for_selector(f"{OPEN} .lot-becomes")
    reader.does()
    assert item in items_of(reader.lot(other))
    assert reader.complaints == []


def wait_for_a_lot() -> str:
    """An order that came after the draft was made."""
    tile = session.scalars(select(Tile)).first()
    order = factories.order(tile, pieces=3001, due_on=clock.today() + timedelta(days=12))
    number = str(order.number)
    session.commit()
    return f"{number}/1"


def test_demand_is_planned_from_beside_the_board(editor: Any) -> None:
    reader = editor()
    ref = wait_for_a_lot()
    reader.page.click(".tray [data-demand]")
    panel = reader.opened("demand")
    panel.locator(f"[data-plan-refs='{ref}']").wait_for()
    assert "Not in this draft yet." in panel.inner_text()
    panel.locator("input[type=search]").fill("nobody is called so")
    panel.get_by_text("Nothing that waits is called so.").wait_for()
    panel.locator("input[type=search]").fill(ref.split("/")[0].lower())
    panel.locator(f"[data-plan-refs='{ref}']").click()
    box = reader.asks("plan")
    box.locator(".lot-row").first.wait_for()
    words = box.inner_text()
    assert "A new lot that makes nobody late: ready" in words
    assert "A new lot as early as possible: ready" in words
    assert "Into lot" in words
    assert [v["id"] for v in Axe().run(reader.page).response["violations"]] == []
    before = reader.codes()
    reader.does()
    [new] = reader.codes() - before
    assert items_of(reader.lot(new)) == [ref]
    panel.get_by_text("Every confirmed order line is served").or_(
        panel.get_by_text("Nothing that waits is called so.")
    ).first.wait_for()
    reader.page.keyboard.press("Escape")
    assert reader.complaints == []


def test_a_tile_below_its_safety_stock_is_planned_in_chinese(editor: Any) -> None:
    reader = editor("zh-CN")
    tile = session.scalars(select(Tile)).first()
    assert tile is not None
    tile.supply_policy, tile.safety_stock_area = SupplyPolicy.TO_STOCK, 9000
    session.commit()
    before = reader.codes()
    reader.page.click(".tray [data-demand]")
    panel = reader.opened("demand")
    panel.locator("[data-plan-tile]").click()
    box = reader.asks("plan")
    box.locator(".lot-row").first.wait_for()
    assert "新批次，不造成任何延期" in box.inner_text()
    reader.does()
    [new] = reader.codes() - before
    assert items_of(reader.lot(new)) == []
    assert reader.complaints == []


def test_beside_a_plan_in_force_demand_is_only_read(editor: Any) -> None:
    reader = editor()
    boss = factories.user("planner")
    session.commit()
    with transaction():
        service.publish(reader.number, by=boss, reason="good")
    ref = wait_for_a_lot()
    reader.open(f"/planning/plans/{reader.number}")
    reader.page.click(".board-links [data-demand]")
    panel = reader.opened("demand")
    panel.get_by_text(ref).wait_for()
    assert panel.locator("[data-plan-refs]").count() == 0
    assert reader.page.locator("[data-lots=split]").count() == 0
    assert reader.complaints == []
