"""Writing contracts, their steps, keeping what a file says, handing them over."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, update
from sqlalchemy.orm.attributes import flag_modified

from tileplan.accounts.models import User
from tileplan.catalog import queries as catalog
from tileplan.catalog.models import Tile
from tileplan.contracts import queries
from tileplan.contracts.models import Contract, ContractItem, Phase
from tileplan.contracts.rules import (
    CONTRACT,
    SERIES,
    ContractState,
    NewContract,
    NewItem,
    check_contract,
)
from tileplan.customers import queries as customers
from tileplan.customers.models import Customer
from tileplan.kernel import clock, documents, keeping, numbering
from tileplan.kernel.db import session
from tileplan.kernel.errors import NotFound, Outdated, Refused, refuse_all, refused
from tileplan.kernel.keeping import Kept
from tileplan.kernel.words import say

_TERMS = (
    "site", "deposit_percent", "retention_percent", "late_penalty_per_day", "late_penalty_cap",
)  # fmt: skip


def write(row: NewContract, *, by: User) -> Contract:
    """Write a new contract down as a draft, under the next free number."""
    check_contract(row)
    made = Contract(
        number=numbering.draw(SERIES),
        state=ContractState.DRAFT,
        signed_on=None,
        phases=[],
        **_terms(row, _buyer(row)),
    )
    _add_phases(made, row.phases)
    session.add(made)
    session.flush()
    _agree_items(made, row)
    documents.note(CONTRACT.kind, made.number, "place", by=by)
    return made


def rewrite(number: str, row: NewContract, *, version: int, by: User) -> Contract:
    """Replace what a draft says."""
    found = queries.contract(number)
    _check_version(found, version)
    if found.state is not ContractState.DRAFT:
        raise Refused(say("Only a draft can be changed; this contract is signed or closed."))
    check_contract(row)
    for name, value in _terms(row, _buyer(row)).items():
        setattr(found, name, value)
    # other items are another version, even where the contract's own columns stay as they were
    flag_modified(found, "site")
    _forget_items(found)
    for position, name in enumerate(row.phases, start=1):
        session.add(Phase(contract_id=found.id, position=position, name=name))
    session.flush()
    found = queries.contract(number)
    _agree_items(found, row)
    documents.note(CONTRACT.kind, number, "edit", by=by)
    return found


def _forget_items(contract: Contract) -> None:
    """Take a draft's phases and items away, so that others may stand in their place."""
    for row in (*contract.items, *contract.phases):
        session.expunge(row)
    for table in (ContractItem, Phase):
        session.execute(
            delete(table)
            .where(table.contract_id == contract.id)
            .execution_options(synchronize_session=False)
        )


def _buyer(row: NewContract) -> Customer:
    try:
        return customers.customer(row.customer)
    except NotFound as missing:
        raise Refused(missing.message, field="customer") from missing


def act(
    number: str, action: str, *, by: User, reason: str | None = None, version: int | None = None
) -> Contract:
    """Move a contract along its workflow."""
    found = queries.contract(number)
    if version is not None:
        _check_version(found, version)
    if action == "sign":
        if not found.items:
            raise Refused(say("Nothing is agreed yet: write at least one tile for a phase."))
        found.signed_on = found.signed_on or clock.today()
    documents.advance(found, CONTRACT, action, by=by, reason=reason)
    session.flush()
    return found


def keep(rows: Sequence[NewContract]) -> Kept:
    """Add these contracts or bring them up to date; phases are added, never taken away."""
    buyers = customers.by_code(row.customer for row in rows)
    wanted = {}
    for row in rows:
        check_contract(row)
        buyer = buyers.get(row.customer)
        if buyer is None:
            raise Refused(
                say("There is no customer %(code)s.", code=row.customer), field="customer"
            )
        wanted[row.number] = {
            "number": row.number,
            "signed_on": row.signed_on,
            **_terms(row, buyer),
        }
    stored = queries.by_number(wanted)
    kept = keeping.keep(Contract, stored, wanted)
    contracts = queries.by_number(wanted)
    for row in rows:
        contract = contracts[row.number]
        if row.number not in stored:
            contract.state = _state_of(row)
        _add_phases(contract, row.phases)
    session.flush()
    if wanted:
        numbering.keep_above(max(wanted, key=lambda number: (len(number), number)))
    return kept


def hand_over(customer_id: int, owner_id: int) -> None:
    """Let another salesperson look after all contracts of a customer."""
    session.execute(
        update(Contract)
        .where(Contract.customer_id == customer_id)
        .values(owner_id=owner_id, version=Contract.version + 1)
        .execution_options(synchronize_session=False)
    )


def _state_of(row: NewContract) -> ContractState:
    return ContractState.SIGNED if row.signed_on else ContractState.DRAFT


def _terms(row: NewContract, buyer: Customer) -> dict[str, object]:
    terms = {name: getattr(row, name) for name in _TERMS}
    return {**terms, "customer_id": buyer.id, "owner_id": buyer.owner_id}


def _add_phases(contract: Contract, names: Sequence[str]) -> None:
    there = {phase.name for phase in contract.phases}
    for name in names:
        if name not in there:
            contract.phases.append(Phase(name=name, position=len(contract.phases) + 1))


def _agree_items(contract: Contract, row: NewContract) -> None:
    """Write the items of a draft; quantities become whole pieces here."""
    tiles = {tile.code: tile for tile in catalog.tiles()} if row.items else {}
    refuse_all(
        fault
        for index, item in enumerate(row.items)
        for fault in refused(_pieces, tiles, item, index)
    )
    phases = {phase.name: phase.id for phase in contract.phases}
    for index, item in enumerate(row.items):
        session.add(
            ContractItem(
                contract_id=contract.id,
                phase_id=phases[item.phase],
                tile_id=tiles[item.tile].id,
                pieces=_pieces(tiles, item, index),
                price=item.price,
            )
        )
    session.flush()


def _pieces(tiles: Mapping[str, Tile], item: NewItem, index: int) -> int:
    if item.tile not in tiles:
        raise Refused(
            say("There is no tile %(code)s.", code=item.tile), field=f"items-{index}-tile"
        )
    return tiles[item.tile].packing.pieces(
        item.quantity, item.unit, field=f"items-{index}-quantity"
    )


def _check_version(contract: Contract, version: int) -> None:
    if contract.version != version:
        raise Outdated(
            say(
                "Somebody else has just changed this contract. "
                "Reload the page, look at the change and try again."
            )
        )
