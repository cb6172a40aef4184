"""What is under way on the demo's sales desk: amended contracts, orders in review, drafts."""

from datetime import timedelta
from decimal import Decimal

from tileplan.accounts import queries as accounts
from tileplan.accounts.models import User
from tileplan.catalog import queries as catalog
from tileplan.contracts import queries as contract_queries
from tileplan.contracts import service as contracts
from tileplan.contracts.models import Contract
from tileplan.customers import queries as customers
from tileplan.customers.rules import CustomerKind
from tileplan.kernel import clock
from tileplan.kernel.units import Unit
from tileplan.orders import service as orders
from tileplan.orders.rules import NewItem, NewOrder, OrderKind


def begin() -> None:
    """Give every salesperson a contract with something left, orders in review, and a draft."""
    tiles = [tile.code for tile in catalog.tiles()]
    signed = contract_queries.search("", None, state="signed", size=1000).rows
    dealers = customers.listed("", kind=CustomerKind.DEALER)
    for index, person in enumerate(accounts.salespeople()):
        walk_in = NewOrder(
            kind=OrderKind.RETAIL,
            customer_name="王女士",
            phone=f"138001380{index:02d}",
            region=person.areas[0],
            items=_item(tiles[index], 30),
        )
        _submit(walk_in, person)
        for code in [row.code for row in dealers if row.owner_id == person.id][:1]:
            items = _item(tiles[-1 - index], 200)
            orders.place(NewOrder(kind=OrderKind.DEALER, customer=code, items=items), by=person)
        for contract in [row for row in signed[::-1] if row.owner_id == person.id and row.items][
            :1
        ]:
            _draw(contract_queries.contract(contract.number), person)


def _draw(contract: Contract, person: User) -> None:
    """Agree more of the contract's first tile and ask for a part of it."""
    first = contract.items[0]
    more = first.tile.packing.pieces(Decimal(300), Unit.M2)
    kept, why = first.price, "业主追加"
    contracts.agree(contract, first.phase_id, first.tile, more, price=kept, by=person, why=why)
    items = _item(first.tile.code, 120, first.phase.name)
    _submit(NewOrder(kind=OrderKind.PROJECT, contract=contract.number, items=items), person)


def _item(tile: str, area: int, phase: str = "") -> tuple[NewItem]:
    due, m2 = clock.today() + timedelta(days=21), Decimal(area)
    new = NewItem(tile=tile, quantity=m2, unit=Unit.M2, price=None, due_on=due, phase=phase)
    return (new,)


def _submit(new: NewOrder, by: User) -> None:
    orders.act(orders.place(new, by=by).number, "submit", by=by)
