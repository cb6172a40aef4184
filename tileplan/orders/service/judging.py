"""What the lines of an order book name, and what is wrong with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tileplan.accounts import queries as accounts
from tileplan.catalog import queries as catalog
from tileplan.catalog.models import Tile
from tileplan.contracts import queries as contract_queries
from tileplan.contracts.models import Contract
from tileplan.customers import queries as customers
from tileplan.customers.models import Customer
from tileplan.kernel.errors import Refused
from tileplan.kernel.words import say
from tileplan.orders.rules import (
    BookLine,
    Homogeneity,
    check_line,
)

# What every line of an order must say alike.
_HEAD = ("kind", "customer", "customer_name", "contract", "ordered_on")


@dataclass(frozen=True)
class World:
    """Everything that the lines of a book name, read once."""

    tiles: Mapping[str, Tile]
    customers: Mapping[str, Customer]
    contracts: Mapping[str, Contract]
    phases: Mapping[tuple[str, str], int]
    owners: Mapping[str, int]

    def owner_id(self, row: BookLine) -> int:
        """The customer's salesperson; for a walk-in the region's."""
        known = self.customers.get(row.customer)
        return known.owner_id if known else self.owners[row.region]


def read_world(lines: Sequence[BookLine]) -> World:
    """Read what these lines name, in a number of statements that never grows."""
    found = contract_queries.by_number(row.contract for row in lines if row.contract)
    return World(
        tiles={tile.code: tile for tile in catalog.tiles()},
        customers=customers.by_code(row.customer for row in lines if row.customer),
        contracts=found,
        phases={
            (number, phase.name): phase.id
            for number, contract in found.items()
            for phase in contract.phases
        },
        owners={area: person.id for person in accounts.salespeople() for area in person.areas},
    )


def faults(lines: Sequence[BookLine]) -> list[tuple[int, Refused]]:
    """What is wrong with a book, by the index of the line; `field` names the column."""
    return faults_in(lines, read_world(lines))


def faults_in(lines: Sequence[BookLine], world: World) -> list[tuple[int, Refused]]:
    """What is wrong with a book, held against what is known."""
    heads: dict[str, BookLine] = {}
    seen: set[tuple[str, int]] = set()
    found: list[tuple[int, Refused]] = []
    for index, row in enumerate(lines):
        try:
            check_line(row)
            _check_names(row, world)
            _check_head(row, heads.setdefault(row.order, row))
            _check_once(row, seen)
            pieces_of(row, world)
        except Refused as refusal:
            found.append((index, refusal))
    return found


def _check_once(row: BookLine, seen: set[tuple[str, int]]) -> None:
    if (row.order, row.line) in seen:
        raise Refused(say("This line of the order stands twice."), field="line")
    seen.add((row.order, row.line))


def _check_names(row: BookLine, world: World) -> None:
    """Refuse names that nothing is known of."""
    unknown = (
        ("tile", row.tile not in world.tiles, say("There is no tile %(code)s.", code=row.tile)),
        (
            "customer",
            bool(row.customer) and row.customer not in world.customers,
            say("There is no customer %(code)s.", code=row.customer),
        ),
        (
            "contract",
            bool(row.contract) and row.contract not in world.contracts,
            say("There is no contract %(number)s.", number=row.contract),
        ),
        (
            "phase",
            bool(row.contract) and (row.contract, row.phase) not in world.phases,
            say("There is no phase %(phase)s in this contract.", phase=row.phase),
        ),
        (
            "region",
            not row.customer and row.region not in world.owners,
            say("No salesperson looks after the region %(region)s.", region=row.region),
        ),
    )
    for field, is_unknown, words in unknown:
        if is_unknown:
            raise Refused(words, field=field)
    contract = world.contracts.get(row.contract)
    if contract and row.customer != contract.customer.code:
        raise Refused(say("This contract is with another customer."), field="customer")


def _check_head(row: BookLine, head: BookLine) -> None:
    for name in _HEAD:
        if getattr(row, name) != getattr(head, name):
            raise Refused(
                say("Differs from line %(line)s of the same order.", line=head.line), field=name
            )


def pieces_of(row: BookLine, world: World) -> int:
    """Whole pieces of a line."""
    return world.tiles[row.tile].packing.pieces(row.quantity, row.unit)


def item_values(row: BookLine, world: World) -> dict[str, object]:
    """The columns of an item as the book has them."""
    return {
        "tile_id": world.tiles[row.tile].id,
        "phase_id": world.phases.get((row.contract, row.phase)),
        "pieces": pieces_of(row, world),
        "quantity": row.quantity,
        "unit": row.unit,
        "price": row.price,
        "due_on": row.due_on,
        "homogeneity": Homogeneity(row.homogeneity),
        "priority": row.priority,
        "region": row.region,
    }
