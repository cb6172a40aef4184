"""A planner watches a run in a real browser: it moves by itself, and ends with a plan to publish."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests import factories
from tests.conftest import Database, config_for
from tileplan.kernel import clock
from tileplan.kernel.db import session, transaction
from tileplan.planning import queries, tasks


def test_a_run_shows_its_progress_and_then_its_plan(
    app: Any, database: Database, served: str, chromium: Any, tmp_path: Path
) -> None:
    planner = factories.user("planner")
    tile = factories.tile()
    factories.plant(tile)
    for number in range(12):
        due_on = clock.today() + timedelta(days=8 * (number % 5))
        factories.order(tile, pieces=20_000 + 400 * number, priority=1 + number % 4, due_on=due_on)
    session.commit()
    context = chromium.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{served}/sign-in")
    page.fill("[name=login]", planner.login)
    page.fill("[name=password]", factories.PASSWORD)
    page.click("main button")
    page.goto(f"{served}/planning/runs")
    page.fill("[name=seconds]", "8")
    page.click(".plan-now button")
    page.wait_for_selector("#live")
    with transaction(writing=False):
        job_id = queries.run("RUN-00001").job_id or 0
    worker = threading.Thread(
        target=tasks.carry_out, args=(job_id, config_for(database.url, tmp_path))
    )
    worker.start()
    page.wait_for_function(
        "() => !document.querySelector('[data-part=total]')"
        " || /[0-9]/.test(document.querySelector('[data-part=total]').textContent)",
        timeout=60_000,
    )
    page.wait_for_selector("text=在甘特图中打开", timeout=90_000)
    worker.join()
    assert page.locator("summary:has-text('发布')").is_visible()
    assert "PL-00001" in page.content()
    context.close()
