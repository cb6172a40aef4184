"""The first page after signing in."""

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from tileplan.web import navigation
from tileplan.web.access import needs, public

pages = Blueprint("web", __name__)


@pages.get("/")
@needs("home.see")
def home() -> ResponseReturnValue:
    """Go to where this person's work is."""
    return redirect(navigation.home())


@pages.get("/healthz")
@public
def health() -> ResponseReturnValue:
    """Say that the process lives, and nothing else."""
    return {"ok": True}
