"""What the board asks of scenarios: a named copy, another name, and to settle one with the plant."""

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tileplan.kernel.words import say
from tileplan.planning import queries, service
from tileplan.planning.api.asking import body, seen
from tileplan.planning.api.blueprint import pages
from tileplan.planning.api.editing import draft_json, renewed
from tileplan.planning.rules import PlanState
from tileplan.web.access import needs
from tileplan.web.language import translated


@pages.post("/plans/<number>/copy")
@needs("plan.edit")
def copy(number: str) -> ResponseReturnValue:
    """Make a draft of a plan, to be edited; one of an older plan goes back to it."""
    asked = request.get_json(silent=True)
    name = asked.get("name") if isinstance(asked, dict) else None
    if not name and queries.plan(number).state is PlanState.SUPERSEDED:
        name = translated(say("Back to %(plan)s", plan=number))
    made = service.copy(number, by=current_user, name=str(name or ""))
    return jsonify({"plan": made.number, "url": url_for("planning.show", number=made.number)}), 201


@pages.post("/plans/<number>/name")
@needs("plan.edit")
def name(number: str) -> ResponseReturnValue:
    """Give a draft a name."""
    asked = body()
    plan = service.call(number, seen(asked), str(asked.get("name") or ""))
    return jsonify({"draft": draft_json(plan)})


@pages.post("/plans/<number>/settle")
@needs("plan.edit")
def settle(number: str) -> ResponseReturnValue:
    """Let a draft assume nothing any more: its order and lines in the plant as it is."""
    return renewed(number, is_settled=True)
