"""Signing in and out, the reader's language, and the pages about people."""

from flask import (
    Blueprint,
    Flask,
    Request,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user

from tileplan.accounts import queries, service
from tileplan.accounts.forms import OwnPasswordForm, ResetForm, SignInForm, UserForm
from tileplan.accounts.models import User
from tileplan.accounts.rules import ROLE_LABELS, SHORTEST_PASSWORD, Nobody, TooOften, is_local
from tileplan.kernel.documents import journal
from tileplan.kernel.errors import Refused
from tileplan.kernel.words import say
from tileplan.web.access import needs, public, signed_in
from tileplan.web.errors import wants_json
from tileplan.web.language import LANGUAGES, own_name, trade_word, translated
from tileplan.web.requests import keep_anyway

pages = Blueprint("accounts", __name__)

# Where the browser's signed cookie keeps the token of its sign-in.
KEPT_AS = "sign_in"


def install(app: Flask) -> None:
    """Let every request know who asks."""
    manager = LoginManager()
    manager.session_protection = None
    manager.anonymous_user = Nobody
    manager.request_loader(_who)
    manager.unauthorized_handler(_ask_to_sign_in)
    manager.init_app(app)


@pages.app_template_filter("person")
def _person(login: str) -> str:
    """The name of whom a journal knows by sign-in name; the system and the departed as written."""
    known: dict[str, str] = g.setdefault("people", {})
    if login not in known:
        found = queries.users_by_login([login]).get(login)
        known[login] = own_name(found) if found else trade_word(login)
    return known[login]


def _who(_request: Request) -> User | None:
    token = session.get(KEPT_AS)
    return queries.signed_in(token) if isinstance(token, str) else None


def _ask_to_sign_in() -> ResponseReturnValue:
    if wants_json():
        return {"error": translated(say("Please sign in."))}, 401
    wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("accounts.sign_in", next=wanted if wanted != "/" else None))


def _onward(wanted: str | None) -> ResponseReturnValue:
    """Go to a page of this site, or home where somebody else's was asked for."""
    place = wanted if wanted and is_local(wanted) else url_for("web.home")
    return redirect(place, code=303)


@pages.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Sign in with name and password."""
    form = SignInForm(next=request.args.get("next", ""))
    if request.method == "GET" and current_user.is_authenticated:
        return _onward(form.next.data)
    status = 200
    if form.validate_on_submit():
        try:
            token = service.sign_in(
                form.login.data or "",
                form.password.data or "",
                address=request.remote_addr or "",
                allows_demo=not current_app.extensions["tileplan"].production,
            )
        except Refused as refusal:
            keep_anyway()
            form.show(refusal)
            status = _status(refusal)
        else:
            _begin_session(token)
            return _onward(form.next.data)
    page = render_template("accounts/sign_in.html", form=form)
    return page, status if status != 200 or not form.errors else 422


def _status(refusal: Refused) -> int:
    return 429 if isinstance(refusal, TooOften) else 422


def _begin_session(token: str) -> None:
    """Start the cookie afresh: nothing that was there before signing in is trusted."""
    language = session.get("language")
    session.clear()
    session[KEPT_AS] = token
    if language:
        session["language"] = language


@pages.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """Sign this browser out."""
    language, token = session.get("language"), session.get(KEPT_AS)
    if isinstance(token, str):
        service.sign_out(token)
    session.clear()
    if language:
        session["language"] = language
    flash(translated(say("You are signed out.")))
    return redirect(url_for("accounts.sign_in"), code=303)


@pages.post("/language")
@public
def language() -> ResponseReturnValue:
    """Read on in the other language, and keep it for the next time."""
    wanted = request.form.get("language", "")
    if wanted not in LANGUAGES:
        raise Refused(say("There is Chinese and English only."))
    session["language"] = wanted
    if current_user.is_authenticated:
        service.choose_language(current_user, wanted)
    return _onward(request.form.get("next"))


@pages.get("/users")
@needs("users.see")
def users() -> ResponseReturnValue:
    """Everybody who may sign in."""
    text = request.args.get("q", "").strip()
    page = queries.users(text, request.args.get("after"))
    return render_template("accounts/users.html", page=page, q=text, roles=ROLE_LABELS)


@pages.route("/users/new", methods=["GET", "POST"])
@needs("users.edit")
def new_user() -> ResponseReturnValue:
    """Add a person."""
    form = UserForm()
    if form.validate_on_submit():
        try:
            person = service.add(form.new_user(), form.password.data or "", by=current_user)
        except Refused as refusal:
            form.show(refusal)
        else:
            flash(
                translated(
                    say(
                        "%(login)s is added and can sign in with the first password.",
                        login=person.login,
                    )
                )
            )
            return redirect(url_for("accounts.user", login=person.login), code=303)
    refused = bool(form.errors or form.form_errors)
    return (
        render_template("accounts/new_user.html", form=form, least=SHORTEST_PASSWORD),
        422 if refused else 200,
    )


@pages.get("/users/<login>")
@needs("users.see")
def user(login: str) -> ResponseReturnValue:
    """One person."""
    return _show(queries.user(login), ResetForm())


@pages.post("/users/<login>/password")
@needs("users.edit")
def reset_password(login: str) -> ResponseReturnValue:
    """Give a person another password."""
    person, form = queries.user(login), ResetForm()
    if form.validate_on_submit():
        try:
            service.set_password(person, form.password.data or "", by=current_user)
        except Refused as refusal:
            form.show(refusal)
        else:
            flash(translated(say("The password is changed; all open sign-ins are ended.")))
            return redirect(url_for("accounts.user", login=login), code=303)
    return _show(person, form), 422


@pages.post("/users/<login>/deactivate")
@needs("users.edit")
def deactivate(login: str) -> ResponseReturnValue:
    """Let a person sign in no more."""
    service.deactivate(queries.user(login), by=current_user)
    flash(translated(say("%(login)s can sign in no more; open sign-ins are ended.", login=login)))
    return redirect(url_for("accounts.user", login=login), code=303)


@pages.post("/users/<login>/activate")
@needs("users.edit")
def activate(login: str) -> ResponseReturnValue:
    """Let a person sign in again."""
    service.activate(queries.user(login), by=current_user)
    flash(translated(say("%(login)s can sign in again.", login=login)))
    return redirect(url_for("accounts.user", login=login), code=303)


@pages.route("/password", methods=["GET", "POST"])
@signed_in
def password() -> ResponseReturnValue:
    """Change one's own password."""
    form = OwnPasswordForm()
    status = 200
    if form.validate_on_submit():
        try:
            service.change_own_password(
                current_user,
                form.old_password.data or "",
                form.password.data or "",
                address=request.remote_addr or "",
            )
        except Refused as refusal:
            keep_anyway()
            form.show(refusal)
            status = _status(refusal)
        else:
            address = request.remote_addr or ""
            _begin_session(service.open_sign_in(current_user, address=address))
            flash(translated(say("Your password is changed; other browsers are signed out.")))
            return redirect(url_for("web.home"), code=303)
    page = render_template("accounts/password.html", form=form, least=SHORTEST_PASSWORD)
    return page, status if status != 200 or not form.errors else 422


def _show(person: User, form: ResetForm) -> str:
    return render_template(
        "accounts/user.html",
        person=person,
        form=form,
        roles=ROLE_LABELS,
        least=SHORTEST_PASSWORD,
        entries=journal("user", person.login),
    )
