"""The pages of requirements: what must be ordered when, by day and by material."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from tileplan.kernel import clock
from tileplan.kernel.errors import NotFound
from tileplan.kernel.words import say
from tileplan.purchasing import queries
from tileplan.purchasing.rules import safe_cell
from tileplan.web.access import needs
from tileplan.web.language import own_name, translated

pages = Blueprint("purchasing", __name__, url_prefix="/purchasing")

DAYS = 7
_BOM = "\ufeff"  # Excel reads Chinese in a CSV only where it begins with this


@pages.get("/")
@needs("purchasing.see")
def index() -> ResponseReturnValue:
    """Show the published plan's requirements, by day or by material."""
    found = queries.published()
    if found is None:
        return render_template("purchasing/none.html")
    first = _first_day(found)
    return render_template(
        "purchasing/index.html",
        found=found,
        view="materials" if request.args.get("view") == "materials" else "days",
        days=found.by_day(first, DAYS),
        first=first,
        earlier=first - timedelta(days=DAYS),
        later=first + timedelta(days=DAYS),
        today=clock.today(),
    )


@pages.get("/requirements.csv")
@needs("purchasing.see")
def export() -> ResponseReturnValue:
    """Give all requirements as a file for a spreadsheet, one row a material and day."""
    found = queries.published()
    if found is None:
        raise NotFound(say("No plan is published yet."))
    file = StringIO()
    rows = csv.writer(file)
    rows.writerow(_heading())
    rows.writerows(_row(line) for line in found.day_lines())
    name = f"requirements-{found.plan.number}.csv"
    return Response(
        _BOM + file.getvalue(),
        mimetype="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@pages.get("/<code>")
@needs("purchasing.see")
def material(code: str) -> ResponseReturnValue:
    """Show one material day by day."""
    found = queries.published()
    if found is None:
        raise NotFound(say("No plan is published yet."))
    return render_template(
        "purchasing/material.html", line=found.line(code), plan=found.plan, today=clock.today()
    )


def _first_day(found: queries.Requirements) -> date:
    """The day asked for, else today, else the plan's first day where it lies ahead."""
    first = found.lines[0].days[0].on if found.lines else clock.today()
    return clock.day_of(request.args.get("day")) or max(clock.today(), first)


def _heading() -> list[str]:
    return [
        translated(say("Day")),
        translated(say("Material")),
        translated(say("Name")),
        translated(say("Unit")),
        translated(say("Comes")),
        translated(say("Needed")),
        translated(say("Balance")),
        translated(say("Short")),
        translated(say("Suggested")),
        translated(say("Order by")),
    ]


def _row(line: queries.DayLine) -> list[str]:
    material, day, verdict = line.requirement.material, line.day, line.requirement.verdict
    return [
        day.on.isoformat(),
        safe_cell(material.code),
        safe_cell(own_name(material)),
        safe_cell(material.unit),
        _plain(day.expected),
        _plain(day.need),
        _plain(day.balance) if verdict else "",
        translated(say("short")) if verdict and day.is_short else "",
        _plain(day.suggested) if verdict and day.suggested else "",
        verdict.order_by.isoformat() if verdict and verdict.order_by else "",
    ]


def _plain(quantity: Decimal) -> str:
    return f"{quantity.quantize(Decimal('0.001')):f}"
