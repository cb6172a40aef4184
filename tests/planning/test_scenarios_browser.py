"""Scenarios in a real browser: a name, a line that stands still, side by side, a point taken, others there."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import factories
from tests.conftest import config_for
from tests.planning import drafts
from tests.planning.test_board_browser import READY, Reader
from tests.planning.test_editing import Somebody, fired
from tileplan.kernel import clock
from tileplan.kernel.db import session, transaction
from tileplan.planning import queries, service, tasks
from tileplan.planning.rules.assuming import Closed
from tileplan.planning.rules.editing import Repair, StepKind

# The pages are the same on every database; one is enough for a browser.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def copied(app: Any) -> str:
    """The number of a copy of the plan in force."""
    standing = drafts.published()
    user = factories.user("planner")
    session.commit()
    with transaction():
        return service.copy(standing.number, by=user).number


@pytest.fixture
def planner(copied: str, served: str, chromium: Any) -> Iterator[Any]:
    """A function: a planner who looks at the draft in this language."""
    contexts = []

    def reader(language: str = "en-GB", name: str = "Li Wei") -> Reader:
        user = factories.user("planner", name_en=name)
        session.commit()
        size = {"width": 1440, "height": 900}
        contexts.append(chromium.new_context(locale=language, viewport=size))
        made = Reader(contexts[-1].new_page(), served)
        made.page.set_default_timeout(20_000)
        made.sign_in(user.login)
        made.open(f"/planning/plans/{copied}", READY)
        return made

    yield reader
    for context in contexts:
        context.close()


def read(number: str, ask: Any) -> Any:
    """What the database has of a plan; nothing stays open, so that the server can write."""
    session.rollback()
    session.remove()
    found = ask(queries.plan(number))
    session.rollback()
    session.remove()
    return found


def test_a_draft_is_named_a_kiln_stands_still_and_the_copy_stands_beside_it(
    planner: Any, copied: str
) -> None:
    reader = planner()
    page = reader.page
    kiln, force = read(
        copied, lambda one: (fired(queries.lots(one)[0]).resource, queries.published().number)
    )
    page.click("[data-ask=name]")
    page.fill("#ask-name", "<b>As it is</b>")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-part=draftName]:not(.is-unnamed)")
    page.click("[data-part=whatIf] summary")
    page.click("[data-ask=copy]")
    page.fill("#ask-name", "Kiln down")
    page.click("[data-part=askDo]")
    page.wait_for_url(lambda url: copied not in url)
    page.wait_for_selector(READY)
    made = page.url.split("/plans/")[1].split("?")[0]
    assert read(made, lambda one: one.name) == "Kiln down"
    day = clock.today() + timedelta(days=2)
    page.click("[data-part=whatIf] summary")
    page.click("[data-ask=closed]")
    page.select_option("#ask-line", kiln)
    page.fill("#ask-from", f"{day}T08:00")
    page.fill("#ask-to", f"{day}T07:00")
    page.click("[data-part=askDo]")
    page.wait_for_selector("[data-part=askError]:not([hidden])")
    page.fill("#ask-to", f"{day}T20:00")
    page.click("[data-part=askDo]")
    page.wait_for_selector("[data-part=assumedMenu]:not([hidden])")
    start = clock.at_plant(day, 8 * 60)
    expected = [Closed(kiln, start, start + timedelta(hours=12))]
    assert read(made, queries.assumptions) == expected
    page.click("[data-part=assumedMenu] summary")
    assert kiln in page.inner_text("[data-part=assumedList]")
    assert Axe().run(page).response["violations"] == []
    page.click("[data-part=assumedMenu] summary")
    page.click("[data-part=whatIf] summary")
    page.click("[data-part=whatIf] a")
    page.wait_for_selector("table.scenarios")
    heads = page.locator("table.scenarios th[scope=col] a").all_inner_texts()
    assert heads == [force, "Kiln down", "<b>As it is</b>"]
    assert Axe().run(page).response["violations"] == []
    assert [one for one in reader.complaints if "422" not in one] == []


def test_a_point_of_the_picture_is_taken_into_the_draft(
    planner: Any, copied: str, database: Any, tmp_path: Path
) -> None:
    reader = planner("zh-CN")
    page = reader.page
    page.click("[data-part=improveMenu] summary")
    page.click("[data-part=frontierOpen]")
    page.fill("[data-part=frontierSeconds]", "1")
    page.click("[data-part=frontierLook]")
    page.wait_for_selector("[data-part=frontierStop]:not([hidden])")
    job_id = read(copied, lambda one: queries.frontier(one).job_id)
    worker = threading.Thread(
        target=tasks.carry_out,
        args=(job_id, config_for(database.url, tmp_path), service.trace),
    )
    worker.start()
    page.wait_for_selector("[data-part=frontierLook]:not([disabled])", timeout=90_000)
    worker.join()
    page.wait_for_selector("[data-part=frontierRows] tr:nth-child(6)")
    page.locator("[data-part=frontierRows] button").nth(1).click()
    page.wait_for_selector("[data-part=frontierBox][data-picked='1']")
    assert Axe().run(page).response["violations"] == []
    page.click("[data-part=frontierTake]")
    page.wait_for_selector("#board[data-step='1']")
    steps = read(copied, lambda one: [(step.kind, step.detail) for step in queries.steps(one)])
    assert steps[1][0] is StepKind.TAKEN
    assert steps[1][1]["point"] == 1
    page.click("[data-part=undo]")
    page.wait_for_selector("#board[data-step='0']")
    assert reader.complaints == []


def test_what_somebody_else_does_is_seen_with_a_name(planner: Any, copied: str) -> None:
    one, _ = planner(), planner(name="Ann Other")
    one.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    one.page.wait_for_selector(".person.is-here")
    assert one.page.inner_text(".person.is-here i") == "AO"
    user = factories.user("planner", name_en="Third Person")
    session.commit()
    somebody = Somebody(user.id, user.login, user.permissions)
    seen = read(copied, lambda one: one.version)
    with transaction():
        service.edit(copied, seen, Repair(), by=somebody)
    one.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    one.page.wait_for_selector("#board[data-step='1']")
    toast = one.page.locator("[data-part=toast]", has_text="Third Person")
    toast.wait_for(state="visible")
    one.page.click("[data-part=tray] details summary")
    assert one.page.locator("[data-part=steps] li").count() == 1
    assert one.complaints == []
