"""A draft in a real browser: bars dragged by mouse, finger and keys, and what the server says of it after."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import factories
from tests.planning import drafts
from tests.planning.test_board_browser import Reader
from tileplan.kernel import clock
from tileplan.kernel.db import session, transaction
from tileplan.planning import queries, service

# The board is the same on every database; one is enough for a browser.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class Hand:
    """A planner's hand on the bars of one draft."""

    def __init__(self, reader: Reader, number: str) -> None:
        self.reader, self.page, self.number = reader, reader.page, number

    def open(self, query: str = "") -> None:
        rim = (drafts.plan_now(self.number).epoch_at - timedelta(hours=6)).astimezone(
            clock.plant_zone()
        )
        self.reader.open(
            f"/planning/plans/{self.number}?zoom=3days&strip=none&from={rim:%Y-%m-%dT%H:%M}{query}"
        )

    def fired(self, code: str) -> Any:
        """Where the database has the firing of a lot."""
        lot = drafts.lot(self.number, code)
        return next(row for row in lot.operations if row.stage == "firing")

    def first(self) -> str:
        """The lot that is fired first."""
        return drafts.lots(self.number)[0].code

    def frame(self, code: str) -> dict[str, float]:
        """The frame of a lot's firing on the screen."""
        self.reader.find(code)
        return dict(self.reader.part("picked").bounding_box())

    def scale(self) -> float:
        """Pixels for an hour."""
        return float(self.reader.part("plot").bounding_box()["width"]) / 72

    def step(self, number: int) -> None:
        """Wait until the page shows the step of a draft, and all that it drew for it."""
        self.page.wait_for_selector(f"#board[data-step='{number}']")

    def edited(self, number: int) -> None:
        """Wait until the page has taken in so many edits."""
        self.page.wait_for_selector(f"#board[data-edited='{number}']")

    def row_of(self, line: str) -> float:
        """The middle of a line's row, on the screen."""
        box = self.page.locator(".row-name", has_text=line).first.bounding_box()
        return float(box["y"] + box["height"] / 2)

    def drag(self, frame: dict[str, float], dx: float, y: float | None = None) -> None:
        """Take a bar by its middle, go so many pixels to the right, and hold it there."""
        x, top = frame["x"] + min(frame["width"] / 2, 40), frame["y"] + frame["height"] / 2
        self.page.mouse.move(x, top)
        self.page.mouse.down()
        for share in (0.2, 0.6, 1):
            self.page.mouse.move(x + dx * share, top if y is None else top + (y - top) * share)


@pytest.fixture
def hand(served: str, chromium: Any) -> Iterator[Any]:
    """A function: a planner with a draft of six lots, in this language, on a screen of this size."""
    number = drafts.small().number
    user = factories.user("planner")
    session.commit()
    session.remove()
    contexts = []

    def made(language: str = "en-GB", size: tuple[int, int] = (1400, 900), **more: Any) -> Hand:
        context = chromium.new_context(
            locale=language, viewport={"width": size[0], "height": size[1]}, **more
        )
        contexts.append(context)
        reader = Reader(context.new_page(), served)
        reader.page.set_default_timeout(20_000)
        reader.sign_in(user.login)
        return Hand(reader, number)

    yield made
    for context in contexts:
        context.close()


def other(kiln: str) -> str:
    return {"K1": "K2", "K2": "K1"}[kiln]


def pins(number: str) -> int:
    """How many bars of a draft are pinned by a planner."""
    with transaction(writing=False):
        return len(service.state_of(queries.plan(number)).pins)


def test_a_bar_is_dragged_later_and_the_ghost_had_told_the_truth(hand: Any) -> None:
    planner = hand()
    planner.open()
    code = planner.first()
    was = planner.fired(code)
    start, line = was.start_at, was.resource
    planner.drag(planner.frame(code), 20 * planner.scale())
    ghost = planner.page.locator(".ghost:not(.is-waiting)")
    ghost.wait_for(state="visible")
    told = planner.page.locator(".ghost > span").inner_text()
    assert "Changeover" in planner.page.locator(".ghost-tip").inner_text()
    assert planner.fired(code).start_at == start  # nothing is changed while it is in the hand
    planner.page.mouse.up()
    planner.step(1)
    planner.edited(1)
    row = planner.fired(code)
    assert row.resource == line
    assert abs(row.start_at - start - timedelta(hours=20)) < timedelta(hours=8)
    assert row.start_at.astimezone(clock.plant_zone()).strftime("%H:%M") == told
    drafts.agree(planner.number)
    assert planner.page.locator(".mark-pin").count() == 1
    planner.reader.find(code)
    assert planner.reader.part("picked").bounding_box()["width"] > 0
    assert planner.reader.complaints == []


def test_a_bar_is_dragged_to_another_kiln_and_back_by_undo(hand: Any) -> None:
    planner = hand()
    planner.open()
    code = planner.first()
    was = planner.fired(code)
    start, line = was.start_at, was.resource
    planner.drag(planner.frame(code), 9 * planner.scale(), planner.row_of(other(line)))
    planner.page.locator(".ghost:not(.is-waiting)").wait_for(state="visible")
    planner.page.mouse.up()
    planner.step(1)
    assert planner.fired(code).resource == other(line)
    planner.page.keyboard.press("z")
    planner.step(0)
    row = planner.fired(code)
    assert (row.resource, row.start_at) == (line, start)
    planner.page.keyboard.press("Control+y")
    planner.step(1)
    assert planner.fired(code).resource == other(line)
    drafts.agree(planner.number)


def test_an_impossible_place_refuses_with_the_reason(hand: Any) -> None:
    planner = hand()
    planner.open()
    code = planner.first()
    planner.drag(planner.frame(code), 30, planner.row_of("SP1"))
    planner.page.locator(".ghost.is-impossible").wait_for(state="visible")
    assert "SP1 cannot do Firing" in planner.page.locator(".ghost-tip").inner_text()
    planner.page.mouse.up()
    toast = planner.reader.part("toast")
    toast.wait_for(state="visible")
    assert "SP1 cannot do Firing" in toast.inner_text()
    assert drafts.plan_now(planner.number).step == 0


def test_forming_follows_its_kiln_and_is_not_dragged(hand: Any) -> None:
    planner = hand()
    planner.open()
    frame = planner.frame(planner.first())
    frame["y"] = planner.row_of("FG1")
    frame["height"] = 0
    frame["x"] -= 2 * planner.scale()
    planner.drag(frame, 120)
    planner.page.mouse.up()
    toast = planner.reader.part("toast")
    if toast.is_visible():
        assert "drag the firing" in toast.inner_text()
    assert drafts.plan_now(planner.number).step == 0


def test_escape_leaves_a_bar_where_it_was_and_keys_move_it(hand: Any) -> None:
    planner = hand()
    planner.open()
    code = planner.first()
    start = planner.fired(code).start_at
    planner.frame(code)
    planner.page.keyboard.press("Space")
    planner.page.keyboard.press("Shift+ArrowRight")
    planner.page.locator(".ghost:not(.is-waiting)").wait_for(state="visible")
    planner.page.keyboard.press("Escape")
    planner.page.locator(".ghost").wait_for(state="hidden")
    assert planner.fired(code).start_at == start
    planner.page.keyboard.press("Space")
    planner.page.keyboard.press("Shift+ArrowRight")
    planner.page.keyboard.press("ArrowRight")
    planner.page.keyboard.press("ArrowRight")
    planner.page.keyboard.press("Enter")
    planner.step(1)
    asked = start + timedelta(days=1)
    assert planner.fired(code).start_at >= asked
    drafts.agree(planner.number)
    planner.edited(1)
    planner.page.keyboard.press("u")
    planner.step(2)
    assert pins(planner.number) == 0
    planner.page.keyboard.press("l")
    planner.step(3)
    assert pins(planner.number) == 1


def test_several_bars_are_chosen_and_moved_together(hand: Any) -> None:
    planner = hand()
    planner.open("&zoom=week")
    codes = [lot.code for lot in drafts.lots(planner.number)][:2]
    before = {code: planner.fired(code).start_at for code in codes}
    for code in codes:
        frame = planner.frame(code)
        planner.page.keyboard.down("Control")
        planner.page.mouse.click(frame["x"] + 8, frame["y"] + frame["height"] / 2)
        planner.page.keyboard.up("Control")
    assert planner.page.locator(".mark-chosen").count() == 2
    planner.page.keyboard.press("Space")  # the one chosen last
    planner.page.keyboard.press("Shift+ArrowRight")
    planner.page.locator(".ghost:not(.is-waiting)").wait_for(state="visible")
    planner.page.keyboard.press("Enter")
    planner.step(1)
    for code in codes:
        assert planner.fired(code).start_at >= before[code] + timedelta(hours=20)
    drafts.agree(planner.number)


def test_a_finger_chooses_first_and_then_moves(hand: Any) -> None:
    planner = hand(size=(1180, 820), has_touch=True)
    planner.open()
    code = planner.first()
    start = planner.fired(code).start_at
    frame = planner.frame(code)
    x, y = frame["x"] + min(frame["width"] / 2, 30), frame["y"] + frame["height"] / 2
    touch = planner.page.context.new_cdp_session(planner.page)

    def finger(kind: str, dx: float = 0) -> None:
        points = [] if kind == "touchEnd" else [{"x": x + dx, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    finger("touchStart")
    for dx in (20, 80, 160):
        finger("touchMove", dx)
    planner.page.locator(".ghost:not(.is-waiting)").wait_for(state="visible")
    finger("touchEnd")
    planner.step(1)
    assert planner.fired(code).start_at > start
    drafts.agree(planner.number)


def test_somebody_else_was_faster_and_nothing_is_overwritten(hand: Any) -> None:
    planner, second = hand(), hand()
    planner.open()
    second.open()
    code = planner.first()
    planner.frame(code)
    planner.page.keyboard.press("l")
    planner.step(1)
    second.drag(second.frame(code), 5 * second.scale())
    second.page.mouse.up()
    toast = second.reader.part("toast")
    toast.wait_for(state="visible")
    assert "has just changed this draft" in toast.inner_text()
    second.step(1)
    with transaction(writing=False):
        steps = queries.steps(queries.plan(planner.number))
    assert [step.kind for step in steps][1:] == ["locked"]


def test_the_tray_lists_checks_and_takes_back(hand: Any) -> None:
    planner = hand(language="zh-CN")
    planner.open()
    code = planner.first()
    planner.frame(code)
    planner.page.keyboard.press("l")
    planner.step(1)
    tray = planner.reader.part("tray")
    assert "修改 1 处" in tray.inner_text()
    planner.page.click("[data-part=tray] summary >> nth=0")
    assert f"锁定：{code}" in planner.reader.part("steps").inner_text()
    planner.page.click("[data-part=reset]")
    planner.step(0)
    planner.page.keyboard.press("Escape")
    planner.page.click("[data-part=check]")
    planner.page.locator("[data-part=checkList]", has_text="未违反任何生产规则").wait_for()
    found = Axe().run(planner.page)
    assert found.violations_count == 0, found.generate_report()
    planner.page.keyboard.press("Escape")
    found = Axe().run(planner.page)
    assert found.violations_count == 0, found.generate_report()


def test_a_plan_in_force_is_edited_as_a_copy(served: str, chromium: Any) -> None:
    made = drafts.published()
    user = factories.user("planner")
    session.commit()
    session.remove()
    context = chromium.new_context(locale="en-GB", viewport={"width": 1400, "height": 900})
    reader = Reader(context.new_page(), served)
    reader.page.set_default_timeout(20_000)
    reader.sign_in(user.login)
    reader.open("/planning/")
    reader.page.click("[data-part=editCopy]")
    reader.page.wait_for_url(lambda url: "/planning/plans/" in url)
    reader.page.wait_for_selector("#board[data-ready=yes]")
    number = reader.page.url.partition("/plans/")[2].partition("?")[0]
    assert number != made.number
    drafts.agree(number)
    context.close()


def test_whoever_may_not_edit_has_no_tray(served: str, chromium: Any) -> None:
    number = drafts.small().number
    user = factories.user("sales_manager")
    session.commit()
    session.remove()
    context = chromium.new_context(locale="en-GB", viewport={"width": 1400, "height": 900})
    reader = Reader(context.new_page(), served)
    reader.page.set_default_timeout(20_000)
    reader.sign_in(user.login)
    reader.open(f"/planning/plans/{number}")
    assert reader.part("tray").count() == 0
    context.close()
