"""Adding people, their passwords, and signing in and out."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, text, update

from tileplan.accounts import queries
from tileplan.accounts.models import FailedSignIn, SignIn, User
from tileplan.accounts.rules import (
    KNOWN_FOR,
    PER_ACCOUNT,
    PER_ACCOUNT_AND_ADDRESS,
    PER_ADDRESS,
    REMEMBERED,
    SIGNED_IN_FOR,
    NewUser,
    Role,
    check_password,
    check_user,
    role_named,
    too_often,
)
from tileplan.kernel import clock, documents
from tileplan.kernel.db import session
from tileplan.kernel.documents import Actor
from tileplan.kernel.errors import Refused
from tileplan.kernel.words import say

WRONG = say("The sign-in name or the password is wrong.")


@dataclass
class _Hashing:
    """The one seam through which tests choose a cheaper hasher; OWASP's argon2id by default."""

    hasher: PasswordHasher
    decoy: str = ""

    def checks(self, stored: str | None, password: str) -> bool:
        """True for the right password; an account that isn't there takes as long."""
        self.decoy = self.decoy or self.hasher.hash(secrets.token_hex(16))
        try:
            is_right = self.hasher.verify(stored or self.decoy, password)
        except (VerificationError, InvalidHashError):
            return False
        return is_right and stored is not None


_DEFAULT = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_hashing = _Hashing(_DEFAULT)


def use_hasher(hasher: PasswordHasher) -> None:
    """Hash passwords with other costs from now on; stored ones are hashed anew at sign-in."""
    _hashing.hasher, _hashing.decoy = hasher, ""


def keep(rows: Sequence[NewUser], *, by: Actor | None = None) -> None:
    """Add people, or bring those up to date who are there; new ones have no password yet."""
    known = queries.users_by_login(row.login for row in rows)
    for row in rows:
        check_user(row)
        person = known.get(row.login)
        if person is None:
            known[row.login] = person = User(login=row.login, made_at=clock.now())
            session.add(person)
            documents.note("user", row.login, "add", by=by)
        person.name_en, person.name_zh = row.name_en.strip(), row.name_zh.strip()
        person.role, person.regions = role_named(row.role), row.regions.strip()
    session.flush()


def add(row: NewUser, password: str, *, by: Actor | None) -> User:
    """Add one person with a first password."""
    check_user(row)
    check_password(password, row.login)
    if queries.users_by_login([row.login]):
        raise Refused(
            say("There is already a user %(login)s.", login=row.login),
            field="login",
        )
    keep([row], by=by)
    person = queries.user(row.login)
    set_password(person, password, by=by)
    return person


def set_password(user: User, password: str, *, by: Actor | None = None) -> None:
    """Give a person another password and end every sign-in made with the old one."""
    check_password(password, user.login)
    user.password_hash = _hashing.hasher.hash(password)
    documents.note("user", user.login, "set_password", by=by)
    end_all(user)


def make_demo(user: User, password: str) -> None:
    """Let somebody sign in as a demo person: a production installation refuses them."""
    user.is_demo = True
    set_password(user, password)


def change_own_password(user: User, old: str, new: str, *, address: str = "") -> None:
    """Change one's own password, knowing the old one; wrong tries count like those of signing in."""
    address = address[:60]
    _one_at_a_time(user.login, address)
    _refuse_guessing(user.login, address)
    if not _hashing.checks(user.password_hash, old):
        _count_failure(user.login, address)
        raise Refused(say("This is not your present password."), field="old_password")
    _forget_failures(user.login, address)
    set_password(user, new, by=user)


def deactivate(user: User, *, by: Actor) -> None:
    """Let a person sign in no more, and end what they have open; nothing they did is lost."""
    if user.id == by.id:
        raise Refused(say("You cannot deactivate yourself; ask another administrator."))
    if user.role is Role.ADMIN and user.is_active and queries.active_admins() <= 1:
        raise Refused(say("This is the last administrator. Add another one first."))
    user.is_active = False
    documents.note("user", user.login, "deactivate", by=by)
    end_all(user)


def activate(user: User, *, by: Actor) -> None:
    """Let a person sign in again."""
    user.is_active = True
    documents.note("user", user.login, "activate", by=by)
    session.flush()


def choose_language(user: User, language: str) -> None:
    """Keep which language a person reads."""
    user.language = language
    session.flush()


def sign_in(login: str, password: str, *, address: str, allows_demo: bool = True) -> str:
    """Check a password and open a sign-in; returns the browser's token.

    Wrong tries are counted in the database: the caller commits them although it is refused.
    """
    login, address = login.strip().casefold()[:60], address[:60]
    _one_at_a_time(login, address)
    _refuse_guessing(login, address)
    person = queries.users_by_login([login]).get(login)
    is_right = _hashing.checks(person.password_hash if person else None, password)
    if person is None or not (
        is_right and person.is_active and (allows_demo or not person.is_demo)
    ):
        _count_failure(login, address)
        raise Refused(WRONG)
    _forget_failures(login, address)
    if person.password_hash and _hashing.hasher.check_needs_rehash(person.password_hash):
        person.password_hash = _hashing.hasher.hash(password)
    return open_sign_in(person, address=address)


def open_sign_in(user: User, *, address: str = "") -> str:
    """Sign a known person in; only the token's hash is kept."""
    token = secrets.token_urlsafe(32)
    moment = clock.now()
    session.add(
        SignIn(
            token_hash=queries.token_hash(token),
            user_id=user.id,
            address=address,
            at=moment,
            until=moment + SIGNED_IN_FOR,
        )
    )
    session.flush()
    return token


def sign_out(token: str) -> None:
    """End one browser's sign-in."""
    session.execute(
        update(SignIn)
        .where(SignIn.token_hash == queries.token_hash(token), SignIn.ended_at.is_(None))
        .values(ended_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def end_all(user: User) -> None:
    """End every open sign-in of a person."""
    session.flush()
    session.execute(
        update(SignIn)
        .where(SignIn.user_id == user.id, SignIn.ended_at.is_(None))
        .values(ended_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def _one_at_a_time(login: str, address: str) -> None:
    """Let parallel guesses wait for each other, so that the count holds; SQLite's writers do anyway."""
    if session.get_bind().dialect.name != "postgresql":
        return
    keys = sorted(crc32(name.encode()) for name in (f"login {login}", f"address {address}"))
    for key in keys:
        session.execute(text("SELECT pg_advisory_xact_lock(7141916, :key)"), {"key": key - 2**31})


def _refuse_guessing(login: str, address: str) -> None:
    """Refuse what has been tried too often; strangers lock nobody out of a known address."""
    now = clock.now()
    waits = [queries.free_at(PER_ACCOUNT_AND_ADDRESS, now, login=login, address=address)]
    if not (address and queries.is_known_at(login, address, now - KNOWN_FOR)):
        waits.append(queries.free_at(PER_ADDRESS, now, address=address))
        waits.append(queries.free_at(PER_ACCOUNT, now, login=login))
    moments = [moment for moment in waits if moment]
    if moments:
        raise too_often(max(moments) - now)


def _count_failure(login: str, address: str) -> None:
    session.add(FailedSignIn(login=login, address=address, at=clock.now()))
    session.flush()


def _forget_failures(login: str, address: str) -> None:
    """A right password clears its own browser's count; old failures go for good."""
    mine = (FailedSignIn.login == login) & (FailedSignIn.address == address)
    session.execute(
        delete(FailedSignIn)
        .where(mine | (FailedSignIn.at < clock.now() - REMEMBERED))
        .execution_options(synchronize_session=False)
    )
