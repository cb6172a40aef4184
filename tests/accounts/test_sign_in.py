from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from tests import factories
from tileplan.accounts import queries, rules, service
from tileplan.accounts.models import FailedSignIn, SignIn, User
from tileplan.kernel import clock, db
from tileplan.kernel.errors import NotFound, Refused


def wrong(login="li.wei", address="10.0.0.1", times=1):
    for _ in range(times):
        with pytest.raises(Refused) as refusal:
            service.sign_in(login, "not the password", address=address)
    return refusal.value.message


def minutes(number):
    return rules.too_often(timedelta(minutes=number)).message


@pytest.fixture
def person(database):
    return factories.user("sales", login="li.wei", regions="GD;GX")


def test_a_right_password_opens_a_sign_in_and_only_the_tokens_hash_is_kept(person):
    token = service.sign_in(" Li.Wei ", factories.PASSWORD, address="10.0.0.1")
    assert queries.signed_in(token).login == "li.wei"
    stored = db.session.scalars(select(SignIn)).one()
    assert token not in (stored.token_hash, str(stored.id))


def test_unknown_people_and_wrong_passwords_are_refused_in_the_same_words(person):
    assert wrong("li.wei") == wrong("nobody.at.all") == service.WRONG


def test_five_wrong_tries_from_one_address_stop_even_the_right_password(person):
    wrong(times=5)
    with pytest.raises(Refused, match="Too many"):
        service.sign_in("li.wei", factories.PASSWORD, address="10.0.0.1")
    assert service.sign_in("li.wei", factories.PASSWORD, address="10.0.0.2")


def test_unknown_names_are_stopped_just_like_known_ones(person):
    wrong("nobody", times=5)
    assert wrong("nobody") == minutes(15)


def many_wrong_tries(address="10.0.0.1"):
    """Somebody behind an address has tried invented names as often as one may."""
    db.session.add_all(
        FailedSignIn(login=f"guess{number}", address=address, at=clock.now())
        for number in range(rules.PER_ADDRESS.most)
    )


def test_many_wrong_tries_from_one_address_stop_strangers_there(person):
    many_wrong_tries()
    assert wrong("li.wei") == minutes(15)
    assert wrong("li.wei", address="10.0.0.2") == service.WRONG


def test_wrong_tries_of_others_keep_nobody_out_of_an_address_known_for_the_account(person):
    service.sign_in("li.wei", factories.PASSWORD, address="10.0.0.1")
    many_wrong_tries()
    assert service.sign_in("li.wei", factories.PASSWORD, address="10.0.0.1")
    wrong(times=5)
    with pytest.raises(rules.TooOften):
        service.sign_in("li.wei", factories.PASSWORD, address="10.0.0.1")


def test_a_wrong_present_password_counts_like_a_wrong_sign_in(person):
    for _ in range(5):
        with pytest.raises(Refused, match="present password"):
            service.change_own_password(person, "a guess", "a quite new sentence", address="x")
    with pytest.raises(rules.TooOften):
        service.change_own_password(person, factories.PASSWORD, "a new sentence", address="x")


def test_an_account_bears_a_hundred_wrong_tries_a_day_from_everywhere(person):
    now = clock.now()
    db.session.add_all(
        FailedSignIn(login="li.wei", address=f"10.1.0.{n}", at=now - timedelta(hours=20))
        for n in range(99)
    )
    assert wrong(address="10.2.0.1") == service.WRONG
    assert wrong(address="10.2.0.2") == rules.too_often(timedelta(hours=4)).message


def test_the_sentence_tells_the_time_that_is_left(person):
    with clock.stopped_at(clock.now()):
        wrong(times=5)
        began = clock.now()
    with clock.stopped_at(began + timedelta(minutes=11, seconds=30)):
        assert str(wrong()) == "Too many wrong tries. Wait 4 min, or ask your administrator."
    assert "Wait 24 h" in str(rules.too_often(timedelta(hours=23, minutes=1)).message)


def guessed_from_everywhere(now):
    """A stranger has spent the account's daily tries."""
    db.session.add_all(
        FailedSignIn(login="li.wei", address=f"10.1.0.{n}", at=now - timedelta(hours=1))
        for n in range(100)
    )


def test_strangers_guesses_do_not_lock_out_an_address_known_for_the_account(person):
    factories.user("sales", login="wang.fang")
    service.sign_in("li.wei", factories.PASSWORD, address="10.0.0.1")
    service.sign_in("wang.fang", factories.PASSWORD, address="10.0.0.7")
    guessed_from_everywhere(clock.now())
    assert service.sign_in("li.wei", factories.PASSWORD, address="10.0.0.1")
    for stranger in ("10.9.9.9", "10.0.0.7", ""):
        with pytest.raises(Refused, match="Wait 23 h"):
            service.sign_in("li.wei", factories.PASSWORD, address=stranger)
    wrong(times=5)
    with pytest.raises(Refused, match="Wait 15 min"):
        service.sign_in("li.wei", factories.PASSWORD, address="10.0.0.1")


def test_an_address_is_known_for_thirty_days(person):
    service.sign_in("li.wei", factories.PASSWORD, address="10.0.0.1")
    with clock.stopped_at(clock.now() + timedelta(days=30, seconds=1)):
        guessed_from_everywhere(clock.now())
        with pytest.raises(Refused, match="Too many"):
            service.sign_in("li.wei", factories.PASSWORD, address="10.0.0.1")


def test_after_a_quarter_of_an_hour_one_may_try_again(person):
    wrong(times=5)
    with clock.stopped_at(clock.now() + timedelta(minutes=15, seconds=1)):
        assert service.sign_in("li.wei", factories.PASSWORD, address="10.0.0.1")


def test_a_right_password_clears_the_count_of_its_own_browser_only(person):
    wrong(times=4)
    wrong(address="10.0.0.9", times=4)
    service.sign_in("li.wei", factories.PASSWORD, address="10.0.0.1")
    left = db.session.scalars(select(FailedSignIn)).all()
    assert {row.address for row in left} == {"10.0.0.9"}


def test_a_sign_in_ends_with_the_shift(person):
    token = service.open_sign_in(person)
    with clock.stopped_at(clock.now() + timedelta(hours=11, minutes=59)):
        assert queries.signed_in(token)
    with clock.stopped_at(clock.now() + timedelta(hours=12, seconds=1)):
        assert queries.signed_in(token) is None


def test_signing_out_ends_this_browser_and_no_other(person):
    here, there = service.open_sign_in(person), service.open_sign_in(person)
    service.sign_out(here)
    assert queries.signed_in(here) is None
    assert queries.signed_in(there)


def test_another_password_ends_every_open_sign_in(person):
    token = service.open_sign_in(person)
    service.set_password(person, "a quite different sentence")
    assert queries.signed_in(token) is None
    assert service.sign_in("li.wei", "a quite different sentence", address="x")


def test_a_deactivated_person_is_out_at_once_and_is_refused_like_a_stranger(person):
    token = service.open_sign_in(person)
    service.deactivate(person, by=factories.user("admin"))
    assert queries.signed_in(token) is None
    with pytest.raises(Refused) as refusal:
        service.sign_in("li.wei", factories.PASSWORD, address="x")
    assert refusal.value.message == service.WRONG


def test_demo_people_cannot_sign_in_where_they_are_not_allowed(person):
    person.is_demo = True
    assert service.sign_in("li.wei", factories.PASSWORD, address="x")
    with pytest.raises(Refused):
        service.sign_in("li.wei", factories.PASSWORD, address="x", allows_demo=False)


def test_somebody_without_a_password_cannot_sign_in(database):
    service.keep([rules.NewUser("new.one", "New", "新", "planner")])
    for password in ("", "None"):
        with pytest.raises(Refused):
            service.sign_in("new.one", password, address="x")


def test_a_password_hashed_with_older_costs_is_hashed_anew_at_sign_in(person):
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    person.password_hash = cheap.hash(factories.PASSWORD)
    service.sign_in("li.wei", factories.PASSWORD, address="x")
    assert not service._hashing.hasher.check_needs_rehash(person.password_hash)


def test_the_default_hasher_is_argon2id_with_the_agreed_costs():
    hasher = service._DEFAULT
    stored = hasher.hash("any password")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_last_administrator_stays_and_nobody_deactivates_themself(database):
    admin = factories.user("admin")
    with pytest.raises(Refused, match="yourself"):
        service.deactivate(admin, by=admin)
    with pytest.raises(Refused, match="last administrator"):
        service.deactivate(admin, by=factories.user("planner"))


def test_people_are_brought_up_to_date_by_a_second_load_and_keep_their_password(person):
    before = person.password_hash
    service.keep([rules.NewUser("li.wei", "Li Wei", "李伟", "sales_manager", "")])
    again = queries.user("li.wei")
    assert (again.name_zh, again.role, again.password_hash) == ("李伟", "sales_manager", before)
    assert len(db.session.scalars(select(User)).all()) == 1


def test_a_region_belongs_to_the_salesperson_who_looks_after_it(person):
    assert queries.owner_of_region("GX") is person
    with pytest.raises(NotFound):
        queries.owner_of_region("ZZ")


def test_only_salespeople_are_limited_to_what_is_theirs(person):
    assert person.scope_owner == person.id
    assert factories.user("planner").scope_owner is None
    assert rules.Nobody().scope_owner == 0, "ids begin at 1"


def test_people_are_listed_by_page_and_found_by_any_of_their_names(person):
    assert [row.login for row in queries.users("li.", None).rows] == ["li.wei"]
    assert queries.users("100%", None).rows == []
