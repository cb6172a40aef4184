"""The Gantt in a real browser: drawn, found by mouse and keys, in both languages, with hostile names."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import factories
from tests.planning import answers, boards
from tests.planning.boards import hours
from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.planning import queries

# The board is the same on every database; one is enough for a browser.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

READY = "#board[data-ready=yes]"
HOSTILE = ("</script><script>document.title='owned'</script>", "<img src=x onerror=alert(1)>")


class Reader:
    """Somebody at a browser, with everything that the browser complained of."""

    def __init__(self, page: Any, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog {dialog.message}"))
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation', e => "
            "console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI))"
        )

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(text)

    def sign_in(self, login: str) -> None:
        self.page.goto(f"{self.address}/sign-in")
        self.page.fill("#login", login)
        self.page.fill("#password", factories.PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/sign-in" not in url, wait_until="commit")

    def open(self, path: str = "/planning/", ready: str = READY) -> None:
        self.page.goto(self.address + path)
        self.page.wait_for_selector(ready)

    def part(self, name: str) -> Any:
        return self.page.locator(f"[data-part={name}]")

    def find(self, text: str) -> None:
        """Find by keys what is called so, and pick its first bar."""
        self.page.keyboard.press("f")
        self.page.keyboard.type(text)
        self.page.wait_for_selector("#found li[aria-selected=true]")
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("#board:not([data-picked=''])[data-picked]")

    def picked(self) -> str:
        return str(self.page.get_attribute("#board", "data-picked"))

    def opened(self, name: str) -> Any:
        self.page.wait_for_selector(f"[data-part=panel][data-ready='{name}']")
        return self.part("panel")

    def asked(self, name: str, value: str) -> None:
        """Wait until the address says so; it is written a moment after the hand is off."""
        self.page.wait_for_url(lambda url: re.search(rf"[?&]{name}={value}(&|$)", url) is not None)

    def drawn(self) -> int:
        """How many bars of tile Plotly was given."""
        return int(
            self.page.evaluate(
                "document.querySelector('[data-part=sheet]').data"
                ".filter(t => t.type === 'bar' && /^(bar|dim)/.test(t.name))"
                ".reduce((sum, t) => sum + t.x.length, 0)"
            )
        )

    def traces(self) -> list[dict[str, Any]]:
        """What Plotly was given, in the order in which it is drawn."""
        return list(
            self.page.evaluate(
                "document.querySelector('[data-part=sheet]').data.map(t => "
                "({name: t.name, mode: t.mode, x: t.x, base: t.base, text: t.text, "
                "color: t.marker?.color, line: t.marker?.line?.color, size: t.textfont?.size}))"
            )
        )

    def named(self, name: str) -> dict[str, Any]:
        return next(trace for trace in self.traces() if trace["name"] == name)

    def words(self) -> list[str]:
        """Every word on a bar."""
        texts = [t["text"] for t in self.traces() if t["mode"] == "text"]
        return [word for text in texts for word in text]

    def days_in_sight(self) -> list[str]:
        return list(self.page.locator(".tick").all_inner_texts())


@pytest.fixture
def planner(served: str, chromium: Any) -> Iterator[Any]:
    """A function: a planner who reads this language on a screen of this size."""
    user = factories.user("planner")
    session.commit()
    contexts = []

    def reader(language: str = "en-GB", size: tuple[int, int] = (1400, 900)) -> Reader:
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


def test_every_bar_is_drawn_and_the_browser_has_nothing_to_complain_of(planner: Any) -> None:
    boards.ten_lots()
    reader = planner()
    reader.open("/planning/?zoom=month")
    assert reader.drawn() == 40
    reader.page.mouse.move(700, 500)
    reader.find("L0003")
    reader.page.keyboard.press("Enter")
    reader.opened("L0003")
    reader.page.click("button[data-rows=order]")
    assert reader.complaints == []


def test_a_click_on_a_bar_opens_its_lot_with_its_order_and_without_a_price(planner: Any) -> None:
    order = boards.ten_lots()["orders"][2]
    reader = planner()
    reader.open()
    reader.find("L0003")
    reader.page.click("[data-part=foundClear]")  # its line above the plan goes, too
    reader.page.wait_for_timeout(300)
    frame = reader.part("picked").bounding_box()
    reader.page.keyboard.press("Escape")
    assert reader.picked() == ""
    reader.page.mouse.click(frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)
    panel = reader.opened("L0003")
    assert reader.picked() == "L0003"
    words = panel.inner_text()
    assert f"{order.number}/1" in words
    assert order.customer_name in words
    assert "late by 2 h" in words
    assert "160.00 m²" in words
    assert panel.locator(f".lot-pegs a[href='/orders/{order.number}']").count() == 1
    assert not re.search(r"price|CNY|¥|26\.00", words)
    reader.asked("lot", "L0003")


def test_the_card_beside_the_pointer_names_lot_tile_line_and_orders(planner: Any) -> None:
    order = boards.ten_lots()["orders"][2]
    reader = planner()
    reader.open()
    reader.find("L0003")
    frame = reader.part("picked").bounding_box()
    reader.page.mouse.move(frame["x"] + 5, frame["y"] + 5)
    card = reader.part("card")
    card.wait_for(state="visible")
    words = card.inner_text()
    for word in ("P66-ASH-M", "ASH stone", "L0003", "K1", "160 m²", f"{order.number}/1", "late by"):
        assert word in words
    reader.page.mouse.move(5, 5)
    card.wait_for(state="hidden")


def test_arrow_keys_walk_from_bar_to_bar_and_the_live_line_says_where(planner: Any) -> None:
    boards.ten_lots()
    reader = planner()
    reader.open()
    reader.find("L0005")
    reader.page.click("[data-part=foundClear]")
    reader.page.keyboard.press("ArrowRight")
    assert reader.picked() == "L0006"
    assert "Firing: K1" in reader.part("live").inner_text()
    reader.page.keyboard.press("ArrowLeft")
    reader.page.keyboard.press("ArrowDown")
    assert reader.picked() == "L0005"
    assert "Sorting: SP1" in reader.part("live").inner_text()
    reader.page.keyboard.press("Home")
    assert reader.picked() == "L0001"
    reader.page.keyboard.press("End")
    assert reader.picked() == "L0010"
    assert "for stock" in reader.part("live").inner_text()


def test_enter_opens_the_panel_and_escape_gives_the_focus_back(planner: Any) -> None:
    boards.ten_lots()
    reader = planner()
    reader.open()
    reader.find("L0001")
    reader.page.keyboard.press("Enter")
    reader.opened("L0001")
    assert reader.page.evaluate("document.activeElement.dataset.part") == "panel"
    reader.page.keyboard.press("Escape")
    reader.part("panel").wait_for(state="hidden")
    assert reader.page.evaluate("document.activeElement.dataset.part") == "plot"


def test_dragging_pans_the_wheel_zooms_and_a_link_opens_the_same_view_again(planner: Any) -> None:
    boards.ten_lots()
    reader = planner()
    reader.open("/planning/?zoom=week")
    reader.find("L0001")
    before = reader.part("picked").bounding_box()
    x, y = before["x"], reader.part("plot").bounding_box()["y"] + 8
    reader.page.mouse.move(x, y)
    reader.page.mouse.down()
    reader.page.mouse.move(x + 60, y, steps=4)
    reader.page.mouse.up()
    after = reader.part("picked").bounding_box()
    assert after["x"] - before["x"] == pytest.approx(60, abs=2)
    reader.page.mouse.wheel(0, -300)
    reader.asked("zoom", r"\d+\.\dh")
    wide = reader.part("picked").bounding_box()
    assert wide["width"] > 1.3 * after["width"]
    reader.page.wait_for_timeout(400)
    link = reader.page.url
    reader.open(link.removeprefix(reader.address))
    reader.find("L0001")
    again = reader.part("picked").bounding_box()
    assert again["x"] == pytest.approx(wide["x"], abs=4)
    assert again["width"] == pytest.approx(wide["width"], rel=0.02)


def test_what_is_drawn_follows_the_view_across_many_screens(planner: Any) -> None:
    boards.ten_lots()
    reader = planner()
    reader.open("/planning/?zoom=day")
    assert 0 < reader.drawn() < 40
    reader.find("L0010")
    frame = reader.part("picked").bounding_box()
    plot = reader.part("plot").bounding_box()
    assert plot["x"] <= frame["x"] < plot["x"] + plot["width"]
    assert reader.drawn() > 0
    reader.page.keyboard.press("t")
    reader.page.wait_for_selector("[data-part=now]:not([hidden])")


def test_by_order_each_item_has_a_row_and_a_found_order_is_jumped_to(planner: Any) -> None:
    orders = boards.ten_lots()["orders"]
    reader = planner()
    reader.open()
    reader.page.click("button[data-rows=order]")
    reader.asked("rows", "order")
    titles = reader.page.locator(".row-title").all_inner_texts()
    assert sorted(title.split()[0] for title in titles) == [f"{o.number}/1" for o in orders]
    assert [title for title in titles if "Late" in title] == [f"{orders[2].number}/1\nLate"]
    reader.find(orders[6].customer_name)
    assert reader.picked() == "L0007"
    reader.asked("find", "customer.*")
    reader.open(reader.page.url.removeprefix(reader.address))
    assert reader.part("foundName").inner_text() == orders[6].customer_name
    assert reader.page.get_attribute("button[data-rows=order]", "aria-pressed") == "true"


def test_a_family_is_greyed_by_its_key_in_the_legend(planner: Any) -> None:
    boards.ten_lots()
    reader = planner()
    reader.open("/planning/?zoom=month")
    greyed = (
        "document.querySelector('[data-part=sheet]').data"
        ".filter(t => t.marker?.color === '#e4dfd6').reduce((n, t) => n + t.x.length, 0)"
    )
    assert reader.page.evaluate(greyed) == 0
    reader.page.get_by_role("button", name="Matt porcelain").click()
    assert reader.page.evaluate(greyed) == 20
    reader.page.get_by_role("button", name="Late only").click()
    assert reader.page.evaluate(greyed) == 40
    reader.asked("late", "1")


@pytest.mark.parametrize("size", [(1440, 900), (1180, 820)])
def test_bars_of_a_week_are_named_in_letters_that_can_be_read(
    planner: Any, size: tuple[int, int]
) -> None:
    boards.ten_lots()
    reader = planner(size=size)
    reader.open("/planning/?zoom=week")
    written = [trace for trace in reader.traces() if trace["mode"] == "text"]
    assert {trace["size"] for trace in written} == {12}
    named = [word for word in reader.words() if "ASH" in word or "SKY" in word]
    assert len(named) >= (36 if size[0] == 1440 else 30)


def test_the_sign_of_a_late_bar_stands_only_where_its_name_leaves_room(planner: Any) -> None:
    boards.ten_lots()
    reader = planner(size=(1180, 820))
    for zoom, signs in (("3days", 0), ("day", 2)):
        reader.open(f"/planning/?zoom={zoom}")
        assert len(reader.named("late")["x"]) == 2
        drawn = [t["text"] for t in reader.traces() if t["mode"] == "markers+text"]
        assert sum(map(len, drawn)) == signs


def test_a_late_bar_keeps_the_colour_of_its_family(planner: Any) -> None:
    boards.ten_lots()
    reader = planner()
    reader.open("/planning/?zoom=3days")
    bars = [trace for trace in reader.traces() if str(trace["name"]).startswith("bar")]
    assert {bar["line"] for bar in bars} == {"#fffdfa"}


def test_closed_time_lies_behind_the_bars_and_a_changeover_rests_in_it(planner: Any) -> None:
    plan = boards.ten_lots()["plan"]
    second = [one for one in queries.operations(plan) if one.resource == "SP1"][1]
    assert second.start_at == boards.this_morning() + hours(11)
    second.changeover_minutes = 60
    boards.close_today(from_hour=9.5, to_hour=16.5)
    session.commit()
    reader = planner()
    reader.open("/planning/?zoom=3days")
    shown = len(reader.named("changeover")["x"]) - 2
    order = [str(trace["name"]) for trace in reader.traces()]
    assert order.index("maintenance") < min(order.index(n) for n in order if n.startswith("bar"))
    assert sorted(reader.named("changeover")["x"]) == [30, 30, *[90] * shown]


def test_late_lots_are_a_table_that_leads_to_the_bar(planner: Any) -> None:
    boards.ten_lots()
    reader = planner()
    reader.open()
    reader.part("lateList").click()
    panel = reader.opened("late")
    assert panel.locator("tbody tr").count() == 1
    panel.get_by_role("button", name="L0003").click()
    reader.opened("L0003")
    assert reader.picked() == "L0003"


def test_names_with_mark_up_stay_words(planner: Any) -> None:
    tile = factories.tile(HOSTILE[0][:40], name_en=HOSTILE[1], name_zh=HOSTILE[1])
    factories.plant(tile)
    order = factories.order(tile, customer_name='<a href="javascript:alert(1)">Evil & Sons</a>')
    start = boards.this_morning()
    pegs = [boards.peg(order, boards.order_item(order), due_at=start + hours(30))]
    boards.kept([boards.lot("<b>L1", tile, start, fires_for=60, pegs=pegs)], start)
    reader = planner()
    reader.open("/planning/?zoom=3days")
    assert reader.drawn() == 4
    assert "‹/script›" in reader.page.locator(".scatterlayer").first.text_content()
    reader.find("Evil")
    frame = reader.part("picked").bounding_box()
    reader.page.mouse.move(frame["x"] + 40, frame["y"] + 5)
    reader.part("card").wait_for(state="visible")
    assert HOSTILE[1] in reader.part("card").inner_text()
    reader.page.keyboard.press("Enter")
    panel = reader.opened("<b>L1")
    assert "Evil & Sons" in panel.inner_text()
    assert reader.page.locator("#board img, #board a[href^=javascript], #board b b").count() == 0
    assert reader.page.locator(".scatterlayer a").count() == 0
    assert "owned" not in reader.page.title()
    assert reader.complaints == []


def test_axe_finds_nothing_in_either_rows(planner: Any) -> None:
    boards.ten_lots()
    reader = planner(size=(1180, 820))
    for path in ("/planning/", "/planning/?rows=order"):
        reader.open(path)
        reader.find("L0003")
        reader.page.keyboard.press("Enter")
        reader.opened("L0003")
        found = Axe().run(reader.page)
        assert found.violations_count == 0, found.generate_report()


def test_a_finger_drags_and_taps_on_a_tablet(served: str, planner: Any) -> None:
    boards.ten_lots()
    reader = planner(size=(1180, 820))
    rim = (boards.this_morning() - hours(12)).astimezone(
        clock.plant_zone()
    )  # the whole bar is in sight, at any hour
    reader.open(f"/planning/?zoom=3days&from={rim:%Y-%m-%dT%H:%M}")
    reader.find("L0002")
    frame = reader.part("picked").bounding_box()
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    touch = reader.page.context.new_cdp_session(reader.page)

    def finger(kind: str, dx: float = 0, at: float = y) -> None:
        points = [] if kind == "touchEnd" else [{"x": x + dx, "y": at}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    finger("touchStart")
    finger("touchEnd")
    reader.opened("L0002")
    reader.part("panelClose").click()
    head = reader.part("plot").bounding_box()["y"] + 8  # beside the bar, which would go along
    finger("touchStart", at=head)
    for dx in (20, 50, 90):
        finger("touchMove", dx, at=head)
    finger("touchEnd")
    moved = reader.part("picked").bounding_box()
    assert moved["x"] - frame["x"] == pytest.approx(90, abs=1)
    assert reader.part("panel").is_hidden()


def test_chinese_readers_see_chinese_words_and_dates(planner: Any) -> None:
    boards.ten_lots()
    reader = planner(language="zh-CN")
    reader.open()
    ticks = " ".join(reader.days_in_sight())
    assert "周" in ticks
    assert re.search(r"\d+年\d+月", ticks)
    assert "烧成" in reader.part("rows").inner_text()
    reader.find("L0003")
    assert "延期" in reader.part("live").inner_text()


def test_without_a_plan_the_page_says_what_to_do_next(planner: Any) -> None:
    reader = planner()
    reader.open(ready=".empty")
    assert "There is no plan yet." in reader.page.inner_text("main")
    assert reader.page.get_by_role("link", name="Plan now").get_attribute("href") == (
        "/planning/runs"
    )


def test_a_plan_that_cannot_be_loaded_says_so_and_is_tried_again(planner: Any) -> None:
    boards.ten_lots()
    reader = planner()
    reader.page.route("**/bars", lambda route: route.abort())
    reader.open(ready="#board[data-ready=failed]")
    assert "could not be loaded" in reader.part("failed").inner_text()
    reader.page.unroute("**/bars")
    reader.part("retry").click()
    reader.page.wait_for_selector(READY)
    assert reader.drawn() > 0


def test_the_keys_of_the_page_are_listed_by_a_question_mark(planner: Any) -> None:
    boards.ten_lots()
    reader = planner()
    reader.open()
    reader.page.keyboard.press("?")
    assert "Earlier or later bar" in reader.part("help").inner_text()
    reader.page.keyboard.press("Escape")
    reader.part("help").wait_for(state="hidden")


def test_of_two_thousand_bars_only_those_near_the_screen_are_drawn(planner: Any) -> None:
    tiles = [factories.tile() for _ in range(8)]
    factories.plant(*tiles, kilns=4)
    start = boards.this_morning()
    lots = [
        boards.lot(
            f"L{number:04d}",
            tiles[number % 8],
            start + timedelta(hours=3 * (number // 4)),
            kiln=f"K{number % 4 + 1}",
            fires_for=2.5,
            changeover=30,
            forming=f"FG{number % 4 * 2 + 1}, FG{number % 4 * 2 + 2}",
        )
        for number in range(500)
    ]
    boards.kept(lots, start)
    reader = planner()
    reader.open("/planning/?zoom=3days")
    assert 100 < reader.drawn() < 1000
    assert reader.complaints == []


def late_pair() -> tuple[str, str]:
    """A real plan of two late lots on one kiln, the one behind the other; the code of each."""
    made = [factories.tile("P66-ASH-M"), factories.tile("P66-SKY-M")]
    factories.plant(*made)
    for tile, pieces in zip(made, (20_000, 60_000), strict=True):
        factories.order(tile, pieces=pieces, due_on=clock.today() - timedelta(days=1))
    found = queries.lots(answers.plan()[1])
    first, second = sorted(found, key=lambda lot: lot.operations[0].start_at)
    codes = first.code, second.code
    session.commit()
    return codes


def why(reader: Reader) -> Any:
    reader.page.wait_for_selector("[data-why=ready][aria-busy=false]")
    return reader.page.locator("[data-why]")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en-GB", ("Why it is late", "In Firing only K1 can do it.", "Ahead of it on K1", "¥")),
        ("zh-CN", ("为什么延期", "烧成只有 K1 能做。", "K1 上排在前面", "方案代价", "¥")),
    ],
)
def test_the_panel_of_a_late_lot_says_why_and_what_would_help(
    planner: Any, language: str, words: tuple[str, ...]
) -> None:
    first, second = late_pair()
    reader = planner(language)
    reader.open()
    reader.find(second)
    reader.page.keyboard.press("Enter")
    panel = reader.opened(second)
    said = why(reader).inner_text()
    for word in words:
        assert word in said
    results = Axe().run(reader.page)
    assert results.violations_count == 0, results.generate_report()
    panel.get_by_role("button", name=first, exact=True).first.click()
    reader.opened(first)
    assert reader.picked() == first
    assert first not in why(reader).inner_text()
    assert reader.complaints == []


def test_a_reason_that_cannot_be_looked_up_says_so_and_is_asked_for_again(planner: Any) -> None:
    boards.ten_lots()
    reader = planner()
    reader.page.route("**/why", lambda route: route.abort())
    reader.open()
    reader.find("L0003")
    reader.page.keyboard.press("Enter")
    reader.opened("L0003")
    reader.page.wait_for_selector("[data-why=failed] [role=alert]")
    assert "could not be looked up" in reader.page.locator("[data-why]").inner_text()
    reader.page.unroute("**/why")
    reader.page.locator("[data-why]").get_by_role("button", name="Try again").click()
    assert "no longer kept" in why(reader).inner_text()


def test_while_the_reason_is_looked_for_the_facts_stand_and_another_lot_is_not_mixed_up(
    planner: Any,
) -> None:
    boards.ten_lots()
    reader = planner()
    held: list[Any] = []
    reader.page.route("**/L0003/why", lambda route: held.append(route))  # noqa: PLW0108 - a builtin is refused
    reader.open()
    reader.find("L0003")
    reader.page.keyboard.press("Enter")
    panel = reader.opened("L0003")
    assert "Looking for the reason" in panel.inner_text()
    assert "160.00 m²" in panel.inner_text()
    reader.page.keyboard.press("Escape")
    reader.find("L0001")
    reader.page.keyboard.press("Enter")
    reader.opened("L0001")
    assert "Why it is here" in why(reader).inner_text()
    held[0].continue_()
    reader.page.wait_for_timeout(300)
    assert "Why it is here" in why(reader).inner_text()
