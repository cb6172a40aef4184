"""The pages of planning: board, runs, plan versions, the pool of demand, and comparisons."""

from tileplan.planning.views import closing, comparing, demand, plans, scenarios
from tileplan.planning.views.blueprint import pages

__all__ = ["closing", "comparing", "demand", "pages", "plans", "scenarios"]
