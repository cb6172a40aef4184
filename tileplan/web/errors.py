"""Every error becomes a page or JSON with one sentence a person can act on."""

import logging
import re
import secrets
from http import HTTPStatus

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from tileplan.kernel.db import session
from tileplan.kernel.errors import Conflict, NotAllowed, NotFound, Problem, Refused
from tileplan.kernel.words import say
from tileplan.web.language import translated

log = logging.getLogger(__name__)

STATUS: dict[type[Problem], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    NotAllowed: HTTPStatus.FORBIDDEN,
    Refused: HTTPStatus.UNPROCESSABLE_ENTITY,
    Conflict: HTTPStatus.CONFLICT,
}

TITLES = {
    400: say("This request could not be read"),
    401: say("Please sign in"),
    403: say("Not allowed"),
    404: say("Not found"),
    405: say("This page does not take that"),
    409: say("Somebody was faster"),
    413: say("Too large"),
    422: say("This cannot be done"),
    429: say("Too many tries"),
    500: say("Something went wrong on our side"),
}
# What a database says when two were at it at once.
_RACED = re.compile("locked|deadlock|serialize|lock timeout|could not obtain lock", re.IGNORECASE)
MISSING = say("There is no such page, or it is not yours to see. Check the number you typed.")


def install(app: Flask) -> None:
    """Handle the four refusals, HTTP errors, lost races and bugs."""
    app.register_error_handler(Problem, answer)
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(HTTPException, _http)
    for race in (IntegrityError, StaleDataError, OperationalError):
        app.register_error_handler(race, _race)
    app.register_error_handler(DataError, _unfit)
    app.register_error_handler(Exception, _bug)


def answer(problem: Problem) -> Response:
    """Answer a refusal; a missing thing and a stranger's look exactly alike."""
    status = next(status for kind, status in STATUS.items() if isinstance(problem, kind))
    message = MISSING if status == HTTPStatus.NOT_FOUND else problem.message
    return _page(int(status), message, getattr(problem, "field", None))


def lost_race(error: Exception) -> Problem:
    """Say in words what a database error means for the person who asked."""
    if isinstance(error, IntegrityError):
        log.warning("refused by a constraint: %s", error.orig)
        return Conflict(
            say("Somebody has just entered the same, or it contradicts what is stored.")
        )
    log.warning("lost a race: %s", error)
    return Conflict(
        say(
            "Somebody else has just changed this. Reload the page, look at the change and try again."
        )
    )


def _expired(_error: CSRFError) -> Response:
    return _page(400, say("This page was open for too long. Go back, reload it and send it again."))


def _http(error: HTTPException) -> Response:
    code = error.code or 500
    if code < 400:
        return error.get_response()  # type: ignore[return-value]
    message = MISSING if code == 404 else str(error.description or "")
    response = _page(code, message)
    if code == 405 and "Allow" in dict(error.get_headers()):
        response.headers["Allow"] = dict(error.get_headers())["Allow"]
    return response


def _race(error: Exception) -> Response:
    session.rollback()  # the page of the error reads who is signed in
    if isinstance(error, OperationalError) and not _RACED.search(str(error.orig)):
        return _bug(error)
    return answer(lost_race(error))


def _unfit(error: DataError) -> Response:
    session.rollback()
    log.warning("refused by the database: %s", error.orig)
    return answer(Refused(say("Something here cannot be stored. Check what was typed.")))


def _bug(error: Exception) -> Response:
    """Log a bug under an id that the person can tell us."""
    mark = secrets.token_hex(4)
    session.rollback()
    log.error("bug %s at %s %s", mark, request.method, request.path, exc_info=error)
    return _page(
        500,
        say("Nothing was changed. Please tell your administrator this number: %(mark)s", mark=mark),
    )


def _page(code: int, message: str, field: str | None = None) -> Response:
    text = translated(message)
    if wants_json():
        response = jsonify(error=text, field=field)
    else:
        title = translated(TITLES.get(code, TITLES[500 if code >= 500 else 400]))
        response = make_response(
            render_template("web/error.html", code=code, title=title, message=text)
        )
    response.status_code = code
    return response


def wants_json() -> bool:
    """True where a script asked, not a person."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"
