"""Documents: rows with a number, a state and a version, moved along their workflow and journalled."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from sqlalchemy import Index, String, Text, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from tileplan.kernel import clock
from tileplan.kernel.db import Base, session
from tileplan.kernel.words import clean
from tileplan.kernel.workflow import Workflow

S = TypeVar("S", bound=StrEnum)


class Actor(Protocol):
    """Anybody with a name and permissions; the kernel need not know accounts."""

    @property
    def id(self) -> int:
        """The key kept in the journal."""

    @property
    def login(self) -> str:
        """The name kept in the journal."""

    @property
    def permissions(self) -> Collection[str]:
        """What this person may do."""


class Document(Protocol):
    """What `advance` needs of a row."""

    number: Any
    state: Any


class JournalEntry(Base):
    """Who did what to which document, when and why; never changed."""

    __tablename__ = "journal"
    __table_args__ = (Index("ix_journal_kind_number", "kind", "number", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    number: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(40))
    from_state: Mapped[str] = mapped_column(String(30))
    to_state: Mapped[str] = mapped_column(String(30))
    by_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


def advance(
    document: Document,
    workflow: Workflow[S],
    action: str,
    *,
    by: Actor | None,
    reason: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Take one step of a document's life and write it down; `by=None` is the system."""
    permissions = None if by is None else by.permissions
    arrow = workflow.take(action, document.state, permissions, reason)
    note(
        workflow.kind,
        document.number,
        action,
        by=by,
        states=(document.state, arrow.to),
        reason=reason,
        detail=detail,
    )
    document.state = arrow.to


def note(
    kind: str,
    number: str,
    action: str,
    *,
    by: Actor | None,
    states: tuple[str, str] = ("", ""),
    reason: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write a line into a document's journal."""
    session.add(
        JournalEntry(
            kind=kind,
            number=str(number),
            action=action,
            from_state=str(states[0]),
            to_state=str(states[1]),
            by_id=by.id if by else None,
            by_name=by.login if by else "system",
            at=clock.now(),
            reason=clean(reason or "") or None,
            detail=detail or {},
        )
    )


def note_each(
    kind: str,
    numbers: Sequence[str],
    action: str,
    *,
    by: Actor | None,
    states: tuple[str, str] = ("", ""),
    detail: dict[str, Any] | None = None,
) -> None:
    """Write the same line into the journals of many documents, with one statement."""
    if not numbers:
        return
    same = {
        "kind": kind,
        "action": action,
        "from_state": str(states[0]),
        "to_state": str(states[1]),
        "by_id": by.id if by else None,
        "by_name": by.login if by else "system",
        "at": clock.now(),
        "detail": detail or {},
    }
    session.execute(insert(JournalEntry), [{**same, "number": number} for number in numbers])


def journal(kind: str, number: str) -> list[JournalEntry]:
    """A document's story, newest first."""
    statement = (
        select(JournalEntry)
        .where(JournalEntry.kind == kind, JournalEntry.number == str(number))
        .order_by(JournalEntry.id.desc())
        .limit(200)
    )
    return list(session.scalars(statement))
