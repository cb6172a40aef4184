"""Choosing two plan versions and reading their comparison in a real browser, by keys, in both languages."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import factories
from tests.planning.test_board_browser import READY, Reader
from tests.planning.test_compare_pages import CHEAPER, FIGURES, HOSTILE, PRICE, lots_of, version
from tileplan.planning.rules import PlanState

# The pages are the same on every database; one is enough for a browser.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

SIZES = ((1440, 900), (1280, 820), (1180, 820))
COMPARE = "/planning/plans/PL-2/compare"
LARGE = {
    "price": {name: cents * 1000 for name, cents in PRICE.items()},
    "figures": FIGURES | {"late_items": 441, "late_area": "398685.52", "changeover_hours": 157.0},
}


@pytest.fixture
def reader(app: Any, served: str, chromium: Any) -> Iterator[Any]:
    """A function: a planner who may look at a published plan and a draft that makes its lots late."""
    tile = factories.tile()
    factories.plant(tile)
    orders = [factories.order(tile) for _ in range(60)]
    orders[0].customer_name = HOSTILE
    login = factories.user("planner").login
    version(1, lots_of(tile, orders, 0, 0), state=PlanState.PUBLISHED, **LARGE)
    version(2, lots_of(tile, orders, 2, 90), **LARGE | {"price": CHEAPER["price"]})
    contexts = []

    def read(language: str = "en-GB") -> Reader:
        contexts.append(chromium.new_context(locale=language))
        made = Reader(contexts[-1].new_page(), served)
        made.page.goto(f"{served}/planning/plans")  # after the sign-in; the board would load longer
        made.page.fill("#login", login)
        made.page.fill("#password", factories.PASSWORD)
        made.page.keyboard.press("Enter")
        made.page.wait_for_selector("input[name=plan]")
        return made

    yield read
    for context in contexts:
        context.close()


def test_two_versions_are_chosen_by_keys_and_compared(reader: Any) -> None:
    planner = reader()
    page = planner.page
    planner.open("/planning/plans", "main table")
    page.focus("input[name=plan]:checked")
    page.keyboard.press("ArrowDown")
    page.focus("input[name=with]:checked")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/planning/plans/PL-1/compare?with=PL-2")
    assert page.inner_text("h1") == "What PL-1 changes against PL-2"
    page.click("text=The other way round")
    page.wait_for_url("**/planning/plans/PL-2/compare?with=PL-1")
    assert "Becomes late" in page.inner_text("main")
    assert planner.complaints == []


def test_a_whole_list_is_saved_as_a_file(reader: Any) -> None:
    page = reader().page
    page.goto(page.url.partition("/planning")[0] + COMPARE)
    with page.expect_download() as saved:
        page.locator("section:has(#lines-title) a:has-text('Save as CSV')").click()
    assert saved.value.suggested_filename == "PL-2-PL-1-lines.csv"
    assert len(saved.value.path().read_text().splitlines()) == 61


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_every_page_fits_and_is_accessible(reader: Any, language: str) -> None:
    planner = reader(language)
    for path, ready in (
        (COMPARE, "#steps-title"),
        ("/planning/plans", "main table"),
        ("/planning/runs/RUN-2", "#plan-title"),
        ("/planning/plans/PL-2", READY),
    ):
        planner.open(path, ready)
        for width, height in SIZES:
            planner.page.set_viewport_size({"width": width, "height": height})
            wide = planner.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, (path, width)
        found = Axe().run(planner.page)
        assert found.violations_count == 0, found.generate_report()
    assert planner.complaints == []
