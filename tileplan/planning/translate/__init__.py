"""Between the factory's rows and the scheduler's problem and plan; nothing of an order's price."""

from tileplan.planning.translate.answer import Answer, answer, changeovers, told_again
from tileplan.planning.translate.figures import figures
from tileplan.planning.translate.minutes import Axis
from tileplan.planning.translate.naming import Names
from tileplan.planning.translate.question import Asked, fresh, like, problem
from tileplan.planning.translate.reasons import reason_text, remedy_text
from tileplan.planning.translate.sheet import HORIZON, Sheet, sheet

__all__ = [
    "HORIZON",
    "Answer",
    "Asked",
    "Axis",
    "Names",
    "Sheet",
    "answer",
    "changeovers",
    "figures",
    "fresh",
    "like",
    "problem",
    "reason_text",
    "remedy_text",
    "sheet",
    "told_again",
]
