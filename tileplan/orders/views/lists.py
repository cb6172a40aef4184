"""The list of orders, its export, and the orders of one customer."""

from collections.abc import Iterator

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tileplan.customers import queries as customers
from tileplan.kernel import clock
from tileplan.kernel.units import UNIT_LABELS
from tileplan.kernel.words import say
from tileplan.orders import queries
from tileplan.orders.models import OrderItem
from tileplan.orders.rules import KIND_LABELS, ORDER, PRIORITY_LABELS
from tileplan.orders.views.blueprint import pages
from tileplan.web import csvfile
from tileplan.web.access import needs

_COLUMNS = (
    say("Number"), say("Kind"), say("State"), say("Ordered on"), say("Customer"), say("Name"),
    say("Region"), say("Contract"), say("Phase"), say("Line no."), say("Tile"), say("Quantity"),
    say("Unit"), say("Pieces"), say("m²"), say("Due on"), say("Priority"),
)  # fmt: skip
_PRICE_COLUMNS = (say("Price per m²"), say("Amount"))


@pages.get("/")
@needs("orders.see")
def index() -> ResponseReturnValue:
    """The list of orders, newest first."""
    wanted = _wanted()
    page = queries.search(wanted, request.args.get("after"))
    return render_template(
        "orders/index.html",
        page=page,
        returned=queries.returned(page.rows),
        counts=queries.counts(wanted),
        args={"q": wanted.text, "state": wanted.state, "kind": wanted.kind},
        workflow=ORDER,
        kinds=KIND_LABELS,
        today=clock.today(),
    )


@pages.get("/export.csv")
@needs("orders.see")
def export() -> ResponseReturnValue:
    """The items of the orders that a search shows, as a file; prices only for those who see them."""
    sees_prices = current_user.may("orders.prices")
    heads = (*_COLUMNS, *_PRICE_COLUMNS) if sees_prices else _COLUMNS
    items = queries.listed(_wanted())
    return csvfile.answer("orders", heads, _rows(items, sees_prices=sees_prices))


@pages.get("/of-customer/<code>")
@needs("orders.see")
def of_customer(code: str) -> ResponseReturnValue:
    """The newest orders of a customer, as a part of their page."""
    orders = queries.of_customer(customers.customer(code).code)
    return render_template(
        "orders/part.html",
        orders=orders,
        returned=queries.returned(orders),
        workflow=ORDER,
        kinds=KIND_LABELS,
        today=clock.today(),
    )


def _wanted() -> queries.Search:
    args = request.args
    return queries.Search(
        text=args.get("q", "").strip()[:80], state=args.get("state", ""), kind=args.get("kind", "")
    )


def _rows(items: list[OrderItem], *, sees_prices: bool) -> Iterator[tuple[csvfile.Cell, ...]]:
    for item in items:
        order = item.order
        row: tuple[csvfile.Cell, ...] = (
            order.number, KIND_LABELS[order.kind], ORDER.labels[order.state], order.ordered_on,
            order.customer.code if order.customer else "", order.customer_name,
            item.region or order.region,
            order.contract.number if order.contract else "", item.phase.name if item.phase else "",
            item.position, item.tile.code, item.quantity.normalize(), UNIT_LABELS[item.unit],
            item.pieces, item.tile.packing.area(item.pieces), item.due_on,
            PRIORITY_LABELS[item.priority],
        )  # fmt: skip
        yield (*row, item.price, item.amount) if sees_prices else row
