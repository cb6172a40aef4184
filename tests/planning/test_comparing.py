"""What two plan versions differ in: steps, lots, order lines, kilns and shade groups."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tileplan.planning.rules.compared import (
    Comparison,
    Group,
    Lot,
    Pair,
    Place,
    Promised,
    Step,
    Turn,
    Version,
)
from tileplan.planning.rules.comparing import compare

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
GREY = Group("PG", "porcelain matt")
WHITE = Group("WB", "wall glazed")


def at(hour: float) -> datetime:
    return MONDAY + timedelta(hours=hour)


def step(
    stage: str,
    resource: str,
    start: float,
    end: float,
    *,
    change: int = 0,
    begun: float | None = None,
) -> Step:
    begun_at = None if begun is None else at(begun)
    return Step(stage, Place(resource, at(start), at(end)), change, begun_at)


def firing(start: float, kiln: str = "K1", change: int = 0) -> Step:
    return step("firing", kiln, start, start + 6, change=change)


def lot(code: str, *steps: Step, late: dict[str, int] | None = None, area: str = "100") -> Lot:
    promises = tuple(
        Promised(ref, ref.split("/")[0], "Wang", minutes) for ref, minutes in (late or {}).items()
    )
    return Lot(code, "P66-ASH-M", "Ash", "灰", GREY, Decimal(area), steps, promises)


def compared(before: list[Lot], after: list[Lot], *, later_by: float = 0) -> Comparison:
    return compare(Version(MONDAY, tuple(before)), Version(at(later_by), tuple(after)))


def late(before: dict[str, int] | None, after: dict[str, int] | None) -> Comparison:
    def lots(promised: dict[str, int] | None) -> list[Lot]:
        return [] if promised is None else [lot("L1", firing(0), late=promised)]

    return compared(lots(before), lots(after))


def test_the_same_plan_changes_nothing() -> None:
    lots = [lot("L1", firing(0), late={"SO-1/1": 30}), lot("L2", firing(6))]
    found = compared(lots, lots)
    assert not any((found.moved, found.shifted, found.only_before, found.only_after, found.late))
    assert found.groups == {GREY: Pair(Decimal(200), Decimal(200))}


def test_a_step_has_moved_where_its_machine_its_beginning_or_its_end_is_another() -> None:
    before = [lot("L1", firing(0)), lot("L2", firing(6)), lot("L3", step("firing", "K1", 12, 18))]
    after = [
        lot("L1", firing(0, "K2")),
        lot("L2", firing(8)),
        lot("L3", step("firing", "K1", 12, 21)),
    ]
    moved = {one.lot.code: one for one in compared(before, after).moved}
    assert moved["L1"].before == Place("K1", at(0), at(6))
    assert moved["L1"].after == Place("K2", at(0), at(6))
    assert moved["L1"].minutes == 0
    assert moved["L2"].minutes == 120
    assert moved["L3"].minutes == 0
    assert moved["L3"].size[0] == 180


def test_seconds_do_not_count_as_a_move() -> None:
    shifted = Place("K1", at(0) + timedelta(seconds=20), at(6))
    found = compared([lot("L1", firing(0))], [lot("L1", Step("firing", shifted))])
    assert found.moved == []


def test_of_a_lot_with_several_stages_only_those_are_told_that_moved() -> None:
    before = lot("L1", firing(0), step("finishing", "PL1", 6, 9), step("sorting", "SP1", 9, 12))
    after = lot("L1", firing(0), step("finishing", "PL2", 6, 9), step("sorting", "SP1", 10, 13))
    found = compared([before], [after])
    assert [(one.stage, one.minutes) for one in found.moved] == [("sorting", 60), ("finishing", 0)]
    [ready] = found.shifted
    assert ready.minutes == 60


def test_a_stage_that_only_one_version_has_is_told_with_the_place_it_has_there() -> None:
    with_both = lot("L1", firing(0), step("finishing", "PL1", 6, 9))
    [gone] = compared([with_both], [lot("L1", firing(0))]).moved
    assert (gone.stage, gone.after) == ("finishing", None)
    assert gone.before == Place("PL1", at(6), at(9))
    [new] = compared([lot("L1", firing(0))], [with_both]).moved
    assert (new.stage, new.before) == ("finishing", None)


def test_what_the_floor_had_begun_in_both_was_moved_by_no_plan() -> None:
    planned = lot("L1", step("firing", "K1", 0, 6, begun=0.5))
    told = lot("L1", step("firing", "K1", 0.5, 6.5, begun=0.5))
    assert compared([planned], [told]).moved == []
    not_begun = lot("L1", step("firing", "K1", 0, 6))
    assert len(compared([not_begun], [told]).moved) == 1


def test_lots_are_later_or_earlier_by_the_end_of_their_last_stage_the_biggest_first() -> None:
    before = [lot("L1", firing(0)), lot("L2", firing(6)), lot("L3", firing(12))]
    after = [lot("L1", firing(1)), lot("L2", firing(2)), lot("L3", firing(12))]
    found = compared(before, after)
    assert [(one.lot.code, one.minutes) for one in found.shifted] == [("L2", -240), ("L1", 60)]
    assert [one.lot.code for one in found.later] == ["L1"]
    assert [one.lot.code for one in found.earlier] == ["L2"]


def test_lots_that_only_one_version_has_are_named_the_biggest_first() -> None:
    before = [lot("L1", firing(0)), lot("L2", firing(6), area="10"), lot("L3", firing(9))]
    after = [lot("L1", firing(0)), lot("L9", firing(6))]
    found = compared(before, after)
    assert [one.code for one in found.only_before] == ["L3", "L2"]
    assert [one.code for one in found.only_after] == ["L9"]
    assert found.moved == []


def test_every_turn_of_an_order_lines_lateness_is_told_apart() -> None:
    before = {"A/1": 0, "B/1": 30, "C/1": 90, "D/1": 45, "E/1": 20, "G/1": 0}
    after = {"A/1": 60, "B/1": 50, "C/1": 20, "D/1": 0, "F/1": 15, "H/1": 0}
    found = late(before, after)
    assert {one.promise.ref: (one.turn, one.minutes) for one in found.late} == {
        "A/1": (Turn.BECOMES_LATE, 60),
        "B/1": (Turn.LATER, 20),
        "C/1": (Turn.LESS_LATE, -70),
        "D/1": (Turn.IN_TIME, -45),
        "E/1": (Turn.ONLY_BEFORE, -20),
        "F/1": (Turn.ONLY_AFTER, 15),
    }
    assert [one.promise.ref for one in found.late][:2] == ["C/1", "A/1"]
    assert [one.promise.ref for one in found.turned(Turn.BECOMES_LATE)] == ["A/1"]


def test_an_order_line_of_several_lots_is_as_late_as_the_last_of_them() -> None:
    before = [lot("L1", firing(0), late={"A/1": 10}), lot("L2", firing(6), late={"A/1": 50})]
    after = [lot("L1", firing(0), late={"A/1": 50}), lot("L2", firing(6), late={"A/1": 0})]
    assert compared(before, after).late == []


def test_changeovers_are_summed_by_kiln_from_where_both_versions_plan() -> None:
    before = [
        lot("L1", firing(0, "K1", 60)),
        lot("L2", firing(12, "K1", 90)),
        lot("L3", firing(12, "K2", 30), step("sorting", "SP1", 18, 20, change=45)),
    ]
    after = [lot("L2", firing(12, "K1", 20)), lot("L3", firing(18, "K1", 25))]
    found = compared(before, after, later_by=8)
    assert found.since == at(8)
    assert found.kilns == {"K1": Pair(90, 45), "K2": Pair(30, 0)}


def test_area_is_summed_by_body_and_family_of_what_both_versions_still_fire() -> None:
    fired = lot("L0", firing(0), area="70")
    white = replace(lot("L2", firing(12), area="30"), group=WHITE)
    found = compared([fired, lot("L1", firing(6)), white], [lot("L1", firing(9))], later_by=7)
    assert found.groups == {
        GREY: Pair(Decimal(100), Decimal(100)),
        WHITE: Pair(Decimal(30), Decimal(0)),
    }
