"""Calendars: what opens, what closes, what touches, and midnight."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tileplan.plant.rules import Closed, NewWindow, WindowKind, clip, closed_windows

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 11, 23)


def weekly(*days, from_minute=0, to_minute=1440):
    return [NewWindow("c", WindowKind.WEEKLY, d, None, from_minute, to_minute) for d in days]


def closed(day, from_minute, to_minute, reason="", kind=WindowKind.CLOSED_ONCE):
    weekday = day if isinstance(day, int) else None
    return NewWindow("c", kind, weekday, None if weekday else day, from_minute, to_minute, reason)


def at(day, hour=0, zone=SHANGHAI):
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC) + timedelta(
        hours=hour
    )


def week(windows, days=7, zone=SHANGHAI, first=MONDAY):
    return closed_windows(windows, first, first + timedelta(days=days), zone)


def test_round_the_clock_has_no_closure_not_even_at_midnight():
    assert week(weekly(*range(1, 8))) == []


def test_a_day_without_an_opening_is_closed_from_midnight_to_midnight():
    sunday = MONDAY + timedelta(days=6)
    assert week(weekly(*range(1, 7))) == [Closed(at(sunday), at(sunday, 24))]


def test_a_calendar_without_any_opening_never_works():
    assert week([]) == [Closed(at(MONDAY), at(MONDAY, 7 * 24))]


def test_nights_outside_the_shift_reach_over_midnight_as_one_closure():
    shift = weekly(*range(1, 8), from_minute=480, to_minute=1200)
    night = Closed(at(MONDAY, 20), at(MONDAY, 32))
    assert week(shift)[1] == night
    assert week(shift)[0] == Closed(at(MONDAY), at(MONDAY, 8))
    assert len(week(shift)) == 8


def test_shifts_that_touch_leave_no_gap():
    windows = weekly(*range(1, 8), to_minute=480) + weekly(*range(1, 8), from_minute=480)
    assert week(windows) == []


def test_a_weekly_closure_closes_every_week_and_says_why():
    windows = [*weekly(*range(1, 8)), closed(2, 480, 960, "cleaning", WindowKind.CLOSED_WEEKLY)]
    tuesday = MONDAY + timedelta(days=1)
    assert week(windows, days=14) == [
        Closed(at(day, 8), at(day, 16), "cleaning")
        for day in (tuesday, tuesday + timedelta(days=7))
    ]


def test_a_single_closure_closes_once():
    windows = [*weekly(*range(1, 8)), closed(date(2026, 12, 3), 480, 960, "rollers")]
    assert week(windows, days=30) == [
        Closed(at(date(2026, 12, 3), 8), at(date(2026, 12, 3), 16), "rollers")
    ]


def test_closures_that_touch_or_overlap_become_one_with_every_reason():
    windows = [
        *weekly(*range(1, 8)),
        closed(MONDAY, 480, 600, "cleaning"),
        closed(MONDAY, 600, 720, "rollers"),
        closed(MONDAY, 660, 700, "cleaning"),
    ]
    assert week(windows) == [Closed(at(MONDAY, 8), at(MONDAY, 12), "cleaning; rollers")]


def test_a_closure_until_24_00_touches_one_from_00_00():
    windows = [
        *weekly(*range(1, 8)),
        closed(MONDAY, 1380, 1440, "late"),
        closed(MONDAY + timedelta(days=1), 0, 60, "early"),
    ]
    assert week(windows) == [Closed(at(MONDAY, 23), at(MONDAY, 25), "late; early")]


def test_a_closure_beside_a_closed_day_joins_it_and_keeps_its_reason():
    windows = [*weekly(*range(1, 7)), closed(6, 1200, 1440, "cleaning", WindowKind.CLOSED_WEEKLY)]
    saturday = MONDAY + timedelta(days=5)
    assert week(windows) == [Closed(at(saturday, 20), at(saturday, 48), "cleaning")]


def test_a_closure_inside_a_closed_day_changes_nothing_but_the_reason():
    windows = [*weekly(*range(1, 7)), closed(7, 480, 960, "cleaning", WindowKind.CLOSED_WEEKLY)]
    sunday = MONDAY + timedelta(days=6)
    assert week(windows) == [Closed(at(sunday), at(sunday, 24), "cleaning")]


def test_days_keep_their_wall_clock_where_clocks_are_put_back():
    berlin = ZoneInfo("Europe/Berlin")
    sunday = date(2026, 10, 25)  # 25 hours long
    windows = [*weekly(*range(1, 8)), closed(sunday, 480, 960, "cleaning")]
    [only] = week(windows, days=3, zone=berlin, first=sunday - timedelta(days=1))
    assert only.start_at == datetime(2026, 10, 25, 7, tzinfo=UTC)
    assert only.end_at == datetime(2026, 10, 25, 15, tzinfo=UTC)


def test_closures_are_cut_at_the_moments_asked_for():
    whole = [Closed(at(MONDAY, 8), at(MONDAY, 16), "x"), Closed(at(MONDAY, 20), at(MONDAY, 22))]
    assert clip(whole, at(MONDAY, 10), at(MONDAY, 20)) == [
        Closed(at(MONDAY, 10), at(MONDAY, 16), "x")
    ]
