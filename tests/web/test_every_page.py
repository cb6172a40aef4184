"""Every page of every role, in a real browser, in both languages: no error, no overflow, axe clean."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from tests import factories
from tests.conftest import Database, fresh_sqlite
from tests.serving import serving
from tests.traffic import Traffic
from tileplan.accounts.rules import PERMISSIONS, Role
from tileplan.kernel import db, jobs, scope
from tileplan.kernel.db import session, transaction
from tileplan.planning import service as planning
from tileplan.planning.models import PlannedLot, PlanVersion, Run
from tileplan.production import service as production
from tileplan.production.models import WorkOrder
from tileplan.stock.models import Lot

# A page's own part without what differs from answer to answer: if it was judged, so is this one.
JUDGED_PART = """() => {
  const main = document.querySelector("main").cloneNode(true);
  main.querySelectorAll("input[type=hidden]").forEach((field) => field.remove());
  return main.outerHTML;
}"""
SIZES = ({"width": 1400, "height": 900}, {"width": 1180, "height": 820})


@pytest.fixture(scope="module")
def full(
    sqlite_template: Any, tmp_path_factory: pytest.TempPathFactory, built_app: Flask
) -> Iterator[tuple[Flask, dict[str, str], Database]]:
    """A small factory with an order in every slice and a published plan, and what to ask for."""
    with fresh_sqlite(sqlite_template, tmp_path_factory.mktemp("full")) as database:
        db.bind(database.engine)
        db.begin(writing=True)
        scope.limit_to(None)
        jobs.set_bell(None)
        factories.start_over()
        with transaction():
            known = _furnish()
        planning.plan_now(1, memory_mb=2048, transaction=transaction)
        with transaction():
            planner = factories.somebody("planner")
            plan = session.scalars(select(PlanVersion.number)).one()
            production.publish(plan, by=planner, reason="test")
            work = session.scalars(select(WorkOrder.number).order_by(WorkOrder.id)).first()
            production.act(work, "start", by=factories.somebody("supervisor"))
        with transaction(writing=False):
            known |= _numbers()
        yield built_app, known, database


def _furnish() -> dict[str, str]:
    for role in Role:
        factories.user(role, role, regions={"sales": "GD", "supervisor": "K1"}.get(role, ""))
    tile = factories.tile()
    factories.plant(tile)
    seller = factories.somebody("sales")
    buyer = factories.customer(seller)
    agreed = factories.contract(buyer, tile)
    factories.lot(tile, 40)
    waiting = factories.order(tile, state="draft", owner=seller, customer=buyer)
    order = factories.order(tile, owner=seller, customer=buyer, pieces=4000, items=2)
    assert waiting.number != order.number
    return {
        "order": order.number,
        "draft": waiting.number,
        "contract": agreed.number,
        "customer": buyer.code,
        "tile": tile.code,
    }


def _numbers() -> dict[str, str]:
    return {
        "run": session.scalars(select(Run.number)).one(),
        "plan": session.scalars(select(PlanVersion.number)).one(),
        "planned": session.scalars(select(PlannedLot.code)).first(),
        "work": session.scalars(select(WorkOrder.number).order_by(WorkOrder.id)).first(),
        "lot": str(session.scalars(select(Lot.id)).first()),
    }


PAGES = (
    ("catalog.see", "/catalog/"),
    ("catalog.see", "/catalog/{tile}"),
    ("customers.see", "/customers/"),
    ("customers.see", "/customers/{customer}"),
    ("customers.edit", "/customers/new"),
    ("customers.edit", "/customers/{customer}/edit"),
    ("contracts.see", "/contracts/"),
    ("contracts.see", "/contracts/{contract}"),
    ("contracts.edit", "/contracts/new"),
    ("orders.see", "/orders/"),
    ("orders.see", "/orders/{order}"),
    ("orders.see", "/orders/{draft}"),
    ("orders.edit", "/orders/new?kind=retail"),
    ("orders.edit", "/orders/new?kind=dealer"),
    ("orders.edit", "/orders/new?kind=project"),
    ("orders.edit", "/orders/new?kind=project&contract={contract}"),
    ("orders.edit", "/orders/{draft}/edit"),
    ("tracking.see", "/tracking/"),
    ("tracking.see", "/tracking/{order}"),
    ("plan.see", "/planning/"),
    ("plan.see", "/planning/?rows=order"),
    ("plan.see", "/planning/runs"),
    ("plan.see", "/planning/runs/{run}"),
    ("plan.see", "/planning/plans"),
    ("plan.see", "/planning/plans/compare"),
    ("plan.see", "/planning/plans/scenarios"),
    ("plan.see", "/planning/plans/{plan}/compare"),
    ("plan.see", "/planning/pool"),
    ("work.see", "/production/"),
    ("work.see", "/production/{work}"),
    ("work.see", "/production/{work}/print"),
    ("work.do", "/production/{work}/finish"),
    ("work.do", "/production/{work}/pause"),
    ("purchasing.see", "/purchasing/"),
    ("stock.see", "/stock/"),
    ("stock.see", "/stock/{lot}"),
    ("materials.see", "/materials/"),
    ("plant.see", "/plant/"),
    ("plant.see", "/plant/rules"),
    ("users.see", "/users"),
    ("users.see", "/users/planner"),
    ("users.edit", "/users/new"),
    ("operations.see", "/operations/"),
    ("home.see", "/password"),
)


@pytest.fixture
def address(full: Any) -> Iterator[str]:
    app, _known, database = full
    db.bind(database.engine)
    with serving(app) as place:
        yield place


def signed_in(
    browser: Browser, address: str, role: str, language: str
) -> tuple[Page, Traffic, list[str]]:
    context = browser.new_context(
        viewport=SIZES[0], locale="zh-CN" if language == "zh" else "en-GB"
    )
    page, complaints = context.new_page(), []
    traffic = Traffic(page)
    page.on(
        "console",
        lambda note: complaints.append(f"{page.url} {note.text}") if note.type == "error" else None,
    )
    page.on("pageerror", lambda error: complaints.append(f"{page.url} {error}"))
    page.goto(f"{address}/sign-in")
    page.fill("[name=login]", role)
    page.fill("[name=password]", factories.PASSWORD)
    page.locator("main form button").first.click()
    page.locator(".rail").wait_for()
    traffic.settle()
    return page, traffic, complaints


def faults_of(page: Page, traffic: Traffic, address: str) -> list[str]:
    """What is wrong with one page: its status and its width."""
    status = traffic.visit(address)
    found = [] if status == 200 else [f"{address}: status {status}"]
    for size in SIZES:
        page.set_viewport_size(size)
        wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        found += [f"{address}: {wide} px too wide at {size['width']}"] if wide > 0 else []
    return found


def barriers_of(page: Page) -> list[str]:
    """What axe finds serious."""
    return [
        f"{page.url}: axe: {violation['id']} {[node['target'] for node in violation['nodes']][:3]}"
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]


@pytest.fixture(scope="module")
def judged() -> set[tuple[str, str]]:
    """The pages that axe has judged so far: the same page shown to another role is not again."""
    return set()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("role", [role.value for role in Role])
def test_the_pages_of_a_role_are_whole_and_accessible(
    *, full, address, chromium, judged, role, language
):
    _app, known, _database = full
    page, traffic, complaints = signed_in(chromium, address, role, language)
    # The frame around the pages, with the navigation of this role, is judged here.
    wrong = barriers_of(page)
    for permission, path in PAGES:
        if permission not in PERMISSIONS[Role(role)]:
            continue
        wrong += faults_of(page, traffic, address + path.format(**known))
        if language == "zh":
            seen = (path, page.evaluate(JUDGED_PART))
            wrong += [] if seen in judged else barriers_of(page)
            judged.add(seen)
    page.context.close()
    assert wrong == []
    assert complaints == []


def test_every_page_without_parts_is_visited(built_app):
    visited = {path.split("?")[0] for _, path in PAGES}
    fragments = {"orders.tiles", "orders.lots", "customers.find", "web.home", "web.health"}
    missing = [
        rule.rule
        for rule in built_app.url_map.iter_rules()
        if not rule.arguments
        and "GET" in rule.methods
        and rule.endpoint not in fragments
        and not rule.rule.endswith((".csv", ".js"))
        and rule.rule not in visited
        and rule.endpoint != "accounts.sign_in"
    ]
    assert missing == []
