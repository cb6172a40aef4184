"""One effect and one answer for each (person, key): a retried POST gets the first answer again."""

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from tileplan.kernel import clock
from tileplan.kernel.db import Base, session
from tileplan.kernel.errors import Conflict
from tileplan.kernel.words import say


class Answer(Base):
    """What a POST with a key was answered; written in the transaction of its effect."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("user_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    key: Mapped[str] = mapped_column(String(80))
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(default=0)
    location: Mapped[str | None] = mapped_column(Text)
    body: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]


def begin(user_id: int, key: str, fingerprint: str) -> Answer | None:
    """Claim a key; returns the stored answer where the same request was answered before."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    claimed = session.execute(
        insert(Answer)
        .values(user_id=user_id, key=key, fingerprint=fingerprint, status=0, at=clock.now())
        .on_conflict_do_nothing()
        .returning(Answer.id)
    ).first()
    if claimed:
        return None
    answer = session.scalars(
        select(Answer).where(Answer.user_id == user_id, Answer.key == key)
    ).one()
    if answer.fingerprint != fingerprint:
        raise Conflict(
            say("This form was sent before with other content. Reload the page and send it again.")
        )
    return answer


def forget(user_id: int, key: str) -> None:
    """Let go of a claimed key: what was answered is a page to go on with, no effect to keep."""
    session.execute(delete(Answer).where(Answer.user_id == user_id, Answer.key == key))


def finish(user_id: int, key: str, *, status: int, location: str | None, body: str | None) -> None:
    """Keep the answer with the effect, before the commit."""
    answer = session.scalars(
        select(Answer).where(Answer.user_id == user_id, Answer.key == key)
    ).one()
    answer.status, answer.location, answer.body = status, location, body
    session.flush()
