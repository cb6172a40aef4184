"""The question behind a plan, and its answer: what is asked when a reason or another place is sought."""

import logging
from functools import lru_cache

from sqlalchemy import select

from scheduler.plan import InvalidPlan, Plan, read_plan
from scheduler.problem import InvalidProblem, Problem
from scheduler.reading import read_problem
from tileplan.kernel.db import session
from tileplan.kernel.errors import Conflict
from tileplan.kernel.words import say
from tileplan.planning.models import PlanVersion, Run

log = logging.getLogger(__name__)

# A planner asks about one lot after the other: the newest few are not read again and again.
_KEPT = 4


def question(plan_version: PlanVersion) -> tuple[Problem, Plan]:
    """The scheduler's problem of a plan version and its plan; raises Conflict where they are gone."""
    asked, answered = session.execute(
        select(Run.problem, PlanVersion.plan)
        .join(PlanVersion, PlanVersion.run_id == Run.id)
        .where(PlanVersion.id == plan_version.id)
    ).one()
    if not asked:
        raise Conflict(say("What this plan was made from is no longer kept."))
    try:
        return _read(asked, answered)
    except (InvalidProblem, InvalidPlan):
        log.exception("plan %s: what it was made from cannot be read", plan_version.number)
        raise Conflict(say("What this plan was made from cannot be read any more.")) from None


@lru_cache(maxsize=_KEPT)
def _read(asked: str, answered: str) -> tuple[Problem, Plan]:
    """Read both; the same text gives the same values, so nothing kept here can be out of date."""
    return read_problem(asked), read_plan(answered)
