"""The engine, the session and the transaction; the same code on SQLite and PostgreSQL."""

import enum
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    DateTime,
    Enum,
    LargeBinary,
    MetaData,
    Numeric,
    create_engine,
    event,
)
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import JSON, TypeDecorator, TypeEngine

session: scoped_session[Session] = scoped_session(sessionmaker(expire_on_commit=False))

# Writers take SQLite's write lock when they begin: a reader that turns into a writer fails at once,
# whatever the busy timeout. Web GETs switch this off.
_writing: ContextVar[bool] = ContextVar("writing", default=True)


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments and store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return an aware moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Fixed(TypeDecorator[Decimal]):
    """An exact decimal: NUMERIC on PostgreSQL, a scaled integer on SQLite, which has no decimals."""

    impl = Numeric
    cache_ok = True

    def __init__(self, scale: int = 2) -> None:
        super().__init__(18, scale)
        self.scale = scale

    def __repr__(self) -> str:
        """Be readable in a migration."""
        return f"Fixed({self.scale})"

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type of this database."""
        return dialect.type_descriptor(
            BigInteger() if dialect.name == "sqlite" else Numeric(18, self.scale)
        )

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | int | None:
        """Refuse what would lose digits."""
        if value is None:
            return None
        exact = Decimal(value).scaleb(self.scale)
        if exact != exact.to_integral_value():
            raise ValueError(f"{value} has more than {self.scale} decimals")
        return int(exact) if dialect.name == "sqlite" else Decimal(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Return the exact decimal."""
        if value is None:
            return None
        return Decimal(value).scaleb(-self.scale) if dialect.name == "sqlite" else Decimal(value)


class Packed(TypeDecorator[str]):
    """A long text, kept compressed: histories repeat themselves."""

    impl = LargeBinary
    cache_ok = True

    def __repr__(self) -> str:
        """Be readable in a migration."""
        return "Packed()"

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """Compress the text."""
        return None if value is None else zlib.compress(value.encode())

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Give the text back."""
        return None if value is None else zlib.decompress(value).decode()


def _values(kind: type[enum.Enum]) -> list[str]:
    return [str(member.value) for member in kind]


class Base(DeclarativeBase):
    """The base of every table; names of constraints are predictable, so errors can be told apart."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: Moment,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        enum.StrEnum: Enum(enum.StrEnum, native_enum=False, length=30, values_callable=_values),
    }


def make_engine(url: str) -> Engine:
    """Make an engine with the settings that keep what was acknowledged."""
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": 30})
        event.listen(engine, "connect", _tune_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    return create_engine(url, pool_pre_ping=True, connect_args={"options": "-c lock_timeout=15000"})


def _tune_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """WAL with synchronous FULL: NORMAL loses acknowledged commits when the power fails."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=30000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def bind(engine: Engine) -> None:
    """Let the ambient session speak to this database."""
    session.remove()
    session.configure(bind=engine)


def begin(*, writing: bool) -> None:
    """Say whether the transaction that is about to begin will write."""
    _writing.set(writing)


@contextmanager
def transaction(*, writing: bool = True) -> Iterator[None]:
    """Commit what is done inside, or nothing of it."""
    begin(writing=writing)
    try:
        yield
        if writing:
            session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.remove()
        begin(writing=True)
