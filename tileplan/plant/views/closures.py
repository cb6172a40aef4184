"""The forms that close a resource and change its calendar: pages that the board shows in a dialog."""

from datetime import UTC, datetime, timedelta

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tileplan.kernel import clock
from tileplan.kernel.errors import NotFound, Refused
from tileplan.kernel.numbers import seen_version
from tileplan.kernel.words import say
from tileplan.plant import queries, rules, service
from tileplan.plant.forms import ClosureForm, WindowForm
from tileplan.plant.models import Resource
from tileplan.plant.rules import ClosureKind
from tileplan.plant.views.blueprint import pages
from tileplan.web.access import needs

_MILLISECONDS = 1000
_A_MOMENT = timedelta(seconds=1)


@pages.route("/resources/<code>/close/<kind>", methods=["GET", "POST"])
@needs("plant.edit")
def close(code: str, kind: str) -> ResponseReturnValue:
    """Write down when a resource does not run."""
    resource, sort = queries.resource(code), _kind(kind)
    form = ClosureForm()
    form.offer(sort, resource)
    if form.validate_on_submit():
        try:
            service.close(code, form.closure(sort), by=current_user)
        except Refused as refusal:
            form.show(refusal)
        else:
            return redirect(url_for(".resource", code=code), code=303)
    return _form(form, resource, sort, url_for(".close", code=code, kind=kind))


@pages.route("/closures/<int:closure_id>", methods=["GET", "POST"])
@needs("plant.edit")
def closure(closure_id: int) -> ResponseReturnValue:
    """Prolong, shorten or move a closure."""
    row = queries.closure(closure_id)
    form = ClosureForm()
    if request.method == "GET":
        form.tell(row)
    form.offer(row.kind, row.resource)
    if form.validate_on_submit():
        try:
            service.change(closure_id, form.seen(), form.closure(row.kind), by=current_user)
        except Refused as refusal:
            form.show(refusal)
        else:
            return redirect(url_for(".resource", code=row.resource.code), code=303)
    return _form(form, row.resource, row.kind, url_for(".closure", closure_id=closure_id))


@pages.post("/closures/<int:closure_id>/end")
@needs("plant.edit")
def end_closure(closure_id: int) -> ResponseReturnValue:
    """Let a resource run again from now on."""
    row = service.end_now(closure_id, _seen(), by=current_user)
    return redirect(url_for(".resource", code=row.resource.code), code=303)


@pages.post("/closures/<int:closure_id>/remove")
@needs("plant.edit")
def remove_closure(closure_id: int) -> ResponseReturnValue:
    """Take a closure away."""
    code = service.remove(closure_id, _seen(), by=current_user)
    return redirect(url_for(".resource", code=code), code=303)


@pages.get("/resources/<code>/closed")
@needs("plant.see")
def closed(code: str) -> ResponseReturnValue:
    """Tell the board what closes a resource at a moment (`at`, in ms), with what can be done."""
    resource, moment = queries.resource(code), _moment(request.args.get("at"))
    return render_template(
        "plant/closed.html",
        resource=resource,
        closures=queries.closures_at(resource, moment),
        merged=queries.closures([resource], moment, moment + _A_MOMENT)[code],
        now=clock.now(),
        rules=rules,
    )


@pages.route("/resources/<code>/calendar", methods=["GET", "POST"])
@needs("plant.edit")
def calendar(code: str) -> ResponseReturnValue:
    """Change the shifts, weekly closures and holidays of the calendar that a resource keeps."""
    resource = queries.resource(code)
    form = WindowForm()
    if form.validate_on_submit():
        try:
            window = form.window(resource.calendar.code)
            service.add_window(code, form.seen(), window, by=current_user)
        except Refused as refusal:
            form.show(refusal)
        else:
            return redirect(url_for(".calendar", code=code, done=1), code=303)
    form.version.data = str(resource.calendar.version)
    page = render_template(
        "plant/calendar.html",
        form=form,
        resource=resource,
        weekdays=rules.WEEKDAYS,
        keepers=[
            row.code for row in queries.resources() if row.calendar_id == resource.calendar_id
        ],
    )
    return page, 422 if form.errors or form.form_errors else 200


@pages.post("/resources/<code>/calendar/<int:window_id>/remove")
@needs("plant.edit")
def remove_window(code: str, window_id: int) -> ResponseReturnValue:
    """Take a shift or a closure out of a calendar."""
    service.remove_window(code, window_id, _seen(), by=current_user)
    return redirect(url_for(".calendar", code=code, done=1), code=303)


def _form(
    form: ClosureForm, resource: Resource, kind: ClosureKind, action: str
) -> ResponseReturnValue:
    page = render_template(
        "plant/close.html", form=form, resource=resource, kind=kind, action=action, rules=rules
    )
    return page, 422 if form.errors or form.form_errors else 200


def _kind(name: str) -> ClosureKind:
    try:
        return ClosureKind(name)
    except ValueError:
        raise NotFound(say("There is no such kind of closure.")) from None


def _moment(raw: str | None) -> datetime:
    try:
        return datetime.fromtimestamp(float(raw or "") / _MILLISECONDS, tz=UTC)
    except (ValueError, OverflowError, OSError):
        abort(404)


def _seen() -> int:
    return seen_version(request.form.get("version"))
