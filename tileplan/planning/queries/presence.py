"""Who has a draft open, or has changed it in the last minutes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from tileplan.kernel.db import session
from tileplan.planning.models import PlanStep, PlanVersion, Presence

# A page says every few seconds that it is open; after this it is taken for closed.
OPEN_FOR = timedelta(seconds=45)
EDITED_WITHIN = timedelta(minutes=10)
FORGOTTEN = timedelta(hours=1)


@dataclass(frozen=True)
class Other:
    """Somebody else at a draft: has it open, has changed it lately, or both."""

    login: str
    is_here: bool
    edited_at: datetime | None


def presences(plan: PlanVersion) -> list[Presence]:
    """Whoever has said to have a draft open."""
    statement = select(Presence).where(Presence.plan_id == plan.id).order_by(Presence.login)
    return list(session.scalars(statement))


def others(plan: PlanVersion, login: str, now: datetime) -> list[Other]:
    """Who else is at a draft."""
    statement = (
        select(PlanStep.by_name, func.max(PlanStep.at).label("at"))
        .where(
            PlanStep.plan_id == plan.id,
            PlanStep.position > 0,
            PlanStep.at >= now - EDITED_WITHIN,
            PlanStep.by_name.not_in((login, "system")),
        )
        .group_by(PlanStep.by_name)
    )
    edited = {row.by_name: row.at for row in session.execute(statement)}
    here = {
        one.login for one in presences(plan) if one.login != login and one.seen_at >= now - OPEN_FOR
    }
    return [Other(one, one in here, edited.get(one)) for one in sorted({*here, *edited})]
