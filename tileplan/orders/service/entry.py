"""Writing an order down and changing it while it is a draft."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import delete
from sqlalchemy.orm.attributes import flag_modified

from tileplan.accounts import queries as accounts
from tileplan.accounts.models import User
from tileplan.catalog import queries as catalog
from tileplan.catalog.models import Tile
from tileplan.contracts import queries as contracts
from tileplan.contracts.models import Contract
from tileplan.contracts.rules import ContractState
from tileplan.customers import queries as customers
from tileplan.customers.models import Customer
from tileplan.kernel import clock, documents, numbering
from tileplan.kernel.db import session
from tileplan.kernel.errors import Conflict, NotFound, Outdated, Refused, refuse_all, refused
from tileplan.kernel.words import say
from tileplan.orders import queries
from tileplan.orders.models import Order, OrderItem
from tileplan.orders.rules import (
    ORDER,
    SERIES,
    NewItem,
    NewOrder,
    OrderKind,
    OrderState,
    check_region,
    faults_of,
    homogeneity_of,
)


@dataclass(frozen=True)
class _Buyer:
    """Whom an order is for: a customer, a contract's customer, or neither for a walk-in."""

    customer: Customer | None
    contract: Contract | None
    owner_id: int


def place(new: NewOrder, *, by: User) -> Order:
    """Write a new order down as a draft, under the next free number."""
    today = clock.today()
    tiles = {tile.code: tile for tile in catalog.tiles()}
    _check(new, tiles, ordered_on=today)
    buyer = _buyer(new, by)
    made = Order(
        number=numbering.draw(SERIES),
        state=OrderState.DRAFT,
        kind=new.kind,
        ordered_on=today,
        made_by_id=by.id,
        **_details(new, buyer),
    )
    session.add(made)
    session.flush()
    _write_items(made, new, buyer.contract, tiles)
    documents.note(ORDER.kind, made.number, "place", by=by)
    session.flush()
    return made


def rewrite(number: str, new: NewOrder, *, version: int, by: User) -> Order:
    """Replace what a draft says."""
    found = queries.order(number)
    check_version(found, version)
    if found.state is not OrderState.DRAFT:
        raise Refused(say("Only a draft can be changed. Have the order returned first."))
    _check_same_paper(found, new)
    tiles = {tile.code: tile for tile in catalog.tiles()}
    _check(new, tiles, ordered_on=found.ordered_on)
    buyer = _buyer(new, by)
    for name, value in _details(new, buyer).items():
        setattr(found, name, value)
    found.made_by_id = by.id
    # other items are another version, even where the order's own columns stay as they were
    flag_modified(found, "note")
    _forget_items(found)
    _write_items(found, new, buyer.contract, tiles)
    documents.note(ORDER.kind, number, "edit", by=by)
    return found


def _check_same_paper(order: Order, new: NewOrder) -> None:
    """Refuse that a draft changes its kind or its contract: its items would hang in the air."""
    contract = order.contract.number if order.contract else ""
    if new.kind is not order.kind or (contract and new.contract != contract):
        raise Conflict(
            say("An order keeps its kind and its contract. Cancel this one and write another.")
        )


def check_version(order: Order, version: int) -> None:
    """Refuse to decide on a page that shows what somebody else has changed since."""
    if order.version != version:
        raise Outdated(
            say(
                "Somebody else has just changed this order. "
                "Reload the page, look at the change and try again."
            )
        )


def _check(new: NewOrder, tiles: Mapping[str, Tile], *, ordered_on: date) -> None:
    """Refuse everything at once that is wrong with the fields and with what they name."""
    faults = list(faults_of(new, ordered_on=ordered_on))
    if new.kind is not OrderKind.PROJECT:
        faults += refused(check_region, new.region, accounts.regions())
    for index, item in enumerate(new.items):
        faults += refused(_pieces, tiles, item, index)
    refuse_all(faults)


def _buyer(new: NewOrder, by: User) -> _Buyer:
    if new.kind is OrderKind.PROJECT:
        contract = _contract(new.contract)
        return _Buyer(contract.customer, contract, contract.owner_id)
    if new.customer:
        try:
            customer = customers.customer(new.customer)
        except NotFound as missing:
            raise Refused(missing.message, field="customer") from missing
        return _Buyer(customer, None, customer.owner_id)
    return _Buyer(None, None, _walk_in_owner(new.region, by))


def _walk_in_owner(region: str, by: User) -> int:
    """A salesperson's walk-in is theirs; anybody else's goes to the region's salesperson."""
    if by.scope_owner is not None:
        return by.id
    try:
        return accounts.owner_of_region(region).id
    except NotFound as missing:
        raise Refused(missing.message, field="region") from missing


def _contract(number: str) -> Contract:
    try:
        contract = contracts.contract(number)
    except NotFound as missing:
        raise Refused(missing.message, field="contract") from missing
    if contract.state is not ContractState.SIGNED:
        raise Refused(say("Contract %(number)s is not signed.", number=number), field="contract")
    return contract


def _details(new: NewOrder, buyer: _Buyer) -> dict[str, object]:
    """The columns of an order that its form decides; what is left empty comes from the customer."""
    customer = buyer.customer
    return {
        "customer_id": customer.id if customer else None,
        "customer_name": customer.name if customer else new.customer_name,
        "phone": new.phone or (customer.phone if customer else ""),
        "address": new.address or (customer.address if customer else ""),
        "region": new.region or (customer.region if customer else ""),
        "contract_id": buyer.contract.id if buyer.contract else None,
        "owner_id": buyer.owner_id,
        "note": new.note,
    }


def _forget_items(order: Order) -> None:
    for item in order.items:
        session.expunge(item)
    session.execute(
        delete(OrderItem)
        .where(OrderItem.order_id == order.id)
        .execution_options(synchronize_session=False)
    )


def _write_items(
    order: Order, new: NewOrder, contract: Contract | None, tiles: Mapping[str, Tile]
) -> None:
    locked = contracts.items_of([contract.id]) if contract else {}
    phases = {phase.name: phase.id for phase in contract.phases} if contract else {}
    for index, item in enumerate(new.items):
        tile = tiles[item.tile]
        phase_id = _phase(phases, item, index) if contract else None
        agreed = locked.get((phase_id or 0, tile.id))
        session.add(
            OrderItem(
                order_id=order.id,
                position=index + 1,
                tile_id=tile.id,
                phase_id=phase_id,
                pieces=_pieces(tiles, item, index),
                quantity=item.quantity,
                unit=item.unit,
                price=_price(item.price, agreed.price if agreed else tile.list_price),
                due_on=item.due_on,
                homogeneity=homogeneity_of(new.kind),
                priority=item.priority,
            )
        )
    session.flush()


def _price(written: Decimal | None, usual: Decimal) -> Decimal:
    return usual if written is None else written


def _pieces(tiles: Mapping[str, Tile], item: NewItem, index: int) -> int:
    if item.tile not in tiles:
        raise Refused(
            say("There is no tile %(code)s.", code=item.tile), field=f"items-{index}-tile"
        )
    return tiles[item.tile].packing.pieces(
        item.quantity, item.unit, field=f"items-{index}-quantity"
    )


def _phase(phases: dict[str, int], item: NewItem, index: int) -> int:
    if item.phase not in phases:
        raise Refused(
            say("There is no phase %(phase)s in this contract.", phase=item.phase),
            field=f"items-{index}-phase",
        )
    return phases[item.phase]
