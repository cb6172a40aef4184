"""Plans between changeovers and lateness: what is searched, and which of them no other beats; pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Search:
    """One search: changeovers weigh so many percent of their price; `is_near` stays near the plan in force."""

    percent: int
    is_near: bool = False


SEARCHES = (Search(400), Search(200), Search(100), Search(50), Search(100, is_near=True))


def dominated(points: Sequence[tuple[float, float]]) -> list[bool]:
    """For each point, whether another is as good in both ways and better in one; less is better."""
    return [
        any(
            other[0] <= one[0] and other[1] <= one[1] and tuple(other) != tuple(one)
            for other in points
        )
        for one in points
    ]
