"""The board's columns: what stands in them, and what can never come out of them."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.planning import boards
from tests.planning.boards import hours
from tileplan import paths
from tileplan.catalog.models import Tile
from tileplan.contracts.models import Contract, Phase
from tileplan.kernel import clock
from tileplan.orders.models import Order, OrderItem
from tileplan.planning import charts, queries
from tileplan.planning.models import Peg, PlannedLot
from tileplan.planning.rules import wants
from tileplan.plant.models import Resource
from tileplan.plant.rules import Closed

START = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
STAGES = (
    ("SD1", "spray_drying"), ("FG1", "forming"), ("FG2", "forming"), ("K1", "firing"),
    ("K2", "firing"), ("PL1", "finishing"), ("SP1", "sorting"),
)  # fmt: skip


def ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def tile(code: str = "P66-CEM-M", family: str = "porcelain matt") -> Tile:
    return Tile(
        code=code,
        name_en="Cement grey",
        name_zh="水泥灰",
        family=family,
        pieces_per_box=4,
        box_area=Decimal("1.44"),
    )


def peg(number: str, position: int = 1, *, late: int = 0, customer: str = "佛山建材") -> Peg:
    order = Order(number=number, customer_name=customer)
    item = OrderItem(position=position, pieces=40)
    item.order = order
    return boards.peg(order, item, due_at=START + hours(48), late_minutes=late)


def board(*lots: PlannedLot, closures: dict[str, list[Closed]] | None = None) -> queries.Board:
    return queries.Board(
        plan=boards.plan(lots, START),
        lots=list(lots),
        resources=[Resource(code=code, stage=stage, name=f"Line {code}") for code, stage in STAGES],
        closures=closures or {},
        from_at=START,
        to_at=START + timedelta(days=7),
        now=START + hours(2),
    )


def bars(columns: dict[str, Any]) -> list[dict[str, Any]]:
    """The bars as rows, with the code of their line."""
    names = list(columns["bars"])
    rows = [
        dict(zip(names, row, strict=True)) for row in zip(*columns["bars"].values(), strict=True)
    ]
    return [{**row, "line": columns["lines"]["code"][row["line"]]} for row in rows]


def test_a_lot_is_a_bar_on_its_kiln_and_its_later_lines_and_a_derived_one_on_each_forming_line() -> (
    None
):
    found = bars(charts.board_json(board(boards.lot("L0001", tile(), START))))
    assert [(bar["line"], bar["derived"]) for bar in found] == [
        ("FG1", 1), ("FG2", 1), ("K1", 0), ("SP1", 0),
    ]  # fmt: skip
    forming, _, firing, _ = found
    assert forming["start"] == ms(START - hours(1))
    assert (firing["start"], firing["end"]) == (ms(START), ms(START + hours(6)))


def test_all_columns_of_a_table_are_of_one_length() -> None:
    columns = charts.board_json(
        board(
            boards.lot("L0001", tile(), START, pegs=[peg("SO-1"), peg("SO-2")]),
            boards.lot("L0002", tile("X"), START + hours(7), changeover=60),
            closures={"K1": [Closed(START + hours(20), START + hours(24), "bricks")]},
        )
    )
    for name, table in columns.items():
        if isinstance(table, dict):
            assert len({len(column) for column in table.values()}) == 1, name


def test_lines_without_work_are_shown_beside_their_sisters_and_idle_stages_are_left_out() -> None:
    lines = charts.board_json(board(boards.lot("L0001", tile(), START)))["lines"]
    assert lines["code"] == ["FG1", "FG2", "K1", "K2", "SP1"]


def test_a_line_that_the_plant_no_longer_has_still_shows_its_work() -> None:
    columns = charts.board_json(board(boards.lot("L0001", tile(), START, kiln="OLD")))
    at = columns["lines"]["code"].index("OLD")
    assert columns["lines"]["stage"][at] == "firing"
    assert "OLD" in {bar["line"] for bar in bars(columns)}


def test_an_order_stands_once_however_many_lots_it_is_pegged_to() -> None:
    columns = charts.board_json(
        board(
            boards.lot("L0001", tile(), START, pegs=[peg("SO-1", 1), peg("SO-2")]),
            boards.lot("L0002", tile(), START + hours(7), pegs=[peg("SO-1", 2, late=30)]),
        )
    )
    assert columns["orders"]["number"] == ["SO-1", "SO-2"]
    assert columns["pegs"]["order"] == [0, 1, 0]
    assert columns["pegs"]["item"] == ["SO-1/1", "SO-2/1", "SO-1/2"]
    assert columns["pegs"]["late"] == [0, 0, 30]
    assert columns["pegs"]["area"] == [14.4, 14.4, 14.4]
    assert columns["lots"]["whose"] == ["SO-1 +1", "SO-1"]


def test_what_is_due_by_the_end_of_a_day_is_drawn_in_that_day() -> None:
    due_on = date(2026, 11, 26)
    in_time = peg("SO-1")
    in_time.due_at = wants.due_at(due_on)
    columns = charts.board_json(board(boards.lot("L0001", tile(), START, pegs=[in_time])))
    drawn = datetime.fromtimestamp(columns["pegs"]["due"][0] / 1000, clock.plant_zone())
    assert drawn.date() == due_on
    assert drawn + timedelta(milliseconds=1) == in_time.due_at


def test_what_is_for_stock_names_no_order() -> None:
    for_stock = Peg(item_ref="stock", pieces=100, due_at=START + hours(48), late_minutes=0)
    columns = charts.board_json(board(boards.lot("L0001", tile(), START, pegs=[for_stock])))
    assert columns["pegs"]["order"] == [-1]
    assert columns["orders"]["number"] == []
    assert columns["lots"]["whose"] == [""]


@pytest.mark.parametrize(
    "name",
    [
        "</script><script>alert(1)</script>",
        '<a href="javascript:x">go</a>',
        "<b>bold</b>",
        "A&lt;B",
    ],
)
def test_no_mark_up_reaches_the_words_that_plotly_draws(name: str) -> None:
    lots = charts.board_json(board(boards.lot("L1", tile(name), START, pegs=[peg(name)])))["lots"]
    for words in (*lots["label"], *lots["whose"]):
        assert not set("<>&") & set(words)
        assert words


def test_labels_are_one_line_and_cut_to_a_length() -> None:
    assert charts.label("two\nlines\t\u202eback") == "two lines back"
    long = charts.label("x" * 500)
    assert len(long) == charts.LONGEST_LABEL
    assert long.endswith("…")


def test_an_empty_plan_gives_empty_columns() -> None:
    columns = charts.board_json(board())
    assert set(columns["bars"]) == {
        "lot", "line", "start", "end", "change", "ready", "derived", "started", "paused",
            "finished",
    }  # fmt: skip
    assert all(column == [] for column in columns["bars"].values())
    assert columns["lines"]["code"] == []


def test_a_changeover_rests_while_its_line_is_closed_but_not_on_a_kiln() -> None:
    early = [Closed(START - hours(10), START - hours(0.5), "")]
    lot = boards.lot("L1", tile(), START, changeover=60)
    lot.operations[1].changeover_minutes = 60
    sorting = lot.operations[1].start_at
    closed = {"K1": early, "SP1": [Closed(sorting - hours(8), sorting - hours(0.5), "")]}
    _, _, firing, after = bars(charts.board_json(board(lot, closures=closed)))
    assert firing["ready"] == ms(START - hours(1))
    assert after["ready"] == ms(sorting - hours(8.5))


@pytest.mark.parametrize(
    ("minutes", "closed", "begins"),
    [
        (0, [], 0),
        (60, [], -60),
        (60, [(-90, -30)], -120),
        (60, [(-90, -60)], -60),
        (60, [(-40, -30), (-60, -50)], -80),
        (30, [(10, 20)], -30),
        (30, [(-20, 40)], -50),
    ],
)
def test_a_changeover_begins_its_own_working_minutes_ahead(
    minutes: int, closed: list[tuple[int, int]], begins: int
) -> None:
    def at(minute: int) -> datetime:
        return START + timedelta(minutes=minute)

    windows = [Closed(at(from_), at(to), "") for from_, to in closed]
    assert charts.changeover_start(START, minutes, windows) == at(begins)


def test_facts_of_the_floor_stand_beside_the_plan() -> None:
    lot = boards.lot("L1", tile(), START)
    lot.operations[0].started_at = START
    lot.operations[0].finished_at = START + hours(5)
    firing = bars(charts.board_json(board(lot)))[2]
    assert (firing["started"], firing["finished"]) == (ms(START), ms(START + hours(5)))


def test_what_is_finished_stands_where_it_happened_and_its_forming_with_it() -> None:
    lot = boards.lot("L1", tile(), START + hours(9))
    lot.operations[0].started_at = START - hours(3)
    lot.operations[0].finished_at = START + hours(1)
    forming, _, firing, _ = bars(charts.board_json(board(lot)))
    assert (firing["start"], firing["end"]) == (ms(START - hours(3)), ms(START + hours(1)))
    assert (forming["start"], forming["end"]) == (ms(START - hours(4)), ms(START))
    assert forming["finished"] is not None


def test_what_still_runs_beyond_its_planned_end_has_come_as_far_as_now() -> None:
    lot = boards.lot("L1", tile(), START - hours(9))
    lot.operations[0].started_at = START - hours(8)
    firing = bars(charts.board_json(board(lot)))[2]
    assert (firing["start"], firing["end"]) == (ms(START - hours(8)), ms(START + hours(2)))


def test_a_finished_lot_is_as_late_as_it_was_and_not_as_it_was_planned() -> None:
    lots = [
        boards.lot(code, tile(), START, late_minutes=90, pegs=[peg("SO-1", late=90)])
        for code in ("L1", "L2", "L3")
    ]
    for lot, ended in zip(lots, (hours(47), hours(48.5)), strict=False):
        for operation in lot.operations:
            operation.started_at, operation.finished_at = START, START + ended
    columns = charts.board_json(board(*lots))
    assert columns["lots"]["late"] == [0, 30, 90]
    assert columns["pegs"]["late"] == [0, 30, 90]


def test_closures_keep_their_reason_and_lines_not_shown_are_left_out() -> None:
    window = Closed(START, START + hours(4), "roller change <b>")
    columns = charts.board_json(
        board(boards.lot("L1", tile(), START), closures={"K2": [window], "SD1": [window]})
    )
    assert columns["closures"]["reason"] == ["roller change <b>"]
    assert columns["lines"]["code"][columns["closures"]["line"][0]] == "K2"


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("fill", [*((full, charts.LABEL_INK) for full, _ in charts.PALETTE),
                                  *((pale, charts.PALE_INK) for _, pale in charts.PALETTE)])  # fmt: skip
def test_every_label_can_be_read_on_its_bar(fill: tuple[str, str]) -> None:
    light, dark = sorted((luminance(colour) for colour in fill), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_a_plan_of_two_thousand_bars_is_small() -> None:
    lots = [
        boards.lot(f"L{n:04d}", tile(f"T{n % 40}"), START + hours(n), pegs=[peg(f"SO-{n}")])
        for n in range(500)
    ]
    columns = charts.board_json(board(*lots))
    assert len(columns["bars"]["lot"]) == 2000
    assert len(json.dumps(columns)) < 400_000


def test_a_peg_names_the_phase_of_its_contract_and_other_pegs_none() -> None:
    site = peg("SO-1")
    assert site.item
    site.item.order.contract = Contract(number="PC-0001")
    site.item.phase = Phase(name="3号楼")
    whole = peg("SO-2")
    assert whole.item
    whole.item.order.contract = Contract(number="PC-0001")
    lots = boards.lot("L1", tile(), START, pegs=[site, whole, peg("SO-3"), site])
    columns = charts.board_json(board(lots))
    assert columns["pegs"]["phase"] == [0, 1, -1, 0]
    assert columns["phases"] == {"contract": ["PC-0001", "PC-0001"], "name": ["3号楼", ""]}


def test_the_columns_say_body_state_of_the_plan_and_since_when_work_stands_still() -> None:
    lot = boards.lot("L1", tile(), START)
    lot.tile.body = "PG"
    lot.operations[0].started_at, lot.operations[0].paused_at = START, START + hours(1)
    columns = charts.board_json(board(lot))
    assert columns["tiles"]["body"] == ["PG"]
    assert columns["state"] == "draft"
    assert columns["bars"]["paused"] == [*[ms(START + hours(1))] * 3, None]


def test_words_can_be_read_on_the_colours_that_the_page_itself_gives() -> None:
    script = (paths.STATIC / "planning" / "board-paint.js").read_text()
    own = re.findall(r'fill: "(#[0-9a-f]{6})", pale: "(#[0-9a-f]{6})"', script)
    assert len(own) >= 8
    for fill, pale in own:
        for pair in ((fill, charts.LABEL_INK), (pale, charts.PALE_INK)):
            dark, light = sorted(map(luminance, pair))
            assert (light + 0.05) / (dark + 0.05) >= 4.5, pair
