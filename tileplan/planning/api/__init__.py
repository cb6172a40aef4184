"""What scripts ask of the board: edits of a draft, and the plan to take away."""

from tileplan.planning.api import editing, frontier, lots, presence, scenarios, taking
from tileplan.planning.api.blueprint import pages

__all__ = ["editing", "frontier", "lots", "pages", "presence", "scenarios", "taking"]
