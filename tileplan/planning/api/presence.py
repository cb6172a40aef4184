"""A page says that it has a draft open, and learns who else has."""

from collections.abc import Mapping

from flask import jsonify
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tileplan.accounts import queries as accounts
from tileplan.kernel import clock
from tileplan.planning import queries, service
from tileplan.planning.api.blueprint import pages
from tileplan.planning.rules import PlanState
from tileplan.web.access import needs
from tileplan.web.language import own_name

_MS = 1000


@pages.post("/plans/<number>/seen")
@needs("plan.edit")
def seen_now(number: str) -> ResponseReturnValue:
    """Note that somebody has a draft open; tell its version and who else is at it."""
    plan = queries.plan(number)
    if plan.state is PlanState.DRAFT:
        service.note_seen(plan, by=current_user)
    found = queries.others(plan, current_user.login, clock.now())
    people = accounts.users_by_login([one.login for one in found])
    step = queries.step(plan)
    return jsonify(
        version=plan.version,
        is_draft=plan.state is PlanState.DRAFT,
        by=_name(step.by_name, accounts.users_by_login([step.by_name])) if step else "",
        people=[
            {
                "name": _name(one.login, people),
                "here": one.is_here,
                "edited": round(one.edited_at.timestamp() * _MS) if one.edited_at else None,
            }
            for one in found
        ],
    )


def _name(login: str, people: Mapping[str, object]) -> str:
    return own_name(people[login]) if login in people else login
