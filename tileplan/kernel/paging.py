"""Pages by key: the next page begins after the last row seen, however long the list grows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from tileplan.kernel.db import session
from tileplan.kernel.numbers import whole

T = TypeVar("T")
SIZE = 50


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows of a list, and the key after which the next ones begin."""

    rows: Sequence[T]
    after: str | None


def page(
    statement: Select[Any],
    key: InstrumentedAttribute[Any],
    after: str | None,
    *,
    descending: bool = False,
    size: int = SIZE,
    of: Callable[[Any], Any] | None = None,
) -> Page[Any]:
    """Cut one page out of a list by a unique column; `of` reads the key from a row (default: the attribute)."""
    value = whole(after) if key.type.python_type is int else after
    if value is not None and value != "":
        statement = statement.where(key < value if descending else key > value)
    statement = statement.order_by(key.desc() if descending else key.asc()).limit(size + 1)
    rows = list(session.execute(statement).unique().scalars())
    more = len(rows) > size
    rows = rows[:size]
    read = of or (lambda row: getattr(row, key.key))
    return Page(rows, str(read(rows[-1])) if more else None)
