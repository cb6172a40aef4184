"""Why an order is late, and what would save it: reasons with names and minutes, and their words.

`explained` gives the reasons and the remedies as values, `explain` as English sentences.
"""

from scheduler.explain.account import (
    Explanation,
    LotAccount,
    UnknownOrder,
    explain,
    explained,
)
from scheduler.explain.remedies import Remedy, Way

__all__ = [
    "Explanation",
    "LotAccount",
    "Remedy",
    "UnknownOrder",
    "Way",
    "explain",
    "explained",
]
