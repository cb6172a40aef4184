"""Breakdown at two in the afternoon, from the board: down, what is hit, three drafts, one taken, published."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from scheduler.reading import read_problem
from scheduler.referee import faults
from tests import factories
from tests.planning import drafts
from tests.planning.test_board_browser import Reader
from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.planning import queries, service
from tileplan.plant.models import Closure

# The board is the same on every database; one is enough for a browser.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

HOUR = timedelta(hours=1)


@pytest.fixture
def planner(served: str, chromium: Any) -> Iterator[Any]:
    """A planner before the plan in force, on a screen of this size, in this language."""
    contexts = []

    def reader(language: str = "en-GB", size: tuple[int, int] = (1440, 900)) -> Reader:
        user = factories.user("planner")
        session.commit()
        context = chromium.new_context(
            locale=language, viewport={"width": size[0], "height": size[1]}
        )
        contexts.append(context)
        made = Reader(context.new_page(), served)
        made.page.set_default_timeout(20_000)
        made.sign_in(user.login)
        return made

    yield reader
    for context in contexts:
        context.close()


def local(moment: Any) -> str:
    return f"{moment.astimezone(clock.plant_zone()):%Y-%m-%dT%H:%M}"


def first_firing(number: str) -> Any:
    rows = queries.operations(queries.plan(number))
    return next(row for row in rows if row.stage == "firing")


def choose(reader: Reader, line: str, entry: str) -> None:
    """Open the menu of a line by keys and choose an entry."""
    reader.page.locator(f"button.line-menu[data-row={line}]").focus()
    reader.page.keyboard.press("Enter")
    reader.page.get_by_role("menuitem", name=entry).click()
    reader.page.wait_for_selector("[data-part=closureBox][open] [data-form]")


def changed(reader: Reader, times: int) -> None:
    reader.page.wait_for_selector(f"#board[data-closed='{times}']")


def test_a_kiln_breaks_down_and_the_plan_goes_around_it(planner: Any) -> None:
    force = drafts.published().number
    first = first_firing(force)
    kiln, start, end = first.resource, first.start_at, first.start_at + 6 * HOUR
    code = first.lot.code
    session.commit()
    reader = planner()
    reader.open()
    choose(reader, kiln, "Down")
    assert reader.page.input_value("#start")
    reader.page.fill("#start", local(end))
    reader.page.fill("#end", local(start))
    reader.page.click("[data-part=closureBox] button.btn-primary")
    reader.page.wait_for_selector("#end-error")
    assert "after the start" in reader.page.inner_text("#end-error")
    reader.page.fill("#start", local(start))
    reader.page.fill("#end", local(end))
    reader.page.fill("#note", "burner 3")
    reader.page.click("[data-part=closureBox] button.btn-primary")
    changed(reader, 1)
    panel = reader.opened("hit")
    assert code in panel.inner_text()
    assert "If nobody does anything" in panel.inner_text()
    assert int(reader.page.get_attribute("#board", "data-hits") or 0) >= 1
    assert any(trace["name"] == "down" for trace in reader.traces())

    panel.locator("#around-seconds").fill("2")
    panel.get_by_role("button", name="Plan around it").click()
    reader.page.wait_for_url("**/ways")
    assert reader.page.locator(".way-run").count() == 2
    taking = reader.page.locator("details.reason").first
    taking.locator("summary").click()
    taking.locator("textarea").fill("burner 3 of the kiln")
    taking.get_by_role("button", name="Publish").click()
    reader.page.wait_for_selector("#board[data-ready=yes]")
    # The browser says by itself that the first try was refused.
    assert [one for one in reader.complaints if "status of 422" not in one] == []

    session.rollback()
    plan = queries.published()
    assert plan is not None
    assert plan.number != force
    problem = read_problem(service.problem_of(plan))
    assert faults(problem, json.loads(plan.plan)) == []
    standing = [row for row in queries.operations(plan) if row.resource == kiln]
    assert standing
    assert not [row for row in standing if row.start_at < end and row.end_at > start]
    others = [number for number in queries.ways(plan).values() if number != plan.number]
    assert {queries.plan(number).state.value for number in others} == {"discarded"}


def test_a_closure_is_prolonged_and_taken_back_where_it_is_seen(planner: Any) -> None:
    force = drafts.published().number
    first = first_firing(force)
    kiln, start, later = first.resource, first.start_at, first.start_at + 3 * HOUR
    session.commit()
    reader = planner()
    reader.open()
    choose(reader, kiln, "Maintenance")
    reader.page.fill("#start", local(start))
    reader.page.fill("#end", local(start + HOUR))
    reader.page.click("[data-part=closureBox] button.btn-primary")
    changed(reader, 1)
    reader.page.click("[data-part=panelClose]")
    # A closure that a bar covers is reached from the page of its line, too.
    reader.page.goto(f"{reader.address}/plant/resources/{kiln}")
    reader.page.get_by_role("link", name="Change…").click()
    reader.page.fill("#end", local(later))
    reader.page.click("form button.btn-primary")
    reader.page.wait_for_url(f"**/resources/{kiln}")
    assert local(later).replace("T", " ")[5:] in reader.page.inner_text("main")
    reader.page.get_by_role("button", name="Remove").click()
    reader.page.wait_for_load_state()
    session.rollback()
    assert session.query(Closure).count() == 0
    assert reader.complaints == []
