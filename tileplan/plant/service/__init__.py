"""What is done with the plant: keeping what its files say, and closing its resources for a while."""

from tileplan.plant.service.closing import change, close, end_now, remove
from tileplan.plant.service.keeping import (
    keep_calendars,
    keep_changeover_rules,
    keep_resources,
    keep_routes,
    keep_stages,
    keep_yields,
)
from tileplan.plant.service.shifting import add_window, remove_window

__all__ = [
    "add_window",
    "change",
    "close",
    "end_now",
    "keep_calendars",
    "keep_changeover_rules",
    "keep_resources",
    "keep_routes",
    "keep_stages",
    "keep_yields",
    "remove",
    "remove_window",
]
