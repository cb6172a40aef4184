"""Receiving, reserving and releasing finished stock, on both databases."""

from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from tests import factories
from tileplan.kernel.db import session
from tileplan.kernel.errors import NotFound, Refused
from tileplan.stock import queries, service
from tileplan.stock.models import Lot, Movement, Reservation, ReservationState

pytestmark = pytest.mark.usefixtures("database")
DAY = date(2026, 11, 1)


def receive(tile, pieces=40, reference="WO-1/A", shade="S1", received_on=DAY):
    return service.receive(
        tile.id, "A", shade, "R", "WH1", pieces,
        reference=reference, by_name="test", received_on=received_on,
    )  # fmt: skip


def test_a_reservation_holds_pieces_of_one_lot():
    lot = factories.lot(factories.tile(), 100)
    made = service.reserve(lot.id, "SO-1/1", 60)
    assert (made.pieces, made.lot.reserved, made.lot.free) == (60, 60, 40)
    assert lot.free == 40
    assert queries.reservations_of(["SO-1/1", "SO-9/9"]) == {"SO-1/1": made}


def test_all_of_a_lot_can_be_reserved_and_not_one_piece_more():
    lot = factories.lot(factories.tile(), 100)
    service.reserve(lot.id, "SO-1/1", 99)
    with pytest.raises(Refused) as refusal:
        service.reserve(lot.id, "SO-1/2", 2)
    assert refusal.value.field == "lot"
    service.reserve(lot.id, "SO-1/2", 1)
    assert (lot.on_hand, lot.reserved) == (100, 100)


@pytest.mark.parametrize("pieces", [0, -5])
def test_nothing_or_less_cannot_be_reserved(pieces):
    lot = factories.lot(factories.tile(), 100)
    with pytest.raises(Refused):
        service.reserve(lot.id, "SO-1/1", pieces)
    assert queries.lot(lot.id).reserved == 0


def test_a_lot_that_is_not_there_is_not_found():
    with pytest.raises(NotFound):
        service.reserve(987, "SO-1/1", 1)


def test_an_item_holds_one_reservation_and_a_second_try_takes_nothing():
    tile = factories.tile()
    first, second = factories.lot(tile, 100), factories.lot(tile, 100)
    service.reserve(first.id, "SO-1/1", 10)
    for lot in (first, second):
        with pytest.raises(Refused):
            service.reserve(lot.id, "SO-1/1", 10)
    assert (first.reserved, second.reserved) == (10, 0)
    assert len(session.scalars(select(Reservation)).all()) == 1


def test_a_released_item_gives_its_pieces_back_once_and_may_reserve_again():
    lot = factories.lot(factories.tile(), 100)
    made = service.reserve(lot.id, "SO-1/1", 60)
    service.release("SO-1/1")
    service.release("SO-1/1")
    assert (lot.reserved, made.state) == (0, ReservationState.RELEASED)
    assert queries.reservations_of(["SO-1/1"]) == {}
    service.reserve(lot.id, "SO-1/1", 100)
    assert lot.free == 0


def test_releasing_what_is_not_reserved_does_nothing():
    lot = factories.lot(factories.tile(), 100)
    service.release("SO-1/1")
    assert queries.lot(lot.id).reserved == 0


def test_the_table_itself_refuses_to_hold_more_than_there_is():
    lot = factories.lot(factories.tile(), 100)
    with pytest.raises(IntegrityError):
        session.execute(update(Lot).where(Lot.id == lot.id).values(reserved=101))


def test_a_receipt_makes_its_lot_and_a_second_one_adds_to_it():
    tile = factories.tile()
    lot = receive(tile, 40, "WO-1/A")
    assert receive(tile, 8, "WO-2/A", received_on=date(2026, 10, 1)).id == lot.id
    assert (lot.on_hand, lot.reserved, lot.received_on) == (48, 0, date(2026, 10, 1))
    assert receive(tile, 8, "WO-3/A", shade="S2").id != lot.id


def test_the_same_receipt_a_second_time_changes_nothing():
    tile = factories.tile()
    lot = receive(tile, 40, "WO-1/A")
    again = receive(tile, 40, "WO-1/A", shade="S7")
    assert (again.id, again.on_hand) == (lot.id, 40)
    assert len(session.scalars(select(Movement)).all()) == 1
    assert len(session.scalars(select(Lot)).all()) == 1


def test_what_is_on_hand_is_the_sum_of_the_movements():
    tile = factories.tile()
    lot = receive(tile, 40, "WO-1/A")
    receive(tile, 12, "WO-2/A")
    moved = queries.movements(lot.id, None).rows
    assert [m.pieces for m in moved] == [12, 40]
    assert queries.lot(lot.id).on_hand == 52


def test_the_best_lot_of_a_tile_is_of_grade_a_and_free():
    tile = factories.tile()
    factories.lot(tile, 100, grade="B")
    taken = factories.lot(tile, 100)
    big = factories.lot(tile, 1000)
    service.reserve(taken.id, "SO-1/1", 50)
    assert service.best_fit(tile.id, 100).id == big.id
    assert service.best_fit(tile.id, 50).id == taken.id
    assert service.best_fit(tile.id, 2000) is None
    assert service.best_fit(factories.tile().id, 1) is None


def test_the_list_goes_by_tile_grade_shade_and_calibre_page_by_page():
    tiles = [factories.tile(code) for code in ("B", "A")]
    for tile in tiles:
        for number in range(30):
            factories.lot(tile, 100, shade=f"S{number % 15:02d}", grade="AB"[number % 2])
    first = queries.lot_list("", None)
    second = queries.lot_list("", first.after)
    rows = [*first.rows, *second.rows]
    marks = [(lot.tile.code, lot.grade, lot.shade, lot.calibre) for lot in rows]
    assert (len(first.rows), len(second.rows), second.after) == (50, 10, None)
    assert marks == sorted(marks)
    assert len({lot.id for lot in rows}) == 60


def test_the_list_is_searched_by_tile_shade_and_grade():
    tile = factories.tile("P66-CEM-M", name_zh="水泥灰")
    cement = factories.lot(tile, 100, shade="C13")
    other = factories.lot(factories.tile("W36"), 100, shade="C14", grade="B")
    assert [x.id for x in queries.lot_list("水泥 c13", None).rows] == [cement.id]
    assert [x.id for x in queries.lot_list("", None, grade="B").rows] == [other.id]
    service.reserve(cement.id, "SO-1/1", 100)
    assert [x.id for x in queries.lot_list("", None, only_free=True).rows] == [other.id]
