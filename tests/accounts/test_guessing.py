"""Many guesses at the same moment: the count holds, and it is the lock that makes it hold."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from tests import factories
from tileplan.accounts import service
from tileplan.accounts.models import FailedSignIn
from tileplan.kernel import db
from tileplan.kernel.errors import Refused

GUESSES = 12


@pytest.fixture
def slow_hasher():
    """The costs of production, so that guesses overlap."""
    cheap = service._hashing.hasher
    service.use_hasher(PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1))
    yield
    service.use_hasher(cheap)


def evaluated():
    """How many of many parallel guesses were compared with the password."""
    factories.user("sales", login="li.wei")
    db.session.commit()
    together = threading.Barrier(GUESSES)

    def guess(number):
        together.wait()
        try:
            with db.transaction():
                with contextlib.suppress(Refused):
                    service.sign_in("li.wei", f"guess number {number}", address="10.0.0.1")
        finally:
            db.session.remove()

    with ThreadPoolExecutor(GUESSES) as pool:
        list(pool.map(guess, range(GUESSES)))
    return db.session.scalar(select(func.count()).select_from(FailedSignIn))


def test_of_many_parallel_guesses_only_five_are_looked_at(database, slow_hasher):
    assert evaluated() == 5


def test_the_twin_without_the_lock_looks_at_more_on_postgresql(database, slow_hasher, monkeypatch):
    if database.kind == "sqlite":
        assert evaluated() == 5, "SQLite's writers wait for each other by themselves"
        return
    monkeypatch.setattr(service, "_one_at_a_time", lambda *_: None)
    assert evaluated() > 5
