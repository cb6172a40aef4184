"""What is read of finished stock: lots, what is free of them, who has reserved what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.orm import joinedload

from tileplan.catalog import queries as catalog
from tileplan.catalog.models import Tile
from tileplan.kernel.db import session
from tileplan.kernel.errors import NotFound
from tileplan.kernel.paging import SIZE, Page, page
from tileplan.kernel.words import say
from tileplan.stock.models import Lot, Movement, Reservation, ReservationState
from tileplan.stock.rules import BEST_GRADE

# How many names one statement may list.
_AT_ONCE = 5000
# The order of the list; lots of one tile stand together.
_ORDER = (Tile.code, Lot.grade, Lot.shade, Lot.calibre, Lot.warehouse, Lot.id)


@dataclass(frozen=True)
class Totals:
    """What a search for lots adds up to."""

    lots: int
    on_hand: Decimal
    free: Decimal


def lot(lot_id: int) -> Lot:
    """A lot with its tile, as it stands in the database."""
    statement = (
        select(Lot)
        .where(Lot.id == lot_id)
        .options(joinedload(Lot.tile))
        .execution_options(populate_existing=True)
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound(say("There is no such lot."))
    return found


def lot_list(
    text: str, after: str | None, *, grade: str = "", only_free: bool = False
) -> Page[Lot]:
    """A page of lots by tile, grade, shade and calibre."""
    statement = _matching(text, grade, only_free=only_free)
    if after and after.isascii() and after.isdigit():
        last = select(*_ORDER).join(Tile, Lot.tile_id == Tile.id).where(Lot.id == int(after[:9]))
        statement = statement.where(tuple_(*_ORDER) > last.scalar_subquery())
    rows = session.scalars(statement.order_by(*_ORDER).limit(SIZE + 1)).all()
    shown = rows[:SIZE]
    return Page(shown, str(shown[-1].id) if len(rows) > SIZE else None)


def listed(text: str, *, grade: str = "", only_free: bool = False) -> list[Lot]:
    """All lots that a search shows, for its export."""
    return list(session.scalars(_matching(text, grade, only_free=only_free).order_by(*_ORDER)))


def totals(text: str, *, grade: str = "", only_free: bool = False) -> Totals:
    """How many lots a search finds, and their m² on hand and free."""
    found = _matching(text, grade, only_free=only_free).with_only_columns(
        Lot.tile_id, func.count(), func.sum(Lot.on_hand), func.sum(Lot.reserved)
    )
    rows = session.execute(found.group_by(Lot.tile_id)).all()
    tiles = catalog.tiles_by_id(row[0] for row in rows)
    on_hand = sum((tiles[t].packing.area(pieces) for t, _, pieces, _ in rows), Decimal(0))
    reserved = sum((tiles[t].packing.area(pieces) for t, _, _, pieces in rows), Decimal(0))
    return Totals(sum(row[1] for row in rows), on_hand, on_hand - reserved)


def grades() -> list[str]:
    """The grades that there are in stock."""
    return list(session.scalars(select(Lot.grade).distinct().order_by(Lot.grade)))


def lots_of(tile_id: int) -> list[Lot]:
    """The lots of one tile that hold any pieces."""
    statement = (
        select(Lot)
        .join(Lot.tile)
        .options(joinedload(Lot.tile))
        .where(Lot.tile_id == tile_id, Lot.on_hand > 0)
        .order_by(*_ORDER)
    )
    return list(session.scalars(statement))


def free_lots(tile_ids: Iterable[int] | None, grade: str = BEST_GRADE) -> list[Lot]:
    """The lots of a grade that have pieces left, of these tiles or of all, oldest first."""
    statement = (
        select(Lot)
        .options(joinedload(Lot.tile))
        .where(Lot.grade == grade, Lot.on_hand > Lot.reserved)
        .order_by(Lot.tile_id, Lot.received_on, Lot.id)
    )
    if tile_ids is not None:
        statement = statement.where(Lot.tile_id.in_(sorted(set(tile_ids))))
    return list(session.scalars(statement))


def reservations_of(refs: Iterable[str]) -> dict[str, Reservation]:
    """The open reservation of each of these order items that has one, with lot and tile."""
    wanted = sorted(set(refs))
    found: dict[str, Reservation] = {}
    for first in range(0, len(wanted), _AT_ONCE):
        statement = (
            select(Reservation)
            .where(
                Reservation.item_ref.in_(wanted[first : first + _AT_ONCE]),
                Reservation.state == ReservationState.OPEN,
            )
            .options(joinedload(Reservation.lot).joinedload(Lot.tile))
        )
        found.update({row.item_ref: row for row in session.scalars(statement)})
    return found


def reservation(reservation_id: int) -> Reservation:
    """A reservation as it stands in the database, with lot and tile."""
    statement = (
        select(Reservation)
        .where(Reservation.id == reservation_id)
        .options(joinedload(Reservation.lot).joinedload(Lot.tile))
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).one()


def reservations_in(lot_id: int, *, only_open: bool = True) -> Sequence[Reservation]:
    """Who holds pieces of a lot, the latest first."""
    statement = (
        select(Reservation).where(Reservation.lot_id == lot_id).order_by(Reservation.id.desc())
    )
    if only_open:
        statement = statement.where(Reservation.state == ReservationState.OPEN)
    return session.scalars(statement.limit(200)).all()


def reservation_count(lot_id: int) -> int:
    """How many order items hold pieces of a lot."""
    statement = select(func.count()).where(
        Reservation.lot_id == lot_id, Reservation.state == ReservationState.OPEN
    )
    return session.scalar(statement) or 0


def movements(lot_id: int, after: str | None) -> Page[Movement]:
    """A page of what came into and went out of a lot, the latest first."""
    statement = select(Movement).where(Movement.lot_id == lot_id)
    return page(statement, Movement.id, after, descending=True)


def movements_named(references: Iterable[str]) -> dict[str, Movement]:
    """The movements with these references."""
    wanted = sorted(set(references))
    found: dict[str, Movement] = {}
    for first in range(0, len(wanted), _AT_ONCE):
        part = wanted[first : first + _AT_ONCE]
        rows = session.scalars(select(Movement).where(Movement.reference.in_(part)))
        found.update({row.reference: row for row in rows})
    return found


def _matching(text: str, grade: str, *, only_free: bool) -> Select[Lot]:
    """Lots found by tile, shade, calibre or warehouse; those that are used up are left out."""
    statement = select(Lot).join(Lot.tile).options(joinedload(Lot.tile)).where(Lot.on_hand > 0)
    columns = (Tile.code, Tile.name_en, Tile.name_zh, Lot.shade, Lot.calibre, Lot.warehouse)
    for word in text.split():
        statement = statement.where(
            or_(*(column.icontains(word, autoescape=True) for column in columns))
        )
    if grade:
        statement = statement.where(Lot.grade == grade)
    return statement.where(Lot.on_hand > Lot.reserved) if only_free else statement
