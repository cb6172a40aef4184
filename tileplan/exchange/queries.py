"""What is stored already, for references from one file to another."""

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from tileplan.accounts import queries as accounts
from tileplan.accounts.models import User
from tileplan.catalog.models import Tile
from tileplan.contracts.models import Contract, Phase
from tileplan.customers.models import Customer
from tileplan.exchange.rules import Agreement, Known
from tileplan.kernel.db import Base, session
from tileplan.kernel.units import Packing
from tileplan.materials.models import (
    ExpectedDelivery,
    Material,
    MaterialBatch,
    RecipeLine,
    Supplier,
)
from tileplan.orders.models import OrderItem
from tileplan.plant.models import Calendar, ChangeoverRule, Resource, Route, Stage, Yield
from tileplan.stock.models import Movement

# The rows that each file becomes.
_MODELS: dict[str, type[Base]] = {
    "tiles": Tile,
    "stages": Stage,
    "calendars": Calendar,
    "resources": Resource,
    "routes": Route,
    "yields": Yield,
    "changeover_rules": ChangeoverRule,
    "materials": Material,
    "suppliers": Supplier,
    "bom": RecipeLine,
    "material_stock": MaterialBatch,
    "open_purchase_orders": ExpectedDelivery,
    "stock_lots": Movement,
    "users": User,
    "customers": Customer,
    "contracts": Contract,
    "orderbook": OrderItem,
}


def count(table: str) -> int:
    """How many rows there are of what a file becomes."""
    return session.scalar(select(func.count()).select_from(_MODELS[table])) or 0


def known() -> Known:
    """Everything that a row may name."""
    salespeople = accounts.salespeople()
    return Known(
        tiles=_tiles(),
        stages=_codes(Stage.code),
        calendars=_codes(Calendar.code),
        resources=_pairs(Resource.code, Resource.stage),
        materials=_pairs(Material.code, Material.unit),
        suppliers=_codes(Supplier.code),
        salespeople=frozenset(person.login for person in salespeople),
        regions=frozenset(area for person in salespeople for area in person.areas),
        customers=_codes(Customer.code),
        contracts=_contracts(),
    )


def _codes(column: InstrumentedAttribute[str]) -> frozenset[str]:
    return frozenset(session.scalars(select(column)))


def _pairs(column: InstrumentedAttribute[str], value: InstrumentedAttribute[str]) -> dict[str, str]:
    rows = session.execute(select(column, value)).all()
    return dict(rows)


def _tiles() -> dict[str, Packing]:
    rows = session.execute(select(Tile.code, Tile.pieces_per_box, Tile.box_area))
    return {code: Packing(pieces, area) for code, pieces, area in rows}


def _contracts() -> dict[str, Agreement]:
    phases: dict[str, set[str]] = {}
    owners: dict[str, str] = {}
    statement = (
        select(Contract.number, Customer.code, Phase.name)
        .join(Customer, Contract.customer_id == Customer.id)
        .outerjoin(Phase, Phase.contract_id == Contract.id)
    )
    for number, customer, phase in session.execute(statement):
        owners[number] = customer
        phases.setdefault(number, set()).add(phase)
    return {number: Agreement(owners[number], frozenset(phases[number])) for number in owners}
