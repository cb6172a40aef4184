"""Taking over an order book from outside: its lines come in confirmed, as they stand."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import insert

from tileplan.contracts import service as contracts
from tileplan.contracts.rules import Drawn
from tileplan.kernel import documents, numbering
from tileplan.kernel.db import session
from tileplan.kernel.words import Text
from tileplan.orders import queries
from tileplan.orders.models import Order, OrderItem
from tileplan.orders.rules import (
    ORDER,
    BookLine,
    OrderKind,
    OrderState,
)
from tileplan.orders.service.judging import World, faults_in, item_values, pieces_of, read_world
from tileplan.orders.service.remarks import (
    abroad,
    differences,
    late,
    left_out,
    may_grow,
    over_limit,
)


def take_over(lines: Sequence[BookLine]) -> list[Text]:
    """Write a book's lines down as confirmed orders; what is already there is left as it is."""
    world = read_world(lines)
    for _, refusal in faults_in(lines, world):
        raise refusal
    known = queries.orders_by_number(row.order for row in lines)
    stored = {
        (order.number, item.position): item for order in known.values() for item in order.items
    }
    warnings = differences(lines, stored, world)
    fresh = [
        row
        for row in lines
        if (row.order, row.line) not in stored and may_grow(known.get(row.order))
    ]
    warnings += left_out(lines, stored, known)
    orders = _add_orders(fresh, known, world)
    _add_items(fresh, orders, world)
    warnings += contracts.take_over(_drawn(fresh, orders, world))
    _remember_numbers(row.order for row in fresh)
    return warnings + late(fresh) + over_limit(fresh, world) + abroad(fresh, world)


def _add_orders(
    fresh: Sequence[BookLine], known: Mapping[str, Order], world: World
) -> dict[str, Order]:
    """Write down the orders that are new; returns all by number."""
    heads: dict[str, BookLine] = {}
    for row in fresh:
        if row.order not in known:
            heads.setdefault(row.order, row)
    made = {
        number: Order(
            number=number,
            kind=OrderKind(row.kind),
            state=OrderState.CONFIRMED,
            customer_id=world.customers[row.customer].id if row.customer else None,
            customer_name=row.customer_name or world.customers[row.customer].name,
            phone=world.customers[row.customer].phone if row.customer else "",
            address=world.customers[row.customer].address if row.customer else "",
            region=row.region,
            contract_id=world.contracts[row.contract].id if row.contract else None,
            ordered_on=row.ordered_on,
            owner_id=world.owner_id(row),
        )
        for number, row in heads.items()
    }
    session.add_all(made.values())
    for number in made:
        documents.note(ORDER.kind, number, "load", by=None)
    session.flush()
    return {**known, **made}


def _add_items(fresh: Sequence[BookLine], orders: Mapping[str, Order], world: World) -> None:
    rows = [
        {"order_id": orders[row.order].id, "position": row.line, **item_values(row, world)}
        for row in fresh
    ]
    if rows:
        session.execute(insert(OrderItem), rows)
    for order in orders.values():
        session.expire(order, ["items"])


def _drawn(fresh: Sequence[BookLine], orders: Mapping[str, Order], world: World) -> list[Drawn]:
    return [
        Drawn(
            contract_id=world.contracts[row.contract].id,
            phase_id=world.phases[row.contract, row.phase],
            tile_id=world.tiles[row.tile].id,
            pieces=pieces_of(row, world),
            price=row.price,
        )
        for row in fresh
        if row.contract and row.order in orders
    ]


def _remember_numbers(numbers: Iterable[str]) -> None:
    highest: dict[str, str] = {}
    for number in numbers:
        series = number.rpartition("-")[0]
        highest[series] = max(highest.get(series, ""), number, key=lambda n: (len(n), n))
    for number in highest.values():
        numbering.keep_above(number)
