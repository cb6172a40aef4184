"""What a whole plan costs, for plain Python; each part's rule is in `scheduler.kernel.price`."""

from collections.abc import Sequence

from scheduler.decode import Slot
from scheduler.kernel import price as kernel
from scheduler.kernel import rows
from scheduler.kernel.build import ready
from scheduler.kernel.compiled import rows as made
from scheduler.kernel.decode import empty_plan
from scheduler.plan import Price
from scheduler.shop import Shop


def price(shop: Shop, slots: Sequence[Slot]) -> Price:
    """Price a whole plan, given as every task's machine, start and end (cents by part)."""
    return judged(shop, slots)[0]


def judged(shop: Shop, slots: Sequence[Slot]) -> tuple[Price, int]:
    """Price a whole plan (cents by part), and count the minutes by which it breaks what is fixed."""
    shop_rows = ready(shop)
    plan = empty_plan(shop_rows)
    stood = made(rows.Slot, (rows.Slot(*slot) for slot in slots))
    parts = kernel.price(shop_rows, stood, plan.states, plan.keys)
    return named(parts), int(parts.missing)


def named(parts: kernel.Parts) -> Price:
    """Give the kernel's parts as a plan states them."""
    return Price(*map(int, parts[:-1]))
