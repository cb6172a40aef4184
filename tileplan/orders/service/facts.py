"""Facts that come down to orders: what the floor has begun and finished, who looks after whom."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import update

from tileplan.accounts import queries as accounts
from tileplan.accounts.models import User
from tileplan.contracts import service as contracts
from tileplan.customers import queries as customers
from tileplan.customers.models import Customer
from tileplan.kernel import documents
from tileplan.kernel.db import session
from tileplan.kernel.errors import Refused
from tileplan.kernel.words import say
from tileplan.orders.models import Order, OrderItem


def note_started(item_ids: Iterable[int], at: datetime) -> None:
    """The floor has begun to make these items; the first time counts."""
    session.execute(
        update(OrderItem)
        .where(OrderItem.id.in_(sorted(set(item_ids))), OrderItem.started_at.is_(None))
        .values(started_at=at)
    )


def note_finished(item_ids: Iterable[int], at: datetime) -> None:
    """These items lie in stock, made and reserved; the first time counts."""
    ids = sorted(set(item_ids))
    note_started(ids, at)
    session.execute(
        update(OrderItem)
        .where(OrderItem.id.in_(ids), OrderItem.finished_at.is_(None))
        .values(finished_at=at)
    )


def hand_over(code: str, login: str, *, by: User) -> Customer:
    """Let another salesperson look after a customer, with all contracts and orders."""
    customer = customers.customer(code)
    person = next((row for row in accounts.salespeople() if row.login == login), None)
    if person is None:
        raise Refused(say("Please choose the salesperson."), field="owner")
    customer.owner_id = person.id
    _hand_papers_over(customer, person, by)
    return customer


def follow_customer(code: str) -> None:
    """Let contracts and orders follow a customer whose salesperson a file has changed."""
    customer = customers.customer(code)
    _hand_papers_over(customer, accounts.user_with(customer.owner_id), None)


def _hand_papers_over(customer: Customer, person: User, by: User | None) -> None:
    contracts.hand_over(customer.id, person.id)
    session.execute(
        update(Order)
        .where(Order.customer_id == customer.id)
        .values(owner_id=person.id, version=Order.version + 1)
        .execution_options(synchronize_session=False)
    )
    documents.note("customer", customer.code, "hand_over", by=by, reason=person.login)
    session.flush()


def note_short(item_ids: Iterable[int]) -> None:
    """What the floor began for these items is over and brought them nothing: they wait again."""
    session.execute(
        update(OrderItem)
        .where(OrderItem.id.in_(sorted(set(item_ids))), OrderItem.finished_at.is_(None))
        .values(started_at=None)
    )
