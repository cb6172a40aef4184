"""The newest order date of an order book: the day that a folder of files speaks of."""

import csv
from collections.abc import Iterator
from contextlib import suppress
from datetime import date


def newest_order_day(content: bytes) -> date | None:
    """The newest readable order date of an order book's bytes; faults are for the load to name."""
    rows = csv.DictReader(content.decode("utf-8-sig", errors="replace").splitlines())
    return max((day for row in _readable(rows) if (day := _day(row))), default=None)


def _readable(rows: Iterator[dict[str, str]]) -> Iterator[str | None]:
    """The order dates as written, up to the first row that is no CSV."""
    with suppress(csv.Error):
        for row in rows:
            yield row.get("order_date")


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "").strip())
    except ValueError:
        return None
