"""What the board asks of the picture of changeovers and lateness: look for plans, show them, take one."""

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tileplan.kernel.numbers import whole
from tileplan.planning import queries, service
from tileplan.planning.api.asking import body, seen
from tileplan.planning.api.blueprint import pages
from tileplan.planning.api.editing import draft_json, edited
from tileplan.planning.models import FrontierPoint
from tileplan.planning.rules.frontier import dominated
from tileplan.web.access import needs


@pages.get("/plans/<number>/frontier")
@needs("plan.see")
def frontier(number: str) -> ResponseReturnValue:
    """Tell the plans that were found last between changeovers and lateness."""
    plan = queries.plan(number)
    run = queries.frontier(plan)
    if run is None:
        return jsonify({"run": None, "points": []})
    points = queries.frontier_points(run)
    worse = dominated([_place(one) for one in points])
    return jsonify(
        {
            "run": run.number,
            "is_stale": service.is_stale(plan, run),
            "points": [_point(one, is_worse) for one, is_worse in zip(points, worse, strict=True)],
        }
    )


@pages.post("/plans/<number>/frontier")
@needs("plan.edit")
def explore(number: str) -> ResponseReturnValue:
    """Have short searches look for plans between changeovers and lateness."""
    asked = body()
    run = service.explore(number, seen(asked), whole(asked.get("seconds")) or 0, by=current_user)
    return jsonify({"draft": draft_json(queries.plan(number)), "run": run.number}), 202


@pages.post("/plans/<number>/frontier/take")
@needs("plan.edit")
def take(number: str) -> ResponseReturnValue:
    """Take one of the plans found into the draft."""
    asked = body()
    position = whole(asked.get("point"))
    done = service.take(
        number,
        seen(asked),
        str(asked.get("run", "")),
        -1 if position is None else position,
        by=current_user,
    )
    return jsonify(edited(done))


def _place(one: FrontierPoint) -> tuple[float, float]:
    return float(one.figures["changeover_hours"]), float(one.figures["late_area"])


def _point(one: FrontierPoint, is_worse: bool) -> dict[str, Any]:  # noqa: FBT001
    hours, area = _place(one)
    return {
        "position": one.position,
        "hours": hours,
        "area": area,
        "late": one.figures["late_items"],
        "moved": one.figures["moved"],
        "total": one.price["total"],
        "is_worse": is_worse,
    }
