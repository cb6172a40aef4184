"""Drafts beside each other and beside the plan in force."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tileplan.kernel.db import session
from tileplan.planning.models import PlannedLot, PlanVersion
from tileplan.planning.queries.assuming import assumptions_of
from tileplan.planning.queries.comparing import steps_moved
from tileplan.planning.queries.plans import published
from tileplan.planning.rules import PlanState
from tileplan.planning.rules.assuming import Assumption

MOST_BESIDE = 4
# So many of the newest drafts can be chosen.
MOST_DRAFTS = 30


@dataclass(frozen=True)
class Scenario:
    """A draft with what it assumes, how many steps stand elsewhere than in force, and its rush lots."""

    plan: PlanVersion
    assumed: list[Assumption]
    moved: int | None
    rush: list[PlannedLot]


@dataclass(frozen=True)
class Beside:
    """The plan in force, the drafts beside it, and all that could be there."""

    force: PlanVersion | None
    scenarios: list[Scenario]
    drafts: list[PlanVersion]


def scenarios(numbers: Sequence[str]) -> Beside:
    """The chosen drafts, else the newest ones, beside the plan in force.

    The number of statements never grows.
    """
    force, drafts = published(), _drafts()
    chosen = [plan for plan in drafts if plan.number in numbers] or drafts
    shown = chosen[:MOST_BESIDE]
    assumed, rush = assumptions_of(shown), _rush(shown)
    moved = steps_moved(force, shown) if force else {}
    return Beside(
        force=force,
        scenarios=[
            Scenario(
                plan,
                assumed[plan.number],
                moved.get(plan.number),
                [lot for lot in rush if lot.plan_id == plan.id],
            )
            for plan in shown
        ],
        drafts=drafts,
    )


def _drafts() -> list[PlanVersion]:
    statement = (
        select(PlanVersion)
        .options(joinedload(PlanVersion.run))
        .where(PlanVersion.state == PlanState.DRAFT)
        .order_by(PlanVersion.id.desc())
        .limit(MOST_DRAFTS)
    )
    return list(session.scalars(statement))


def _rush(plans: Sequence[PlanVersion]) -> list[PlannedLot]:
    """The lots of rush orders, with their tiles and pegs."""
    statement = (
        select(PlannedLot)
        .options(joinedload(PlannedLot.tile))
        .where(
            PlannedLot.plan_id.in_([plan.id for plan in plans]),
            PlannedLot.code.like("RUSH-%"),
        )
        .order_by(PlannedLot.code)
    )
    return list(session.scalars(statement))
