"""Lists of orders: searched, counted by state, exported item by item."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from tileplan.catalog.models import Tile
from tileplan.customers.models import Customer
from tileplan.kernel.db import session
from tileplan.kernel.documents import JournalEntry
from tileplan.kernel.paging import Page, page
from tileplan.orders.models import Order, OrderItem
from tileplan.orders.rules import ORDER, OrderKind, OrderState

MOST_RELATED = 10


@dataclass(frozen=True)
class Search:
    """What somebody looks for in the list of orders."""

    text: str = ""
    state: str = ""
    kind: str = ""


def search(wanted: Search, after: str | None) -> Page[Order]:
    """A page of orders, the newest first, with their items and tiles."""
    statement = _narrowed(_found(wanted.text), wanted).options(
        selectinload(Order.items).joinedload(OrderItem.tile), joinedload(Order.owner)
    )
    return page(
        statement, Order.id, after if after and after.isdecimal() else None, descending=True
    )


def counts(wanted: Search) -> dict[OrderState, int]:
    """How many orders a search finds in each state."""
    found = _narrowed(_found(wanted.text), Search(kind=wanted.kind))
    statement = found.with_only_columns(Order.state, func.count(Order.id)).group_by(Order.state)
    return dict(session.execute(statement).all())


def listed(wanted: Search) -> list[OrderItem]:
    """The items of all orders that a search finds, for its export."""
    orders = _narrowed(_found(wanted.text), wanted).with_only_columns(Order.id)
    statement = (
        select(OrderItem)
        .join(OrderItem.order)
        .where(Order.id.in_(orders))
        .options(
            joinedload(OrderItem.order).joinedload(Order.contract),
            joinedload(OrderItem.order).joinedload(Order.customer),
            joinedload(OrderItem.tile),
            joinedload(OrderItem.phase),
        )
        .order_by(Order.id.desc(), OrderItem.position)
    )
    return list(session.scalars(statement))


def of_customer(code: str) -> list[Order]:
    """The newest orders of a customer."""
    statement = (
        select(Order)
        .join(Order.customer)
        .where(Customer.code == code)
        .options(selectinload(Order.items).joinedload(OrderItem.tile), joinedload(Order.owner))
        .order_by(Order.id.desc())
        .limit(MOST_RELATED)
    )
    return list(session.scalars(statement))


def returned(orders: Iterable[Order]) -> dict[str, JournalEntry]:
    """Who returned which of these drafts, when and why, by number; a draft of another origin is not there."""
    drafts = [order.number for order in orders if order.state is OrderState.DRAFT]
    if not drafts:
        return {}
    # a line that only tells of a change leads to no state
    last = (
        select(func.max(JournalEntry.id))
        .where(
            JournalEntry.kind == ORDER.kind,
            JournalEntry.number.in_(drafts),
            JournalEntry.to_state != "",
        )
        .group_by(JournalEntry.number)
    )
    statement = select(JournalEntry).where(
        JournalEntry.id.in_(last), JournalEntry.action == "return"
    )
    return {row.number: row for row in session.scalars(statement)}


def _found(text: str) -> Select[Order]:
    """Orders in whose number, customer or tiles every word stands."""
    statement = select(Order)
    for word in text.split():
        tiles = (
            select(OrderItem.id)
            .join(Tile, Tile.id == OrderItem.tile_id)
            .where(
                OrderItem.order_id == Order.id,
                or_(
                    *(
                        column.icontains(word, autoescape=True)
                        for column in (Tile.code, Tile.name_en, Tile.name_zh)
                    )
                ),
            )
        )
        statement = statement.where(
            or_(
                Order.number.icontains(word, autoescape=True),
                Order.customer_name.icontains(word, autoescape=True),
                Order.phone.icontains(word, autoescape=True),
                exists(tiles),
            )
        )
    return statement


def _narrowed(statement: Select[Order], wanted: Search) -> Select[Order]:
    if wanted.state in set(OrderState):
        statement = statement.where(Order.state == OrderState(wanted.state))
    if wanted.kind in set(OrderKind):
        statement = statement.where(Order.kind == OrderKind(wanted.kind))
    return statement
