"""The rows of people and of their sign-ins."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tileplan.accounts.rules import SCOPED, Role, permissions_of
from tileplan.kernel.db import Base


class User(Base):
    """A person who signs in; `regions` are those a salesperson owns, or the lines of a supervisor."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(60), unique=True)
    name_en: Mapped[str] = mapped_column(String(80))
    name_zh: Mapped[str] = mapped_column(String(80))
    role: Mapped[Role]
    regions: Mapped[str] = mapped_column(String(200), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(5))
    is_active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]

    @property
    def is_authenticated(self) -> bool:
        """True: a row is only ever loaded for somebody who has signed in."""
        return True

    @property
    def is_anonymous(self) -> bool:
        """False: somebody without a row is `rules.Nobody`."""
        return False

    def get_id(self) -> str:
        """The key as text, as Flask-Login asks for it."""
        return str(self.id)

    @property
    def permissions(self) -> Collection[str]:
        """What this person's role may do."""
        return permissions_of(self.role)

    @property
    def areas(self) -> list[str]:
        """The regions or lines as a list."""
        return [area for area in self.regions.split(";") if area]

    @property
    def own_regions(self) -> list[str]:
        """The regions that this person sells in."""
        return self.areas if self.role in SCOPED else []

    @property
    def scope_owner(self) -> int | None:
        """Whose customers and orders this person sees: their own, or None for everybody's."""
        return self.id if self.role in SCOPED else None

    def may(self, permission: str) -> bool:
        """True where this person's role holds the permission."""
        return permission in self.permissions


class SignIn(Base):
    """One signed-in browser; kept on the server so that it can be ended."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    address: Mapped[str] = mapped_column(String(60), default="")
    at: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(lazy="raise_on_sql")


class FailedSignIn(Base):
    """A wrong password, counted to slow guessing down."""

    __tablename__ = "failed_sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(60), index=True)
    address: Mapped[str] = mapped_column(String(60), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
