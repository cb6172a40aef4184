"""Lots of a draft that are split and merged, and order items that go from lot to lot: no piece is lost."""

import json
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from scheduler.plan import read_plan
from scheduler.reading import read_problem
from scheduler.solve import solve
from tests import factories
from tests.conftest import Database
from tests.planning import drafts
from tests.planning.answers import plan
from tests.planning.test_editing import HOUR, Planner, fired
from tileplan.catalog.models import SupplyPolicy
from tileplan.contracts.models import Phase
from tileplan.kernel import clock
from tileplan.kernel.db import session, transaction
from tileplan.kernel.errors import Conflict, NotFound, Refused
from tileplan.operations import queries as operations
from tileplan.orders import queries as orders
from tileplan.orders.rules import Homogeneity
from tileplan.planning import queries, service
from tileplan.planning.models import PlannedOperation
from tileplan.planning.rules.editing import (
    Join,
    Lock,
    Make,
    Merge,
    Offer,
    Put,
    Repeg,
    RunKind,
    Split,
    StepKind,
)
from tileplan.production import queries as production
from tileplan.production import service as floor


def shared(items: int = 4, pieces: int = 6002, **values: Any) -> str:
    """A draft with one lot of several order items, and another lot of the same tile far behind it."""
    tile = factories.tile(minimum_run_area=Decimal(1000))
    factories.plant(tile, kilns=2)
    for number in range(items):
        factories.order(
            tile, pieces=pieces, due_on=clock.today() + timedelta(days=4 + number % 2), **values
        )
    factories.order(tile, pieces=9000, due_on=clock.today() + timedelta(days=40))
    return plan()[1].number


@pytest.fixture
def planner(database: Database) -> Planner:
    """A planner with a draft of two lots of one tile."""
    return Planner(shared())


def large(planner: Planner) -> Any:
    """The lot with the most order items."""
    return max(planner.lots(), key=lambda lot: len(lot.pegs))


def items_of(lot: Any) -> list[str]:
    return [peg.item_ref for peg in lot.pegs if peg.item_id]


def refuses(planner: Planner, wish: Any, words: str) -> None:
    """The wish is refused for this reason."""
    with pytest.raises((Refused, NotFound), match=words):
        planner.does(wish)
    session.remove()


def sums(number: str) -> tuple[Counter[str], int]:
    """Pieces by order item, and all good pieces of a draft; every lot's pegs make up the lot."""
    session.remove()
    pegged: Counter[str] = Counter()
    good = 0
    for lot in queries.lots(queries.plan(number)):
        assert sum(peg.pieces for peg in lot.pegs) == lot.good_pieces
        assert lot.good_pieces % lot.tile.packing.pieces_per_box == 0
        good += lot.good_pieces
        pegged.update({peg.item_ref: peg.pieces for peg in lot.pegs if peg.item_id})
    return pegged, good


def test_a_lot_is_split_and_the_new_one_stands_right_behind(planner: Planner) -> None:
    lot = large(planner)
    before, good = sums(planner.number)
    going = items_of(lot)[:2]
    done = planner.does(Split(lot.code, tuple(going)))
    old, new = (drafts.lot(planner.number, code) for code in (lot.code, f"{lot.code}b"))
    assert items_of(new) == going
    assert items_of(old) == [ref for ref in items_of(lot) if ref not in going]
    after, now = sums(planner.number)
    assert after == before
    assert 0 <= now - good <= 4  # a box at most, for two lots are packed into boxes each
    assert fired(new).resource == fired(old).resource
    assert fired(new).start_at == fired(old).end_at
    assert fired(old).start_at == fired(lot).start_at
    assert done.is_remade
    assert old.kiln_area + new.kiln_area >= lot.kiln_area
    assert old.kiln_area + new.kiln_area - lot.kiln_area < 3


def test_pieces_for_stock_are_split_off(planner: Planner) -> None:
    lot = large(planner)
    spare = sum(peg.pieces for peg in lot.pegs if not peg.item_id)
    if not spare:
        planner.does(Split(lot.code, (items_of(lot)[0],)))
        lot = drafts.lot(planner.number, f"{lot.code}b")
        spare = sum(peg.pieces for peg in lot.pegs if not peg.item_id)
    assert spare > 0
    code = lot.code
    refuses(planner, Split(code, (), spare + 1), "for stock")
    before, good = sums(planner.number)
    done = planner.does(Split(code, (), spare))
    [code] = {one.code for one in done.state.drafts} - {one.code for one in planner_before(planner)}
    assert sum(peg.pieces for peg in drafts.lot(planner.number, code).pegs) >= spare
    assert sums(planner.number)[0] == before
    assert 0 <= sums(planner.number)[1] - good <= 4
    assert any("below the minimum run" in str(note) for note in done.notes)


def planner_before(planner: Planner) -> Any:
    """The lots of a draft before its last step."""
    shown = queries.plan(planner.number)
    step = queries.step(shown, shown.step - 1)
    assert step is not None
    return service.states.state_at(shown, step).drafts


def test_undo_and_redo_go_through_splits_and_merges(planner: Planner) -> None:
    lot = large(planner)
    first, second, *_ = items_of(lot)
    other = next(one.code for one in planner.lots() if one.code != lot.code)
    wishes = (
        Split(lot.code, (first,)),
        Repeg(lot.code, (second,), f"{lot.code}b"),
        Put((f"{lot.code}b", "firing"), fired(lot).resource, fired(lot).start_at + 9 * HOUR),
        Merge((lot.code, other)),
        Split(f"{lot.code}b", (second,)),
    )
    seen = [(drafts.rows(planner.number), sums(planner.number))]
    for wish in wishes:
        planner.does(wish)
        seen.append((drafts.rows(planner.number), sums(planner.number)))
    for was in reversed(seen[:-1]):
        assert planner.goes(service.undo)
        assert (drafts.rows(planner.number), sums(planner.number)) == was
    for now in seen[1:]:
        planner.goes(service.redo)
        assert (drafts.rows(planner.number), sums(planner.number)) == now
    planner.goes(service.reset)
    assert (drafts.rows(planner.number), sums(planner.number)) == seen[0]
    kinds = [step.kind for step in queries.steps(queries.plan(planner.number))]
    assert kinds[1:3] == [StepKind.SPLIT, StepKind.REPEGGED]


def test_what_if_a_lot_were_split_changes_nothing(planner: Planner) -> None:
    lot = large(planner)
    wish = Split(lot.code, (items_of(lot)[0],))
    rows = drafts.rows(planner.number)
    _, found, told = service.attempt(planner.number, wish)
    session.rollback()
    assert found.after is not None
    assert drafts.rows(planner.number) == rows
    assert planner.does(wish).effects == told


def test_merged_lots_stand_where_the_first_stood(planner: Planner) -> None:
    first, last = planner.lots()
    before, good = sums(planner.number)
    done = planner.does(Merge((last.code, first.code)))
    assert done.gone == [last.code]
    [only] = planner.lots()
    assert only.code == first.code
    assert fired(only).start_at == fired(first).start_at
    assert fired(only).resource == fired(first).resource
    assert sums(planner.number) == (before, good)
    assert only.good_pieces == first.good_pieces + last.good_pieces
    planner.goes(service.undo)
    assert [one.code for one in planner.lots()] == [first.code, last.code]


def test_a_split_lot_that_is_merged_again_is_what_it_was(planner: Planner) -> None:
    lot = large(planner)
    planner.does(Split(lot.code, (items_of(lot)[0],)))
    planner.does(Merge((lot.code, f"{lot.code}b")))
    again = drafts.lot(planner.number, lot.code)
    assert sorted(items_of(again)) == sorted(items_of(lot))
    assert 0 <= again.good_pieces - lot.good_pieces <= 4


def test_an_order_item_goes_to_another_lot(planner: Planner) -> None:
    first, last = planner.lots()
    before, good = sums(planner.number)
    source, target = (first, last) if first.code == large(planner).code else (last, first)
    item = items_of(source)[0]
    planner.does(Repeg(source.code, (item,), target.code))
    assert item in items_of(drafts.lot(planner.number, target.code))
    assert item not in items_of(drafts.lot(planner.number, source.code))
    after, now = sums(planner.number)
    assert after == before
    assert 0 <= now - good <= 8
    planner.does(
        Repeg(source.code, tuple(items_of(drafts.lot(planner.number, source.code))), target.code)
    )
    assert sums(planner.number)[0] == before


def test_a_code_is_never_given_twice(planner: Planner) -> None:
    lot = large(planner)
    one, two, three, *_ = items_of(lot)
    planner.does(Split(lot.code, (one,)))
    planner.does(Split(lot.code, (two,)))
    planner.does(Merge((lot.code, f"{lot.code}b")))
    planner.does(Split(lot.code, (one,)))
    codes = {one.code for one in planner.lots()}
    assert f"{lot.code}d" in codes
    assert f"{lot.code}b" not in codes
    boss = factories.user("planner")
    session.commit()
    with transaction():
        service.publish(planner.number, by=boss, reason="good")
    with transaction():
        second = Planner(service.copy(planner.number, by=planner.user).number)
    second.does(Merge((lot.code, f"{lot.code}c", f"{lot.code}d")))
    keeper = next(one.code for one in second.lots() if three in items_of(one))
    done = second.does(Split(keeper, (three,)))
    fresh = {one.code for one in done.state.drafts} - codes
    assert fresh == {f"{lot.code}e"}


def test_what_must_not_be_is_refused_and_nothing_changes(planner: Planner) -> None:
    lot = large(planner)
    rows, code, item = drafts.rows(planner.number), lot.code, items_of(lot)[0]
    for wish, words in (
        (Split(code, ()), "Choose what"),
        (Split(code, ("SO-99999/1",)), "does not make"),
        (Merge((code, code)), "two or more"),
        (Repeg(code, (item,), code), "another lot"),
        (Make("", ("SO-99999/1",), Offer.HARMLESS), "does not wait"),
        (Join(code, (item,)), "does not wait"),
        (Make("no such tile", (), Offer.HARMLESS), "not kept in stock"),
        (Split("L9-999", ("SO-00001/1",)), "no lot"),
    ):
        refuses(planner, wish, words)
    assert drafts.rows(planner.number) == rows


def test_lots_of_two_tiles_are_not_merged(database: Database) -> None:
    planner = Planner(drafts.small().number)
    one = planner.first()
    other = next(lot for lot in planner.lots() if lot.tile_id != one.tile_id)
    refuses(planner, Merge((one.code, other.code)), "different tiles")


def phased() -> str:
    """A draft whose large lot holds a whole phase that must be of one shade, and another item."""
    number = shared()
    planner = Planner(number)
    lot = large(planner)
    contract = factories.contract()
    phase = session.scalars(select(Phase).where(Phase.contract_id == contract.id)).first()
    for item in orders.items(items_of(lot)[:2]).values():
        item.phase_id, item.homogeneity = phase.id, Homogeneity.ONE_LOT_PER_PHASE
    session.commit()
    session.remove()
    return number


def test_a_phase_of_one_shade_is_split_off_whole_or_not_at_all(database: Database) -> None:
    planner = Planner(phased())
    lot = large(planner)
    one, two, three, *_ = items_of(lot)
    code = lot.code
    other = next(each.code for each in planner.lots() if each.code != code)
    for wish in (Split(code, (one,)), Split(code, (two, three)), Repeg(code, (one,), other)):
        refuses(planner, wish, "one shade")
    planner.does(Split(code, (one, two)))
    assert items_of(drafts.lot(planner.number, f"{code}b")) == [one, two]


def test_a_begun_lot_is_left_alone(database: Database) -> None:
    made = shared()
    boss = Planner(made)
    with transaction():
        service.publish(made, by=boss.user, reason="good")
    with transaction():
        number = service.copy(made, by=boss.user).number
    planner = Planner(number)
    lot = large(planner)
    began = fired(drafts.lot(made, lot.code))
    with clock.stopped_at(began.start_at), transaction():
        service.note_started(began.id, began.start_at)
    lot = large(planner)
    refuses(planner, Split(lot.code, (items_of(lot)[0],)), "is begun")


def all_well() -> None:
    """Every invariant that the check of the plant knows."""
    session.remove()
    assert operations.check() == []


def test_a_draft_with_other_lots_is_published_and_its_work_is_issued(planner: Planner) -> None:
    first = planner.number
    with transaction():
        floor.publish(first, by=planner.user, reason="as it was")
    with transaction():
        mine = Planner(service.copy(first, by=planner.user).number)
    lot = large(mine)
    other = next(one.code for one in mine.lots() if one.code != lot.code)
    mine.does(Split(lot.code, (items_of(lot)[0],)))
    mine.does(Merge((lot.code, other)))
    with transaction():
        told = floor.publish(mine.number, by=planner.user, reason="by hand")
    assert min(told.issued, told.carried, told.withdrawn) > 0
    session.remove()
    plan_now = queries.plan(mine.number)
    wanted = {
        (each.lot.code, each.stage): each.lot.good_pieces
        for each in production.operations_of(plan_now.id)
    }
    works = [work for work in production.standing(plan_now.id) if work.state == "released"]
    assert {(work.lot_code, work.stage): work.good_pieces for work in works} == wanted
    accounts = queries.accounting(queries.run(plan_now.run.number))
    assert accounts["is_exact"]
    lots = {line["lot"] for line in accounts["lines"]}
    assert f"{lot.code}b" in lots
    assert all(line["ready_on"] for line in accounts["lines"])
    all_well()
    summed = queries.summary(queries.run(plan_now.run.number))
    assert summed.lots == len(queries.lots(plan_now))


def test_a_draft_with_merged_lots_is_improved(planner: Planner) -> None:
    lot = large(planner)
    planner.does(Split(lot.code, (items_of(lot)[0],)))
    with transaction():
        run = service.improve(planner.number, planner.seen, RunKind.FREE, 1, by=planner.user)
        number, asked = run.number, read_problem(run.problem or "")
    start = read_plan(queries.plan(planner.number).plan)
    answer = solve(asked, iterations=50, start=start)
    with transaction():
        run = queries.run(number)
        service.running.advance(run, service.running.rules.RUN, "begin", by=None)
        service.record(run, answer.to_json())
    drafts.agree(planner.number)
    assert f"{lot.code}b" in {one.code for one in planner.lots()}


def in_force(planner: Planner) -> Planner:
    """Publish a planner's draft, and give her a copy."""
    with transaction():
        service.publish(planner.number, by=planner.user, reason="good")
    with transaction():
        return Planner(service.copy(planner.number, by=planner.user).number)


def begin(number: str, code: str) -> Any:
    """Let the floor begin a lot of the plan in force, and say when."""
    row: PlannedOperation = fired(drafts.lot(number, code))
    at = row.start_at
    with clock.stopped_at(at), transaction():
        service.note_started(row.id, at)
    return at


@pytest.mark.parametrize("which", ["split", "merged away", "merged into"])
def test_what_the_floor_begins_meanwhile_comes_back_whole(planner: Planner, which: str) -> None:
    mine = in_force(planner)
    lot = large(mine)
    other = next(one for one in mine.lots() if one.code != lot.code)
    before, _ = sums(mine.number)
    if which == "split":
        mine.does(Split(lot.code, (items_of(lot)[0],)))
    else:
        mine.does(Merge((lot.code, other.code)))
    begun = {"merged away": mine_gone(mine, lot, other)}.get(which, kept(mine, lot, other))
    at = begin(planner.number, begun)
    with clock.stopped_at(at + HOUR), transaction():
        service.renew(mine.number, mine.seen, by=mine.user)
    drafts.agree(mine.number)
    there, here = (drafts.lot(number, begun) for number in (planner.number, mine.number))
    assert items_of(here) == items_of(there)
    assert here.good_pieces == there.good_pieces
    assert fired(here).started_at == at
    assert sums(mine.number)[0] == before
    with clock.stopped_at(at + HOUR), transaction():
        service.publish(mine.number, by=mine.user, reason="as the floor stands")


def kept(mine: Planner, lot: Any, other: Any) -> str:
    """Of two lots, the one that the draft still has."""
    codes = {one.code for one in mine.lots()}
    return lot.code if lot.code in codes else other.code


def mine_gone(mine: Planner, lot: Any, other: Any) -> str:
    codes = {one.code for one in mine.lots()}
    return other.code if lot.code in codes else lot.code


def waiting(planner: Planner, pieces: int = 3001, **values: Any) -> str:
    """An order item of the draft's tile that came after the draft was made."""
    tile = planner.first().tile
    tile_id = tile.id
    session.remove()
    order = factories.order(
        session.scalars(select(type(tile)).where(type(tile).id == tile_id)).one(),
        pieces=pieces,
        due_on=clock.today() + timedelta(days=values.pop("days", 10)),
        **values,
    )
    number = order.number
    session.commit()
    session.remove()
    return f"{number}/1"


@pytest.mark.parametrize("offer", list(Offer))
def test_demand_gets_a_new_lot(planner: Planner, offer: Offer) -> None:
    ref = waiting(planner)
    waits = [row.item.ref for row in queries.pool(None, queries.plan(planner.number)).rows]
    assert waits == [ref]
    before, good = sums(planner.number)
    done = planner.does(Make("", (ref,), offer))
    [new] = [one for one in planner.lots() if ref in items_of(one)]
    after, now = sums(planner.number)
    assert after == before + Counter({ref: 3001})
    assert now == good + new.good_pieces
    assert new.good_pieces == new.tile.packing.pieces_for_area(
        max(new.tile.minimum_run_area, new.tile.packing.area(3004))
    )
    if offer is Offer.HARMLESS:
        assert not [one for one in done.effects.late if one.after > one.before and one.ref != ref]
    assert queries.pool(None, queries.plan(planner.number)).rows == []
    assert queries.accounting(queries.run(queries.plan(planner.number).run.number))["is_exact"]
    planner.goes(service.undo)
    assert [r.item.ref for r in queries.pool(None, queries.plan(planner.number)).rows] == [ref]
    planner.goes(service.redo)


def test_both_offers_and_the_lots_with_room_are_told_before(planner: Planner) -> None:
    ref = waiting(planner)
    told = service.ways(planner.number, "", (ref,))
    found = told.ways
    assert told.refusal is None
    session.rollback()
    kinds = [type(way.wish).__name__ for way in found]
    assert kinds[:2] == ["Make", "Make"]
    assert "Join" in kinds
    for way in found:
        again = service.attempt(planner.number, way.wish)[2]
        assert again == way.effects
    session.rollback()
    joining = next(way.wish for way in found if isinstance(way.wish, Join))
    before, _ = sums(planner.number)
    planner.does(joining)
    assert ref in items_of(drafts.lot(planner.number, joining.lot))
    assert sums(planner.number)[0] == before + Counter({ref: 3001})


def test_the_rest_of_a_phase_joins_the_lot_of_its_phase(database: Database) -> None:
    planner = Planner(phased())
    lot = large(planner)
    code, first = lot.code, items_of(lot)[0]
    ref = waiting(planner)
    known = orders.items([first, ref])
    known[ref].phase_id = known[first].phase_id
    known[ref].homogeneity = Homogeneity.ONE_LOT_PER_PHASE
    session.commit()
    session.remove()
    refuses(planner, Make("", (ref,), Offer.EARLIEST), f"lot {code}")
    other = next(each.code for each in planner.lots() if each.code != code)
    refuses(planner, Join(other, (ref,)), f"lot {code}")
    planner.does(Join(code, (ref,)))
    assert ref in items_of(drafts.lot(planner.number, code))


def test_a_tile_below_its_safety_stock_is_refilled(database: Database) -> None:
    number = shared()
    planner = Planner(number)
    tile = planner.first().tile
    tile_id, code = tile.id, tile.code
    session.remove()
    kept_tile = session.scalars(select(type(tile)).where(type(tile).id == tile_id)).one()
    kept_tile.supply_policy = SupplyPolicy.TO_STOCK
    kept_tile.safety_stock_area = 9000
    session.commit()
    session.remove()
    [need] = service.refills(queries.plan(number))
    assert need.batch is not None
    free = sum(one.spare_pieces for one in service.state_of(queries.plan(number)).drafts)
    least = queries.capability().making(tile_id)
    wanted = least.packing.pieces_for_area(9000) - free
    assert need.batch.good_pieces == max(wanted, least.least_pieces)
    done = planner.does(Make(code, (), Offer.HARMLESS))
    assert service.refills(queries.plan(number)) == []
    [new] = [one for one in planner.lots() if not items_of(one)]
    assert new.good_pieces == need.batch.good_pieces
    assert done.notes == ()
    refuses(planner, Make(code, (), Offer.HARMLESS), "above its safety stock")


def test_a_split_lot_keeps_its_pins_and_the_new_one_has_none(planner: Planner) -> None:
    lot = large(planner)
    planner.does(Lock(((lot.code, "firing"),)))
    done = planner.does(Split(lot.code, (items_of(lot)[0],)))
    assert {pin.lot for pin in done.state.pins} == {lot.code}
    told = json.loads(queries.plan(planner.number).plan)
    assert {one["lot"] for one in told["operations"]} >= {lot.code, f"{lot.code}b"}


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(turns=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 99)), min_size=1, max_size=8))
def test_no_piece_is_lost_whatever_is_done(
    draft_to_play_with: Planner, turns: list[tuple[int, int]]
) -> None:
    planner = draft_to_play_with
    planner.goes(service.reset)
    pegged, good = sums(planner.number)
    steps = 0
    for turn, choice in turns:
        try:
            _play(planner, turn, choice)
        except (Refused, Conflict, service.Impossible):
            session.remove()
            continue
        steps += 1
        now, all_good = sums(planner.number)
        assert now == pegged
        assert 0 <= all_good - good <= 8 * steps
    planner.goes(service.reset)
    assert sums(planner.number) == (pegged, good)


@pytest.fixture
def draft_to_play_with(planner: Planner) -> Planner:
    """A draft that every example resets before it begins, after one step that stays undone."""
    planner.does(Lock(((planner.first().code, "firing"),)))
    return planner


def _play(planner: Planner, turn: int, choice: int) -> None:
    """One of the things that a planner may do, chosen by numbers."""
    lots = planner.lots()
    lot, other = lots[choice % len(lots)], lots[(choice + 1) % len(lots)]
    refs = items_of(lot)
    if turn == 0:
        at = fired(lot).start_at + (choice - 30) * HOUR
        planner.does(Put((lot.code, "firing"), f"K{1 + choice % 2}", at))
    elif turn == 1:
        planner.does(Split(lot.code, tuple(refs[: 1 + choice % 3])))
    elif turn == 2:
        planner.does(Split(lot.code, (), choice))
    elif turn == 3:
        planner.does(Merge((lot.code, other.code)))
    elif turn == 4:
        planner.does(Repeg(lot.code, tuple(refs[: 1 + choice % 2]), other.code))
    else:
        planner.goes(service.redo if choice % 3 == 0 else service.undo)
