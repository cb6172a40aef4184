"""A machine has broken down: the crew says so with three taps, and says when it runs again."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tileplan.kernel.errors import NotFound, Refused
from tileplan.kernel.numbers import seen_version, whole
from tileplan.kernel.words import Text, say
from tileplan.plant.rules import reasons_at, stage_label
from tileplan.production import queries, service
from tileplan.production.rules import BREAKDOWN_HOURS
from tileplan.production.views.blueprint import my_lines, pages
from tileplan.web.access import needs
from tileplan.web.language import translated


@pages.get("/lines/<line>/down")
@needs("work.do")
def breakdown(line: str) -> ResponseReturnValue:
    """Ask which machine is down, for how long, and why."""
    return _asked(_mine(line), request.args.get("machine"))


@pages.post("/lines/<line>/down")
@needs("work.do")
def report_breakdown(line: str) -> ResponseReturnValue:
    """Write down that a machine of a line is down."""
    machine = request.form.get("machine", "")
    try:
        service.report_down(
            _mine(line),
            machine,
            hours=whole(request.form.get("hours")) or 0,
            code=request.form.get("code", ""),
            by=current_user,
        )
    except Refused as refusal:
        return _asked(line, machine, refusal.message), 422
    told = say("%(machine)s is down. The planner sees it now.", machine=machine)
    flash(translated(told))
    return redirect(url_for(".index", line=line), code=303)


@pages.post("/lines/<line>/down/<int:closure_id>/over")
@needs("work.do")
def breakdown_over(line: str, closure_id: int) -> ResponseReturnValue:
    """Write down that a machine of a line runs again."""
    seen = seen_version(request.form.get("version"))
    machine = service.report_up(_mine(line), closure_id, seen, by=current_user)
    flash(translated(say("%(machine)s runs again.", machine=machine)))
    return redirect(url_for(".index", line=line), code=303)


def _mine(line: str) -> str:
    if line not in my_lines():
        raise NotFound(say("There is no such line."))
    return line


def _asked(line: str, machine: str | None, refusal: Text | str = "") -> str:
    machines = queries.machines_of(line)
    chosen = next((one for one in machines if one.code == machine), machines[0])
    return render_template(
        "production/down.html",
        line=line,
        machines=machines,
        chosen=chosen,
        hours=BREAKDOWN_HOURS,
        reasons=reasons_at(chosen.stage),
        stage_label=stage_label,
        refusal=refusal,
    )
