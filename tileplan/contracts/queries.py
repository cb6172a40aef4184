"""What is read of contracts; a salesperson's statements see their own only."""

from collections.abc import Iterable

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from tileplan.contracts.models import Contract, ContractItem
from tileplan.contracts.rules import ContractState
from tileplan.customers.models import Customer
from tileplan.kernel.db import session
from tileplan.kernel.errors import NotFound
from tileplan.kernel.paging import Page, page
from tileplan.kernel.words import say

MOST_OFFERED = 20


def contract(number: str) -> Contract:
    """The contract with this number: its customer, phases, and items with their tiles, as they are now."""
    statement = (
        select(Contract)
        .where(Contract.number == number)
        .options(
            joinedload(Contract.customer).joinedload(Customer.owner),
            selectinload(Contract.phases),
            selectinload(Contract.items).joinedload(ContractItem.tile),
            selectinload(Contract.items).joinedload(ContractItem.phase),
        )
        # quantities are called off by statements that the loaded rows don't hear of
        .execution_options(populate_existing=True)
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound(say("There is no contract %(number)s.", number=number))
    return found


def search(
    text: str, after: str | None, *, state: str = "", size: int = MOST_OFFERED * 2
) -> Page[Contract]:
    """A page of contracts, newest first, found by number, site or customer."""
    return page(_matching(text, state), Contract.number, after, descending=True, size=size)


def to_draw_from(text: str, after: str | None, *, has_left: bool) -> Page[Contract]:
    """A page of signed contracts, of those with anything left to be called off or of the others."""
    is_left = (
        select(ContractItem.id)
        .where(
            ContractItem.contract_id == Contract.id, ContractItem.called_off < ContractItem.pieces
        )
        .exists()
    )
    statement = _matching(text, ContractState.SIGNED).where(is_left if has_left else ~is_left)
    return page(statement, Contract.number, after, descending=True, size=MOST_OFFERED * 2)


def of_customer(code: str) -> list[Contract]:
    """The newest contracts of a customer."""
    statement = _listed().where(Customer.code == code).order_by(Contract.number.desc())
    return list(session.scalars(statement.limit(MOST_OFFERED)))


def by_number(numbers: Iterable[str]) -> dict[str, Contract]:
    """The contracts with these numbers and their phases, as far as there are such."""
    wanted = sorted(set(numbers))
    found: dict[str, Contract] = {}
    for first in range(0, len(wanted), 500):
        rows = session.scalars(
            select(Contract)
            .where(Contract.number.in_(wanted[first : first + 500]))
            .options(joinedload(Contract.customer), selectinload(Contract.phases))
        )
        found.update({row.number: row for row in rows})
    return found


def items_of(contract_ids: Iterable[int]) -> dict[tuple[int, int], ContractItem]:
    """What is agreed in these contracts, by phase and tile."""
    wanted = sorted(set(contract_ids))
    found: dict[tuple[int, int], ContractItem] = {}
    for first in range(0, len(wanted), 500):
        rows = session.scalars(
            select(ContractItem)
            .join(Contract, Contract.id == ContractItem.contract_id)
            .where(ContractItem.contract_id.in_(wanted[first : first + 500]))
            .execution_options(populate_existing=True)
        )
        found.update({(row.phase_id, row.tile_id): row for row in rows})
    return found


def _matching(text: str, state: str) -> Select[Contract]:
    statement = _listed()
    if state in set(ContractState):
        statement = statement.where(Contract.state == ContractState(state))
    for word in text.split():
        statement = statement.where(
            or_(
                *(
                    column.icontains(word, autoescape=True)
                    for column in (Contract.number, Contract.site, Customer.name, Customer.code)
                )
            )
        )
    return statement


def _listed() -> Select[Contract]:
    return (
        select(Contract)
        .join(Contract.customer)
        .options(
            joinedload(Contract.customer),
            selectinload(Contract.phases),
            selectinload(Contract.items).joinedload(ContractItem.tile),
        )
    )
