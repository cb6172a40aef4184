"""Who is who: people by login, salespeople by region, and who a browser's token belongs to."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from tileplan.accounts.models import FailedSignIn, SignIn, User
from tileplan.accounts.rules import Limit, Role
from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.kernel.errors import NotFound
from tileplan.kernel.paging import Page, page
from tileplan.kernel.words import say


def user(login: str) -> User:
    """The person with this sign-in name."""
    return _one(User.login == login, login)


def users_by_login(logins: Iterable[str]) -> dict[str, User]:
    """The people with these sign-in names, as far as there are such."""
    found = session.scalars(select(User).where(User.login.in_(set(logins))))
    return {row.login: row for row in found}


def users(text: str, after: str | None) -> Page[User]:
    """A page of everybody, by sign-in name, found by name or sign-in name."""
    statement = select(User)
    if text:
        wanted = [
            column.icontains(text, autoescape=True)
            for column in (User.login, User.name_en, User.name_zh)
        ]
        statement = statement.where(wanted[0] | wanted[1] | wanted[2])
    return page(statement, User.login, after)


def salespeople() -> list[User]:
    """Every active salesperson, by sign-in name."""
    return list(
        session.scalars(
            select(User)
            .where(User.role == Role.SALES, User.is_active.is_(True))
            .order_by(User.login)
        )
    )


def regions() -> set[str]:
    """Every region that a salesperson looks after."""
    return {area for person in salespeople() for area in person.areas}


def owner_of_region(region: str) -> User:
    """The salesperson who looks after a region."""
    for person in salespeople():
        if region in person.areas:
            return person
    raise NotFound(say("No salesperson looks after the region %(region)s.", region=region))


def user_with(user_id: int) -> User:
    """One person by the key that other rows refer to."""
    return _one(User.id == user_id, str(user_id))


def signed_in(token: str) -> User | None:
    """Whose browser holds this token, if it is still signed in."""
    found = session.scalars(
        select(SignIn)
        .join(SignIn.user)
        .options(joinedload(SignIn.user))
        .where(
            SignIn.token_hash == token_hash(token),
            SignIn.ended_at.is_(None),
            SignIn.until > clock.now(),
            User.is_active.is_(True),
        )
    ).one_or_none()
    return found.user if found else None


def token_hash(token: str) -> str:
    """What is stored of a token: a stolen database signs nobody in."""
    return hashlib.sha256(token.encode()).hexdigest()


def active_admins() -> int:
    """How many administrators can still sign in."""
    statement = select(func.count()).where(User.role == Role.ADMIN, User.is_active.is_(True))
    return session.scalar(statement) or 0


def free_at(limit: Limit, now: datetime, *, login: str = "", address: str = "") -> datetime | None:
    """When one may try again, for this account, this address or both; None if one may now."""
    statement = select(FailedSignIn.at).where(FailedSignIn.at > now - limit.within)
    if login:
        statement = statement.where(FailedSignIn.login == login)
    if address:
        statement = statement.where(FailedSignIn.address == address)
    # Once this one is too old to count, there are fewer than the limit.
    last = session.scalar(
        statement.order_by(FailedSignIn.at.desc()).offset(limit.most - 1).limit(1)
    )
    return last + limit.within if last else None


def is_known_at(login: str, address: str, since: datetime) -> bool:
    """True where this account was signed in to from this address since then."""
    return bool(
        session.scalar(
            select(
                select(SignIn.id)
                .join(SignIn.user)
                .where(User.login == login, SignIn.address == address, SignIn.at > since)
                .exists()
            )
        )
    )


def _one(which: ColumnElement[bool], named: str) -> User:
    found = session.scalars(select(User).where(which)).one_or_none()
    if found is None:
        raise NotFound(say("There is no user %(named)s.", named=named))
    return found
