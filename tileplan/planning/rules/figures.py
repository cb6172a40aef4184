"""The figures by which planners compare plans."""

from collections.abc import Mapping, Sequence
from typing import Any

_COUNTS = ("seconds", "iterations", "late_orders")
_PRICES = ("total", "dispatch_total")


def improvement(dispatch: int | None, total: int | None) -> float | None:
    """How much cheaper than dispatch a plan is, in percent; None where either is unknown."""
    if not dispatch or total is None:
        return None
    return round(100 * (dispatch - total) / dispatch, 1)


def summed(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Add up what the parts of a run tell; a price only once every part has told its own."""
    told: dict[str, Any] = {
        key: sum(row.get(key) or 0 for row in rows)
        for key in _COUNTS
        if any(row.get(key) is not None for row in rows)
    }
    if not all(row.get("total") is not None for row in rows):
        return told
    for key in _PRICES:
        if all(row.get(key) is not None for row in rows):
            told[key] = sum(row[key] for row in rows)
    prices = [row.get("parts") or {} for row in rows]
    names = dict.fromkeys(name for price in prices for name in price)
    told["parts"] = {name: sum(price.get(name, 0) for price in prices) for name in names}
    bounds = [row.get("bound") for row in rows]
    found = [bound for bound in bounds if bound]
    if len(found) == len(rows):
        name = "; ".join(dict.fromkeys(bound["name"] for bound in found))
        told["bound"] = {"name": name, "cents": sum(bound["cents"] for bound in found)}
    return told
