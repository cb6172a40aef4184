"""The days that a command takes: a plant's own, not the calendar's first or last."""

import argparse
from datetime import date

from tileplan.kernel.words import say

FIRST = date(2000, 1, 1)
LAST = date(2099, 12, 31)


def is_usable(day: date) -> bool:
    """True for a day on which a plant can plan."""
    return FIRST <= day <= LAST


def day(text: str) -> date:
    """Read the value of --as-of; argparse shows the sentence and ends with 2."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.max
    if not is_usable(found):
        raise argparse.ArgumentTypeError(
            str(
                say(
                    "%(text)s is no day from %(first)s to %(last)s, such as 2026-03-01.",
                    text=text,
                    first=FIRST,
                    last=LAST,
                )
            )
        )
    return found
