"""Lists as CSV files that spreadsheets open as text, in Chinese too, and never as formulas."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from flask import Response

from tileplan.web.language import translated

# Excel reads UTF-8 only behind this mark.
MARK = "\ufeff"
# What makes a spreadsheet take a cell for a formula, full-width twins included.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

Cell = str | int | Decimal | date | None


def answer(name: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """A CSV file to save; numbers stay numbers, texts that look like formulas get an apostrophe."""
    out = io.StringIO()
    out.write(MARK)
    writer = csv.writer(out)
    writer.writerow([translated(head) for head in heads])
    writer.writerows([_written(cell) for cell in row] for row in rows)
    response = Response(out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return safe(translated(cell))
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return str(cell)


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" \n\u00a0").startswith(_DANGEROUS) else text
