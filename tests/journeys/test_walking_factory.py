"""The main job, end to end: real web, worker and periodic jobs, a real browser, every hand on it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests import factories
from tests.conftest import fresh_sqlite
from tileplan.kernel import db, jobs, scope
from tileplan.kernel.db import session

PEOPLE = ("sales", "sales_manager", "planner", "supervisor")
DESKTOP = {"width": 1400, "height": 900}
TABLET = {"width": 1180, "height": 820}
PATIENT = 60_000


class Factory:
    """A running installation and the people who work there."""

    def __init__(
        self, address: str, browser: Browser, language: str, pictures: Path | None
    ) -> None:
        self.address, self.browser, self.language, self.pictures = (
            address,
            browser,
            language,
            pictures,
        )
        self.complaints: list[str] = []

    def sign_in(self, login: str, *, tablet: bool = False) -> Page:
        """Open a browser of this person's own and sign in."""
        context = self.browser.new_context(
            viewport=TABLET if tablet else DESKTOP,
            has_touch=tablet,
            locale="zh-CN" if self.language == "zh" else "en-GB",
        )
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda note: self._complain(note.type, note.text))
        page.on("pageerror", lambda error: self._complain("error", str(error)))
        page.goto(f"{self.address}/sign-in")
        page.fill("[name=login]", login)
        page.fill("[name=password]", factories.PASSWORD)
        page.locator("main form button").first.click()
        expect(page.locator(".rail")).to_be_visible()
        return page

    def look(self, page: Page, name: str) -> None:
        """Take a picture where pictures are wanted."""
        if self.pictures:
            page.wait_for_load_state("networkidle")
            page.screenshot(path=self.pictures / f"{name}-{self.language}.png")

    def _complain(self, kind: str, text: str) -> None:
        if kind == "error" and "404" not in text:
            self.complaints.append(text)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(params=["zh", "en"])
def factory(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path, chromium: Browser
) -> Iterator[Factory]:
    """A tiny plant with a contract, served by `tileplan up`: web, worker and periodic jobs."""
    with fresh_sqlite(sqlite_template, tmp_path) as database:
        db.bind(database.engine)
        db.begin(writing=True)
        scope.limit_to(None)
        jobs.set_bell(None)
        furnish()
        session.commit()
        session.remove()
    port = free_port()
    environment = {
        **os.environ,
        "TILEPLAN_DATA_DIR": str(tmp_path),
        "TILEPLAN_DATABASE_URL": database.url,
        "TILEPLAN_PORT": str(port),
        "PORT": str(port),
    }
    log = (tmp_path / "up.log").open("w")
    up = subprocess.Popen(
        [sys.executable, "-m", "tileplan", "up"], env=environment, stdout=log, stderr=log
    )
    address = f"http://127.0.0.1:{port}"
    pictures = request.config.getoption("--screenshots")
    try:
        wait_for(address)
        if pictures:
            Path(pictures).mkdir(parents=True, exist_ok=True)
        yield Factory(address, chromium, request.param, Path(pictures) if pictures else None)
    finally:
        up.send_signal(signal.SIGINT)
        up.wait(30)
        log.close()


def furnish() -> None:
    """Two tiles and a kiln that makes them, four people, a contract with two phases."""
    factories.start_over()
    for role in PEOPLE:
        factories.user(role, role, regions={"sales": "GD", "supervisor": "K1"}.get(role, ""))
    grey = factories.tile("P66-GRY-M", name_en="Test grey", name_zh="测试灰")
    white = factories.tile("P66-WHT-M", name_en="Test white", name_zh="测试白", firing_curve="C3")
    factories.plant(grey, white)
    builder = factories.customer(factories.somebody("sales"), code="P900", name="佛山测试建设")
    factories.contract(builder, white, number="PC-0900")


def wait_for(address: str) -> None:
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(address)


def in_a_fortnight(page: Page) -> str:
    return str(page.evaluate("new Date(Date.now() + 14 * 864e5).toISOString().slice(0, 10)"))


def write_item(page: Page, position: int, **fields: str) -> None:
    for name, value in fields.items():
        box = page.locator(f"[name='items-{position}-{name}']")
        if box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)


def press(page: Page, action: str) -> None:
    """Press the button of a document's action; the address of its form ends in the action."""
    page.locator(f"form[action$='/{action}'] button").first.click()


def number_of(page: Page, pattern: str) -> str:
    found = re.search(pattern, page.url + " " + page.locator("h1").inner_text())
    assert found, page.url
    return found.group(0)


def submit(page: Page) -> str:
    """Keep the order, submit it, and return its number."""
    page.locator("#entry .actions .btn-primary").click()
    page.wait_for_url(re.compile(r"/orders/SO-\d+"))
    press(page, "submit")
    expect(page.locator(".chip, .steps [aria-current]").first).to_be_visible()
    return number_of(page, r"SO-\d+")


def enter_retail_order(factory: Factory, page: Page) -> str:
    page.goto(f"{factory.address}/orders/new?kind=retail")
    page.fill("[name=customer_name]", "陈女士")
    page.fill("[name=phone]", "13800138000")
    page.select_option("[name=region]", "GD")
    page.fill("[name=address]", "佛山市禅城区季华路 8 号")
    write_item(page, 0, tile="P66-GRY-M", quantity="100", unit="m2", due_on=in_a_fortnight(page))
    page.locator("[name='items-0-price']").fill("26")
    page.locator("[name=note]").click()
    expect(page.locator("[data-in-step]").first).to_contain_text("70")  # 100 m² are 70 boxes
    factory.look(page, "order-entry")
    return submit(page)


def enter_project_order(factory: Factory, page: Page) -> str:
    page.goto(f"{factory.address}/orders/new?kind=project")
    page.get_by_role("link", name="PC-0900").click()
    write_item(page, 0, phase="1号楼", tile="P66-WHT-M", quantity="300", unit="box")
    write_item(page, 0, due_on=in_a_fortnight(page))
    factory.look(page, "project-order-entry")
    return submit(page)


def approve(factory: Factory, page: Page, number: str) -> None:
    page.goto(f"{factory.address}/orders/{number}")
    factory.look(page, "review")
    press(page, "approve")
    expect(page.locator(".notice.good").first).to_be_visible()


def plan_and_publish(factory: Factory, page: Page) -> None:
    page.goto(f"{factory.address}/planning/runs")
    page.fill("[name=seconds]", "3")
    page.locator("main form:has([name=seconds]) button").click()
    page.wait_for_url(re.compile(r"/planning/runs/RUN-\d+"))
    factory.look(page, "run")
    publish = page.locator("form[action*='/production/publish/']")
    publish.wait_for(state="attached", timeout=PATIENT)
    factory.look(page, "planned")
    page.locator("details.reason:has(form[action*='/production/publish/']) summary").click()
    publish.locator("[name=reason]").fill("周计划")
    publish.locator("button").click()
    expect(page.locator(".notice.good").first).to_be_visible()
    page.goto(f"{factory.address}/planning/")
    page.locator("[data-ready]").first.wait_for(state="attached", timeout=PATIENT)
    factory.look(page, "board")


def work(factory: Factory, page: Page, stage: str, tile: str) -> None:
    """Start and finish the work order of one stage of one tile."""
    page.goto(f"{factory.address}/production/?stage={stage}")
    link = page.get_by_role("link", name=tile).first
    factory.look(page, f"floor-{stage}")
    link.click()
    page.wait_for_url(re.compile(r"/production/WO-\d+"))
    press(page, "start")
    page.wait_for_load_state()
    number = number_of(page, r"WO-\d+") if "WO-" in page.url else ""
    page.goto(f"{factory.address}/production/{number}/finish" if number else page.url)
    page.locator("[data-take-planned]").click()
    if stage == "sorting":
        page.fill("[name=shade]", "A27")
        page.locator("label[for^='calibre-']").first.click()
        page.locator("label[for^='warehouse-']").first.click()
    factory.look(page, f"finish-{stage}")
    page.locator("form.finish .btn-primary").click()
    expect(page.locator(".notice.good, .notice").first).to_be_visible()


def progress(factory: Factory, page: Page, number: str) -> Locator:
    page.goto(f"{factory.address}/tracking/{number}")
    return page.locator("main")


def test_orders_become_a_plan_work_orders_and_stock_and_sales_see_it(factory):
    seller, manager = factory.sign_in("sales"), factory.sign_in("sales_manager")
    retail = enter_retail_order(factory, seller)
    project = enter_project_order(factory, seller)
    for number in (retail, project):
        approve(factory, manager, number)
    plan_and_publish(factory, factory.sign_in("planner"))
    before = progress(factory, seller, retail).inner_text()
    floor = factory.sign_in("supervisor", tablet=True)
    work(factory, floor, "firing", "P66-GRY-M")
    during = progress(factory, seller, retail).inner_text()
    work(factory, floor, "sorting", "P66-GRY-M")
    after = progress(factory, seller, retail)
    factory.look(seller, "tracking")
    expect(after).to_contain_text("A27")
    assert before != during
    assert during != after.inner_text()
    expect(progress(factory, seller, project)).not_to_contain_text("A27")
    assert factory.complaints == []
