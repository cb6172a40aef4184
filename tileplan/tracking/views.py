"""The pages that answer where an order is; they show no price."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tileplan.tracking import queries
from tileplan.tracking.rules import Progress
from tileplan.web.access import needs

pages = Blueprint("tracking", __name__, url_prefix="/tracking")


@pages.get("/")
@needs("tracking.see")
def index() -> ResponseReturnValue:
    """Find an order, or see how far the open ones are."""
    text = (request.args.get("q") or "").strip()[:80]
    found = queries.journeys(text, request.args.get("after"))
    exact = [story for story in found.rows if story.order.number.upper() == text.upper()]
    if text and exact:
        return redirect(url_for(".show", number=exact[0].order.number))
    return render_template("tracking/index.html", found=found, text=text)


@pages.get("/<number>")
@needs("tracking.see")
def show(number: str) -> ResponseReturnValue:
    """Show the journey of every item of an order."""
    return render_template("tracking/show.html", story=queries.journey(number), Progress=Progress)


@pages.get("/<number>/summary")
@needs("tracking.see")
def summary(number: str) -> ResponseReturnValue:
    """Give the short answer as a piece of a page, for the order's own page."""
    return render_template("tracking/summary.html", story=queries.journey(number))
