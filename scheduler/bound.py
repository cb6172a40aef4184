"""Lower bounds on the price: what no plan at all can save, each with the name of its argument.

The arguments concern different parts of the price, so they may be added: lots alone (tardiness and
earliness), entries of kinds (changeovers), loads (makespan). Each says in `bounds` why it holds.
"""

from collections.abc import Callable
from time import monotonic

from scheduler.bounds.alone import floors
from scheduler.bounds.capacity import capacity_cents
from scheduler.bounds.entries import quick_cents, tree_cents
from scheduler.bounds.makespan import least_makespan
from scheduler.plan import Bound
from scheduler.shop import Shop

QUICK = "each lot alone, each tile entered once"
TREE = "each lot alone, the cheapest tree of changeovers"
RENTED = "kilns fire one lot at a time, the cheapest tree of changeovers"
ROUNDS = 300  # of rents, where no seconds are given


def bound(shop: Shop) -> Bound:
    """Give a bound in cents within milliseconds; no plan of this problem is cheaper."""
    return Bound(QUICK, sum(floors(shop)) + quick_cents(shop) + _makespan_cents(shop))


def better_bound(
    shop: Shop,
    incumbent_cents: int,
    seconds: float | None,
    should_stop: Callable[[], bool],
) -> Bound | None:
    """Give the best bound found in some seconds (None: in a fixed effort, repeatable).

    `incumbent_cents` is the price of a known plan: it sets the steps, not the bound's truth. None
    where it was stopped at once.
    """
    over = None if seconds is None else monotonic() + seconds

    def is_over() -> bool:
        return should_stop() or (over is not None and monotonic() >= over)

    if is_over():
        return None
    changing, last = tree_cents(shop), _makespan_cents(shop)
    alone = sum(floors(shop))
    rented = capacity_cents(shop, incumbent_cents - changing - last, ROUNDS, is_over)
    name = RENTED if rented > alone else TREE
    return Bound(name, max(rented, alone) + changing + last)


def _makespan_cents(shop: Shop) -> int:
    rate = shop.problem.makespan_cents_per_minute
    return least_makespan(shop) * rate if rate else 0
