import pytest
from sqlalchemy import select

from tests import factories
from tileplan.accounts.models import FailedSignIn, User
from tileplan.kernel import db


@pytest.fixture
def client(client):
    """A stranger who reads English."""
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def try_to_sign_in(client, login="li.wei", password="wrong password", **data):
    return client.post("/sign-in", data={"login": login, "password": password, **data})


@pytest.fixture
def person(app):
    return factories.user("sales", login="li.wei")


def test_a_page_asks_a_stranger_to_sign_in_and_goes_on_there_afterwards(client, person):
    answer = client.get("/password?x=1")
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/password?x%3D1"
    page = client.get(answer.location).text
    assert 'value="/password?x=1"' in page
    answer = try_to_sign_in(client, password=factories.PASSWORD, next="/password?x=1")
    assert (answer.status_code, answer.location) == (303, "/password?x=1")


def test_signing_in_never_leads_to_another_host(client, person):
    for place in ("//evil.example", "https://evil.example/", "/\\evil.example"):
        answer = try_to_sign_in(client, password=factories.PASSWORD, next=place)
        assert answer.location == "/"
        client.post("/sign-out")


def test_a_wrong_password_is_refused_counted_and_the_name_typed_is_kept(client, person):
    answer = try_to_sign_in(client)
    assert answer.status_code == 422
    assert "The sign-in name or the password is wrong." in answer.text
    assert 'value="li.wei"' in answer.text
    assert "wrong password" not in answer.text
    assert len(db.session.scalars(select(FailedSignIn)).all()) == 1


def test_after_five_wrong_tries_the_right_password_has_to_wait_too(client, person):
    for _ in range(5):
        try_to_sign_in(client)
    answer = try_to_sign_in(client, password=factories.PASSWORD)
    assert answer.status_code == 429
    assert "Too many wrong tries" in answer.text
    assert client.get("/password").status_code == 302


def test_after_five_wrong_present_passwords_the_right_one_has_to_wait_too(sign_in, person):
    browser = sign_in("li.wei")
    new = {"password": "a quite new sentence", "again": "a quite new sentence"}
    for _ in range(5):
        answer = browser.post("/password", data={"old_password": "a guess", **new})
        assert answer.status_code == 422
    answer = browser.post("/password", data={"old_password": factories.PASSWORD, **new})
    assert answer.status_code == 429


def test_an_empty_sign_in_says_what_is_missing(client, person):
    answer = client.post("/sign-in", data={})
    assert answer.status_code == 422
    assert answer.text.count("Please fill this in.") == 2


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(sign_in, client):
    browser = sign_in("planner")
    stolen = browser.get_cookie("session").value
    browser.post("/sign-out")
    client.set_cookie("session", stolen)
    assert client.get("/password").status_code == 302


def test_a_deactivated_person_is_out_at_the_next_click(sign_in, person):
    browser = sign_in("li.wei")
    assert browser.get("/password").status_code == 200
    admin = sign_in("admin")
    answer = admin.post("/users/li.wei/deactivate")
    assert answer.status_code == 303
    assert browser.get("/password").status_code == 302
    assert "Deactivated" in admin.get("/users/li.wei").text


def test_what_was_in_the_cookie_before_signing_in_is_not_trusted(client, person):
    db.session.commit()
    with client.session_transaction() as session:
        session["sign_in"] = "a token planted by somebody else"
        session["planted"] = "x"
    answer = try_to_sign_in(client, password=factories.PASSWORD)
    assert answer.status_code == 303, answer.text
    with client.session_transaction() as session:
        assert session["sign_in"] != "a token planted by somebody else"
        assert "planted" not in session


def test_the_language_is_kept_for_the_person_and_the_page_stays(sign_in, person):
    browser = sign_in("li.wei")
    answer = browser.post("/language", data={"language": "zh", "next": "/password"})
    assert (answer.status_code, answer.location) == (303, "/password")
    assert "修改密码" in browser.get("/password").text
    assert db.session.scalars(select(User).where(User.login == "li.wei")).one().language == "zh"
    answer = browser.post("/language", data={"language": "zh", "next": "//evil.example"})
    assert answer.location == "/"


def test_a_stranger_may_choose_a_language_and_reads_on_in_it_after_signing_in(client, person):
    client.post("/language", data={"language": "zh", "next": "/sign-in"})
    assert "登录" in client.get("/sign-in").text
    try_to_sign_in(client, password=factories.PASSWORD)
    assert "修改密码" in client.get("/password").text


def test_there_is_no_third_language(client, app):
    assert client.post("/language", data={"language": "xx"}).status_code == 422


def test_an_administrator_adds_somebody_who_can_then_sign_in(sign_in, client):
    admin = sign_in("admin")
    form = {
        "login": "wang.fang",
        "name_zh": "王芳",
        "name_en": "Wang Fang",
        "role": "planner",
        "regions": "",
        "password": "the kiln burns day and night",
    }
    answer = admin.post("/users/new", data=form)
    assert (answer.status_code, answer.location) == (303, "/users/wang.fang")
    page = admin.get("/users/wang.fang").text
    assert "can sign in with the first password" in page
    assert form["password"] not in page
    assert "wang.fang" in admin.get("/users?q=fang").text
    answer = try_to_sign_in(client, "wang.fang", form["password"])
    assert answer.status_code == 303


def test_a_bad_person_is_refused_beside_the_field_and_what_was_typed_stays(sign_in):
    admin = sign_in("admin")
    form = {
        "login": "Wang Fang",
        "name_zh": "王芳",
        "name_en": "Wang Fang",
        "role": "planner",
        "password": "short",
    }
    answer = admin.post("/users/new", data=form)
    assert answer.status_code == 422
    assert 'id="login-error"' in answer.text
    assert "王芳" in answer.text
    answer = admin.post("/users/new", data={**form, "login": "wang.fang"})
    assert answer.status_code == 422
    assert 'id="password-error"' in answer.text
    assert admin.get("/users?q=wang.fang").text.count("Nobody is called that.") == 1


def test_a_reset_password_ends_what_the_person_has_open(sign_in, person, client):
    browser = sign_in("li.wei")
    admin = sign_in("admin")
    answer = admin.post("/users/li.wei/password", data={"password": "glaze line three is waiting"})
    assert answer.status_code == 303
    assert browser.get("/password").status_code == 302
    answer = try_to_sign_in(client, password="glaze line three is waiting")
    assert answer.status_code == 303


def test_ones_own_password_changes_with_the_old_one_only(sign_in, person, client):
    browser, elsewhere = sign_in("li.wei"), sign_in("li.wei")
    new = "press two has a new die"
    answer = browser.post("/password", data={"old_password": "not this one", "password": new})
    assert answer.status_code == 422
    assert 'id="old_password-error"' in answer.text
    answer = browser.post("/password", data={"old_password": factories.PASSWORD, "password": new})
    assert answer.status_code == 303
    assert browser.get("/password").status_code == 200
    assert elsewhere.get("/password").status_code == 302
    assert try_to_sign_in(client, password=new).status_code == 303


@pytest.mark.parametrize("role", ["sales", "planner", "supervisor", "finance"])
def test_only_an_administrator_sees_people(sign_in, role, person):
    browser = sign_in(role)
    assert browser.get("/users").status_code == 403
    assert browser.get("/users/li.wei").status_code == 403
    assert browser.post("/users/li.wei/deactivate").status_code == 403
    assert browser.post("/users/new", data={}).status_code == 403


def test_a_missing_person_is_a_page_that_says_so(sign_in):
    assert sign_in("admin").get("/users/nobody").status_code == 404


def test_a_script_that_has_not_signed_in_gets_a_plain_401(client):
    answer = client.get("/password", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json == {"error": "Please sign in."}
