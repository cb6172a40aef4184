"""What an invariant is: a sentence that must be true, and the SQL that finds where it is not."""

from dataclasses import dataclass, field

from tileplan.kernel.words import Text


@dataclass(frozen=True)
class Invariant:
    """A sentence about the stored data; `sql` finds a description of each row that breaks it.

    Plain SQL that SQLite and PostgreSQL both read: it shares no code with what it checks.
    `lists` are the values of its `IN` parameters.
    """

    id: str
    sentence: Text
    sql: str
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
