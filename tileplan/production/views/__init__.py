"""The pages of the floor: the crew's lists, one work order, its reports, and machines that break down."""

from tileplan.production.views import breakdown, work
from tileplan.production.views.blueprint import pages

__all__ = ["breakdown", "pages", "work"]
