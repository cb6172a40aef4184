"""How far an order item is, from plain facts."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tileplan.planning.rules import wants
from tileplan.tracking import rules
from tileplan.tracking.rules import Facts, Journey, Progress, Work

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _work(stage: str, start: int, **values: Any) -> Work:
    return Work(stage, NOW + start * HOUR, NOW + (start + 10) * HOUR, **values)


def _journey(**values: Any) -> Journey:
    facts: dict[str, Any] = {
        "ordered_on": date(2026, 11, 20),
        "is_draft": False,
        "is_cancelled": False,
        "is_reviewed": True,
        "is_confirmed": values.get("is_reviewed", True),
        "reviewed_at": NOW - 48 * HOUR,
        "due_on": date(2026, 12, 1),
        "area": Decimal("576.00"),
        "started_at": None,
        "finished_at": None,
        "shade": "",
        "works": [],
    }
    return rules.journey(Facts(**{**facts, **values}), now=NOW, zone=ZONE)


def _said(journey: Journey) -> list[tuple[str, str]]:
    return [(str(step.label), step.progress.value) for step in journey.steps]


def test_a_draft_and_an_order_in_review_have_no_date() -> None:
    assert _said(_journey(is_draft=True, is_reviewed=False))[-1] == ("Review", "ahead")
    told = _journey(is_reviewed=False)
    assert _said(told) == [("Ordered", "done"), ("Review", "now")]
    assert told.ready_on is None
    assert told.headline == "In review"


def test_an_order_that_is_only_approved_waits_for_the_customer_and_is_not_told_as_confirmed() -> (
    None
):
    told = _journey(is_confirmed=False)
    waits = "Reviewed; waiting for the customer's confirmation"
    assert _said(told) == [("Ordered", "done"), (waits, "now")]
    assert told.steps[-1].from_at == NOW - 48 * HOUR
    assert told.headline == waits
    assert _said(_journey())[1] == ("Reviewed and confirmed", "done")


def test_a_cancelled_order_goes_nowhere() -> None:
    assert _journey(is_cancelled=True, works=[_work("firing", 1)]).headline == "Cancelled"


def test_an_item_kept_from_stock_is_ready() -> None:
    told = _journey(shade="A48")
    assert told.is_ready
    assert told.headline == "Ready, from stock"
    assert told.steps[-2].note == "shade A48"


def test_an_item_without_a_place_in_the_plan_waits_and_becomes_late() -> None:
    assert _journey().headline == "Waiting for the plan"
    assert _journey().days_late == 0
    assert _journey(due_on=date(2026, 11, 22)).days_late == 3


def test_a_planned_item_tells_its_dates() -> None:
    told = _journey(works=[_work("firing", 24), _work("sorting", 36)])
    assert _said(told)[2:] == [
        ("Forming and firing", "ahead"),
        ("Sorting, packing", "ahead"),
        ("Ready", "ahead"),
    ]
    assert told.headline == "In the plan"
    assert told.ready_on == date(2026, 11, 27)
    assert told.days_late == 0
    assert not any(step.is_actual for step in told.steps[2:])


def test_late_says_by_how_many_days() -> None:
    told = _journey(due_on=date(2026, 11, 25), works=[_work("firing", 24), _work("sorting", 36)])
    assert told.days_late == 2


def test_work_under_way_is_told_with_the_times_that_were() -> None:
    fired = _work("firing", -30, started_at=NOW - 29 * HOUR, finished_at=NOW - 20 * HOUR)
    told = _journey(works=[fired, _work("sorting", -2, started_at=NOW - HOUR)])
    firing, sorting = told.steps[2], told.steps[3]
    assert firing.progress is Progress.DONE
    assert firing.is_actual
    assert firing.from_at == NOW - 29 * HOUR
    assert sorting.progress is Progress.NOW
    assert told.headline == "Sorting, packing"


def test_work_that_should_have_ended_is_ready_today_at_the_earliest() -> None:
    told = _journey(works=[_work("sorting", -80, started_at=NOW - 80 * HOUR)])
    assert told.ready_on == date(2026, 11, 25)


def test_between_two_stages_nothing_runs() -> None:
    fired = _work("firing", -30, started_at=NOW - 29 * HOUR, finished_at=NOW - 20 * HOUR)
    assert _journey(works=[fired, _work("sorting", 2)]).headline == "Between two stages"


def test_a_finished_item_is_ready_on_the_plants_day_and_names_its_shade() -> None:
    finished_at = datetime(2026, 11, 24, 17, tzinfo=UTC)  # 01:00 on the 25th in the plant
    told = _journey(
        started_at=NOW - 80 * HOUR,
        finished_at=finished_at,
        shade="A48",
        due_on=date(2026, 11, 24),
    )
    assert told.is_ready
    assert told.ready_on == date(2026, 11, 25)
    assert told.days_late == 1
    assert told.steps[-1].note == "shade A48"
    assert ("Produced", "done") in _said(told)


def _sorted(**values: Any) -> Journey:
    ended = [
        _work(stage, -30, started_at=NOW - 29 * HOUR, finished_at=NOW - 2 * HOUR)
        for stage in ("firing", "sorting")
    ]
    return _journey(started_at=NOW - 29 * HOUR, works=ended, **values)


def test_an_item_whose_lot_ended_without_its_tile_is_short_and_neither_ready_nor_in_time() -> None:
    told = _sorted()
    assert told.headline == "Short by 576.00 m², waiting to be planned again"
    assert _said(told)[-1] == (str(told.headline), "now")
    assert (told.is_short, told.is_ready, told.ready_on, told.days_late) == (True, False, None, 0)
    assert _sorted(due_on=date(2026, 11, 22)).days_late == 3


def test_an_item_whose_lot_fell_short_is_ready_once_stock_is_kept_for_it() -> None:
    assert _sorted(shade="B12").headline == "Ready, from stock"


def test_what_is_ready_when_the_due_day_ends_is_in_time_and_a_minute_later_it_is_late() -> None:
    midnight = datetime(2026, 11, 26, 16, tzinfo=UTC)  # the end of the 26th in the plant
    for minutes, days in ((0, 0), (1, 1)):
        end_at = midnight + timedelta(minutes=minutes)
        told = _journey(due_on=date(2026, 11, 26), works=[Work("sorting", NOW, end_at)])
        assert told.days_late == days
        assert wants.late_minutes(end_at, wants.due_at(date(2026, 11, 26))) == minutes
