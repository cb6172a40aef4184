"""What drafts assume, as their steps say it."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from tileplan.kernel.db import session
from tileplan.kernel.words import say
from tileplan.planning.models import PlanStep, PlanVersion
from tileplan.planning.rules import PlanState
from tileplan.planning.rules.assuming import (
    ASSUMED,
    Assumption,
    Closed,
    Opened,
    assumption_of,
    cut,
)
from tileplan.planning.rules.editing import StepKind
from tileplan.plant import rules as plant

SETTLED = "settled"
ASSUMED_CLOSURE = say("Assumed closure")


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


def supposed(
    plan: PlanVersion, closures: Mapping[str, list[plant.Closed]]
) -> dict[str, list[plant.Closed]]:
    """The closures of the lines as a draft assumes them."""
    found = dict(closures)
    if plan.state is not PlanState.DRAFT:
        return found
    for one in assumptions(plan):
        if isinstance(one, Closed | Opened) and one.line in found:
            found[one.line] = _reclosed(found[one.line], one)
    return found


def _reclosed(windows: list[plant.Closed], one: Closed | Opened) -> list[plant.Closed]:
    left = [
        plant.Closed(start_at, end_at, window.reason)
        for window in windows
        for start_at, end_at in cut([(window.start_at, window.end_at)], one.from_at, one.to_at)
    ]
    if isinstance(one, Closed):
        left.append(plant.Closed(one.from_at, one.to_at, str(ASSUMED_CLOSURE)))
    return sorted(left, key=lambda window: window.start_at)
