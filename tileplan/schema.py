"""Every table of every slice, and the way from an old schema to the newest."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection, Engine

from tileplan import paths
from tileplan.accounts import models as accounts
from tileplan.catalog import models as catalog
from tileplan.contracts import models as contracts
from tileplan.customers import models as customers
from tileplan.kernel import documents, idempotency, jobs, numbering
from tileplan.materials import models as materials
from tileplan.orders import models as orders
from tileplan.planning import models as planning
from tileplan.plant import models as plant
from tileplan.production import models as production
from tileplan.stock import models as stock

ALL_MODELS = (
    documents, idempotency, jobs, numbering,
    accounts, catalog, customers, plant, materials, stock, contracts, orders, planning, production,
)  # fmt: skip

_LOCK = 7_141_915


def upgrade(engine: Engine) -> None:
    """Bring the schema to the newest revision; several at once wait for each other."""
    with engine.connect() as connection, _alone(connection):
        command.upgrade(_alembic(connection), "head")


def downgrade(engine: Engine, revision: str) -> None:
    """Take the schema back to a revision."""
    with engine.connect() as connection, _alone(connection):
        command.downgrade(_alembic(connection), revision)


def is_newest(engine: Engine) -> bool:
    """True where the database has the newest schema."""
    head = ScriptDirectory(str(paths.MIGRATIONS)).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head


def is_empty(engine: Engine) -> bool:
    """True where no table was ever made."""
    return not inspect(engine).get_table_names()


def revise(engine: Engine, message: str) -> None:
    """Write a new migration from what the models say (for developers)."""
    with engine.connect() as connection:
        command.revision(_alembic(connection), message, autogenerate=True)


def _alembic(connection: Connection) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(paths.MIGRATIONS))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Hold the database's own lock while migrating: Alembic has none."""
    if connection.dialect.name == "sqlite":
        connection.begin()
    else:
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    yield
    connection.commit()
