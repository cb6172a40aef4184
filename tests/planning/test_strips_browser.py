"""The strips below the plan in a real browser: in line with the bars, and saying what the server said."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import factories
from tests.planning import boards, test_board_browser
from tests.planning.boards import hours

planner = test_board_browser.planner
Reader = test_board_browser.Reader

# The strips are the same on every database; one is enough for a browser.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def shown(reader: Reader, strip: str, by: str = "day") -> None:
    """Wait until a strip of these cells is drawn."""
    reader.page.wait_for_selector(f"[data-part=under][data-ready='{strip} {by}']")


def told(reader: Reader, by: str = "day") -> dict[str, Any]:
    """What the server says."""
    answer = reader.page.request.get(f"{reader.address}/planning/plans/PLAN-00001/strips?by={by}")
    return dict(answer.json())


def boxes(reader: Reader, fill: str) -> list[dict[str, float]]:
    """Where the pieces of a colour stand on the screen, from left to right."""
    found = reader.page.evaluate(
        "fill => [...document.querySelectorAll(`[data-part=underSheet] rect[fill='${fill}']`)]"
        ".map(r => r.getBoundingClientRect()).map(b => ({x: b.x, width: b.width, height: b.height}))",
        fill,
    )
    return sorted(found, key=lambda box: float(box["x"]))


def x_of(reader: Reader, code: str) -> tuple[float, float]:
    """Where the kiln's bar of a lot begins and ends on the screen, by its frame."""
    reader.find(code)
    frame = reader.part("picked").bounding_box()
    reader.part("foundClear").click()
    reader.page.wait_for_timeout(150)
    frame = reader.part("picked").bounding_box()
    return frame["x"], frame["x"] + frame["width"]


def gap() -> None:
    """Two lots on one kiln, which stands empty for six hours between them."""
    tile = factories.tile()
    factories.plant(tile)
    start = boards.this_morning()
    boards.kept(
        [boards.lot("L0001", tile, start), boards.lot("L0002", tile, start + hours(12))], start
    )


def gap_in_line(reader: Reader) -> None:
    """The red of the empty kiln reaches from the end of the first bar to the begin of the second."""
    _, end = x_of(reader, "L0001")
    start, _ = x_of(reader, "L0002")
    red = [box for box in boxes(reader, "#b3132b") if box["height"] > 5]
    assert len(red) == 1
    assert red[0]["x"] == pytest.approx(end, abs=2.5)
    assert red[0]["x"] + red[0]["width"] == pytest.approx(start, abs=2.5)


def test_an_empty_kiln_is_red_just_between_its_bars_also_after_pan_and_zoom(planner: Any) -> None:
    gap()
    reader = planner()
    reader.open("/planning/?zoom=3days")
    shown(reader, "feed", "hour")
    gap_in_line(reader)
    plot = reader.part("underPlot").bounding_box()
    x, y = plot["x"] + 300, plot["y"] + 20
    reader.page.mouse.move(x, y)
    reader.page.mouse.down()
    reader.page.mouse.move(x + 90, y, steps=5)
    before = next(box for box in boxes(reader, "#b3132b") if box["height"] > 5)
    picked = reader.part("picked").bounding_box()
    reader.page.mouse.move(x + 120, y)
    after = next(box for box in boxes(reader, "#b3132b") if box["height"] > 5)
    moved = reader.part("picked").bounding_box()
    # No lag: in the same frame both have moved as far as the hand.
    assert after["x"] - before["x"] == pytest.approx(30, abs=1)
    assert moved["x"] - picked["x"] == pytest.approx(30, abs=1)
    reader.page.mouse.up()
    gap_in_line(reader)
    reader.page.mouse.wheel(0, 250)
    reader.page.wait_for_timeout(400)
    gap_in_line(reader)
    assert reader.complaints == []


def test_columns_of_a_week_stand_on_their_days(planner: Any) -> None:
    boards.ten_lots()
    reader = planner()
    reader.open("/planning/?zoom=week&strip=load")
    shown(reader, "load")
    days = [
        box["x"]
        for box in reader.page.evaluate(
            "[...document.querySelectorAll('.tick.lower')].map(t => ({x: t.getBoundingClientRect().x}))"
        )
    ]
    work = boxes(reader, "#6f8aa5")
    assert len(work) >= 3
    for box in work:
        assert min(abs(box["x"] - day) for day in days) < 8


def test_the_card_and_the_table_say_what_the_server_said(planner: Any) -> None:
    boards.ten_lots()
    reader = planner()
    reader.open("/planning/?zoom=month&strip=load&of=firing/K1")
    shown(reader, "load")
    load = told(reader)["load"]
    row = load["line"].index("K1")
    reader.part("underTable").click()
    panel = reader.opened("strip")
    assert panel.locator("h2").inner_text() == "K1 Line K1"
    cells = [
        [cell.strip() for cell in own.locator("td").all_inner_texts()]
        for own in panel.locator("tbody tr").all()
    ]

    def read(text: str) -> float:
        return float(re.sub(r"[^\d.]", "", text))

    for at, name in enumerate(("open", "work", "change")):
        assert [read(own[at]) for own in cells] == pytest.approx(
            [minutes / 60 for minutes in load[name][row]], abs=0.006
        )
    used = load["work"][row][1] + load["change"][row][1]
    assert read(cells[1][5]) == pytest.approx(100 * used / load["open"][row][1], abs=0.51)
    work = boxes(reader, "#6f8aa5")[1]
    plot = reader.part("underPlot").bounding_box()
    reader.page.mouse.move(work["x"] + work["width"] / 2, plot["y"] + 60)
    card = reader.part("card")
    card.wait_for(state="visible")
    for words in cells[1]:
        assert words in card.inner_text()


def test_arrows_walk_from_day_to_day_and_from_kiln_to_kiln(planner: Any) -> None:
    gap()
    reader = planner()
    reader.open("/planning/?zoom=week")
    shown(reader, "feed")
    reader.part("underPlot").focus()
    reader.page.keyboard.press("ArrowRight")
    live = reader.part("live")
    first = live.inner_text()
    empty = sum(told(reader)["kilns"]["empty"][0]) / 60
    assert empty == 6
    assert "Empty kiln: 6 h" in first
    assert "K1" in first
    assert reader.part("underMark").is_visible()
    reader.page.keyboard.press("ArrowRight")
    assert live.inner_text() != first
    reader.page.keyboard.press("Enter")
    assert reader.opened("strip").locator("tbody tr").count() > 0
    reader.page.keyboard.press("Escape")
    reader.part("panel").wait_for(state="hidden")


def test_the_strip_is_chosen_by_button_kept_in_the_address_and_put_away(planner: Any) -> None:
    boards.ten_lots()
    reader = planner()
    reader.open()
    shown(reader, "feed")
    high = reader.part("scroll").bounding_box()["height"]
    for name, words in (("Load", "load"), ("Body powder", "body"), ("Late m²", "late")):
        reader.page.get_by_role("button", name=name, exact=True).click()
        shown(reader, words)
        reader.asked("strip", words)
        link = reader.page.url.removeprefix(reader.address)
    reader.open(link)
    shown(reader, "late")
    assert reader.page.get_by_role("button", name="Late m²").get_attribute("aria-pressed") == "true"
    reader.page.get_by_role("button", name="Late m²").click()
    reader.part("underBody").wait_for(state="hidden")
    reader.asked("strip", "none")
    assert reader.part("scroll").bounding_box()["height"] > high + 80
    assert reader.drawn() > 0
    assert reader.complaints == []


def test_a_line_is_chosen_for_its_load(planner: Any) -> None:
    boards.ten_lots()
    reader = planner()
    reader.open("/planning/?strip=load")
    shown(reader, "load")
    reader.part("underOf").select_option("sorting/SP1")
    reader.asked("of", "sorting%2FSP1")
    assert "Line SP1" in reader.part("underNames").inner_text()


def test_late_area_is_that_of_the_server(planner: Any) -> None:
    boards.ten_lots()
    reader = planner()
    reader.open("/planning/?zoom=month&strip=late")
    shown(reader, "late")
    due = told(reader)["due"]
    late = sum(due["late"])
    assert late > 0
    assert f"{late:,.0f} m²" in reader.part("underSum").inner_text()
    assert len(boxes(reader, "#b3132b")) == len([area for area in due["late"] if area])


def test_a_strip_that_cannot_be_loaded_says_so_and_is_tried_again(planner: Any) -> None:
    boards.ten_lots()
    reader = planner()
    reader.page.route("**/strips?**", lambda route: route.abort())
    reader.open("/planning/?zoom=week")
    reader.part("underFailed").wait_for()
    reader.page.unroute("**/strips?**")
    reader.part("underRetry").click()
    shown(reader, "feed")
    assert reader.part("underFailed").is_hidden()


def test_axe_finds_nothing_in_any_strip(planner: Any) -> None:
    boards.ten_lots()
    reader = planner(size=(1180, 820))
    for strip in ("feed", "load", "body", "late"):
        reader.open(f"/planning/?strip={strip}&zoom=week")
        shown(reader, strip)
        reader.part("underTable").click()
        reader.opened("strip")
        found = Axe().run(reader.page)
        assert found.violations_count == 0, found.generate_report()


def test_chinese_readers_see_chinese_strips(planner: Any) -> None:
    boards.ten_lots()
    reader = planner(language="zh-CN")
    reader.open("/planning/?zoom=week")
    shown(reader, "feed")
    for words in ("供窑", "空窑", "窑前储坯"):
        assert words in reader.part("under").inner_text()
    assert not re.search(r"[A-Za-z]{4,}", reader.page.inner_text(".under-head"))
