"""What somebody should know of an order book that was taken over: nothing of it is refused."""

from collections.abc import Mapping, Sequence
from datetime import date

from tileplan.kernel import clock
from tileplan.kernel.words import Text, say
from tileplan.orders import queries
from tileplan.orders.models import Order, OrderItem
from tileplan.orders.rules import (
    BookLine,
    OrderState,
)
from tileplan.orders.service.judging import World, item_values

# What of a stored item is compared with the book.
_SAME = ("tile_id", "phase_id", "pieces", "price", "due_on", "homogeneity", "priority", "region")


def may_grow(order: Order | None) -> bool:
    """True where an order takes lines of the book: it is new, or confirmed."""
    return order is None or order.state is OrderState.CONFIRMED


def differences(
    lines: Sequence[BookLine], stored: Mapping[tuple[str, int], OrderItem], world: World
) -> list[Text]:
    """Warn of lines that are already there and say something else."""
    warnings = []
    for row in lines:
        item = stored.get((row.order, row.line))
        values = item_values(row, world)
        if item and any(getattr(item, name) != values[name] for name in _SAME):
            warnings.append(
                say(
                    "Order %(order)s line %(line)s differs from what is stored and was left as it is.",
                    order=row.order,
                    line=row.line,
                )
            )
    return warnings


def left_out(
    lines: Sequence[BookLine],
    stored: Mapping[tuple[str, int], OrderItem],
    known: Mapping[str, Order],
) -> list[Text]:
    """Warn of new lines for orders that are not confirmed here."""
    numbers = {
        row.order
        for row in lines
        if (row.order, row.line) not in stored and not may_grow(known.get(row.order))
    }
    return [
        say("Order %(order)s is not confirmed here, so its new lines were left out.", order=number)
        for number in sorted(numbers)
    ]


def late(fresh: Sequence[BookLine]) -> list[Text]:
    """Count the lines whose due date has passed: an order book contains such."""
    today: date = clock.today()
    late = sum(row.due_on < today for row in fresh)
    return [say("%(count)s lines were due before today.", count=late)] if late else []


def abroad(fresh: Sequence[BookLine], world: World) -> list[Text]:
    """Warn of walk-in orders whose lines go to regions of several salespeople; the first line's owns it."""
    owners: dict[str, set[int]] = {}
    for row in fresh:
        if not row.customer:
            owners.setdefault(row.order, set()).add(world.owner_id(row))
    shared = sum(len(people) > 1 for people in owners.values())
    if not shared:
        return []
    return [
        say(
            "%(count)s walk-in orders have lines for regions of several salespeople; "
            "the first line's salesperson has the whole order.",
            count=shared,
        )
    ]


def over_limit(fresh: Sequence[BookLine], world: World) -> list[Text]:
    """Warn of customers whose limit is exceeded; an order book is taken over as it stands."""
    touched = {row.customer: world.customers[row.customer] for row in fresh if row.customer}
    used = queries.promised(customer.id for customer in touched.values())
    return [
        say("Customer %(code)s is over the credit limit.", code=code)
        for code, customer in sorted(touched.items())
        if used.get(customer.id, 0) > customer.credit_limit
    ]
