"""What is read of orders; a salesperson's statements see their own only."""

from tileplan.orders.queries.desk import (
    area_beyond,
    credit,
    findings,
    promised,
    recent_tiles,
    references,
    shares,
    shortages,
    wanted,
)
from tileplan.orders.queries.lists import Search, counts, listed, of_customer, returned, search
from tileplan.orders.queries.papers import (
    earlier_in_phases,
    items,
    newest_order_day,
    open_items,
    order,
    orders_by_number,
)

__all__ = [
    "Search",
    "area_beyond",
    "counts",
    "credit",
    "earlier_in_phases",
    "findings",
    "items",
    "listed",
    "newest_order_day",
    "of_customer",
    "open_items",
    "order",
    "orders_by_number",
    "promised",
    "recent_tiles",
    "references",
    "returned",
    "search",
    "shares",
    "shortages",
    "wanted",
]
