"""What a command found out, for people or for programs, and the database it asks."""

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.engine import Engine

from tileplan import schema
from tileplan.config import Config
from tileplan.kernel import clock, db
from tileplan.kernel.errors import Refused
from tileplan.kernel.words import say


@dataclass(frozen=True)
class Answer:
    """The result of a command: the same facts as data and as lines."""

    data: dict[str, Any]
    lines: list[str] = field(default_factory=list)
    code: int = 0

    def write(self, *, as_json: bool) -> None:
        """Write to standard output, and nothing else goes there."""
        if as_json:
            print(json.dumps(self.data, ensure_ascii=False, indent=2, default=str))
        else:
            print("\n".join(self.lines))


def progress(line: str) -> None:
    """Tell a person how far it is, on standard error."""
    print(line, file=sys.stderr, flush=True)


def stopped_on(day: date) -> AbstractContextManager[None]:
    """Let the clock show the first minute of a plant's day."""
    return clock.stopped_at(clock.at_plant(day))


@contextmanager
def told_to_stop() -> Iterator[Callable[[], bool]]:
    """Let the wish of the machine or of a closing terminal be asked for, instead of dying of it."""
    told: list[int] = []
    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, lambda got, _: told.append(got)) for number in numbers}
    try:
        yield lambda: bool(told)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def opened(config: Config, *, makes_tables: bool = False) -> Iterator[Engine]:
    """Speak to the database; its schema must be the newest, or be made where there is none at all."""
    clock.set_plant_zone(config.plant_timezone)
    engine = db.make_engine(config.database_url)
    db.bind(engine)
    try:
        if makes_tables and schema.is_empty(engine):
            progress("making the tables")
            schema.upgrade(engine)
        if not schema.is_newest(engine):
            raise Refused(say("The database has no tables of this version. Run: tileplan upgrade"))
        yield engine
    finally:
        db.session.remove()
        engine.dispose()
