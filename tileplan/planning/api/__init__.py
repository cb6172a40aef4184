"""What scripts ask of the board: edits of a draft, and the plan to take away."""

from tileplan.planning.api import editing, lots, taking
from tileplan.planning.api.blueprint import pages

__all__ = ["editing", "lots", "pages", "taking"]
