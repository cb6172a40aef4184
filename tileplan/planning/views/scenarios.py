"""The page that sets scenarios beside each other and beside the plan in force."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from tileplan.planning import queries, rules
from tileplan.planning.queries.scenarios import MOST_BESIDE
from tileplan.planning.translate.assuming import assumption_text
from tileplan.planning.views.blueprint import pages
from tileplan.web.access import needs


@pages.get("/plans/scenarios")
@needs("plan.see")
def scenarios() -> ResponseReturnValue:
    """Show up to four drafts and the plan in force side by side."""
    return render_template(
        "planning/scenarios.html",
        beside=queries.scenarios(request.args.getlist("plan")),
        most=MOST_BESIDE,
        workflow=rules.PLAN,
        assumption=assumption_text,
    )
