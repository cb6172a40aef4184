"""The data check, and what an administrator wants to see of jobs and versions."""

import platform
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version

from sqlalchemy import bindparam, select, text
from sqlalchemy.sql.elements import TextClause

from tileplan.kernel import clock
from tileplan.kernel.db import Base, Moment, session
from tileplan.kernel.jobs import Job
from tileplan.kernel.paging import Page, page
from tileplan.kernel.words import say
from tileplan.operations.rules import INVARIANTS, SHOWN_ROWS, Invariant

# A worker tells every few seconds that it lives; the reaper looks as often.
_SILENT = timedelta(minutes=2)


@dataclass(frozen=True)
class Result:
    """An invariant with the first rows that break it; none is well."""

    invariant: Invariant
    rows: tuple[str, ...]
    is_more: bool


def results() -> list[Result]:
    """Check every invariant."""
    found = [_checked(invariant) for invariant in INVARIANTS]
    return [*found, _checked_references()]


def check() -> list[Result]:
    """The invariants that do not hold."""
    return [result for result in results() if result.rows]


def jobs(after: str | None) -> Page[Job]:
    """Background work, the newest first."""
    return page(select(Job), Job.id, after, descending=True)


def versions() -> list[tuple[str, str]]:
    """What runs here, with its version."""
    engine = session.get_bind()
    server = ".".join(str(part) for part in engine.dialect.server_version_info or ())
    packages = ("tileplan", "flask", "sqlalchemy", "celery", "ortools", "plotly")
    return [
        *((name, version(name)) for name in packages),
        ("python", platform.python_version()),
        (engine.dialect.name, server),
    ]


def _checked(invariant: Invariant) -> Result:
    return _found(invariant, _statement(invariant))


def _statement(invariant: Invariant) -> TextClause:
    statement = text(invariant.sql)
    for name, values in invariant.lists.items():
        statement = statement.bindparams(bindparam(name, values, expanding=True))
    if ":minutes_ago" in invariant.sql:
        moment = bindparam("minutes_ago", clock.now() - _SILENT, type_=Moment())
        statement = statement.bindparams(moment)
    return statement


def _found(invariant: Invariant, statement: TextClause) -> Result:
    rows = session.execute(statement).fetchmany(SHOWN_ROWS + 1)
    shown = tuple(str(row[0]) for row in rows)
    return Result(invariant, shown[:SHOWN_ROWS], len(shown) > SHOWN_ROWS)


def _checked_references() -> Result:
    """Look for rows whose reference leads nowhere, by the tables' own foreign keys."""
    searches = [
        _dangling(table.name, foreign.parent.name, foreign.column.table.name, foreign.column.name)
        for table in Base.metadata.sorted_tables
        for foreign in sorted(table.foreign_keys, key=lambda key: key.parent.name)
    ]
    invariant = Invariant(
        "I-23",
        say("Every reference between rows leads somewhere."),
        " UNION ALL ".join(searches),
    )
    return _found(invariant, text(invariant.sql))


def _dangling(table: str, column: str, referred: str, key: str) -> str:
    return (
        f"""SELECT '{table} ' || child.id || ': {column} ' || child.{column} || ' leads nowhere' """  # noqa: S608
        f"""FROM "{table}" AS child LEFT JOIN "{referred}" AS parent """
        f"""ON parent.{key} = child.{column} """
        f"""WHERE child.{column} IS NOT NULL AND parent.{key} IS NULL"""
    )
