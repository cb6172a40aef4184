"""What is done with finished stock: receive, reserve, release; two at once never take the same piece."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, update
from sqlalchemy.dialects import postgresql, sqlite

from tileplan.catalog import queries as catalog
from tileplan.kernel import clock
from tileplan.kernel.db import Base, session
from tileplan.kernel.errors import Refused
from tileplan.kernel.keeping import Kept
from tileplan.kernel.words import Text, say
from tileplan.stock import queries, rules
from tileplan.stock.models import Lot, Movement, Reservation, ReservationState
from tileplan.stock.rules import Opening

OPENING_CLERK = "opening stock"


def reserve(lot_id: int, item_ref: str, pieces: int) -> Reservation:
    """Keep pieces of one lot for an order item, all of them or none.

    The condition is part of the UPDATE, so the database decides who is first; the constraint on
    the table is the last guard.
    """
    if pieces <= 0:
        raise Refused(say("The pieces must be more than 0."), field="pieces")
    if not _take(lot_id, pieces):
        queries.lot(lot_id)
        raise Refused(
            say("This lot has fewer than %(pieces)s pieces left.", pieces=pieces), field="lot"
        )
    if not _write_down(lot_id, item_ref, pieces):
        _give_back(lot_id, pieces)
        raise Refused(
            say("Stock is already reserved for %(item)s; release it first.", item=item_ref),
            field="lot",
        )
    queries.lot(lot_id)
    return queries.reservations_of([item_ref])[item_ref]


def _take(lot_id: int, pieces: int) -> bool:
    taken = session.execute(
        update(Lot)
        .where(Lot.id == lot_id, Lot.on_hand - Lot.reserved >= pieces)
        .values(reserved=Lot.reserved + pieces)
        .returning(Lot.id)
        .execution_options(synchronize_session=False)
    ).first()
    return taken is not None


def _give_back(lot_id: int, pieces: int) -> None:
    session.execute(
        update(Lot)
        .where(Lot.id == lot_id)
        .values(reserved=Lot.reserved - pieces)
        .execution_options(synchronize_session=False)
    )


def _write_down(lot_id: int, item_ref: str, pieces: int) -> bool:
    """Insert the reservation unless the item has an open one."""
    made = session.execute(
        _insert(Reservation)
        .values(
            lot_id=lot_id,
            item_ref=item_ref,
            pieces=pieces,
            state=ReservationState.OPEN,
            at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(Reservation.id)
    ).first()
    return made is not None


def release(item_ref: str) -> None:
    """Let go of what is reserved for an order item; without a reservation nothing happens."""
    freed = session.execute(
        update(Reservation)
        .where(Reservation.item_ref == item_ref, Reservation.state == ReservationState.OPEN)
        .values(state=ReservationState.RELEASED, released_at=clock.now())
        .returning(Reservation.lot_id, Reservation.pieces, Reservation.id)
        .execution_options(synchronize_session=False)
    ).all()
    for lot_id, pieces, reservation_id in freed:
        _give_back(lot_id, pieces)
        queries.lot(lot_id)
        queries.reservation(reservation_id)


def receive(  # noqa: PLR0917 - what tells a lot from others belongs together
    tile_id: int,
    grade: str,
    shade: str,
    calibre: str,
    warehouse: str,
    pieces: int,
    *,
    reference: str,
    by_name: str,
    received_on: date,
) -> Lot:
    """Bring pieces into their lot; the same reference a second time changes nothing."""
    rules.check_receipt(grade, shade, calibre, warehouse, pieces)
    known = queries.movements_named([reference]).get(reference)
    if known:
        return queries.lot(known.lot_id)
    lot_id = _open(tile_id, (grade, shade, calibre, warehouse), received_on)
    made = session.execute(
        _insert(Movement)
        .values(
            lot_id=lot_id,
            pieces=pieces,
            kind=rules.RECEIPT,
            reference=reference,
            at=clock.now(),
            by_name=by_name,
        )
        .on_conflict_do_nothing(index_elements=[Movement.reference])
        .returning(Movement.id)
    ).first()
    if made:
        session.execute(
            update(Lot)
            .where(Lot.id == lot_id)
            .values(on_hand=Lot.on_hand + pieces)
            .execution_options(synchronize_session=False)
        )
    return queries.lot(lot_id)


def _open(tile_id: int, marks: tuple[str, str, str, str], received_on: date) -> int:
    """Find or make the lot with these marks, and hold it until the end of the transaction."""
    grade, shade, calibre, warehouse = marks
    made = _insert(Lot).values(
        tile_id=tile_id,
        grade=grade,
        shade=shade,
        calibre=calibre,
        warehouse=warehouse,
        on_hand=0,
        reserved=0,
        received_on=received_on,
    )
    earliest = func.min if _is_sqlite() else func.least
    statement = made.on_conflict_do_update(
        index_elements=[Lot.tile_id, Lot.grade, Lot.shade, Lot.calibre, Lot.warehouse],
        set_={"received_on": earliest(Lot.received_on, made.excluded.received_on)},
    ).returning(Lot.id)
    return session.execute(statement).scalar_one()


def best_fit(tile_id: int, pieces: int) -> Lot | None:
    """The lot of best grade from which to serve an order item, or None."""
    lots = queries.free_lots([tile_id])
    if not lots:
        return None
    tile = lots[0].tile
    return rules.best_fit(lots, pieces, rules.useful_remnant(tile.packing, tile.boxes_per_pallet))


def keep_opening(rows: Sequence[Opening]) -> tuple[Kept, list[tuple[int, Text]]]:
    """Receive opening stock once; returns what was new, and rows (by index) that differ.

    Rows that agree in everything but the boxes are receipts of one lot: the nth of a day has its
    own reference, made of what the file says.
    """
    tiles = {tile.code: tile for tile in catalog.tiles()}
    references = _references(rows)
    known = queries.movements_named(references)
    differing = []
    for index, (row, reference) in enumerate(zip(rows, references, strict=True)):
        tile = tiles[row.tile]
        pieces = row.boxes * tile.pieces_per_box
        if reference not in known:
            _receive_opening(tile.id, row, pieces, reference)
        elif known[reference].pieces != pieces:
            differing.append((index, _differs(known[reference].pieces)))
    return Kept(new=len(rows) - len(known)), differing


def _receive_opening(tile_id: int, row: Opening, pieces: int, reference: str) -> None:
    receive(
        tile_id,
        row.grade,
        row.shade,
        row.calibre,
        row.warehouse,
        pieces,
        reference=reference,
        by_name=OPENING_CLERK,
        received_on=row.received_on,
    )


def _differs(pieces: int) -> Text:
    return say(
        "This receipt is already booked with %(pieces)s pieces and was left as it is.",
        pieces=pieces,
    )


def _references(rows: Sequence[Opening]) -> list[str]:
    seen: Counter[tuple[object, ...]] = Counter()
    references = []
    for row in rows:
        marks = (row.tile, row.grade, row.shade, row.calibre, row.warehouse, row.written_on)
        seen[marks] += 1
        references.append(rules.OPENING + "/".join(map(str, marks)) + f"#{seen[marks]}")
    return references


def _insert(table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT; both databases spell it alike."""
    return sqlite.insert(table) if _is_sqlite() else postgresql.insert(table)


def _is_sqlite() -> bool:
    return session.get_bind().dialect.name == "sqlite"
