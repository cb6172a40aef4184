"""Why an order is late, and what would save it: reasons with names and minutes, and their words.

`explained` gives the reasons and the remedies of an order as values, `explain` as English sentences;
`story` tells everything about one lot, late or in time.
"""

from scheduler.explain.account import (
    Explanation,
    LotAccount,
    UnknownOrder,
    explain,
    explained,
)
from scheduler.explain.remedies import Remedy, Way
from scheduler.explain.story import Campaign, Story, Surroundings, UnknownLot, story

__all__ = [
    "Campaign",
    "Explanation",
    "LotAccount",
    "Remedy",
    "Story",
    "Surroundings",
    "UnknownLot",
    "UnknownOrder",
    "Way",
    "explain",
    "explained",
    "story",
]
