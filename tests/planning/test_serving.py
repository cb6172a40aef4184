"""Items of one shade: they stay with the lot they have, give it back together, or are refused."""

from datetime import date

from tileplan.planning.rules import serving
from tileplan.planning.rules.serving import Course, Decision, Group
from tileplan.planning.rules.wants import Want


def want(number: int, pieces: int = 100) -> Want:
    return Want(number, f"SO-{number:05d}/1", 7, pieces, date(2026, 12, 1), 3, "phase 1")


ONE, OTHER = want(1), want(2)


def decide(
    group: Group, free: dict[int, int] | None = None, spare: dict[str, int] | None = None
) -> Decision:
    return serving.decide(
        group, free if free is not None else {}, spare if spare is not None else {}
    )


def test_a_group_without_any_lot_asks() -> None:
    decision = decide(Group((ONE, OTHER), {}, {}))
    assert (decision.course, decision.wants) == (Course.ASK, (ONE, OTHER))


def test_a_group_that_has_its_lots_stays() -> None:
    group = Group((ONE, OTHER), {ONE.ref: 5}, {OTHER.ref: "L1-001"})
    assert decide(group).course is Course.STAY


def test_the_rest_of_a_reserved_group_comes_from_the_same_lot() -> None:
    free = {5: 100, 6: 1000}
    decision = decide(Group((ONE, OTHER), {ONE.ref: 5}, {}), free)
    assert (decision.course, decision.wants, decision.lot_id) == (Course.RESERVE, (OTHER,), 5)
    assert free == {5: 0, 6: 1000}


def test_a_reserved_group_whose_lot_is_too_small_gives_back_and_asks_whole() -> None:
    free = {5: 99}
    decision = decide(Group((ONE, OTHER), {ONE.ref: 5}, {}), free)
    assert (decision.course, decision.wants) == (Course.ASK, (ONE, OTHER))
    assert decision.give_back == (ONE.ref,)
    assert free == {5: 199}


def test_the_rest_of_a_begun_group_takes_the_spare_tile_of_its_lot() -> None:
    spare = {"L1-001": 150}
    decision = decide(Group((ONE, OTHER), {}, {ONE.ref: "L1-001"}), {9: 10_000}, spare)
    assert (decision.course, decision.code, decision.wants) == (Course.JOIN, "L1-001", (OTHER,))
    assert spare == {"L1-001": 50}


def test_the_rest_of_a_begun_group_without_room_is_refused_in_words() -> None:
    decision = decide(Group((ONE, OTHER), {}, {ONE.ref: "L1-001"}), {9: 10_000}, {"L1-001": 99})
    assert (decision.course, decision.wants) == (Course.REFUSE, (OTHER,))
    assert "L1-001" in str(decision.reason)


def test_the_rest_of_a_made_group_comes_from_what_was_made() -> None:
    assert decide(Group((OTHER,), {}, {}, made_in=5), {5: 100}).course is Course.RESERVE
    refused = decide(Group((OTHER,), {}, {}, made_in=5), {5: 99, 6: 1000})
    assert refused.course is Course.REFUSE
    assert "another shade" in str(refused.reason)
