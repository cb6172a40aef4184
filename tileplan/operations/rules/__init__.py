"""What must always be true of the stored data, as sentences and as plain SQL."""

from tileplan.operations.rules.goods import GOODS
from tileplan.operations.rules.invariant import Invariant
from tileplan.operations.rules.papers import PAPERS
from tileplan.operations.rules.plan import PLAN

INVARIANTS = (*GOODS, *PLAN, *PAPERS)
SHOWN_ROWS = 5

__all__ = ["INVARIANTS", "SHOWN_ROWS", "Invariant"]
