"""Ways to look at the board in a real browser: colours, phases, conditions, pictures, what happens alone."""

import io
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import factories
from tests.planning import boards
from tests.planning.boards import hours
from tests.planning.test_board_browser import READY, Reader
from tileplan.contracts.models import Phase
from tileplan.kernel.db import session
from tileplan.planning import queries, service
from tileplan.planning.models import PlanVersion
from tileplan.planning.rules import PlanState

# The board is the same on every database; one is enough for a browser.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

A3_ACROSS = (1191, 842)  # points


class Looker(Reader):
    """Somebody who looks at the plan in other ways."""

    def sign_in(self, login: str) -> None:
        self.page.goto(f"{self.address}/sign-in")
        self.page.fill("#login", login)
        self.page.fill("#password", factories.PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/sign-in" not in url, wait_until="commit")

    def colours(self) -> set[str]:
        return {t["color"] for t in self.traces() if re.match("bar (0|false)", str(t["name"]))}

    def greyed(self) -> int:
        return sum(len(t["x"]) for t in self.traces() if t["name"] == "dim")

    def chips(self) -> list[str]:
        return list(self.page.locator(".filter-chip").all_inner_texts())

    def legend(self) -> list[str]:
        return list(self.page.locator(".legend-key").all_inner_texts())

    def choose(self, kind: str, value: str) -> None:
        self.page.click(".board-tools .menu summary")
        field = self.page.locator(f"[data-filter={kind}]")
        if kind.startswith("due"):
            field.fill(value)
        else:
            field.select_option(value)
        self.page.keyboard.press("Escape")

    def take(self, part: str) -> Any:
        self.page.click(".board-links .menu summary")
        with self.page.expect_download() as download:
            self.part(part).click()
        return download.value


@pytest.fixture
def planner(served: str, chromium: Any) -> Iterator[Any]:
    """A function: a planner who reads this language on a screen of this size."""
    user = factories.user("planner")
    session.commit()
    contexts = []

    def reader(language: str = "en-GB", size: tuple[int, int] = (1440, 900)) -> Looker:
        context = chromium.new_context(
            locale=language, viewport={"width": size[0], "height": size[1]}, accept_downloads=True
        )
        contexts.append(context)
        made = Looker(context.new_page(), served)
        made.page.set_default_timeout(60_000)
        made.sign_in(user.login)
        return made

    yield reader
    for context in contexts:
        context.close()


def a_site() -> dict[str, str]:
    """Three lots: two for phases of one contract, one for an order without a contract."""
    tile = factories.tile("P66-ASH-M", family="porcelain matt", body="PG")
    factories.plant(tile)
    buyer = factories.customer(name="佛山,建材")
    contract = factories.contract(buyer, tile)
    phase = session.query(Phase).filter(Phase.contract_id == contract.id).first()
    assert phase
    start = boards.this_morning()
    lots, orders = [], []
    for number in range(3):
        order = factories.order(tile, customer=buyer if number < 2 else None)
        item = boards.order_item(order)
        if number < 2:
            order.contract_id = contract.id
            item.phase_id = phase.id
        pegs = [boards.peg(order, item, due_at=start + hours(30 + 24 * number))]
        lots.append(boards.lot(f"L{number + 1}", tile, start + hours(8 * number), pegs=pegs))
        orders.append(order)
    names = {"contract": contract.number, "phase": phase.name, "order": orders[2].number}
    boards.kept(lots, start)
    return names


def plan_now() -> PlanVersion:
    return queries.plan("PLAN-00001")


def publish() -> None:
    plan_now().state = PlanState.PUBLISHED
    session.commit()


def firing(code: str) -> int:
    lot = queries.lot(plan_now(), code)
    return next(one.id for one in lot.operations if one.stage == "firing")


def test_each_way_to_colour_has_its_legend_and_goes_into_the_address(planner: Any) -> None:
    boards.ten_lots()
    reader = planner()
    reader.open("/planning/?zoom=month")
    by_family = reader.colours()
    assert len(reader.legend()) == len(by_family) == 2
    for way, key in (
        ("late", "Late up to 1 day"), ("body", "Body "), ("customer", "For stock"),
        ("state", "Planned"),
    ):  # fmt: skip
        reader.part("by").select_option(way)
        reader.asked("by", way)
        assert any(key in name for name in reader.legend()), way
    assert len(reader.colours()) == 1
    reader.part("by").select_option("late")
    assert len(reader.colours()) == 3
    assert reader.drawn() == 40
    assert reader.complaints == []


def test_a_key_of_any_legend_greys_its_bars_and_shows_as_a_chip(planner: Any) -> None:
    boards.ten_lots()
    reader = planner()
    reader.open("/planning/?zoom=month&by=late")
    reader.page.get_by_role("button", name="Late up to 1 day").click()
    assert reader.greyed() == 4
    assert reader.chips() == ["Without Late up to 1 day"]
    reader.part("by").select_option("family")
    assert reader.greyed() == 4
    reader.page.get_by_role("button", name="Drop the condition").click()
    assert reader.greyed() == 0
    assert reader.part("chips").is_hidden()


def test_conditions_are_chosen_in_the_menu_and_dropped_at_their_chips(planner: Any) -> None:
    orders = boards.ten_lots()["orders"]
    reader = planner()
    reader.open("/planning/?zoom=month")
    reader.choose("tile", "P66-ASH-M")
    assert (reader.greyed(), reader.chips()) == (20, ["Tile: P66-ASH-M"])
    reader.choose("customer", orders[2].customer_name)
    assert reader.greyed() == 36
    reader.choose("customer", orders[4].customer_name)
    assert reader.greyed() == 32
    assert reader.part("matches").inner_text() == "8 of 40 bars"
    reader.page.locator(".filter-chip", has_text="Tile").get_by_role("button").click()
    assert len(reader.chips()) == 2
    reader.part("allAgain").click()
    assert (reader.greyed(), reader.chips()) == (0, [])
    reader.choose("lateness", "late")
    assert reader.greyed() == 36
    assert reader.complaints == []


def test_by_due_day_only_what_is_due_between_them_is_shown(planner: Any) -> None:
    a_site()
    reader = planner()
    reader.open("/planning/?zoom=month")
    due = queries.lot(plan_now(), "L2").due_at
    assert due
    day = f"{(due - hours(1)).astimezone(boards.clock.plant_zone()):%Y-%m-%d}"
    reader.choose("due_from", day)
    reader.asked("due_from", day)
    assert reader.greyed() == 4
    reader.choose("due_to", day)
    assert reader.greyed() == 8
    assert len(reader.chips()) == 2


def test_where_no_bar_matches_the_page_says_so_with_the_way_out(planner: Any) -> None:
    boards.ten_lots()
    reader = planner()
    reader.open("/planning/?zoom=month&customer=Nobody&late=1")
    assert reader.part("matches").inner_text() == "No bar matches these conditions."
    assert reader.greyed() == 40
    reader.part("allAgain").click()
    assert reader.greyed() == 0
    assert reader.page.get_attribute("[data-part=onlyLate]", "aria-pressed") == "false"


def test_by_phase_each_phase_has_a_row_under_its_contract_and_other_orders_their_own(
    planner: Any,
) -> None:
    site = a_site()
    reader = planner()
    reader.open()
    reader.page.click("button[data-rows=phase]")
    reader.asked("rows", "phase")
    words = reader.part("rows").inner_text().splitlines()
    heads = [f"Contract {site['contract']}", "Orders without a contract"]
    assert [word for word in words if word in heads] == heads
    titles = reader.page.locator(".row-title").all_inner_texts()
    assert titles == [site["phase"], site["order"]]
    reader.page.get_by_role("button", name=heads[0]).click()
    reader.asked("fold", site["contract"])
    assert reader.page.locator(".row-title").count() == 1
    assert reader.complaints == []


def test_a_link_opens_exactly_the_same_view_again(planner: Any) -> None:
    a_site()
    reader = planner()
    reader.open("/planning/?zoom=3days")
    reader.page.click("button[data-rows=phase]")
    reader.part("by").select_option("customer")
    reader.choose("customer", "佛山,建材")
    reader.choose("body", "PG")
    reader.find("L2")
    reader.page.keyboard.press("Enter")
    reader.opened("L2")
    reader.asked("lot", "L2")
    link, shown = reader.page.url, (reader.traces(), reader.chips(), reader.legend())
    again = planner()
    again.open(link.removeprefix(again.address))
    again.opened("L2")
    assert again.part("by").input_value() == "customer"
    assert again.page.get_attribute("button[data-rows=phase]", "aria-pressed") == "true"
    assert (again.chips(), again.legend()) == shown[1:]
    before, after = shown[0], again.traces()
    assert [trace["name"] for trace in after] == [trace["name"] for trace in before]
    again.page.wait_for_timeout(300)
    assert dict(query(again.page.url)) == dict(query(link))


def query(url: str) -> list[tuple[str, str]]:
    return [
        (part.partition("=")[0], part.partition("=")[2]) for part in url.split("?")[1].split("&")
    ]


def test_the_picture_is_a_png_of_the_view_with_names_and_axis(planner: Any) -> None:
    boards.ten_lots()
    reader = planner()
    reader.open("/planning/?zoom=3days")
    picture = reader.take("saveImage")
    assert re.fullmatch(r"PLAN-00001-\d{4}-\d\d-\d\d\.png", picture.suggested_filename)
    content = Path(picture.path()).read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content[16:24])
    assert width > 2 * 1100
    assert height > 2 * 300
    assert len(content) > 40_000
    assert reader.complaints == []


def test_the_table_has_the_bars_in_sight_and_only_those_shown(planner: Any) -> None:
    boards.ten_lots()
    reader = planner()
    reader.open("/planning/?zoom=month&tile=P66-SKY-M")
    table = Path(reader.take("saveTable").path()).read_text("utf-8-sig").splitlines()
    assert len(table) == 1 + 20
    assert all("P66-SKY-M" in line for line in table[1:])
    assert len(Path(reader.take("savePlan").path()).read_text().splitlines()) == 1 + 40


def test_on_paper_the_view_lies_across_a3_with_its_names(planner: Any) -> None:
    boards.ten_lots()
    reader = planner(language="zh-CN")
    reader.open("/planning/?zoom=3days")
    reader.page.evaluate("window.print = () => { document.body.dataset.printed = 'yes' }")
    reader.page.keyboard.press("Control+p")
    reader.page.wait_for_selector("body[data-printed=yes]")
    words = reader.page.locator(".paper").inner_text()
    paper = reader.page.evaluate(
        "[...document.querySelectorAll('.paper text')].map(t => t.textContent)"
    )
    assert {"K1", "烧成", "SP1"} <= set(paper)
    assert any("PLAN-00001" in word for word in paper), words
    assert any("打印于" in word for word in paper)
    printed = reader.page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert {tuple(round(float(side)) for side in box) for box in boxes} == {A3_ACROSS}
    assert len(printed) < 2_000_000
    assert reader.part("board").count() == 0
    assert io.BytesIO(printed).read(4) == b"%PDF"
    assert reader.complaints == []


def test_what_the_floor_tells_appears_by_itself_while_the_view_stays(planner: Any) -> None:
    boards.ten_lots()
    publish()
    reader = planner()
    reader.open("/planning/?zoom=3days&by=state&tile=P66-ASH-M")
    reader.find("L0003")
    reader.page.keyboard.press("Enter")
    reader.opened("L0003")
    reader.asked("lot", "L0003")
    link = reader.page.url
    frame = reader.part("picked").bounding_box()
    assert "▸" not in "".join(reader.words())
    service.note_started(firing("L0003"), boards.this_morning() + hours(16))
    session.commit()
    reader.page.wait_for_selector("#board[data-taken='1']")
    assert "▸" in "".join(reader.words())
    assert reader.page.url == link
    assert reader.picked() == "L0003"
    assert reader.part("picked").bounding_box() == frame
    assert reader.part("panel").get_attribute("data-ready") == "L0003"
    assert reader.chips() == ["Tile: P66-ASH-M"]
    assert reader.complaints == []


def test_a_hand_that_holds_the_plan_is_not_disturbed(planner: Any) -> None:
    boards.ten_lots()
    reader = planner()
    reader.open("/planning/?zoom=3days")
    box = reader.part("plot").bounding_box()
    reader.page.mouse.move(box["x"] + 300, box["y"] + 8)
    reader.page.mouse.down()
    reader.page.mouse.move(box["x"] + 250, box["y"] + 8, steps=3)
    service.note_started(firing("L0001"), boards.this_morning())
    session.commit()
    with reader.page.expect_response("**/bars"):
        reader.page.evaluate("window.dispatchEvent(new Event('online'))")
    reader.page.wait_for_timeout(700)
    assert reader.page.get_attribute("#board", "data-taken") is None
    reader.page.mouse.up()
    reader.page.wait_for_selector("#board[data-taken='1']")


def test_without_a_connection_the_page_says_since_when_and_goes_on_by_itself(planner: Any) -> None:
    boards.ten_lots()
    reader = planner()
    reader.open()
    reader.page.route("**/bars", lambda route: route.abort())
    reader.page.evaluate("window.dispatchEvent(new Event('online'))")
    reader.part("note").wait_for(state="visible")
    assert re.fullmatch(r"Not up to date since \d\d:\d\d", reader.part("note").inner_text())
    reader.page.unroute("**/bars")
    reader.page.evaluate("window.dispatchEvent(new Event('online'))")
    reader.part("note").wait_for(state="hidden")


def test_a_plan_that_is_overtaken_says_so_with_a_link(planner: Any) -> None:
    boards.ten_lots()
    publish()
    reader = planner()
    reader.open("/planning/plans/PLAN-00001")
    plan_now().state = PlanState.SUPERSEDED
    session.commit()
    reader.page.evaluate("window.dispatchEvent(new Event('online'))")
    reader.part("overtaken").wait_for(state="visible")
    link = reader.part("overtaken").get_by_role("link")
    assert link.get_attribute("href") == "/planning/"


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("size", [(1440, 900), (1180, 820)])
def test_axe_finds_nothing_and_nothing_is_cut_off(
    planner: Any, language: str, size: tuple[int, int]
) -> None:
    boards.ten_lots()
    reader = planner(language=language, size=size)
    for path in ("/planning/?by=customer&late=1", "/planning/?rows=phase&by=late"):
        for menu in (".board-tools .menu summary", ".board-links .menu summary"):
            reader.open(path)
            reader.page.click(menu)
            found = Axe().run(reader.page)
            assert found.violations_count == 0, found.generate_report()
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert reader.page.evaluate(wide) <= 0
        tools = reader.page.locator(".board-tools").bounding_box()
        last = reader.page.locator(".board-tools > :last-child").bounding_box()
        assert last["x"] + last["width"] <= tools["x"] + tools["width"] + 1
        reader.page.wait_for_selector(READY)
