"""Why paused work stands still."""

from collections.abc import Iterable

from sqlalchemy import select

from tileplan.kernel.db import session
from tileplan.kernel.documents import JournalEntry
from tileplan.kernel.words import Text
from tileplan.production.models import WorkOrder
from tileplan.production.rules import WORK, WorkState, why


def pauses(works: Iterable[WorkOrder]) -> dict[str, Text]:
    """Say why each paused one of some work orders stands still, by its number."""
    numbers = {work.number for work in works if work.state is WorkState.PAUSED}
    if not numbers:
        return {}
    statement = (
        select(JournalEntry.number, JournalEntry.reason)
        .where(
            JournalEntry.kind == WORK.kind,
            JournalEntry.number.in_(sorted(numbers)),
            JournalEntry.action == "pause",
        )
        .order_by(JournalEntry.id)
    )
    return {row.number: why(row.reason) for row in session.execute(statement) if row.reason}
