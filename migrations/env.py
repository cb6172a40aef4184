"""Run migrations over the connection that tileplan.schema hands over."""

from alembic import context

from tileplan.kernel.db import Base, Fixed, Moment
from tileplan.schema import ALL_MODELS

assert ALL_MODELS


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Write our own column types so that a migration keeps their arguments."""
    if kind == "type" and isinstance(item, Fixed):
        return f"db.Fixed({item.scale})"
    if kind == "type" and isinstance(item, Moment):
        return "db.Moment()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=render_item,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
