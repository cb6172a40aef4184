"""The administrator's page: the data check, background jobs and versions."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from tileplan.kernel.jobs import JobState
from tileplan.kernel.words import Text, say
from tileplan.operations import queries
from tileplan.web.access import needs

pages = Blueprint("operations", __name__, url_prefix="/operations")

JOB_LABELS: dict[JobState, Text] = {
    JobState.QUEUED: say("Queued"),
    JobState.RUNNING: say("Being done"),
    JobState.DONE: say("Done"),
    JobState.FAILED: say("Failed"),
    JobState.CANCELLED: say("Stopped"),
}


@pages.get("/")
@needs("operations.see")
def index() -> ResponseReturnValue:
    """Is the data sound, what runs in the background, and which versions are these."""
    return render_template(
        "operations/index.html",
        results=queries.results(),
        page=queries.jobs(request.args.get("after")),
        labels=JOB_LABELS,
        versions=queries.versions(),
    )
