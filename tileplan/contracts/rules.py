"""What is true of contracts: their life, and what may be agreed in one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tileplan.kernel.errors import Refused, refuse_all, refused
from tileplan.kernel.money import check_decimals
from tileplan.kernel.units import Unit
from tileplan.kernel.words import say
from tileplan.kernel.workflow import Arrow, Workflow


class ContractState(StrEnum):
    """Where a contract stands."""

    DRAFT = "draft"
    SIGNED = "signed"
    CLOSED = "closed"


CONTRACT = Workflow(
    kind="contract",
    labels={
        ContractState.DRAFT: say("Draft"),
        ContractState.SIGNED: say("Contract signed"),
        ContractState.CLOSED: say("Contract closed"),
    },
    arrows=(
        Arrow(
            ContractState.DRAFT, "sign", ContractState.SIGNED, "contracts.sign",
            say("Mark as signed"), is_primary=True,
        ),
        Arrow(
            ContractState.SIGNED, "close", ContractState.CLOSED, "contracts.sign",
            say("Close"), needs_reason=True,
        ),
        Arrow(
            ContractState.DRAFT, "cancel", ContractState.CLOSED, "contracts.edit",
            say("Cancel"), needs_reason=True,
        ),
    ),
)  # fmt: skip


SERIES = "PC"
HUNDRED = Decimal(100)
LONGEST_PHASE = 120
LONGEST_SITE = 200


@dataclass(frozen=True, kw_only=True)
class NewItem:
    """A tile agreed for one phase at a price per m²."""

    phase: str
    tile: str
    quantity: Decimal
    unit: Unit
    price: Decimal


@dataclass(frozen=True, kw_only=True)
class NewContract:
    """A contract as written down or loaded; penalties are shares of the late goods' value."""

    number: str
    customer: str
    site: str
    signed_on: date | None
    deposit_percent: Decimal
    retention_percent: Decimal
    phases: tuple[str, ...]
    late_penalty_per_day: Decimal
    late_penalty_cap: Decimal
    items: tuple[NewItem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Pieces of a phase and tile that an order loaded from a file has drawn from its contract."""

    contract_id: int
    phase_id: int
    tile_id: int
    pieces: int
    price: Decimal


def check_contract(row: NewContract) -> None:
    """Refuse a contract that could not be delivered or paid as written, with all that is wrong."""
    refuse_all(faults(row))


def faults(row: NewContract) -> Iterator[Refused]:
    """Everything that is wrong with a contract as written, each with its field."""
    if not row.site.strip():
        yield Refused(say("Please fill this in."), field="site")
    if len(row.site) > LONGEST_SITE:
        yield Refused(
            say("Too long: at most %(most)s characters.", most=LONGEST_SITE), field="site"
        )
    for field in ("deposit_percent", "retention_percent"):
        yield from refused(check_decimals, getattr(row, field), 2, field=field)
        if not 0 <= getattr(row, field) <= HUNDRED:
            yield Refused(say("Percent go from 0 to 100."), field=field)
    for field in ("late_penalty_per_day", "late_penalty_cap"):
        yield from refused(check_decimals, getattr(row, field), 6, field=field)
        if not 0 <= getattr(row, field) <= 1:
            yield Refused(say("The penalty is between nothing and the whole value."), field=field)
    yield from refused(check_phases, row.phases)
    yield from _item_faults(row.phases, row.items)


def check_phases(phases: Sequence[str]) -> None:
    """Refuse a contract without phases, or with two of one name."""
    if not phases:
        raise Refused(
            say("Write at least one phase, such as a building; one per line."), field="phases"
        )
    for phase in phases:
        if not phase.strip() or len(phase) > LONGEST_PHASE:
            raise Refused(
                say("A phase has a name of at most %(most)s characters.", most=LONGEST_PHASE),
                field="phases",
            )
        if phases.count(phase) > 1:
            raise Refused(say("The phase %(phase)s stands twice.", phase=phase), field="phases")


def _item_faults(phases: Sequence[str], items: Sequence[NewItem]) -> Iterator[Refused]:
    """Items of an unknown phase, the same tile twice in a phase, or a price below 0."""
    seen: set[tuple[str, str]] = set()
    for index, item in enumerate(items):
        if item.phase not in phases:
            yield Refused(
                say("There is no phase %(phase)s in this contract.", phase=item.phase),
                field=f"items-{index}-phase",
            )
        if (item.phase, item.tile) in seen:
            yield Refused(
                say("This tile stands twice in phase %(phase)s.", phase=item.phase),
                field=f"items-{index}-tile",
            )
        if item.price < 0:
            yield Refused(say("The price can't be less than 0."), field=f"items-{index}-price")
        yield from refused(check_decimals, item.price, 4, field=f"items-{index}-price")
        seen.add((item.phase, item.tile))
