"""How much of a contract is agreed, called off and given back; exact however many draw at once."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import Update, update

from tileplan.accounts.models import User
from tileplan.catalog.models import Tile
from tileplan.contracts import queries
from tileplan.contracts.models import Contract, ContractItem
from tileplan.contracts.rules import CONTRACT, ContractState, Drawn
from tileplan.kernel import documents
from tileplan.kernel.db import session
from tileplan.kernel.errors import Conflict, Refused
from tileplan.kernel.words import Text, say


def call_off(contract: Contract, phase_id: int, tile_id: int, pieces: int) -> None:
    """Draw pieces from what is agreed; refused where not so many are left, however many draw at once."""
    _check_signed(contract)
    drawn = session.execute(
        _item(contract, phase_id, tile_id)
        .where(ContractItem.called_off + pieces <= ContractItem.pieces)
        .values(called_off=ContractItem.called_off + pieces)
        .returning(ContractItem.id)
    ).first()
    if drawn is None:
        raise Refused(
            say(
                "Contract %(number)s has less left than this order needs. "
                "Return the order to review, so that more can be agreed.",
                number=contract.number,
            )
        )


def give_back(contract: Contract, phase_id: int, tile_id: int, pieces: int) -> None:
    """Return pieces that were called off and will not be delivered."""
    given = session.execute(
        _item(contract, phase_id, tile_id)
        .where(ContractItem.called_off >= pieces)
        .values(called_off=ContractItem.called_off - pieces)
        .returning(ContractItem.id)
    ).first()
    if given is None:
        raise Conflict(
            say("Contract %(number)s doesn't hold so much as called off.", number=contract.number)
        )


def agree(
    contract: Contract,
    phase_id: int,
    tile: Tile,
    pieces: int,
    *,
    price: Decimal,
    by: User,
    why: str,
) -> None:
    """Agree more of a tile in a phase than the contract says, and write that into its journal."""
    _check_signed(contract)
    grown = session.execute(
        _item(contract, phase_id, tile.id)
        .values(pieces=ContractItem.pieces + pieces)
        .returning(ContractItem.id)
    ).first()
    if grown is None:
        session.add(
            ContractItem(
                contract_id=contract.id,
                phase_id=phase_id,
                tile_id=tile.id,
                pieces=pieces,
                price=price,
            )
        )
        session.flush()
    phase = next(row for row in contract.phases if row.id == phase_id)
    documents.note(
        CONTRACT.kind,
        contract.number,
        "amend",
        by=by,
        reason=f"{why}: {phase.name} · {tile.code} · +{tile.packing.area(pieces)} m²",
        detail={"phase": phase.name, "tile": tile.code, "pieces": pieces},
    )


def take_over(draws: Sequence[Drawn]) -> list[Text]:
    """Agree and call off what orders loaded from a file have drawn; the first price stays locked."""
    known = queries.items_of(draw.contract_id for draw in draws)
    warnings = []
    for draw in draws:
        key = (draw.phase_id, draw.tile_id)
        item = known.get(key)
        if item is None:
            item = known[key] = ContractItem(
                contract_id=draw.contract_id, phase_id=draw.phase_id, tile_id=draw.tile_id,
                pieces=0, called_off=0, price=draw.price,
            )  # fmt: skip
            session.add(item)
        if item.price != draw.price:
            warnings.append(
                say(
                    "A price of %(price)s differs from the %(locked)s that is locked in the contract.",
                    price=draw.price,
                    locked=item.price,
                )
            )
        item.pieces += draw.pieces
        item.called_off += draw.pieces
    session.flush()
    return warnings


def _check_signed(contract: Contract) -> None:
    if contract.state is not ContractState.SIGNED:
        raise Refused(say("Contract %(number)s is not signed.", number=contract.number))


def _item(contract: Contract, phase_id: int, tile_id: int) -> Update:
    return (
        update(ContractItem)
        .where(
            ContractItem.contract_id == contract.id,
            ContractItem.phase_id == phase_id,
            ContractItem.tile_id == tile_id,
        )
        .execution_options(synchronize_session=False)
    )
