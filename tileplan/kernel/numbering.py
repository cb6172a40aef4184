"""Readable numbers of documents: unique in a series, drawn in the transaction that uses them."""

from sqlalchemy import String, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from tileplan.kernel.db import Base, session


class Counter(Base):
    """The last number drawn in a series."""

    __tablename__ = "counter"

    series: Mapped[str] = mapped_column(String(10), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


def draw(series: str) -> str:
    """Draw the next number, such as SO-00042."""
    _ensure(series)
    last = session.scalar(
        update(Counter)
        .where(Counter.series == series)
        .values(last=Counter.last + 1)
        .returning(Counter.last)
        .execution_options(synchronize_session=False)
    )
    return f"{series}-{last:05d}"


def draw_many(series: str, count: int) -> list[str]:
    """Draw so many numbers at once, in order, with one statement."""
    if count <= 0:
        return []
    _ensure(series)
    last = session.scalar(
        update(Counter)
        .where(Counter.series == series)
        .values(last=Counter.last + count)
        .returning(Counter.last)
        .execution_options(synchronize_session=False)
    )
    top = int(last or 0)
    return [f"{series}-{number:05d}" for number in range(top - count + 1, top + 1)]


def keep_above(number: str) -> None:
    """Remember a number that came from outside, so that it is never drawn again."""
    series, _, digits = number.rpartition("-")
    if not series or len(series) > 10 or not digits.isdigit():
        return
    _ensure(series)
    session.execute(
        update(Counter)
        .where(Counter.series == series, Counter.last < int(digits))
        .values(last=int(digits))
        .execution_options(synchronize_session=False)
    )


def _ensure(series: str) -> None:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert(Counter).values(series=series, last=0).on_conflict_do_nothing())
