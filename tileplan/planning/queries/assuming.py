"""What drafts assume, as their steps say it."""

from collections.abc import Iterable

from sqlalchemy import select

from tileplan.kernel.db import session
from tileplan.planning.models import PlanStep, PlanVersion
from tileplan.planning.rules.assuming import ASSUMED, Assumption, assumption_of
from tileplan.planning.rules.editing import StepKind

SETTLED = "settled"


def assumptions(plan: PlanVersion) -> list[Assumption]:
    """What one draft assumes, as it stands."""
    return assumptions_of([plan])[plan.number]


def assumptions_of(plans: Iterable[PlanVersion]) -> dict[str, list[Assumption]]:
    """What some drafts assume, by number: taken over from the draft they were copied from, then their own.

    A draft that was settled with the plant assumes nothing from before.
    """
    by_id = {plan.id: plan for plan in plans}
    found = {plan.number: list(map(assumption_of, plan.assumed)) for plan in by_id.values()}
    statement = (
        select(PlanStep.plan_id, PlanStep.position, PlanStep.kind, PlanStep.detail)
        .where(PlanStep.plan_id.in_(by_id), PlanStep.kind.in_((*ASSUMED, StepKind.RENEWED)))
        .order_by(PlanStep.position)
    )
    for plan_id, position, kind, detail in session.execute(statement):
        plan = by_id[plan_id]
        if position > plan.step:
            continue
        if kind in ASSUMED:
            found[plan.number].append(assumption_of({"kind": kind, **detail}))
        elif detail.get(SETTLED):
            found[plan.number].clear()
    return found
