"""What is said of an order that wants more than its contract has left."""

from flask import flash

from tileplan.kernel.words import say
from tileplan.orders import queries
from tileplan.orders.models import Order
from tileplan.web.language import translated


def tell_beyond(order: Order) -> None:
    """Warn that approving this order will amend its contract, where it will."""
    beyond = queries.area_beyond(order)
    if beyond:
        words = say(
            "%(area)s m² more than the contract has left; approving will amend the contract.",
            area=beyond,
        )
        flash(translated(words), "warn")
