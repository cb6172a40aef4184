"""What is read of customers; a salesperson's statements see their own only."""

from collections.abc import Iterable

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from tileplan.customers.models import Customer
from tileplan.customers.rules import CustomerKind
from tileplan.kernel.db import session
from tileplan.kernel.errors import NotFound
from tileplan.kernel.paging import Page, page
from tileplan.kernel.words import say

MOST_FOUND = 8


def customer(code: str) -> Customer:
    """The customer with this code, with their salesperson."""
    statement = select(Customer).where(Customer.code == code).options(joinedload(Customer.owner))
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound(say("There is no customer %(code)s.", code=code))
    return found


def search(text: str, after: str | None, *, kind: str = "") -> Page[Customer]:
    """A page of customers by code, found by code, name or telephone."""
    return page(_matching(text, kind), Customer.code, after)


def listed(text: str, *, kind: str = "") -> list[Customer]:
    """All customers that a search shows, for its export."""
    return list(session.scalars(_matching(text, kind).order_by(Customer.code)))


def find(text: str, *, kind: str = "") -> list[Customer]:
    """The first few customers that somebody may mean while typing."""
    if not text.strip():
        return []
    return list(session.scalars(_matching(text, kind).order_by(Customer.code).limit(MOST_FOUND)))


def by_code(codes: Iterable[str]) -> dict[str, Customer]:
    """The customers with these codes, as far as there are such."""
    wanted = sorted(set(codes))
    found: dict[str, Customer] = {}
    for first in range(0, len(wanted), 500):
        part = wanted[first : first + 500]
        rows = session.scalars(select(Customer).where(Customer.code.in_(part)))
        found.update({row.code: row for row in rows})
    return found


def _matching(text: str, kind: str) -> Select[Customer]:
    statement = select(Customer).options(joinedload(Customer.owner))
    if kind in set(CustomerKind):
        statement = statement.where(Customer.kind == CustomerKind(kind))
    for word in text.split():
        statement = statement.where(
            or_(
                *(
                    column.icontains(word, autoescape=True)
                    for column in (Customer.code, Customer.name, Customer.phone)
                )
            )
        )
    return statement
