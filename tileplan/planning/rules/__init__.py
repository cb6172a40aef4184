"""What is true of plans: their lives, lotting, yields and refusals; pure, no framework."""

from tileplan.planning.rules.compared import TURNS, Turn
from tileplan.planning.rules.figures import improvement
from tileplan.planning.rules.happened import (
    forming_times,
    lateness,
    lateness_of_lot,
    real_times,
)
from tileplan.planning.rules.lives import PLAN, RUN, PlanState, RunState
from tileplan.planning.rules.outcomes import Outcome, advice

__all__ = [
    "PLAN",
    "RUN",
    "TURNS",
    "Outcome",
    "PlanState",
    "RunState",
    "Turn",
    "advice",
    "forming_times",
    "improvement",
    "lateness",
    "lateness_of_lot",
    "real_times",
]
