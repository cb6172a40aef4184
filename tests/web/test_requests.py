"""The edge: one transaction per request, one answer per key, errors as sentences, headers everywhere."""

import gc

import pytest
from flask import Blueprint, Flask, redirect
from sqlalchemy import func, select

from tests import factories
from tests.conftest import Browser, config_for
from tileplan.app import create_app
from tileplan.catalog.models import Tile
from tileplan.kernel import db, jobs
from tileplan.kernel.db import session
from tileplan.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from tileplan.kernel.words import say
from tileplan.web.access import needs, public, refuse_open_routes

pages = Blueprint("probe", __name__, url_prefix="/probe")


@pages.route("/make", methods=["GET", "POST"])
@needs("catalog.see")
def make():
    factories.tile()
    return redirect("/probe/made")


@pages.post("/refuse")
@needs("catalog.see")
def refuse():
    factories.tile()
    raise Refused(say("The due date has passed."), field="due")


@pages.post("/invalid")
@needs("catalog.see")
def invalid():
    factories.tile()
    return "the form again", 422


@pages.post("/twice")
@needs("catalog.see")
def twice():
    factories.tile(code="SAME")
    return "made"


@pages.get("/raise/<kind>")
@needs("catalog.see")
def fail(kind):
    raise {
        "missing": NotFound,
        "forbidden": NotAllowed,
        "raced": Conflict,
        "bug": ZeroDivisionError,
    }[kind](say("Because."))


@pytest.fixture(scope="module")
def probe_app(sqlite_template, tmp_path_factory) -> Flask:
    app = create_app(config_for(f"sqlite:///{sqlite_template}", tmp_path_factory.mktemp("probe")))
    app.config["WTF_CSRF_ENABLED"] = False
    app.register_blueprint(pages)
    app.test_client_class = Browser
    return app


@pytest.fixture
def browser(probe_app, database):
    db.bind(database.engine)
    jobs.set_bell(None)
    probe_app.config["WTF_CSRF_ENABLED"] = False
    person = factories.user("quality")
    client = probe_app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    answer = client.post("/sign-in", data={"login": person.login, "password": factories.PASSWORD})
    assert answer.status_code in (302, 303)
    return client


def tiles() -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Tile))


def test_a_successful_post_is_kept(browser):
    assert browser.post("/probe/make").status_code == 302
    assert tiles() == 1


def test_a_get_keeps_nothing_whatever_it_does(browser):
    assert browser.get("/probe/make").status_code == 302
    assert tiles() == 0


@pytest.mark.parametrize("path", ["/probe/refuse", "/probe/invalid"])
def test_a_refused_post_keeps_nothing(browser, path):
    assert browser.post(path).status_code == 422
    assert tiles() == 0


def test_a_script_gets_the_refusal_as_json_with_its_field(browser):
    answer = browser.post("/probe/refuse", headers={"Accept": "application/json"})
    assert answer.json == {"error": "The due date has passed.", "field": "due"}


def test_the_same_key_has_one_effect_and_the_same_answer(browser):
    first = browser.post("/probe/make", data={"idempotency_key": "k1", "a": "1"})
    again = browser.post("/probe/make", data={"idempotency_key": "k1", "a": "1"})
    assert (first.status_code, first.location) == (again.status_code, again.location)
    assert tiles() == 1


def test_a_key_with_other_content_is_a_conflict(browser):
    browser.post("/probe/make", data={"idempotency_key": "k1", "a": "1"})
    assert browser.post("/probe/make", data={"idempotency_key": "k1", "a": "2"}).status_code == 409
    assert tiles() == 1


def test_a_refused_post_may_be_sent_again_with_its_key(browser):
    browser.post("/probe/invalid", data={"idempotency_key": "k1"})
    assert browser.post("/probe/make", data={"idempotency_key": "k1"}).status_code == 302


def test_what_a_constraint_refuses_is_said_in_words_and_nothing_is_kept(browser):
    assert browser.post("/probe/twice").status_code == 200
    answer = browser.post("/probe/twice")
    assert answer.status_code == 409
    assert "Somebody has just entered the same" in answer.text
    assert tiles() == 1


@pytest.mark.parametrize(
    ("kind", "status"), [("missing", 404), ("forbidden", 403), ("raced", 409), ("bug", 500)]
)
def test_every_error_is_a_page_with_a_sentence_and_no_trace(browser, kind, status):
    answer = browser.get(f"/probe/raise/{kind}")
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert "ZeroDivision" not in answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/nowhere"),
        ("get", "/probe/raise/missing"),
        ("get", "/probe/raise/forbidden"),
        ("get", "/probe/raise/raced"),
        ("post", "/probe/refuse"),
    ],
)
def test_an_error_keeps_the_menu_of_who_is_signed_in(browser, probe_app, method, path):
    page = getattr(browser, method)(path).text
    assert 'aria-label="Main menu"' in page
    assert "Stock lots" in page
    stranger = getattr(probe_app.test_client(), method)(path)
    assert 'aria-label="Main menu"' not in stranger.text


def test_a_lost_race_keeps_the_menu_too(browser):
    browser.post("/probe/twice")
    assert 'aria-label="Main menu"' in browser.post("/probe/twice").text


def test_a_post_without_the_token_is_refused(browser, probe_app):
    probe_app.config["WTF_CSRF_ENABLED"] = True
    answer = browser.post("/probe/make")
    probe_app.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 400
    assert "open for too long" in answer.text
    assert tiles() == 0


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/sign-in",
        "/healthz",
        "/nowhere",
        "/static/web/app.css",
        "/assets/plotly.min.js",
        "/probe/raise/bug",
    ],
)
def test_every_answer_carries_the_headers(browser, path):
    with browser.get(path) as answer:
        headers = answer.headers
    assert "script-src 'self';" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_are_not_kept_by_the_browser(browser):
    assert browser.get("/probe/raise/missing").headers["Cache-Control"] == "no-store"


def test_a_route_without_a_permission_stops_the_start():
    app = Flask("rogue")
    app.add_url_rule("/rogue", view_func=lambda: "open")
    public(app.view_functions["static"])
    with pytest.raises(RuntimeError, match="routes without a permission"):
        refuse_open_routes(app)


def test_what_stands_for_good_is_not_searched_for_garbage_in_the_midst_of_a_page(built_app):
    assert gc.get_freeze_count() > 10_000
