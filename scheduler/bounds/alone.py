"""What each lot costs at the least, whatever the others do: lateness against stock.

A lot fired at F is in stock from F to its dues, and sorted no earlier than the fastest way from F
on, which makes it late. Both are convex in F (but for the rounding down of stock to whole cents,
at most one cent a peg), so the least sum lies at a corner: the first possible F, a due, or a due
less that fastest way. Nothing else in the price is touched, so the floors of all lots may be added
to each other and to bounds on other parts. (The relaxation that drops all capacity; folklore.)
"""

from collections.abc import Sequence

from scheduler.bounds.heads import Head, Way, heads, ways
from scheduler.bounds.pegs import MINUTES_A_DAY, late_cents
from scheduler.shop import Job, Shop

ROUNDING = MINUTES_A_DAY - 1  # what a peg's stock may lose in rounding, in cents · 1440


def floors(shop: Shop) -> list[int]:
    """Give each lot's least tardiness and earliness in cents, by job index."""
    first = heads(shop)
    return [_floor(shop, job, first) for job in shop.jobs]


def scaled_cost(job: Job, tail: int, done: int, holding: int, at: int) -> int:
    """Price a first step that ends at a moment in cents · 1440, stock not rounded."""
    stock = sum(max(0, peg.due - at) * peg.m2 * holding for peg in job.pegs)
    return late_cents(job.pegs, max(done, at + tail)) * MINUTES_A_DAY + stock


def is_paused(shop: Shop, way: Way) -> bool:
    """Say whether work may pause on a way's machine."""
    calendar = shop.problem.calendars[shop.machines[way.machine].resource.calendar]
    return calendar.resumable and bool(calendar.off)


def tail_of(shop: Shop, way: Way) -> int:
    """Give the least minutes from a first step's end to the last end on a way."""
    return way.paused_tail if is_paused(shop, way) else way.tail


def _floor(shop: Shop, job: Job, first: Sequence[Head]) -> int:
    fired, done = first[job.tasks[0].index][1], first[job.tasks[-1].index][1]
    late = late_cents(job.pegs, done)
    holding = shop.problem.holding_cents_per_m2_day
    if not holding or not job.pegs:
        return late
    tail = _least_tail(shop, job)
    corners = {fired, done - tail} | {peg.due for peg in job.pegs}
    corners |= {peg.due - tail for peg in job.pegs}
    costs = [scaled_cost(job, tail, done, holding, max(fired, at)) for at in corners]
    least = min(costs) - ROUNDING * len(job.pegs)
    return max(late, -(-least // MINUTES_A_DAY))


def _least_tail(shop: Shop, job: Job) -> int:
    """Give the least tail of all ways: the longest first step leaves the least behind it."""
    found = ways(job)
    if any(is_paused(shop, way) for way in found):
        return found[0].paused_tail
    return min(way.tail for way in found)
