"""What is done with customers: adding, changing, keeping what a file says."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from tileplan.accounts import queries as accounts
from tileplan.accounts.models import User
from tileplan.customers import queries
from tileplan.customers.models import Customer
from tileplan.customers.rules import NewCustomer, check_customer, kind_named
from tileplan.kernel import documents, keeping, numbering
from tileplan.kernel.db import session
from tileplan.kernel.errors import Outdated, Refused
from tileplan.kernel.keeping import Kept
from tileplan.kernel.words import say

SERIES = "C"
# What the person who looks after a customer may change; credit is the manager's decision.
_DETAILS = ("name", "region", "tier", "phone", "address")
_CREDIT = ("credit_limit", "payment_days")
_NO_CREDIT: dict[str, object] = {"credit_limit": Decimal(0), "payment_days": 0}


def may_give_credit(by: User) -> bool:
    """True for those who review orders: whoever sells doesn't set the limit of their own customer."""
    return by.may("orders.review")


def add(row: NewCustomer, *, by: User) -> Customer:
    """Add a customer under the next free code; a salesperson's own, a manager says whose."""
    check_customer(row)
    made = Customer(
        code=numbering.draw(SERIES),
        owner_id=_owner(row, by).id,
        kind=kind_named(row.kind),
        **_values(row, _DETAILS),
        **(_values(row, _CREDIT) if may_give_credit(by) else _NO_CREDIT),
    )
    session.add(made)
    session.flush()
    documents.note("customer", made.code, "place", by=by)
    return made


def change(code: str, row: NewCustomer, *, version: int, by: User) -> Customer:
    """Change a customer's details; the salesperson stays, handing over is a step of its own."""
    found = queries.customer(code)
    if found.version != version:
        raise Outdated(
            say(
                "Somebody else has just changed this customer. "
                "Reload the page, look at the change and try again."
            )
        )
    check_customer(row)
    found.kind = kind_named(row.kind)
    changed = _DETAILS + _CREDIT if may_give_credit(by) else _DETAILS
    for name, value in _values(row, changed).items():
        setattr(found, name, value)
    documents.note("customer", found.code, "edit", by=by)
    session.flush()
    return found


def keep(rows: Sequence[NewCustomer]) -> Kept:
    """Add these customers or bring them up to date, by code; twice is harmless."""
    owners = accounts.users_by_login(row.owner for row in rows)
    wanted = {}
    for row in rows:
        check_customer(row)
        owner = owners.get(row.owner)
        if owner is None:
            raise Refused(say("There is no user %(named)s.", named=row.owner), field="owner")
        wanted[row.code] = {
            "code": row.code,
            "kind": kind_named(row.kind),
            "owner_id": owner.id,
            **_values(row, _DETAILS + _CREDIT),
        }
    kept = keeping.keep(Customer, queries.by_code(wanted), wanted)
    _remember_numbers(wanted)
    return kept


def _values(row: NewCustomer, names: tuple[str, ...]) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}


def _remember_numbers(codes: Iterable[str]) -> None:
    ours = [code for code in codes if code.startswith(f"{SERIES}-")]
    if ours:
        numbering.keep_above(max(ours, key=lambda code: (len(code), code)))


def _owner(row: NewCustomer, by: User) -> User:
    """The salesperson who looks after a new customer."""
    if by.scope_owner is not None:
        return by
    chosen = next((p for p in accounts.salespeople() if p.login == row.owner), None)
    if chosen is None:
        raise Refused(say("Please choose the salesperson."), field="owner")
    return chosen
