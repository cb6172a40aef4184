"""The models and the migrations say the same, on both databases, up and down."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from tests.planning import drafts
from tileplan import paths, schema
from tileplan.kernel.db import Base, make_engine, session


def test_models_equal_migrations(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_kept_head_is_the_newest_revision():
    head = ScriptDirectory(str(paths.MIGRATIONS)).get_current_head()
    assert (Path(paths.MIGRATIONS) / ".current-head").read_text().strip() == head


def test_the_schema_goes_down_and_up_again(database):
    schema.downgrade(database.engine, "base")
    assert [
        name for name in inspect(database.engine).get_table_names() if name != "alembic_version"
    ] == []
    schema.upgrade(database.engine)
    assert schema.is_newest(database.engine)


def test_what_is_kept_survives_going_down_and_up_again(database):
    number = drafts.published().number
    before = drafts.rows(number)
    session.remove()
    schema.downgrade(database.engine, "0002")
    schema.upgrade(database.engine)
    assert drafts.rows(number) == before
    drafts.agree(number)


def upgraded(url: str) -> bool:
    engine = make_engine(url)
    schema.upgrade(engine)
    newest = schema.is_newest(engine)
    engine.dispose()
    return newest


def test_four_upgrades_at_once_wait_for_each_other(database):
    schema.downgrade(database.engine, "base")
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(upgraded, [database.url] * 4)) == [True] * 4
