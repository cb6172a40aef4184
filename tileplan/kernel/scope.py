"""Row-level scope: a salesperson's statements see their own rows only, applied in this one place."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import ForeignKey, event, false
from sqlalchemy.orm import (
    Mapped,
    ORMExecuteState,
    declared_attr,
    mapped_column,
    with_loader_criteria,
)

from tileplan.kernel.db import session

NOBODY = -1

# None sees everything (command line, worker, and roles that may); a web request begins as nobody.
_owner: ContextVar[int | None] = ContextVar("owner_scope", default=None)


class Owned:
    """A row that belongs to one salesperson."""

    @declared_attr
    def owner_id(cls) -> Mapped[int]:  # noqa: N805 - SQLAlchemy's declared_attr takes the class
        """The salesperson whose row it is."""
        return mapped_column(ForeignKey("user.id"), index=True)


def limit_to(owner_id: int | None) -> None:
    """Let this request see only one owner's rows; None lifts the limit."""
    _owner.set(owner_id)


@contextmanager
def lifted() -> Iterator[None]:
    """Let a sum count everybody's rows; none of them may leave it."""
    token = _owner.set(None)
    try:
        yield
    finally:
        _owner.reset(token)


def owner() -> int | None:
    """Whose rows this request may see, or None for all."""
    return _owner.get()


@event.listens_for(session, "do_orm_execute")
def _apply(state: ORMExecuteState) -> None:
    """Add the owner's criterion to every statement that touches an owned row."""
    owner_id = _owner.get()
    if owner_id is None or state.is_column_load or state.is_relationship_load:
        return
    state.statement = state.statement.options(
        with_loader_criteria(Owned, _criterion(owner_id), include_aliases=True)
    )


def _criterion(owner_id: int) -> Any:
    if owner_id == NOBODY:
        return lambda cls: cls.owner_id.in_([]) & false()
    return lambda cls: cls.owner_id == owner_id
