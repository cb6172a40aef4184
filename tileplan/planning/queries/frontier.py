"""The plans that a run has found between changeovers and lateness."""

from sqlalchemy import select
from sqlalchemy.orm import undefer

from tileplan.kernel.db import session
from tileplan.kernel.errors import NotFound
from tileplan.kernel.words import say
from tileplan.planning.models import FrontierPoint, PlanVersion, Run
from tileplan.planning.rules.editing import RunKind


def frontier(plan: PlanVersion) -> Run | None:
    """The newest run that looked for such plans of a draft."""
    statement = (
        select(Run)
        .where(Run.draft == plan.number, Run.kind == RunKind.FRONTIER)
        .options(undefer(Run.problem))
        .order_by(Run.id.desc())
        .limit(1)
    )
    return session.scalars(statement).one_or_none()


def frontier_points(run: Run) -> list[FrontierPoint]:
    """What it found, the draft's own plan first; without the plans."""
    statement = (
        select(FrontierPoint).where(FrontierPoint.run_id == run.id).order_by(FrontierPoint.position)
    )
    return list(session.scalars(statement))


def frontier_point(run: Run, position: int) -> FrontierPoint:
    """One of them, with its plan."""
    statement = (
        select(FrontierPoint)
        .where(FrontierPoint.run_id == run.id, FrontierPoint.position == position)
        .options(undefer(FrontierPoint.plan))
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound(say("There is no such plan in this picture."))
    return found
