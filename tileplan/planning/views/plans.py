"""The pages of planning: board, runs with live progress, plan versions, the pool of demand."""

import hashlib
from typing import Any

from flask import (
    Response,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tileplan.kernel import clock
from tileplan.kernel.documents import JournalEntry, journal
from tileplan.kernel.errors import Refused
from tileplan.kernel.words import Text, say
from tileplan.kernel.workflow import Workflow
from tileplan.planning import charts, queries, rules, service
from tileplan.planning.forms import RunForm
from tileplan.planning.models import PlanVersion, Run
from tileplan.planning.rules import PlanState, RunState
from tileplan.planning.rules.strips import Cell
from tileplan.planning.translate.naming import OrderName
from tileplan.planning.views.blueprint import pages
from tileplan.plant import queries as plant
from tileplan.web.access import needs
from tileplan.web.forms import filled
from tileplan.web.language import language, translated

# A run's journal goes on in that of its plan.
STORY: Workflow[Any] = Workflow(
    kind="story", labels={}, arrows=(*rules.RUN.arrows, *rules.PLAN.arrows)
)
# Seconds after which work that goes on beyond its planned end is drawn longer.
GROWS_EVERY = 60
LIVE = (RunState.QUEUED, RunState.SOLVING)


@pages.get("/")
@needs("plan.see")
def board() -> ResponseReturnValue:
    """Show the published plan on the board, else the newest draft."""
    return _board(queries.current())


@pages.get("/plans")
@needs("plan.see")
def plans() -> ResponseReturnValue:
    """List the plan versions."""
    page = queries.plans(request.args.get("after"))
    return render_template(
        "planning/plans.html",
        page=page,
        publications=queries.publications(page.rows),
        published=queries.published(),
        workflow=rules.PLAN,
    )


@pages.get("/plans/<number>")
@needs("plan.see")
def show(number: str) -> ResponseReturnValue:
    """Show one plan version on the board."""
    return _board(queries.plan(number))


@pages.get("/plans/<number>/bars")
@needs("plan.see")
def bars(number: str) -> ResponseReturnValue:
    """Give the bars of a plan to the board; while the floor has told nothing new, 304."""
    plan = queries.plan(number)
    tag = _tag(plan)
    is_known = request.if_none_match.contains(tag)
    answer = Response(status=304) if is_known else jsonify(charts.board_json(queries.board(plan)))
    answer.set_etag(tag)
    return answer


@pages.get("/plans/<number>/strips")
@needs("plan.see")
def strips(number: str) -> ResponseReturnValue:
    """Give the strips below the bars of a plan to the board, by day or by hour; unchanged is a 304."""
    cell = Cell.HOUR if request.args.get("by") == Cell.HOUR else Cell.DAY
    found = queries.strips(queries.plan(number), cell)
    return _unless_known(jsonify(charts.strips_json(found)))


@pages.get("/plans/<number>/lots/<code>")
@needs("plan.see")
def lot(number: str, code: str) -> ResponseReturnValue:
    """Give the panel of one lot to the board."""
    plan = queries.plan(number)
    found = queries.lot(plan, code)
    return render_template("planning/lot.html", plan=plan, lot=found, rules=rules)


@pages.get("/plans/<number>/lots/<code>/why")
@needs("plan.see")
def why(number: str, code: str) -> ResponseReturnValue:
    """Say to the panel why a lot is late, or where it is, and what would help."""
    plan = queries.plan(number)
    told = service.why(plan, queries.lot(plan, code))
    to_orders = current_user.may("orders.see")
    return render_template(
        "planning/why.html",
        told=told,
        lead=lambda text: charts.leading(text, to_orders=to_orders),
        order=lambda ref: charts.leading(OrderName(ref), to_orders=to_orders),
    )


@pages.post("/plans/<number>/discard")
@needs("plan.edit")
def discard(number: str) -> ResponseReturnValue:
    """Put a draft aside."""
    plan = service.discard(number, by=current_user)
    flash(
        translated(
            say(
                "Plan %(number)s is discarded. The plan in force stays as it is.",
                number=plan.number,
            )
        )
    )
    return redirect(url_for(".run", number=plan.run.number), code=303)


@pages.get("/runs")
@needs("plan.see")
def runs() -> ResponseReturnValue:
    """List the runs, with the form that asks for another."""
    form = RunForm(seconds=current_app.extensions["tileplan"].solver_seconds)
    return _runs(form)


@pages.post("/runs")
@needs("plan.edit")
def plan_now() -> ResponseReturnValue:
    """Ask for a plan of the demand as it is now."""
    form = RunForm()
    if form.validate_on_submit():
        try:
            asked = service.request(filled(form.seconds.data), by=current_user)
        except Refused as refusal:
            form.show(refusal)
        else:
            return redirect(url_for(".run", number=asked.number), code=303)
    return _runs(form), 422


@pages.get("/runs/<number>")
@needs("plan.see")
def run(number: str) -> ResponseReturnValue:
    """Show a run: how far it is, then what it found beside the plan in force."""
    found = queries.run(number)
    plan = queries.plan_of(found.id)
    return render_template(
        "planning/run.html",
        run=found,
        plan=plan,
        published=queries.published(),
        told=_told(found, plan),
        is_live=found.state in LIVE,
        advice=rules.advice(found.outcome),
        demand=queries.summary(found),
        refused=queries.refusals(found),
        actions_url=lambda action: _action_url(plan, action),
        workflow=rules.RUN,
        plan_workflow=rules.PLAN,
        story=STORY,
        entries=_entries(number, plan),
        is_draft=plan is not None and plan.state is PlanState.DRAFT,
    )


@pages.get("/runs/<number>/progress")
@needs("plan.see")
def progress(number: str) -> ResponseReturnValue:
    """Tell a script how far a run is; unchanged progress is answered with 304."""
    found = queries.run(number)
    return _unless_known(jsonify(_told(found, queries.plan_of(found.id))))


@pages.post("/runs/<number>/stop")
@needs("plan.edit")
def stop(number: str) -> ResponseReturnValue:
    """Stop a run; the best plan that it has found is kept as a draft."""
    service.stop(number, by=current_user)
    flash(
        translated(
            say("The run stops within a few seconds. Its best plan so far is kept as a draft.")
        )
    )
    return redirect(url_for(".run", number=number), code=303)


@pages.get("/pool")
@needs("plan.see")
def pool() -> ResponseReturnValue:
    """List the confirmed items that the published plan does not serve, each with the reason."""
    return render_template(
        "planning/pool.html",
        page=queries.pool(request.args.get("after")),
        standing=queries.standing(),
        published=queries.published(),
    )


def _unless_known(answer: Response) -> Response:
    """The answer, or a 304 where the script already has it."""
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:32])
    answer.make_conditional(request)
    return answer


def _board(plan: PlanVersion | None) -> str:
    return render_template(
        "planning/board.html",
        plan=plan,
        other=queries.other_of(plan) if plan else None,
        config_seconds=current_app.extensions["tileplan"].solver_seconds,
        workflow=rules.PLAN,
    )


def _tag(plan: PlanVersion) -> str:
    """What the bars of a plan depend on, closures too; work beyond its planned end grows every few minutes."""
    told = queries.told(plan, clock.now())
    grown = clock.now().timestamp() // GROWS_EVERY if told[-1] else 0
    parts = repr((plan.number, plan.version, language(), told, grown, plant.told()))
    return hashlib.sha256(parts.encode()).hexdigest()[:32]


def _runs(form: RunForm) -> str:
    page = queries.runs(request.args.get("after"))
    return render_template(
        "planning/runs.html",
        form=form,
        page=page,
        plans=queries.plans_of(page.rows),
        workflow=rules.RUN,
    )


def _told(found: Run, plan: PlanVersion | None) -> dict[str, Any]:
    """A run's progress as its page shows it; prices in cents."""
    progress = service.progress_of(found)
    return {
        "state": found.state.value,
        "label": translated(_doing(found, progress)),
        "outcome": found.outcome,
        "is_live": found.state in LIVE,
        "seconds": progress.get("seconds"),
        "budget": found.seconds * progress.get("groups", 1),
        "total": progress.get("total"),
        "parts": progress.get("parts") or {},
        "late": progress.get("late_orders"),
        "dispatch_total": progress.get("dispatch_total"),
        "improvement": rules.improvement(progress.get("dispatch_total"), progress.get("total")),
        "bound": progress.get("bound"),
        "plan": plan.number if plan else None,
    }


def _doing(found: Run, progress: dict[str, Any]) -> Text:
    """What a run does just now."""
    if found.state is RunState.QUEUED and "tiles" in progress:
        return say(
            "Looking for what stock can serve: %(done)s of %(tiles)s tiles",
            done=progress["done"],
            tiles=progress["tiles"],
        )
    if found.state is RunState.SOLVING and "groups" in progress:
        return say(
            "Planning %(groups)s groups of machines, each by itself; %(ended)s have ended",
            groups=progress["groups"],
            ended=progress["groups_ended"],
        )
    if found.state is RunState.QUEUED:
        return say("Waits for a free worker")
    return rules.RUN.labels[found.state]


def _action_url(plan: PlanVersion | None, action: str) -> str:
    """Where a button of a plan's life sends its form; publishing issues work orders too."""
    endpoint = "production.publish" if action == "publish" else f"planning.{action}"
    return url_for(endpoint, number=plan.number if plan else "")


def _entries(number: str, plan: PlanVersion | None) -> list[JournalEntry]:
    """The story of a run and of its plan, newest first."""
    of_plan = journal(rules.PLAN.kind, plan.number) if plan else []
    found = [*journal(rules.RUN.kind, number), *of_plan]
    return sorted(found, key=lambda entry: entry.id, reverse=True)
