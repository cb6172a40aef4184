"""The pages of the floor: the crew's lists, one work order, its reports and its print."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from urllib.parse import parse_qsl, urlencode

import segno
from flask import (
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tileplan.config import Config
from tileplan.kernel import clock
from tileplan.kernel.documents import JournalEntry, journal
from tileplan.kernel.errors import NotFound, Refused
from tileplan.kernel.numbers import seen_version
from tileplan.kernel.words import say
from tileplan.plant.rules import label_of
from tileplan.production import queries, rules, service
from tileplan.production.forms import FinishForm
from tileplan.production.models import WorkOrder
from tileplan.production.views.blueprint import my_lines, pages
from tileplan.web.access import needs
from tileplan.web.language import translated


@dataclass(frozen=True)
class Told:
    """A journal line in the reader's words."""

    at: datetime
    by_name: str
    action: str
    reason: str


@pages.get("/")
@needs("work.see")
def index() -> ResponseReturnValue:
    """Show now, next and after on my lines, and the work of the coming days."""
    lines = my_lines()
    line = request.args.get("line") or None
    if line and line not in lines:
        raise NotFound(say("There is no such line."))
    stage = request.args.get("stage") or None
    board = queries.board([line] if line else lines, stage, clock.day_of(_day()))
    return render_template(
        "production/index.html",
        board=board,
        downs=queries.downs_now(lines),
        label_of=label_of,
        lines=lines,
        line=line,
        stage=stage,
        stages=list(rules.STAGE_LABELS.items()),
        workflow=rules.WORK,
        stage_label=rules.stage_label,
        back=urlencode({"line": line or "", "stage": stage or "", "day": _day()}),
    )


@pages.post("/publish/<number>")
@needs("plan.publish")
def publish(number: str) -> ResponseReturnValue:
    """Publish a plan version and issue its work orders."""
    done = service.publish(number, by=current_user, reason=request.form.get("reason"))
    flash(
        translated(
            say(
                "Plan %(number)s is published: %(issued)s work orders issued, %(carried)s carried "
                "over, %(withdrawn)s withdrawn. The supervisors see them now.",
                number=done.plan.number,
                issued=done.issued,
                carried=done.carried,
                withdrawn=done.withdrawn,
            )
        )
    )
    return redirect(url_for("planning.show", number=number), code=303)


@pages.get("/<number>")
@needs("work.see")
def show(number: str) -> ResponseReturnValue:
    """Show one work order with everything the crew needs."""
    return _sheet(number, "production/show.html")


@pages.get("/<number>/print")
@needs("work.see")
def paper(number: str) -> ResponseReturnValue:
    """Show one work order as a sheet of paper."""
    return _sheet(number, "production/print.html")


@pages.get("/<number>/qr.svg")
@needs("work.see")
def code(number: str) -> ResponseReturnValue:
    """Draw the code that opens the work order's page when it is scanned."""
    work = _mine(number)
    drawn = BytesIO()
    config: Config = current_app.extensions["tileplan"]
    address = url_for(".show", number=work.number, _external=not config.public_url)
    address = config.public_url + address
    segno.make(address, error="m").save(drawn, kind="svg", scale=4, border=2)
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


@pages.post("/<number>/<any(start, pause, resume):action>")
@needs("work.do")
def act(number: str, action: str) -> ResponseReturnValue:
    """Start, pause or resume work."""
    try:
        work = service.act(
            number,
            action,
            by=current_user,
            reason=request.form.get("reason"),
            version=seen_version(request.form.get("version")),
        )
    except Refused as refusal:
        return _sheet(number, "production/show.html", refusal=refusal.message), 422
    flash(translated(say(_SAID[action].msgid, number=work.number)))
    return _back(work)


@pages.get("/<number>/pause")
@needs("work.do")
def why(number: str) -> ResponseReturnValue:
    """Ask why the work stands still: one tap."""
    work = _mine(number)
    rules.WORK.take("pause", work.state, current_user.permissions, "asked")
    return render_template(
        "production/pause.html",
        work=work,
        reasons=rules.pauses_at(work.stage),
        stage_label=rules.stage_label,
        back=request.args.get("back", ""),
        back_url=_address_of(work, request.args.get("back", "")),
    )


@pages.route("/<number>/finish", methods=["GET", "POST"])
@needs("work.do")
def finish(number: str) -> ResponseReturnValue:
    """Report what came out and end the work."""
    form = FinishForm()
    if form.validate_on_submit():
        try:
            done = service.finish(
                number,
                form.report(),
                by=current_user,
                version=form.known_version(),
                sure_of=form.sure_of.data,
            )
        except Refused as refusal:
            form.show(refusal)
        else:
            _say_finished(done)
            return redirect(url_for(".show", number=done.work.number), code=303)
    work = _mine(number)
    rules.WORK.take("finish", work.state, current_user.permissions, None)
    is_last = queries.is_last_stage(work)
    marks = queries.lot_marks(work)
    planned = _as_planned(work, marks, is_last=is_last)
    if request.method == "GET":
        form.choose(planned)
        form.version.data = str(work.version)
    page = render_template(
        "production/finish.html",
        form=form,
        work=work,
        is_last=is_last,
        marks=marks,
        planned=planned,
        stage_label=rules.stage_label,
    )
    return page, 422 if request.method == "POST" else 200


def _as_planned(work: WorkOrder, marks: queries.LotMarks, *, is_last: bool) -> rules.Report:
    """What came from the stage before, split as this stage should; without it, the plan."""
    came = queries.came_out_before(work)
    good = work.good_pieces if is_last else None
    if came:
        good = rules.likely_good(came, queries.share_left(work), is_sorting=is_last)
    return rules.prefilled(
        came.area if came else work.planned_area,
        good,
        work.tile.packing,
        calibre=marks.calibres[0] if len(marks.calibres) == 1 else "",
        warehouse=marks.warehouses[0],
        is_sorting=is_last,
    )


def _say_finished(done: service.Finished) -> None:
    packing = done.work.tile.packing
    told = [say("%(number)s is finished.", number=done.work.number)]
    told += [
        say(
            "In stock: %(area)s m² grade %(grade)s, shade %(shade)s, calibre %(calibre)s, "
            "%(house)s.",
            area=packing.area(pieces),
            grade=lot.grade,
            shade=lot.shade,
            calibre=lot.calibre,
            house=lot.warehouse,
        )
        for lot, pieces in zip(done.lots, done.received, strict=True)
    ]
    if done.served:
        told.append(say("Reserved for %(items)s.", items=", ".join(done.served)))
    flash(" ".join(map(translated, told)))
    if done.still_open:
        missing = say(
            "Not enough grade A for %(items)s: they stay open for the next plan.",
            items=", ".join(done.still_open),
        )
        flash(translated(missing), "warning")


def _sheet(number: str, template: str, refusal: str = "") -> str:
    work = _mine(number)
    before = queries.predecessors([work]).get(work.id)
    return render_template(
        template,
        work=work,
        packing=work.tile.packing,
        before=before,
        changes=rules.changes(work.stage, before, work.tile),
        stages=queries.stages_of_lot(work),
        needs=queries.materials_needed(work),
        story=[_told(entry) for entry in journal(rules.WORK.kind, work.number)],
        workflow=rules.WORK,
        stage_label=rules.stage_label,
        behind=queries.behind(work),
        blocked=queries.blocked([work]).get(work.id),
        is_last=queries.is_last_stage(work),
        pause=queries.pauses([work]).get(work.number),
        refusal=refusal,
    )


def _told(entry: JournalEntry) -> Told:
    sentences = rules.told(entry.reason, entry.detail)
    return Told(entry.at, entry.by_name, entry.action, " · ".join(map(translated, sentences)))


def _mine(number: str) -> WorkOrder:
    return queries.work_order(number, rules.lines_of(current_user.permissions, current_user.areas))


def _back(work: WorkOrder) -> ResponseReturnValue:
    return redirect(_address_of(work, request.form.get("back", "")), code=303)


def _address_of(work: WorkOrder, back: str) -> str:
    """Where somebody came from: the list with its filters, or the work order's own page."""
    if not back:
        return url_for(".show", number=work.number)
    kept = dict(parse_qsl(back))
    return url_for(".index", line=kept.get("line"), stage=kept.get("stage"), day=kept.get("day"))


def _day() -> str:
    return request.args.get("day", "")


_SAID = {
    "start": say("%(number)s is running. Finish it when the last tile is through."),
    "pause": say("%(number)s stands still. Resume it as soon as it goes on."),
    "resume": say("%(number)s is running again."),
}
