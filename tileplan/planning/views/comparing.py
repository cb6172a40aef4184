"""The pages that set two plan versions beside each other."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tileplan.kernel.errors import NotFound
from tileplan.kernel.words import say
from tileplan.planning import queries, rules
from tileplan.planning.models import PlanVersion
from tileplan.planning.views.blueprint import pages
from tileplan.plant import rules as plant
from tileplan.web import csvfile
from tileplan.web.access import needs


@pages.get("/plans/compare")
@needs("plan.see")
def choose() -> ResponseReturnValue:
    """Go on to the comparison of the two versions chosen in the list."""
    number = request.args.get("plan")
    if not number:
        return redirect(url_for(".plans"))
    chosen: dict[str, Any] = {"number": number, "with": request.args.get("with", "")}
    return redirect(url_for(".compare", **chosen))


@pages.get("/plans/<number>/compare")
@needs("plan.see")
def compare(number: str) -> ResponseReturnValue:
    """Show what a plan changes against another: the published one, if no other is named."""
    plan, other = _compared(number)
    return render_template(
        "planning/compare.html",
        plan=plan,
        other=other,
        comparison=queries.comparison(other, plan) if other else None,
        turn=rules.Turn,
        turns=rules.TURNS,
        stage_label=plant.stage_label,
        workflow=rules.PLAN,
    )


@pages.get("/plans/<number>/compare/<name>.csv")
@needs("plan.see")
def compare_file(number: str, name: str) -> ResponseReturnValue:
    """Give one list of a comparison, whole, as a file."""
    plan, other = _compared(number)
    if other is None:
        raise NotFound(say("There is no other plan to compare with."))
    table = queries.table(queries.comparison(other, plan), name)
    return csvfile.answer(f"{plan.number}-{other.number}-{table.name}", table.heads, table.rows)


def _compared(number: str) -> tuple[PlanVersion, PlanVersion | None]:
    """A plan and what it is compared with; None where there is no other."""
    plan = queries.plan(number)
    other = queries.other_of(plan, request.args.get("with"))
    return plan, other if other and other.id != plan.id else None
