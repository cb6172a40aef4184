"""The history of a draft as it is read."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from tileplan.kernel.db import session
from tileplan.planning.models import PlanStep, PlanVersion, Run
from tileplan.planning.rules import RunState
from tileplan.planning.rules.editing import BARRIERS


def step(plan: PlanVersion, position: int | None = None) -> PlanStep | None:
    """The step that a draft shows, or the one at a position, with its plan; None before any edit."""
    wanted = plan.step if position is None else position
    statement = (
        select(PlanStep)
        .where(PlanStep.plan_id == plan.id, PlanStep.position == wanted)
        .options(undefer(PlanStep.plan))
    )
    return session.scalars(statement).one_or_none()


def steps(plan: PlanVersion) -> list[PlanStep]:
    """The whole history of a draft in its order, undone steps at the end; without problems and plans."""
    statement = select(PlanStep).where(PlanStep.plan_id == plan.id).order_by(PlanStep.position)
    return list(session.scalars(statement))


def made_codes(plan: PlanVersion) -> set[str]:
    """The codes of the lots that the steps up to the one shown have made, gone or not."""
    done = (step for step in steps(plan) if step.position <= plan.step)
    return {code for step in done for code in step.detail.get("made", ())}


def last_position(plan: PlanVersion) -> int:
    """The position of the last step that can be done again."""
    statement = select(func.max(PlanStep.position)).where(PlanStep.plan_id == plan.id)
    return session.scalars(statement).one() or 0


def barrier(plan: PlanVersion) -> int:
    """The position of the step behind which nothing can be undone."""
    statement = select(func.max(PlanStep.position)).where(
        PlanStep.plan_id == plan.id,
        PlanStep.position <= plan.step,
        PlanStep.kind.in_(BARRIERS),
    )
    return session.scalars(statement).one() or 0


def asked_at(plan: PlanVersion, at: PlanStep) -> tuple[str | None, list[Any] | None]:
    """The newest problem and the newest lots that the steps up to this one say; None where none does."""

    def newest(column: Any) -> Any:
        statement = (
            select(column)
            .where(
                PlanStep.plan_id == plan.id,
                PlanStep.position <= at.position,
                column.is_not(None),
            )
            .order_by(PlanStep.position.desc())
            .limit(1)
        )
        return session.scalars(statement).one_or_none()

    return newest(PlanStep.problem), newest(PlanStep.lots)


def replanning(plan: PlanVersion) -> Run | None:
    """The run that improves a draft at this moment, if one does."""
    statement = select(Run).where(
        Run.id == plan.replan_id, Run.state.in_((RunState.QUEUED, RunState.SOLVING))
    )
    return session.scalars(statement).one_or_none()


def improvers(plan: PlanVersion) -> list[Run]:
    """The runs that were asked to improve a draft, in the order in which they were asked for."""
    return list(session.scalars(select(Run).where(Run.draft == plan.number).order_by(Run.id)))
