"""The life of work, the order of stages, what may be reported, what must be changed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from tileplan.accounts.rules import PERMISSIONS, Role
from tileplan.kernel.errors import Conflict, NotAllowed, Refused
from tileplan.kernel.units import Packing
from tileplan.production import rules
from tileplan.production.rules import WORK, CameOut, Earlier, Outcome, Report, WorkState

BOX = Packing(4, Decimal("1.44"))
PLANNED = Decimal(1000)
AT = datetime(2026, 11, 25, 8, tzinfo=UTC)

_ALLOWED = {
    ("released", "start"): "running",
    ("running", "finish"): "finished",
    ("running", "pause"): "paused",
    ("paused", "resume"): "running",
    ("released", "withdraw"): "withdrawn",
}
_ACTIONS = ("start", "pause", "resume", "finish", "withdraw")


@pytest.mark.parametrize("action", _ACTIONS)
@pytest.mark.parametrize("state", list(WorkState))
def test_every_action_from_every_state_does_what_the_table_says(
    state: WorkState, action: str
) -> None:
    to = _ALLOWED.get((state.value, action))
    if to is None:
        with pytest.raises(Conflict):
            WORK.take(action, state, None, "K01")
    else:
        assert WORK.take(action, state, None, "K01").to == to


def test_only_supervisors_move_work() -> None:
    for role in Role:
        buttons = {a.action for a in WORK.actions(WorkState.RUNNING, PERMISSIONS[role])}
        assert buttons == ({"finish", "pause"} if role is Role.SUPERVISOR else set())
    with pytest.raises(NotAllowed):
        WORK.take("start", WorkState.RELEASED, PERMISSIONS[Role.PLANNER], None)


def test_started_work_cannot_be_withdrawn() -> None:
    for state in (WorkState.RUNNING, WorkState.PAUSED, WorkState.FINISHED):
        with pytest.raises(Conflict):
            WORK.take("withdraw", state, None, None)


def test_a_supervisor_sees_the_own_lines_and_others_all() -> None:
    assert rules.lines_of(PERMISSIONS[Role.SUPERVISOR], ["K1", "K2"]) == {"K1", "K2"}
    assert rules.lines_of(PERMISSIONS[Role.SUPERVISOR], []) == frozenset()
    assert rules.lines_of(PERMISSIONS[Role.PLANNER], []) is None


@pytest.mark.parametrize("state", list(WorkState))
def test_a_stage_starts_only_after_the_stage_before_has_started(state: WorkState) -> None:
    earlier = Earlier("WO-00001", "firing", state)
    if state is WorkState.RELEASED:
        with pytest.raises(Refused, match="WO-00001"):
            rules.check_start(earlier)
    else:
        rules.check_start(earlier)


@pytest.mark.parametrize("state", [s for s in WorkState if s is not WorkState.FINISHED])
def test_a_stage_finishes_only_after_the_stage_before_has_finished(state: WorkState) -> None:
    with pytest.raises(Refused, match="WO-00001"):
        rules.check_finish(Earlier("WO-00001", "firing", state))


def test_the_first_stage_waits_for_nothing() -> None:
    rules.check_start(None)
    rules.check_finish(None)


def _report(**values: Any) -> Report:
    facts: dict[str, Any] = {
        "area_a": Decimal(900),
        "area_b": Decimal(40),
        "area_scrap": Decimal(10),
        "shade": "A48",
        "calibre": "R",
        "warehouse": "WH1",
    }
    return Report(**{**facts, **values})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("area_a", Decimal(-1)),
        ("area_b", Decimal("NaN")),
        ("area_scrap", Decimal("Infinity")),
        ("area_a", Decimal("1500.01")),
        ("area_b", Decimal(10) ** 11),
        ("shade", ""),
        ("shade", "A 48"),
        ("shade", "A4812345678"),
        ("shade", "<b>"),
        ("shade", "0"),
        ("calibre", ""),
        ("warehouse", ""),
    ],
)
def test_what_cannot_have_come_out_is_refused_beside_its_field(field: str, value: Any) -> None:
    with pytest.raises(Refused) as refused:
        rules.check_report(_report(**{field: value}), planned=PLANNED, is_sorting=True)
    assert refused.value.field == field


def test_the_sum_of_the_grades_is_bounded_too() -> None:
    report = _report(area_a=Decimal(800), area_b=Decimal(700), area_scrap=Decimal("0.01"))
    with pytest.raises(Refused) as refused:
        rules.check_report(report, planned=PLANNED, is_sorting=True)
    assert refused.value.field == "area_a"


def test_half_as_much_again_is_still_believed() -> None:
    report = _report(area_a=Decimal(1500), area_b=Decimal(0), area_scrap=Decimal(0))
    rules.check_report(report, planned=PLANNED, is_sorting=True)


def test_nothing_at_all_is_no_report() -> None:
    report = Report(Decimal(0))
    with pytest.raises(Refused):
        rules.check_report(report, planned=PLANNED, is_sorting=False)


def test_a_lot_that_is_all_scrap_needs_no_name() -> None:
    report = Report(Decimal(0), area_scrap=Decimal(900))
    rules.check_report(report, planned=PLANNED, is_sorting=True)
    assert rules.outcomes(report, BOX, is_sorting=True) == [Outcome("scrap", 2500)]


def test_before_sorting_nobody_tells_grades() -> None:
    report = Report(Decimal(144), area_scrap=Decimal("1.44"))
    rules.check_report(report, planned=PLANNED, is_sorting=False)
    assert rules.outcomes(report, BOX, is_sorting=False) == [
        Outcome("good", 400),
        Outcome("scrap", 4),
    ]


def test_the_prefilled_report_is_the_plan_and_can_be_sent_as_it_stands() -> None:
    report = rules.prefilled(
        Decimal("1500.00"), 4000, BOX, calibre="R", warehouse="WH1", is_sorting=True
    )
    assert report.area_a == 1440
    assert report.area_b == Decimal("59.04"), "41 whole boxes of what is not grade A"
    assert report.area_a + report.area_b + report.area_scrap == 1500
    assert rules.prefilled(PLANNED, None, BOX, is_sorting=False) == Report(PLANNED)


CAME = CameOut("WO-00001", "firing", 4167, BOX)


def test_what_comes_in_is_split_by_the_share_that_should_be_grade_a() -> None:
    good = rules.likely_good(CAME, Decimal("0.96"), is_sorting=True)
    assert good == 4000
    report = rules.prefilled(CAME.area, good, BOX, is_sorting=True)
    assert sum(report.areas.values()) == CAME.area == Decimal("1500.12")
    assert report.areas == {
        "area_a": Decimal("1440.00"),
        "area_b": Decimal("59.04"),
        "area_scrap": Decimal("1.08"),
    }
    left = rules.likely_good(CAME, Decimal("0.985"), is_sorting=False)
    report = rules.prefilled(CAME.area, left, BOX, is_sorting=False)
    assert (report.area_a, report.area_scrap) == (Decimal("1477.44"), Decimal("22.68"))


@pytest.mark.parametrize(("more", "field"), [(0, "area_a"), (0, "area_b"), (-500, "area_a")])
def test_no_more_comes_out_than_came_in_but_half_a_box_for_rounding(more: int, field: str) -> None:
    areas = {"area_a": Decimal(0), "area_b": Decimal(0), "area_scrap": Decimal(-more)}
    areas[field] += CAME.area + BOX.box_area / 2 + more
    rules.check_report(_report(**areas), planned=PLANNED, is_sorting=True, came=CAME)
    areas[field] += Decimal("0.01")
    with pytest.raises(Refused, match=r"WO-00001.* 1500\.12 m²") as refused:
        rules.check_report(_report(**areas), planned=Decimal(9000), is_sorting=True, came=CAME)
    assert refused.value.field == field


def test_where_everything_broke_before_nothing_may_be_reported() -> None:
    nothing = CameOut("WO-00001", "firing", 0, BOX)
    rules.check_report(Report(Decimal(0)), planned=PLANNED, is_sorting=True, came=nothing)
    with pytest.raises(Refused, match="Please enter"):
        rules.check_report(Report(Decimal(0)), planned=PLANNED, is_sorting=True, came=CAME)


def _balance(told: int, came: CameOut | None, sure_of: int | None = None) -> None:
    rules.check_balance(
        Report(Decimal(told - 100), Decimal(40), Decimal(60)),
        planned=Decimal(9) if came else PLANNED,
        came=came,
        sure_of=None if sure_of is None else Decimal(sure_of),
    )


_THOUSAND = CameOut("WO-00001", "firing", 2778, BOX)


@pytest.mark.parametrize("came", [None, _THOUSAND])
@pytest.mark.parametrize("told", [799, 1051])
def test_a_sum_far_from_what_came_in_is_asked_about_until_it_is_confirmed(
    told: int, came: CameOut | None
) -> None:
    for sure_of in (None, told + 1):
        with pytest.raises(Refused, match="Is that right") as refused:
            _balance(told, came, sure_of)
        assert refused.value.field == "sure_of"
    _balance(told, came, told)


@pytest.mark.parametrize("came", [None, _THOUSAND])
@pytest.mark.parametrize("told", [801, 1050])
def test_a_likely_sum_is_not_asked_about(told: int, came: CameOut | None) -> None:
    _balance(told, came)


def test_a_machine_that_runs_other_work_is_not_free() -> None:
    rules.check_free("K1", None)
    with pytest.raises(Refused, match=r"^K1 is running WO-00585\. Pause or finish it first\.$"):
        rules.check_free("K1", "WO-00585")


def test_finishing_and_sorting_expect_what_finishing_leaves() -> None:
    assert rules.expected_area("firing", PLANNED, Decimal("0.985")) == 1000
    assert rules.expected_area("finishing", PLANNED, Decimal("0.985")) == 985
    assert rules.expected_area("sorting", Decimal("1000.01"), Decimal("0.985")) == Decimal("985.01")


def _behind(now: datetime, started: datetime | None, finished: datetime | None = None) -> int:
    return rules.minutes_behind(
        start_at=AT,
        end_at=AT + timedelta(hours=10),
        started_at=started,
        finished_at=finished,
        now=now,
    )


def test_the_clock_stands_against_the_plan() -> None:
    hour = timedelta(hours=1)
    assert _behind(AT - hour, None) == 0, "not begun, not due"
    assert _behind(AT + hour, None) == 60, "should have begun"
    assert _behind(AT + 2 * hour, AT - hour) == -60, "began early"
    assert _behind(AT + 11 * hour, AT - hour) == 60, "should have ended"
    assert _behind(AT + 50 * hour, AT, AT + 9 * hour) == -60, "ended early, whatever the time"


def _tile(**values: Any) -> Any:
    facts = {
        "code": "P66-CEM-M", "format": "600x600", "thickness_mm": Decimal("9.50"),
        "surface": "smooth", "body": "PG", "glaze": "GL-MATT-P", "firing_curve": "C2",
        "finishing": "none", "pieces_per_box": 4,
    }  # fmt: skip
    return SimpleNamespace(**{**facts, **values})


def test_the_check_list_of_a_kiln_line_names_what_changes() -> None:
    after = _tile(code="G612-STN-M", format="600x1200", body="PW", firing_curve="C3")
    listed = rules.changes("firing", _tile(), after)
    assert {str(one.label): (one.before, one.after) for one in listed if one.is_change} == {
        "Format (mould)": ("600x600", "600x1200"),
        "Body (powder)": ("PG", "PW"),
        "Design (print file)": ("P66-CEM-M", "G612-STN-M"),
        "Firing curve": ("C2", "C3"),
    }
    assert ("9.5 mm", "9.5 mm") in {(one.before, one.after) for one in listed}


def test_sorters_do_not_read_about_glaze() -> None:
    listed = rules.changes("sorting", _tile(), _tile(glaze="GL-SOFT", pieces_per_box=3))
    assert [str(one.label) for one in listed if one.is_change] == ["Pieces per box"]


def test_without_a_tile_before_everything_is_set() -> None:
    assert all(one.is_change for one in rules.changes("firing", None, _tile()))


def test_only_reasons_with_a_code_stop_work() -> None:
    assert rules.reason_of("K01").label == "Kiln pile-up"
    with pytest.raises(Refused) as refused:
        rules.reason_of("because")
    assert refused.value.field == "reason"


def test_each_stage_is_offered_its_own_reasons() -> None:
    codes = {stage: {r.code for r in rules.pauses_at(stage)} for stage in rules.STAGE_LABELS}
    assert "K01" in codes["firing"]
    assert "K01" not in codes["sorting"]
    assert "S03" in codes["sorting"]
    assert all("M02" in some for some in codes.values())


def test_the_journal_tells_what_happened_in_words() -> None:
    said = rules.told("K01", {})
    assert said == ["K01 Kiln pile-up"]
    assert said[0].params["label"] == "Kiln pile-up", "so that the label is translated"
    detail = {
        "pieces": {"A": 4000, "B": 12},
        "served": ["SO-1/1", "SO-2/1"],
        "still_open": ["SO-3/1"],
    }
    assert rules.told(None, detail) == [
        "A: 4000 pieces", "B: 12 pieces", "Reserved for SO-1/1, SO-2/1", "Still open: SO-3/1",
    ]  # fmt: skip
