"""Orders and items by name, and the items that are still to be served."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from tileplan.contracts.models import Contract
from tileplan.kernel.db import session
from tileplan.kernel.errors import NotFound
from tileplan.kernel.words import say
from tileplan.orders.models import Order, OrderItem
from tileplan.orders.rules import OrderState

# How many names one statement may list.
_AT_ONCE = 500


def order(number: str) -> Order:
    """The order with this number, as it is now: items with tiles and phases, customer, contract, owner."""
    statement = (
        select(Order)
        .where(Order.number == number)
        .options(
            joinedload(Order.customer),
            joinedload(Order.contract).selectinload(Contract.phases),
            joinedload(Order.owner),
            selectinload(Order.items).joinedload(OrderItem.tile),
            selectinload(Order.items).joinedload(OrderItem.phase),
        )
        .execution_options(populate_existing=True)
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound(say("There is no order %(number)s.", number=number))
    return found


def orders_by_number(numbers: Iterable[str]) -> dict[str, Order]:
    """The orders with these numbers and their items, as far as there are such."""
    wanted = sorted(set(numbers))
    found: dict[str, Order] = {}
    for first in range(0, len(wanted), _AT_ONCE):
        rows = session.scalars(
            select(Order)
            .where(Order.number.in_(wanted[first : first + _AT_ONCE]))
            .options(selectinload(Order.items))
        )
        found.update({row.number: row for row in rows})
    return found


def newest_order_day() -> date | None:
    """The day of the newest order, or None where there is no order."""
    return session.scalar(select(func.max(Order.ordered_on)))


def open_items() -> list[OrderItem]:
    """Every item that is confirmed and not finished, with order, tile and phase."""
    statement = (
        _items()
        .where(Order.state == OrderState.CONFIRMED, OrderItem.finished_at.is_(None))
        .order_by(OrderItem.id)
    )
    return list(session.scalars(statement))


def items(refs: Iterable[str]) -> dict[str, OrderItem]:
    """The items with these references, such as SO-00001/2, as far as there are such."""
    wanted = sorted({parts for ref in refs if (parts := _parts(ref))})
    found: dict[str, OrderItem] = {}
    for first in range(0, len(wanted), _AT_ONCE):
        statement = _items().where(
            tuple_(Order.number, OrderItem.position).in_(wanted[first : first + _AT_ONCE])
        )
        found.update({item.ref: item for item in session.scalars(statement)})
    return found


def earlier_in_phases(order: Order) -> list[OrderItem]:
    """Items of other confirmed orders for the phases and tiles of this one."""
    wanted = {(item.phase_id, item.tile_id) for item in order.items if item.phase_id}
    if not wanted:
        return []
    same = or_(
        *(
            (OrderItem.phase_id == phase_id) & (OrderItem.tile_id == tile_id)
            for phase_id, tile_id in sorted(wanted)
        )
    )
    statement = _items().where(same, Order.state == OrderState.CONFIRMED, Order.id != order.id)
    return list(session.scalars(statement.order_by(OrderItem.id)))


def _items() -> Select[OrderItem]:
    return (
        select(OrderItem)
        .join(OrderItem.order)
        .options(
            joinedload(OrderItem.order), joinedload(OrderItem.tile), joinedload(OrderItem.phase)
        )
    )


def _parts(ref: str) -> tuple[str, int] | None:
    number, _, position = ref.rpartition("/")
    return (number, int(position)) if number and position.isdigit() else None
