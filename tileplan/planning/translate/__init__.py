"""Between the factory's rows and the scheduler's problem and plan; nothing of an order's price."""

from tileplan.planning.translate.answer import Answer, answer, changeovers, told_again
from tileplan.planning.translate.figures import figures, late_pegs
from tileplan.planning.translate.minutes import Axis
from tileplan.planning.translate.question import Asked, problem
from tileplan.planning.translate.sheet import HORIZON, Sheet, sheet

__all__ = [
    "HORIZON",
    "Answer",
    "Asked",
    "Axis",
    "Sheet",
    "answer",
    "changeovers",
    "figures",
    "late_pegs",
    "problem",
    "sheet",
    "told_again",
]
