"""The parts of a run as they are read."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from tileplan.kernel.db import session
from tileplan.kernel.errors import NotFound
from tileplan.kernel.jobs import Job
from tileplan.kernel.words import say
from tileplan.planning.models import Run, RunPart
from tileplan.planning.rules import RunState


def parts(run_id: int, *, has_plans: bool = False) -> list[RunPart]:
    """The parts of a run in their order, as they stand in the database; with their plans if asked."""
    statement = select(RunPart).where(RunPart.run_id == run_id).order_by(RunPart.position)
    if has_plans:
        statement = statement.options(undefer(RunPart.problem), undefer(RunPart.plan))
    return list(session.scalars(statement.execution_options(populate_existing=True)))


def part(number: str, position: int) -> RunPart:
    """One part of a run, with its problem."""
    statement = (
        select(RunPart)
        .join(Run, Run.id == RunPart.run_id)
        .where(Run.number == number, RunPart.position == position)
        .options(undefer(RunPart.problem))
        .execution_options(populate_existing=True)
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound(say("There is no run %(number)s.", number=f"{number}/{position}"))
    return found


def part_of_job(job_id: int) -> RunPart | None:
    """The part that a job solves, if it solves one."""
    return session.scalars(select(RunPart).where(RunPart.job_id == job_id)).one_or_none()


def is_solving(number: str) -> bool:
    """True while a run still wants its plan."""
    state = session.scalars(select(Run.state).where(Run.number == number)).one_or_none()
    return state is RunState.SOLVING


def progress_of_parts(run_id: int) -> list[tuple[bool, dict[str, Any]]]:
    """Whether each part of a run has ended, and how far it is."""
    statement = (
        select(RunPart.outcome, RunPart.progress, Job.progress)
        .join(Job, Job.id == RunPart.job_id)
        .where(RunPart.run_id == run_id)
        .order_by(RunPart.position)
    )
    return [
        (outcome is not None, kept or told) for outcome, kept, told in session.execute(statement)
    ]
