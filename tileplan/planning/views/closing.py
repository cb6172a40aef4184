"""What closures hit in a plan, and the ways around them side by side."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tileplan.kernel.errors import NotFound
from tileplan.kernel.numbers import whole
from tileplan.kernel.words import say
from tileplan.planning import charts, queries, rules, service
from tileplan.planning.models import PlanVersion, Run
from tileplan.planning.rules import PlanState
from tileplan.planning.rules.closing import WAY_LABELS, WAY_NOTES, Hit, Way
from tileplan.planning.rules.compared import Comparison
from tileplan.planning.translate.naming import OrderName
from tileplan.planning.views.blueprint import pages
from tileplan.plant import rules as plant
from tileplan.web.access import needs

# So many rows of a list are shown at the board.
MOST_SHOWN = 20
_ALIVE = (PlanState.PUBLISHED, PlanState.DRAFT)


@dataclass(frozen=True)
class Column:
    """One way around a closure: its draft, the run that improves it, and what it changes."""

    way: Way
    plan: PlanVersion
    run: Run | None
    seconds: int
    comparison: Comparison

    @property
    def other_line(self) -> int:
        """How many lots stand on another line than in the plan in force."""
        return len(
            {
                one.lot.code
                for one in self.comparison.moved
                if one.before and one.after and one.before.resource != one.after.resource
            }
        )


@pages.get("/plans/<number>/hit")
@needs("plan.see")
def hit(number: str) -> ResponseReturnValue:
    """Tell the board what is hit by closures that a plan does not know."""
    plan = queries.plan(number)
    is_alive = plan.state in _ALIVE
    to_orders = current_user.may("orders.see")
    return render_template(
        "planning/hit.html",
        plan=plan,
        hit=service.hit(plan, looks_ahead=not request.args.get("brief"))
        if is_alive
        else Hit((), (), None),
        most=MOST_SHOWN,
        stage_label=plant.stage_label,
        order=lambda ref: charts.leading(OrderName(ref), to_orders=to_orders),
        seconds=_seconds(),
    )


@pages.post("/plans/<number>/around")
@needs("plan.edit")
def around(number: str) -> ResponseReturnValue:
    """Plan around what hits the plan in force, in three ways."""
    seconds = whole(request.form.get("seconds")) or _seconds()
    made = service.around(number, seconds, by=current_user)
    return redirect(url_for(".ways", number=made[Way.REPAIR].number), code=303)


@pages.get("/plans/<number>/ways")
@needs("plan.see")
def ways(number: str) -> ResponseReturnValue:
    """Show the ways around a closure beside the plan in force that they depart from."""
    numbers = queries.ways(queries.plan(number))
    plans = {way: queries.plan(numbers[way]) for way in Way if way in numbers}
    if not plans:
        raise NotFound(
            say("Plan %(number)s was not made to be chosen among others.", number=number)
        )
    base = queries.plan(plans[Way.REPAIR].run.based_on or "")
    columns = [_column(way, plan, base) for way, plan in plans.items()]
    return render_template(
        "planning/ways.html",
        base=base,
        columns=columns,
        best=_best(columns),
        labels=WAY_LABELS,
        notes=WAY_NOTES,
        turn=rules.Turn,
        workflow=rules.PLAN,
        is_stale=base.state is not PlanState.PUBLISHED,
    )


def _column(way: Way, plan: PlanVersion, base: PlanVersion) -> Column:
    improving = queries.improvers(plan)
    seconds = sum(round(float(run.progress.get("seconds") or 0)) for run in improving)
    return Column(way, plan, queries.replanning(plan), seconds, queries.comparison(base, plan))


def _best(columns: list[Column]) -> dict[str, Any]:
    """The least of each figure that is better when less."""
    return {
        "moved": min(len(one.comparison.moved) for one in columns),
        "other_line": min(one.other_line for one in columns),
        "late_items": min(one.plan.figures["late_items"] for one in columns),
        "late_area": min(float(one.plan.figures["late_area"]) for one in columns),
        "changeover_hours": min(one.plan.figures["changeover_hours"] for one in columns),
        "total": min(one.plan.price["total"] for one in columns),
    }


def _seconds() -> int:
    return int(current_app.extensions["tileplan"].solver_seconds)
