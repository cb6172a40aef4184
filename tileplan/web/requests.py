"""One transaction per request: GET rolls back, a successful answer to a POST commits."""

import hashlib

from flask import Flask, Response, g, redirect, request
from flask_login import current_user
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from tileplan.kernel import idempotency, jobs, scope
from tileplan.kernel.db import begin, session
from tileplan.kernel.errors import Refused
from tileplan.kernel.words import say
from tileplan.web import access, errors

READS = ("GET", "HEAD", "OPTIONS")
KEY_FIELD = "idempotency_key"
LONGEST_SEARCH = 80


def install(app: Flask) -> None:
    """Wrap every request in its transaction."""
    app.before_request(_open)
    app.after_request(_close)
    app.teardown_request(_leave)


def _open() -> Response | None:
    """Begin, find out who asks, and answer a repeated POST as before."""
    begin(writing=request.method not in READS)
    scope.limit_to(scope.NOBODY)
    if request.endpoint is None or request.endpoint.endswith("static"):
        return None
    access.limit_scope()
    if len(request.args.get("q", "")) > LONGEST_SEARCH:
        raise Refused(
            say("The search is too long: at most %(most)s characters.", most=LONGEST_SEARCH)
        )
    return _answered_before()


def _answered_before() -> Response | None:
    key = request.headers.get("Idempotency-Key") or request.form.get(KEY_FIELD)
    if request.method in READS or not key or not current_user.is_authenticated:
        return None
    key = key[:80]
    answer = idempotency.begin(current_user.id, key, _fingerprint())
    if answer is None:
        g.idempotency_key = key
        return None
    if answer.location:
        return redirect(answer.location, code=answer.status)  # type: ignore[return-value]
    return Response(answer.body or "", status=answer.status or 200, mimetype="application/json")


def _fingerprint() -> str:
    """What was asked, without the parts that differ in every copy of a form."""
    parts = sorted(
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in {KEY_FIELD, "csrf_token"} and "password" not in name
    )
    body = "" if request.form else request.get_data(as_text=True)
    text = repr((request.method, request.path, parts, body))
    return hashlib.sha256(text.encode()).hexdigest()


def _close(response: Response) -> Response:
    """Commit what succeeded; turn a lost race into a sentence."""
    try:
        is_refused = response.status_code >= 400 and not g.get("keeps_anyway", False)
        if request.method in READS or is_refused:
            session.rollback()
            return response
        _keep_answer(response)
        wants_ring = jobs.has_messages(session())
        session.commit()
    except (IntegrityError, StaleDataError, OperationalError) as error:
        session.rollback()
        return errors.answer(errors.lost_race(error))
    if wants_ring:
        jobs.ring_after_commit()
    return response


def _keep_answer(response: Response) -> None:
    key = g.pop("idempotency_key", None)
    if key is None:
        return
    location = response.headers.get("Location")
    if location is None and response.mimetype == "text/html":
        idempotency.forget(current_user.id, key)
        return
    body = None if location or response.is_streamed else response.get_data(as_text=True)
    idempotency.finish(
        current_user.id, key, status=response.status_code, location=location, body=body
    )


def keep_anyway() -> None:
    """Commit this request even if it is refused, so that a failed sign-in is counted."""
    g.keeps_anyway = True


def _leave(_error: BaseException | None) -> None:
    session.remove()
    begin(writing=True)
