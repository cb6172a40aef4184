"""What a salesperson's or reviewer's desk needs: recent tiles, credit, how stock would serve an order."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from tileplan.catalog import queries as catalog
from tileplan.catalog.models import Tile
from tileplan.contracts import queries as contracts
from tileplan.customers.models import Customer
from tileplan.customers.rules import CustomerKind
from tileplan.kernel import clock, scope
from tileplan.kernel.db import session
from tileplan.kernel.money import line_amount
from tileplan.orders import rules
from tileplan.orders.models import Order, OrderItem
from tileplan.orders.queries.papers import earlier_in_phases
from tileplan.orders.rules import PROMISED, CreditFacts, Earlier, Finding, ItemFacts, Share, Wanted
from tileplan.plant import queries as plant
from tileplan.stock import queries as stock
from tileplan.stock import rules as stock_rules
from tileplan.stock.models import Lot

MOST_RECENT = 10


def recent_tiles(customer_id: int) -> list[Tile]:
    """The tiles that a customer ordered last, the latest first."""
    latest = (
        select(OrderItem.tile_id, func.max(OrderItem.id).label("latest"))
        .join(OrderItem.order)
        .where(Order.customer_id == customer_id)
        .group_by(OrderItem.tile_id)
        .order_by(func.max(OrderItem.id).desc())
        .limit(MOST_RECENT)
        .subquery()
    )
    statement = select(Tile).join(latest, latest.c.tile_id == Tile.id)
    return list(session.scalars(statement.order_by(latest.c.latest.desc())))


def credit(customer: Customer, order: Order | None = None) -> CreditFacts:
    """How far a customer's credit is used by what is promised, and what an order adds to it."""
    used = promised([customer.id], besides=order).get(customer.id, Decimal(0))
    return CreditFacts(customer.credit_limit, used, order.amount if order else Decimal(0))


def promised(customer_ids: Iterable[int], *, besides: Order | None = None) -> dict[int, Decimal]:
    """What customers have been promised and not yet paid for, by customer, whoever wrote the orders."""
    statement = (
        select(Order.customer_id, OrderItem.price, OrderItem.pieces, OrderItem.tile_id)
        .join(OrderItem, OrderItem.order_id == Order.id)
        .where(Order.customer_id.in_(sorted(set(customer_ids))), Order.state.in_(PROMISED))
    )
    if besides is not None:
        statement = statement.where(Order.id != besides.id)
    with scope.lifted():
        rows = session.execute(statement).all()
    packings = {tile.id: tile.packing for tile in catalog.tiles()} if rows else {}
    used: defaultdict[int, Decimal] = defaultdict(Decimal)
    for customer_id, price, pieces, tile_id in rows:
        used[customer_id or 0] += line_amount(price, packings[tile_id].exact_area(pieces))
    return dict(used)


def shares(order: Order) -> list[Share]:
    """How stock would serve what an order holds no lot for: each item or phase from one lot, or not."""
    before = earlier_in_phases(order)
    held = stock.reservations_of(item.ref for item in (*before, *order.items))
    lots = stock.free_lots({item.tile_id for item in order.items})
    known = {lot.id: lot for lot in (*lots, *(kept.lot for kept in held.values()))}
    earlier = [
        Earlier(
            ref=item.ref,
            tile_id=item.tile_id,
            pieces=item.pieces,
            phase_id=item.phase_id or 0,
            lot_id=held[item.ref].lot_id if item.ref in held else None,
            is_begun=bool(item.started_at or item.finished_at),
        )
        for item in before
    ]
    return rules.share_out(
        [wanted(item) for item in order.items if item.ref not in held],
        earlier,
        {lot.id: lot.free for lot in known.values()},
        lambda tile_id, pieces, free: _fit(known.values(), tile_id, pieces, free),
    )


def wanted(item: OrderItem) -> Wanted:
    """An item as stock is asked for it."""
    return Wanted(
        item.ref, item.tile_id, item.pieces, rules.phase_of(item.homogeneity, item.phase_id)
    )


def shortages(order: Order) -> dict[tuple[int, int], int]:
    """Pieces by phase and tile that an order wants beyond what its contract has left."""
    if order.contract_id is None:
        return {}
    agreed = contracts.items_of([order.contract_id])
    total: Counter[tuple[int, int]] = Counter()
    for item in order.items:
        if item.phase_id:
            total[item.phase_id, item.tile_id] += item.pieces
    return {
        key: pieces - left
        for key, pieces in sorted(total.items())
        if pieces > (left := agreed[key].left if key in agreed else 0)
    }


def area_beyond(order: Order) -> Decimal:
    """m² that an order wants beyond what its contract has left: approving it amends the contract."""
    tiles = {item.tile_id: item.tile for item in order.items}
    short = shortages(order)
    return sum(
        (tiles[tile_id].packing.area(pieces) for (_, tile_id), pieces in short.items()), Decimal(0)
    )


def findings(order: Order) -> list[Finding]:
    """The reviewer's card of an order."""
    return rules.review(
        _facts(order),
        credit(order.customer, order) if order.customer else None,
        is_project=order.contract is not None,
        buys_for_sites=order.customer is not None and order.customer.kind is CustomerKind.PROJECT,
        today=clock.today(),
    )


def references(order: Order) -> dict[int, Decimal]:
    """The price per m² to hold each item's price against, by position: the contract's, else the list's."""
    agreed = contracts.items_of([order.contract_id]) if order.contract_id else {}
    return {
        item.position: (
            agreed[item.phase_id or 0, item.tile_id].price
            if (item.phase_id or 0, item.tile_id) in agreed
            else item.tile.list_price
        )
        for item in order.items
    }


def _facts(order: Order) -> list[ItemFacts]:
    prices = references(order)
    short = shortages(order)
    served = {item.ref: share for share in shares(order) for item in share.wanted}
    lots = {lot.id: lot for lot in stock.free_lots({item.tile_id for item in order.items})}
    makeable = {route.tile_id for route in plant.routes()}
    return [
        ItemFacts(
            position=item.position,
            area=item.tile.packing.area(item.pieces),
            loose_pieces=item.tile.packing.boxes(item.pieces)[1],
            price=item.price,
            reference=prices[item.position],
            due_on=item.due_on,
            # the first item of a phase and tile speaks for all of them
            beyond=item.tile.packing.area(short.pop((item.phase_id or 0, item.tile_id), 0)),
            lot=_lot_name(lots.get(served[item.ref].lot_id or 0)),
            can_be_made=item.tile_id in makeable,
            moves=tuple(moved.ref for moved in served[item.ref].moved),
        )
        for item in order.items
    ]


def _lot_name(lot: Lot | None) -> str | None:
    return f"{lot.shade}/{lot.calibre} {lot.warehouse}" if lot else None


@dataclass(frozen=True)
class _Left:
    """A lot with what sharing out has left of it."""

    id: int
    free: int
    received_on: date


def _fit(lots: Iterable[Lot], tile_id: int, pieces: int, free: Mapping[int, int]) -> int | None:
    """Choose a lot of the best grade for so many pieces."""
    own = [lot for lot in lots if lot.tile_id == tile_id and lot.grade == stock_rules.BEST_GRADE]
    if not own:
        return None
    tile = own[0].tile
    left = [_Left(lot.id, free.get(lot.id, 0), lot.received_on) for lot in own]
    remnant = stock_rules.useful_remnant(tile.packing, tile.boxes_per_pallet)
    chosen = stock_rules.best_fit(left, pieces, remnant)
    return chosen.id if chosen else None
