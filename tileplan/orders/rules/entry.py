"""What may be written in an order."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tileplan.kernel.errors import Refused, refuse_all, refused
from tileplan.kernel.money import check_decimals
from tileplan.kernel.units import Unit
from tileplan.kernel.words import Text, say
from tileplan.orders.rules.life import OrderKind

SERIES = "SO"
PRIORITY_LABELS: dict[int, Text] = {
    1: say("1 Urgent"),
    2: say("2 Soon"),
    3: say("3 Normal"),
    4: say("4 Can wait"),
}
ORDINARY_PRIORITY = 3
DECIMALS = 4
# Five years: further away the year was mistyped.
FARTHEST = timedelta(days=5 * 366)
LONGEST = {"customer_name": 160, "phone": 40, "region": 20, "address": 400, "note": 2000}

_PHONE = set("0123456789 +-()")
_FEWEST_DIGITS, _MOST_DIGITS = 5, 20


@dataclass(frozen=True, kw_only=True)
class NewItem:
    """A tile wanted; without a price the list price or the contract's price counts."""

    tile: str
    quantity: Decimal
    unit: Unit
    price: Decimal | None
    due_on: date | None
    priority: int = ORDINARY_PRIORITY
    phase: str = ""


@dataclass(frozen=True, kw_only=True)
class NewOrder:
    """An order as written down; a walk-in has a name and a telephone instead of a customer's code."""

    kind: OrderKind
    customer: str = ""
    customer_name: str = ""
    phone: str = ""
    region: str = ""
    address: str = ""
    contract: str = ""
    note: str = ""
    items: tuple[NewItem, ...]


def check_new_order(order: NewOrder, *, ordered_on: date) -> None:
    """Refuse an order that nobody could deliver as written, with all that is wrong."""
    refuse_all(faults_of(order, ordered_on=ordered_on))


def faults_of(order: NewOrder, *, ordered_on: date) -> Iterator[Refused]:
    """Everything that is wrong with an order as written, each with its field."""
    yield from _buyer_faults(order)
    for field, most in LONGEST.items():
        if len(getattr(order, field)) > most:
            yield Refused(say("Too long: at most %(most)s characters.", most=most), field=field)
    if not order.items:
        yield Refused(say("Write at least one tile and its quantity."))
    for index, item in enumerate(order.items):
        yield from _item_faults(item, f"items-{index}-", ordered_on)
        if order.kind is OrderKind.PROJECT and not item.phase:
            yield Refused(say("Choose the phase that this is for."), field=f"items-{index}-phase")


def check_region(region: str, regions: Collection[str]) -> None:
    """Refuse a region that nobody looks after; a plant that has shared out none takes any."""
    if region and regions and region not in regions:
        raise Refused(
            say(
                "No salesperson looks after the region %(region)s; there are: %(regions)s.",
                region=region,
                regions=", ".join(sorted(regions)),
            ),
            field="region",
        )


def _buyer_faults(order: NewOrder) -> Iterator[Refused]:
    if order.kind is OrderKind.PROJECT:
        if not order.contract:
            yield Refused(
                say("Choose the contract that this order is drawn from."), field="contract"
            )
        return
    if order.phone and not _is_phone(order.phone):
        yield Refused(
            say("A telephone number has 5 to 20 digits; spaces and + - ( ) may stand between."),
            field="phone",
        )
    if order.kind is OrderKind.DEALER and not order.customer:
        yield Refused(say("Choose the dealer."), field="customer")
    elif not order.customer:
        for field in ("customer_name", "phone", "region"):
            if not getattr(order, field).strip():
                yield Refused(
                    say("A walk-in needs a name, a telephone number and a region."), field=field
                )


def _is_phone(text: str) -> bool:
    digits = sum(letter in "0123456789" for letter in text)
    return set(text) <= _PHONE and _FEWEST_DIGITS <= digits <= _MOST_DIGITS


def _item_faults(item: NewItem, place: str, ordered_on: date) -> Iterator[Refused]:
    if not item.tile:
        yield Refused(say("Choose a tile."), field=f"{place}tile")
    yield from refused(check_decimals, item.quantity, DECIMALS, field=f"{place}quantity")
    yield from refused(check_price, item.price, field=f"{place}price")
    if item.due_on is None:
        yield Refused(say("Please enter the day it is due."), field=f"{place}due_on")
    else:
        yield from refused(check_due, item.due_on, ordered_on, field=f"{place}due_on")
    if item.priority not in PRIORITY_LABELS:
        yield Refused(say("The priority goes from 1 to 4."), field=f"{place}priority")


def check_price(price: Decimal | None, *, field: str) -> None:
    """Refuse a price below nothing or with more decimals than are kept."""
    if price is None:
        return
    if price < 0:
        raise Refused(say("The price can't be less than 0."), field=field)
    check_decimals(price, DECIMALS, field=field)


def check_due(due_on: date, ordered_on: date, *, field: str) -> None:
    """Refuse a due date before the order or farther away than anybody plans."""
    if due_on < ordered_on:
        raise Refused(say("Due before the day of the order."), field=field)
    if due_on > ordered_on + FARTHEST:
        raise Refused(say("Due in more than five years: check the year."), field=field)
