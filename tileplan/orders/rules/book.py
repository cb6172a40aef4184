"""A line of an order book that comes from outside, already confirmed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tileplan.kernel.errors import Refused
from tileplan.kernel.money import check_decimals
from tileplan.kernel.units import Unit
from tileplan.kernel.words import say
from tileplan.orders.rules.entry import DECIMALS, PRIORITY_LABELS, check_due, check_price
from tileplan.orders.rules.life import Homogeneity, OrderKind

LONGEST_NUMBER = 40


@dataclass(frozen=True, kw_only=True)
class BookLine:
    """One line as the book has it; an empty customer is a walk-in."""

    order: str
    line: int
    kind: str
    customer: str
    customer_name: str
    region: str
    contract: str
    phase: str
    tile: str
    quantity: Decimal
    unit: Unit
    price: Decimal
    ordered_on: date
    due_on: date
    homogeneity: str
    priority: int


def check_line(row: BookLine) -> None:
    """Refuse a line that could not be made as the book has it; `field` is the name in BookLine."""
    if not row.order.strip() or len(row.order) > LONGEST_NUMBER or "/" in row.order:
        raise Refused(say("An order needs a number such as SO-00001."), field="order")
    if row.line < 1:
        raise Refused(say("Lines are counted from 1."), field="line")
    if row.kind not in set(OrderKind):
        raise Refused(
            say("There is no kind %(name)s; there are: %(kinds)s.", name=row.kind, kinds=", ".join(OrderKind)),
            field="kind",
        )  # fmt: skip
    if row.homogeneity not in set(Homogeneity):
        raise Refused(
            say("It must be one of: %(names)s.", names=", ".join(Homogeneity)), field="homogeneity"
        )
    _check_buyer(row)
    check_decimals(row.quantity, DECIMALS, field="quantity")
    check_price(row.price, field="price")
    check_due(row.due_on, row.ordered_on, field="due_on")
    if row.priority not in PRIORITY_LABELS:
        raise Refused(say("The priority goes from 1 to 4."), field="priority")


def _check_buyer(row: BookLine) -> None:
    if not row.customer and not row.customer_name.strip():
        raise Refused(say("Please fill this in."), field="customer_name")
    if row.kind == OrderKind.PROJECT and not row.contract:
        raise Refused(say("A project order needs its contract."), field="contract")
    if row.contract and not row.phase:
        raise Refused(say("Say for which phase of the contract this is."), field="phase")
    if row.phase and not row.contract:
        raise Refused(say("A phase belongs to a contract; which one?"), field="contract")
    if not row.region:
        raise Refused(say("Please fill this in."), field="region")
