"""The pages of planning: board, runs, plan versions, the pool of demand, and comparisons."""

from tileplan.planning.views import closing, comparing, plans, scenarios
from tileplan.planning.views.blueprint import pages

__all__ = ["closing", "comparing", "pages", "plans", "scenarios"]
