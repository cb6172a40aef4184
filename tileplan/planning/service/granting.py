"""Any wish of a planner: those about bars let bars move, those about lots make other lots."""

from collections.abc import Callable
from typing import Any

from tileplan.planning.models import PlanVersion
from tileplan.planning.rules.editing import Join, Make, Merge, Repeg, Split, Wish
from tileplan.planning.service import relotting, taking_in
from tileplan.planning.service.changing import Changed, changed
from tileplan.planning.service.states import State

_ABOUT_LOTS: dict[type[Any], Callable[[PlanVersion, State, Any], Changed]] = {
    Split: relotting.split,
    Merge: relotting.merge,
    Repeg: relotting.repeg,
    Make: taking_in.make,
    Join: taking_in.join,
}


def granted(plan: PlanVersion, state: State, wish: Wish) -> Changed:
    """Let a wish come true as far as it can; raises Refused where the trade forbids it."""
    act = _ABOUT_LOTS.get(type(wish))
    return changed(state, wish) if act is None else act(plan, state, wish)
