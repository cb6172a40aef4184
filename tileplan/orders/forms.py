"""The form of an order: whom it is for, and a grid of tiles, quantities, prices and due dates."""

from collections.abc import Collection
from decimal import Decimal

from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from tileplan.contracts.models import Contract
from tileplan.customers.rules import region_choices
from tileplan.kernel.numbers import seen_version
from tileplan.kernel.units import UNIT_LABELS, Unit
from tileplan.kernel.words import say
from tileplan.orders.models import Order
from tileplan.orders.rules import (
    LONGEST,
    ORDINARY_PRIORITY,
    PRIORITY_LABELS,
    NewItem,
    NewOrder,
    OrderKind,
)
from tileplan.web.forms import Choice, Day, Line, Number
from tileplan.web.lines import LineForm, LinesForm, lines

UNITS = [(str(unit), label) for unit, label in UNIT_LABELS.items()]
PRIORITIES = [(str(number), label) for number, label in PRIORITY_LABELS.items()]


class ItemForm(LineForm):
    """One tile of an order."""

    phase = Choice(say("Phase"), validate_choice=False)
    tile = Line(say("Tile"), most=40)
    quantity = Number(say("Quantity"))
    unit = Choice(say("Unit"), UNITS)
    price = Number(say("Price per m²"))
    due_on = Day(say("Due on"))
    priority = Choice(say("Priority"), PRIORITIES, default=str(ORDINARY_PRIORITY))

    def new_item(self) -> NewItem:
        """The row as written."""
        return NewItem(
            tile=(self.tile.data or "").upper(),
            quantity=Decimal(0) if self.quantity.data is None else self.quantity.data,
            unit=Unit(self.unit.data),
            price=self.price.data,
            due_on=self.due_on.data,
            priority=int(self.priority.data),
            phase=self.phase.data or "",
        )


class OrderForm(LinesForm):
    """A retail, dealer or project order."""

    kind = HiddenField()
    contract = HiddenField()
    version = HiddenField(default="0")
    customer = Line(say("Customer"), most=40, render_kw={"autocomplete": "off"})
    customer_name = Line(
        say("Name"), most=LONGEST["customer_name"], render_kw={"autocomplete": "off"}
    )
    phone = Line(
        say("Telephone"),
        most=LONGEST["phone"],
        render_kw={"inputmode": "tel", "autocomplete": "off"},
    )
    region = Choice(say("Region"), validate_choice=False)
    address = Line(
        say("Delivery address"), most=LONGEST["address"], render_kw={"autocomplete": "off"}
    )
    note = TextAreaField(
        say("Note"),
        validators=[
            Length(
                max=LONGEST["note"],
                message=say("Too long: at most %(most)s characters.", most=LONGEST["note"]),
            )
        ],
    )
    items = lines(ItemForm)

    def offer_regions(self, own: Collection[str], shared_out: Collection[str]) -> None:
        """Let the person choose a region, their own before the others."""
        self.region.choices = region_choices(own, shared_out, self.region.data or "")

    def offer_phases(self, contract: Contract | None) -> None:
        """Let every row choose one of the contract's phases."""
        names = [phase.name for phase in contract.phases] if contract else []
        for entry in self.items:
            entry.form.phase.choices = [
                ("", say("Please choose")),
                *((name, name) for name in names),
            ]

    def order_kind(self) -> OrderKind:
        """The kind that the form is for; anything else is a shop order."""
        return OrderKind(self.kind.data) if self.kind.data in set(OrderKind) else OrderKind.RETAIL

    def seen_version(self) -> int:
        """The version that the person was looking at."""
        return seen_version(self.version.data)

    def new_order(self) -> NewOrder:
        """The order as written."""
        written = {name: getattr(self, name).data or "" for name in (*LONGEST, "contract")}
        return NewOrder(
            kind=self.order_kind(),
            customer=(self.customer.data or "").upper(),
            items=tuple(row.new_item() for row in self.written()),
            **written,
        )

    @classmethod
    def of(cls, order: Order) -> "OrderForm":
        """The form of a draft as it stands."""
        return cls(
            formdata=None,
            kind=order.kind,
            contract=order.contract.number if order.contract else "",
            version=order.version,
            customer=order.customer.code if order.customer else "",
            items=[
                {
                    "phase": item.phase.name if item.phase else "",
                    "tile": item.tile.code,
                    "quantity": item.quantity,
                    "unit": item.unit,
                    "price": item.price,
                    "due_on": item.due_on,
                    "priority": str(item.priority),
                }
                for item in order.items
            ],
            **{name: getattr(order, name) for name in LONGEST},
        )
