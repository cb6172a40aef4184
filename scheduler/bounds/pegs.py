"""What a lot's pegs cost by themselves: late at a moment, or in stock from one (cents).

The bounds and the exact model state these two rules in their own words, not the kernel's: the tests
hold them against the price of plans.
"""

from collections.abc import Iterable

from scheduler.problem import Peg

MINUTES_A_DAY = 1440


def late_cents(pegs: Iterable[Peg], sorted_at: int) -> int:
    """Price the minutes from each due to the end of the lot's last step."""
    return sum(max(0, sorted_at - peg.due) * peg.cents_per_minute_late for peg in pegs)


def stock_cents(peg: Peg, fired_at: int, holding: int) -> int:
    """Price a peg's stock from the end of the lot's first step to its due."""
    return max(0, peg.due - fired_at) * peg.m2 * holding // MINUTES_A_DAY
