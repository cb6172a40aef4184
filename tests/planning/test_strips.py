"""The sums of the strips: exact, in half-open cells of the plant's time, by what happened."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.planning import boards
from tests.planning.boards import hours
from tests.planning.test_charts import board, peg, tile
from tileplan.kernel import clock
from tileplan.materials.models import Material, RecipeLine
from tileplan.planning import charts, queries
from tileplan.planning.models import PlannedLot
from tileplan.planning.rules import strips, wants
from tileplan.planning.rules.strips import Cell, Flow, Promised
from tileplan.plant.rules import Closed

SHANGHAI = ZoneInfo("Asia/Shanghai")
ROME = ZoneInfo("Europe/Rome")
# Midnight of a Monday at the plant.
START = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)


def at(hour: float) -> datetime:
    return START + timedelta(hours=hour)


def days(count: int) -> list[datetime]:
    return [at(24 * day) for day in range(count + 1)]


def hours_of(spans: list[tuple[datetime, datetime]], count: int = 2) -> list[float]:
    return [time / boards.HOUR for time in strips.times(spans, days(count))]


# --- cells


def test_cells_are_the_plants_days_around_two_moments() -> None:
    assert strips.borders(at(3), at(30), Cell.DAY, SHANGHAI) == days(2)


def test_a_plan_that_ends_at_midnight_needs_no_cell_of_the_next_day() -> None:
    assert strips.borders(at(3), at(24), Cell.DAY, SHANGHAI) == days(1)


def test_a_plan_of_no_time_still_has_its_day() -> None:
    assert strips.borders(at(0), at(0), Cell.DAY, SHANGHAI) == days(1)


@pytest.mark.parametrize(
    ("day", "length"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 7, 1), 24)]
)
def test_a_day_has_23_or_25_hours_when_clocks_change(day: date, length: int) -> None:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ROME)
    first, last = strips.borders(noon, noon + hours(1), Cell.DAY, ROME)
    assert last - first == timedelta(hours=length)
    by_hour = strips.borders(noon, noon + hours(1), Cell.HOUR, ROME)
    assert len(by_hour) == length + 1
    assert (by_hour[0], by_hour[-1]) == (first, last)
    assert {b - a for a, b in pairwise(by_hour)} == {hours(1)}


# --- time


def test_a_span_over_midnight_is_parted_and_one_that_ends_there_is_not() -> None:
    assert hours_of([(at(22), at(27))]) == [2, 3]
    assert hours_of([(at(22), at(24))]) == [2, 0]
    assert hours_of([(at(24), at(25))]) == [0, 1]


def test_what_lies_outside_all_cells_is_left_out() -> None:
    assert hours_of([(at(-5), at(1)), (at(47), at(99)), (at(60), at(61)), (at(3), at(3))]) == [1, 1]


def test_overlapping_work_counts_twice_and_merged_once() -> None:
    spans = [(at(1), at(3)), (at(2), at(4)), (at(4), at(5))]
    assert hours_of(spans) == [5, 0]
    assert strips.merged(spans) == [(at(1), at(5))]


@pytest.mark.parametrize(
    ("gone", "left"),
    [
        ([], [(0, 10)]),
        ([(2, 3)], [(0, 2), (3, 10)]),
        ([(-5, 2), (8, 20)], [(2, 8)]),
        ([(-5, 20)], []),
        ([(10, 12), (-3, 0)], [(0, 10)]),
        ([(2, 5), (4, 6), (6, 7)], [(0, 2), (7, 10)]),
        ([(-9, 30), (3, 4)], []),
    ],
)
def test_time_is_taken_out_of_a_span(
    gone: list[tuple[int, int]], left: list[tuple[int, int]]
) -> None:
    found = strips.without([(at(0), at(10))], [(at(a), at(b)) for a, b in gone])
    assert found == [(at(a), at(b)) for a, b in left]


def test_a_kiln_is_empty_where_it_is_open_and_nothing_is_in_it_until_its_last_work() -> None:
    busy = [(at(2), at(6)), (at(10), at(20))]
    closed = [(at(7), at(9))]
    assert strips.empty(busy, closed, at(0)) == [
        (at(0), at(2)), (at(6), at(7)), (at(9), at(10)),
    ]  # fmt: skip
    assert strips.empty([], [], at(0)) == []
    assert strips.empty(busy, [], at(20)) == []


# --- amounts


def test_amounts_are_parted_exactly_and_nothing_is_lost() -> None:
    flows = [Flow(Fraction("100.01"), at(20), at(27)), Flow(Fraction(7), at(30), at(31))]
    found = strips.amounts(flows, days(2))
    assert found == [Fraction("100.01") * 4 / 7, Fraction("100.01") * 3 / 7 + 7]
    assert sum(found) == Fraction("107.01")


def test_green_tile_fills_for_the_lead_stands_and_drains() -> None:
    area = Fraction(600)
    line = strips.level([Flow(area, at(0), at(6))], [Flow(area, at(1), at(7))])
    assert line == [(at(0), 0), (at(1), 100), (at(6), 100), (at(7), 0)]


def test_green_tile_of_lots_behind_one_another_adds_up_and_never_falls_below_nothing() -> None:
    formed = [Flow(Fraction(300), at(0), at(3)), Flow(Fraction(500), at(3), at(8))]
    fired = [Flow(Fraction(300), at(1), at(4)), Flow(Fraction(500), at(4.5), at(9.5))]
    line = strips.level(formed, fired)
    assert [area for _, area in line] == [0, 100, 100, 100, 150, 150, 0]
    assert strips.level([], []) == []


def test_what_is_due_at_midnight_is_due_on_the_day_before() -> None:
    promises = [
        Promised(at(24), Fraction(10), is_late=False),
        Promised(at(24), Fraction(5), is_late=True),
        Promised(at(24.5), Fraction(3), is_late=True),
    ]
    first, second = strips.due_days(promises, SHANGHAI)
    assert (first.day, first.area, first.late_area, first.late_count) == (
        date(2026, 11, 23), 15, 5, 1,
    )  # fmt: skip
    assert (second.day, second.area, second.late_area) == (date(2026, 11, 24), 3, 3)


# --- the columns


def columns(
    *lots: PlannedLot,
    closures: dict[str, list[Closed]] | None = None,
    cells: int = 2,
    now: datetime = START,
    recipes: dict[int, list[RecipeLine]] | None = None,
) -> dict[str, Any]:
    """The strips of these lots, in days from the plan's beginning."""
    of = board(*lots, closures=closures)
    of.plan.epoch_at = START
    for row in of.resources:
        row.green_buffer_minutes = 90 if row.stage == "firing" else 0
        row.rate, row.rate_unit = (
            (Decimal(26000), "kg_per_hour") if row.code == "SD1" else (None, "")
        )
    every = {row.code: (closures or {}).get(row.code, []) for row in of.resources}
    of = queries.Board(of.plan, of.lots, of.resources, every, START, days(cells)[-1], now)
    return charts.strips_json(queries.Strips(of, recipes or {}, days(cells)))


def load(found: dict[str, Any], line: str) -> dict[str, list[float]]:
    """Hours of a line, or of a stage."""
    rows = found["load"]
    row = next(
        i
        for i, (stage, code) in enumerate(zip(rows["stage"], rows["line"], strict=True))
        if line == (code or stage)
    )
    return {name: [m / 60 for m in rows[name][row]] for name in ("open", "work", "change")}


def test_a_line_has_work_and_changeover_in_each_day_and_its_stage_the_sum() -> None:
    found = columns(boards.lot("L1", tile(), at(22), changeover=90))
    assert load(found, "K1") == {"open": [24, 24], "work": [2, 4], "change": [1.5, 0]}
    assert load(found, "K2") == {"open": [24, 24], "work": [0, 0], "change": [0, 0]}
    assert load(found, "firing") == {"open": [48, 48], "work": [2, 4], "change": [1.5, 0]}


def test_a_closure_takes_from_what_is_open_and_work_rests_in_it() -> None:
    closed = {"SP1": [Closed(at(26), at(28), "repair")]}
    found = columns(boards.lot("L1", tile(), at(22)), closures=closed)
    assert load(found, "SP1") == {"open": [24, 22], "work": [0, 4], "change": [0, 0]}


def test_a_kiln_that_fires_in_a_closure_has_more_work_than_time() -> None:
    closed = {"K1": [Closed(at(0), at(23), "bricks")]}
    found = columns(boards.lot("L1", tile(), at(20), fires_for=4), closures=closed)
    assert load(found, "K1") == {"open": [1, 24], "work": [4, 0], "change": [0, 0]}
    assert found["kilns"]["empty"] == [[0, 0], [0, 0]]


def test_a_changeover_in_a_kilns_closure_takes_nothing_of_its_open_time() -> None:
    closed = {"K1": [Closed(at(0), at(5), "bricks")]}
    found = columns(boards.lot("L1", tile(), at(6), changeover=120), closures=closed)
    assert load(found, "K1") == {"open": [19, 24], "work": [6, 0], "change": [1, 0]}
    assert found["kilns"]["empty"][0] == [0, 0]


def test_what_was_before_the_plan_is_not_its_load() -> None:
    lot = boards.lot("L1", tile(), at(0))
    lot.operations[0].started_at = at(-5)
    found = columns(lot, now=at(1))
    assert load(found, "K1")["work"] == [6, 0]
    assert found["epoch"] == found["cells"][0]


def test_finished_work_counts_as_it_happened_and_running_work_as_far_as_now() -> None:
    done = boards.lot("L1", tile(), at(10))
    done.operations[0].started_at, done.operations[0].finished_at = at(1), at(4)
    running = boards.lot("L2", tile(), at(5), kiln="K2")
    running.operations[0].started_at = at(5)
    found = columns(done, running, now=at(15))
    assert load(found, "K1")["work"] == [3, 0]
    assert load(found, "K2")["work"] == [10, 0]
    assert found["kilns"]["fired"][0] == [160, 0]


def test_empty_hours_stand_where_they_are_and_are_summed_by_day() -> None:
    lots = [
        boards.lot("L1", tile(), at(1)),
        boards.lot("L2", tile(), at(26), changeover=60),
    ]
    kilns = columns(*lots)["kilns"]
    assert kilns["code"] == ["K1", "K2"]
    assert kilns["empty"] == [[60 + 17 * 60, 60], [0, 0]]
    assert kilns["from"][0] == [ms(at(0)), ms(at(7))]
    assert kilns["to"][0] == [ms(at(1)), ms(at(25))]
    assert kilns["buffer"] == [90, 90]
    assert kilns["until"] == [ms(at(32)), None]


def test_green_tile_stands_before_the_kiln_that_it_is_for() -> None:
    kilns = columns(boards.lot("L1", tile(), at(22), fires_for=4))["kilns"]
    assert kilns["at"][0] == [ms(at(21)), ms(at(22)), ms(at(25)), ms(at(26))]
    assert kilns["green"][0] == [0, 40, 40, 0]
    assert (kilns["formed"][0], kilns["fired"][0]) == ([120, 40], [80, 80])
    assert kilns["at"][1] == []


def recipe(quantity: int, unit: str = "kg", group: str = "body") -> RecipeLine:
    line = RecipeLine(quantity_per_m2=Decimal(quantity), unit=unit)
    line.material = Material(code=f"{group}{quantity}", group=group)
    return line


def test_body_is_needed_when_it_is_pressed_and_glaze_is_no_body() -> None:
    made = boards.lot("L1", tile(), at(22), fires_for=4)
    made.tile_id, made.tile.body = 1, "PG"
    bodies = columns(made, recipes={1: [recipe(20), recipe(500, "g"), recipe(9, group="glaze")]})
    assert bodies["bodies"] == {"code": ["PG"], "tonnes": [[2.46, 0.82]], "unknown": []}
    assert bodies["dryers"] == {"code": ["SD1"], "tonnes": [624, 624]}


def test_a_tile_whose_recipe_names_no_body_is_named_and_not_guessed() -> None:
    made = boards.lot("L1", tile("X"), at(22))
    made.tile_id, made.tile.body = 1, "PG"
    found = columns(made, recipes={1: [recipe(9, group="glaze")]})
    assert found["bodies"] == {"code": [], "tonnes": [], "unknown": ["X"]}


def test_a_closed_spray_dryer_makes_nothing_and_one_of_unknown_rate_is_left_out() -> None:
    lot = boards.lot("L1", tile(), at(22))
    lot.tile.body = "PG"
    found = columns(lot, closures={"SD1": [Closed(at(0), at(12), "")]})
    assert found["dryers"]["tonnes"] == [312, 624]
    of = board(lot)
    of.plan.epoch_at = START
    assert {row.rate for row in of.resources} == {None}
    assert charts.strips_json(queries.Strips(of, {}, days(2)))["dryers"] == {
        "code": [], "tonnes": [],
    }  # fmt: skip


def test_late_area_stands_on_the_day_it_is_due_and_stock_owes_nobody() -> None:
    late, in_time = peg("SO-1", late=30), peg("SO-2")
    late.due_at = in_time.due_at = wants.due_at(date(2026, 11, 24))
    stock = boards.peg(late.item.order, late.item, due_at=late.due_at, late_minutes=99)  # type: ignore[union-attr]
    stock.item = None
    due = columns(boards.lot("L1", tile(), at(22), pegs=[late, in_time, stock]))["due"]
    assert due == {
        "from": [ms(clock.at_plant(date(2026, 11, 24)))],
        "to": [ms(clock.at_plant(date(2026, 11, 25)))],
        "area": [28.8],
        "late": [14.4],
        "count": [1],
    }


def test_an_empty_plan_has_empty_strips() -> None:
    found = columns(cells=1)
    assert found["load"] == {"stage": [], "line": [], "open": [], "work": [], "change": []}
    assert found["kilns"]["code"] == []
    assert found["due"]["area"] == []


def test_a_line_that_the_plant_no_longer_has_still_shows_its_work() -> None:
    found = columns(boards.lot("L1", tile(), at(2), kiln="OLD"))
    assert load(found, "OLD")["work"] == [6, 0]
    assert found["kilns"]["buffer"][found["kilns"]["code"].index("OLD")] == 0


def ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
