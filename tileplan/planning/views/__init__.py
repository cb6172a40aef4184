"""The pages of planning: board, runs, plan versions, the pool of demand, and comparisons."""

from tileplan.planning.views import comparing, demand, plans
from tileplan.planning.views.blueprint import pages

__all__ = ["comparing", "demand", "pages", "plans"]
