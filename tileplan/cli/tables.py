"""`tileplan upgrade`: bring the tables to the newest version."""

import argparse
from typing import Any

from tileplan import schema
from tileplan.cli.answer import Answer
from tileplan.config import Config
from tileplan.kernel import db


def add_to(commands: Any) -> None:
    """Offer the command."""
    command = commands.add_parser("upgrade", help="bring the database to the newest schema")
    command.set_defaults(run=upgrade)


def upgrade(_arguments: argparse.Namespace) -> Answer:
    """Make or change the tables; several at once wait for each other, twice is harmless."""
    config = Config.from_env()
    engine = db.make_engine(config.database_url)
    schema.upgrade(engine)
    engine.dispose()
    return Answer({"upgraded": True}, ["The database has the newest schema."])
