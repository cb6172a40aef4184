"""Units, times and the ledger of materials, on plain values."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tileplan.kernel.errors import Refused
from tileplan.purchasing import rules
from tileplan.purchasing.rules import Terms, Window, Windows

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEK = timedelta(weeks=1)
MONDAY = date(2026, 11, 23)


def _numbers(*values: str | int) -> list[Decimal]:
    return [Decimal(value) for value in values]


def test_the_worked_example_of_potash_feldspar_sand_comes_out_to_the_tonne() -> None:
    weeks = [MONDAY + n * WEEK for n in range(6)]
    gross = _numbers(2050, 2150, 1980, 2240, 2100, 1900)
    terms = Terms(lead_days=7, safety=Decimal(1200), multiple=Decimal(60))
    rows = rules.ledger(
        weeks,
        Decimal(1500),
        {weeks[0]: Decimal(1800)},
        dict(zip(weeks, gross, strict=True)),
        terms,
    )
    assert [row.suggested for row in rows] == _numbers(0, 2100, 1980, 2280, 2100, 1860)
    assert [row.projected for row in rows] == _numbers(1250, 1200, 1200, 1240, 1240, 1200)
    assert rows[0].balance == 1250
    assert rows[1].balance == -900
    assert [row.is_short for row in rows] == [False, True, True, True, True, True]


def test_the_latest_day_to_order_is_the_first_short_day_less_the_lead_time() -> None:
    terms = Terms(lead_days=7, safety=Decimal(0), multiple=Decimal(60))
    days = [MONDAY + timedelta(days=n) for n in range(10)]
    rows = rules.ledger(days, Decimal(300), {}, dict.fromkeys(days, Decimal(100)), terms)
    told = rules.verdict(rows, terms, today=MONDAY)
    assert told.first_short_on == MONDAY + timedelta(days=3)
    assert told.order_by == MONDAY - timedelta(days=4)
    assert told.days_too_late == 4
    assert told.is_urgent
    assert told.suggested == 720, "700 are missing, sold in 60s"


def test_an_order_in_time_is_not_too_late() -> None:
    terms = Terms(lead_days=2, safety=Decimal(0), multiple=Decimal(0))
    days = [MONDAY + timedelta(days=n) for n in range(10)]
    rows = rules.ledger(days, Decimal(950), {}, dict.fromkeys(days, Decimal(100)), terms)
    told = rules.verdict(rows, terms, today=MONDAY)
    assert told.order_by == MONDAY + timedelta(days=7)
    assert told.days_too_late == 0
    assert told.suggested == 50, "without a multiple exactly what is missing"


def test_stock_below_the_safety_stock_asks_for_an_order_but_is_no_emergency() -> None:
    terms = Terms(lead_days=5, safety=Decimal(500), multiple=Decimal(100))
    rows = rules.ledger([MONDAY], Decimal(450), {}, {MONDAY: Decimal(10)}, terms)
    told = rules.verdict(rows, terms, today=MONDAY)
    assert told.first_short_on is None
    assert told.below_safety_on == MONDAY
    assert not told.is_urgent
    assert told.days_too_late == 0
    assert told.suggested == 100


def test_what_is_not_used_is_not_ordered() -> None:
    terms = Terms(lead_days=5, safety=Decimal(0), multiple=Decimal(100))
    rows = rules.ledger([MONDAY], Decimal(0), {}, {}, terms)
    told = rules.verdict(rows, terms, today=MONDAY)
    assert told == rules.Verdict(None, None, None, 0, Decimal(0))


def test_the_safety_stock_is_days_of_average_use() -> None:
    assert rules.safety_stock(7, Decimal(100), 20) == 35
    assert rules.safety_stock(7, Decimal(0), 0) == 0


@pytest.mark.parametrize(
    ("quantity", "unit", "to", "expected"),
    [
        ("2898.88", "kg", "t", "2.89888"),
        ("6", "g", "kg", "0.006"),
        ("1.5", "t", "kg", "1500"),
        ("7", "pc", "pc", "7"),
        ("2", "pc", "pcs", "2"),
        ("3.50", "kWh", "kWh", "3.50"),
        ("1200", "kWh", "MWh", "1.2"),
        ("3", "m³", "m3", "3"),
    ],
)
def test_units_of_one_measure_are_converted_exactly(
    quantity: str, unit: str, to: str, expected: str
) -> None:
    assert rules.convert(Decimal(quantity), unit, to) == Decimal(expected)


@pytest.mark.parametrize(("unit", "to"), [("kg", "pc"), ("sack", "t"), ("kg", "barrel")])
def test_units_that_nobody_can_convert_are_refused_naming_both(unit: str, to: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.convert(Decimal(1), unit, to)
    assert unit in refused.value.message
    assert to in refused.value.message


def _at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=SHANGHAI)


WINDOWS = Windows(
    forming=Window(_at(25, 9), _at(26, 9)),
    firing=Window(_at(25, 10), _at(26, 10)),
    finishing=Window(_at(25, 12), _at(26, 12)),
    sorting=Window(_at(25, 13), _at(26, 13)),
)


def test_each_group_is_taken_where_it_is_consumed() -> None:
    assert rules.taken("body", WINDOWS).start_at == _at(23, 9), "two days before forming"
    assert rules.taken("glaze", WINDOWS).start_at == _at(25, 5)
    assert rules.taken("ink", WINDOWS).start_at == _at(25, 5)
    assert rules.taken("energy", WINDOWS) == WINDOWS.firing
    assert rules.taken("finishing", WINDOWS) == WINDOWS.finishing
    assert rules.taken("packaging", WINDOWS) == WINDOWS.sorting
    assert rules.taken("something new", WINDOWS) == rules.taken("body", WINDOWS)


def test_a_lot_without_finishing_takes_its_finishing_material_when_firing_ends() -> None:
    windows = Windows(WINDOWS.forming, WINDOWS.firing, None, WINDOWS.sorting)
    assert rules.taken("finishing", windows).start_at == WINDOWS.firing.end_at


def test_a_quantity_is_spread_by_the_time_in_each_day_of_the_plant() -> None:
    start = datetime(2026, 11, 24, 12, tzinfo=SHANGHAI).astimezone(UTC)
    shares = rules.spread(Decimal(100), Window(start, start + timedelta(hours=48)), SHANGHAI)
    assert shares == {
        date(2026, 11, 24): Decimal(25),
        date(2026, 11, 25): Decimal(50),
        date(2026, 11, 26): Decimal(25),
    }


def test_the_shares_of_a_spread_sum_up_exactly() -> None:
    start = datetime(2026, 11, 24, 1, 7, tzinfo=SHANGHAI)
    quantity = Decimal("14.49440012345")
    shares = rules.spread(quantity, Window(start, start + timedelta(minutes=4321)), SHANGHAI)
    assert len(shares) == 4
    assert sum(shares.values()) == quantity
    assert all(share > 0 for share in shares.values())


def test_a_moment_takes_everything_on_its_day() -> None:
    at = _at(25, 23)
    assert rules.spread(Decimal(5), Window(at, at), SHANGHAI) == {at.date(): Decimal(5)}


@pytest.mark.parametrize("text", ["=1+1", "+A1", "-A1", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_that_a_spreadsheet_would_run_is_made_harmless(text: str) -> None:
    assert rules.safe_cell(text) == f"'{text}"


def test_ordinary_text_stays_as_it_is() -> None:
    assert rules.safe_cell("黑泥 RM01") == "黑泥 RM01"
