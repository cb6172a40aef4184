"""The demo: filled once, with dates of today and passwords that only its folder knows."""

import pytest
from sqlalchemy import select

from tests.cli.test_cli import smaller
from tests.conftest import config_for
from tileplan import paths
from tileplan.accounts import service as accounts
from tileplan.accounts.models import User
from tileplan.accounts.rules import Role
from tileplan.demo import filling, people
from tileplan.kernel import clock, db
from tileplan.kernel.documents import JournalEntry
from tileplan.kernel.errors import Refused
from tileplan.operations import queries as operations
from tileplan.orders import queries as orders
from tileplan.orders.models import Order
from tileplan.orders.rules import OrderKind, OrderState
from tileplan.planning import queries as plans


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_demo_is_filled_once_for_today_and_tells_nobody_its_passwords(
    database, tmp_path, monkeypatch
):
    smaller(tmp_path / "plant")
    monkeypatch.setattr(paths, "DEMO_PLANT", tmp_path / "plant")
    monkeypatch.setattr(filling, "FIRST_PLAN_SECONDS", 1)
    config, told = config_for(database.url, tmp_path), []
    filling.fill(config, told.append)
    assert len(told) == 2

    kept = tmp_path / filling.SIGN_INS
    assert kept.stat().st_mode & 0o777 == 0o600
    everybody = people.sign_ins(kept)
    assert {person.role for person in people.one_per_role(everybody)} == set(Role)
    for person in everybody:
        assert accounts.sign_in(person.login, person.password, address="127.0.0.1")
        with pytest.raises(Refused):
            accounts.sign_in(person.login, person.password, address="x", allows_demo=False)
    stored = db.session.scalars(select(User)).all()
    assert all(user.is_demo for user in stored)
    passwords = {person.password for person in everybody}
    assert len(passwords) == len(everybody) == 12
    assert not any(password in str(vars(user)) for user in stored for password in passwords)

    assert orders.newest_order_day() == clock.today()
    assert plans.published() is not None
    assert operations.check() == []
    under_way = _under_way()
    db.session.commit()

    before = kept.read_bytes()
    filling.fill(config, told.append)
    assert len(told) == 2
    assert kept.read_bytes() == before
    assert _under_way() == under_way


def _under_way():
    """What waits on the sales desk: an order in review and a draft for each of the three, and more."""
    waiting = db.session.scalars(
        select(Order).where(Order.state.in_((OrderState.SUBMITTED, OrderState.DRAFT)))
    ).all()
    found = sorted((order.number, order.owner_id, order.kind, order.state) for order in waiting)
    in_review = {(row[1], row[2]) for row in found if row[3] is OrderState.SUBMITTED}
    owners = {row[1] for row in found}
    assert len(owners) == 3
    assert {owner for owner, kind in in_review if kind is OrderKind.RETAIL} == owners
    drawn = {owner for owner, kind in in_review if kind is OrderKind.PROJECT}
    drafts = {row[1] for row in found if (row[2], row[3]) == (OrderKind.DEALER, OrderState.DRAFT)}
    assert drafts == owners
    amended = select(JournalEntry.number).where(JournalEntry.action == "amend")
    assert len(db.session.scalars(amended).all()) == len(drawn) > 0
    projects = [row[0] for row in found if row[2] is OrderKind.PROJECT]
    assert [orders.shortages(orders.order(number)) for number in projects] == [{}] * len(drawn)
    return found
