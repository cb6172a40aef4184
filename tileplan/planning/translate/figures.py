"""What planners compare plans by: counts and areas of a plan as it is priced."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tileplan.planning.rules import improvement
from tileplan.planning.rules.drafts import Draft
from tileplan.planning.rules.wants import Peg, late_minutes
from tileplan.planning.translate.answer import Answer
from tileplan.planning.translate.costs import KILN_IDLE

_MINUTES_AN_HOUR = 60


def figures(found: Answer, drafts: Sequence[Draft], progress: dict[str, Any]) -> dict[str, Any]:
    """Count a plan of these lots; areas as decimal text, times in hours."""
    dispatch = progress.get("dispatch_total")
    late = late_pegs(found, drafts)
    return {
        "lots": len(drafts),
        "area": str(sum((draft.kiln_area for draft in drafts), Decimal(0))),
        "late_items": len(late),
        "late_area": str(sum((_area(found, draft, peg) for draft, peg, _ in late), Decimal(0))),
        "changeover_hours": _kiln_changeovers(found),
        "idle_hours": _hours(found.plan.price.idle // KILN_IDLE),
        "dispatch_total": dispatch,
        "improvement": improvement(dispatch, found.plan.price.total),
        "bound": found.plan.to_dict()["bound"],
        "seconds": found.plan.seconds,
    }


def late_pegs(found: Answer, drafts: Sequence[Draft]) -> list[tuple[Draft, Peg, int]]:
    """The pegs of order items that a plan serves late, with their lots and minutes."""
    ready: dict[str, int] = {}
    for operation in found.plan.operations:
        ready[operation.lot] = max(ready.get(operation.lot, 0), operation.end)
    late = [
        (draft, peg, late_minutes(found.axis.moment(ready[draft.code]), peg.due_at))
        for draft in drafts
        for peg in draft.ordered
    ]
    return [row for row in late if row[2]]


def _area(found: Answer, draft: Draft, peg: Peg) -> Decimal:
    return found.capability.tiles[draft.tile_id].packing.area(peg.pieces)


def _kiln_changeovers(found: Answer) -> float:
    fire = found.problem.campaigns.stage
    return _hours(sum(value for (_, stage), value in found.changes.items() if stage == fire))


def _hours(minutes: int) -> float:
    return round(minutes / _MINUTES_AN_HOUR, 1)
