"""The form of a project contract: terms, phases one per line, and a grid of what is agreed."""

from decimal import Decimal
from typing import Any

from wtforms import HiddenField, TextAreaField

from tileplan.contracts.models import Contract
from tileplan.contracts.rules import HUNDRED, LONGEST_SITE, NewContract, NewItem
from tileplan.kernel.errors import Refused, Several
from tileplan.kernel.numbers import seen_version
from tileplan.kernel.units import UNIT_LABELS, Unit
from tileplan.kernel.words import say
from tileplan.web.forms import MISSING, Choice, Line, Number, filled, required
from tileplan.web.lines import LineForm, LinesForm, lines

_IN_PERCENT = {"late_penalty_per_day": "penalty_percent", "late_penalty_cap": "cap_percent"}
UNITS = [(str(unit), label) for unit, label in UNIT_LABELS.items()]


class ItemForm(LineForm):
    """A tile agreed for one phase."""

    phase = Line(say("Phase"), most=120)
    tile = Line(say("Tile"), most=40)
    quantity = Number(say("Quantity"))
    unit = Choice(say("Unit"), UNITS)
    price = Number(say("Price per m²"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the price of a row that counts: nothing is agreed for nothing by leaving it out."""
        is_valid = bool(super().validate(extra_validators))
        if self.is_empty() or self.price.data is not None or self.price.errors:
            return is_valid
        self.show(Refused(MISSING, field="price"))
        return False

    def new_item(self) -> NewItem:
        """The row as written."""
        return NewItem(
            phase=self.phase.data or "",
            tile=(self.tile.data or "").upper(),
            quantity=self.quantity.data if self.quantity.data is not None else Decimal(0),
            unit=Unit(self.unit.data),
            price=self.price.data if self.price.data is not None else Decimal(0),
        )


class ContractForm(LinesForm):
    """A project contract."""

    customer = Line(say("Customer"), most=40, is_required=True, render_kw={"autocomplete": "off"})
    site = Line(say("Building site"), most=LONGEST_SITE, is_required=True)
    phases = TextAreaField(say("Phases, one per line"), validators=[required()])
    deposit_percent = Number(say("Deposit"), validators=[required()], default=Decimal(20))
    retention_percent = Number(say("Retention"), validators=[required()], default=Decimal(3))
    penalty_percent = Number(
        say("Penalty per day late"), validators=[required()], default=Decimal("0.1")
    )
    cap_percent = Number(say("Penalty at most"), validators=[required()], default=Decimal(5))
    items = lines(ItemForm)
    version = HiddenField(default="0")

    def show(self, refusal: Refused) -> None:
        """Write a refusal beside its field; what the contract keeps as a share is typed in percent."""
        if isinstance(refusal, Several):
            super().show(refusal)
            return
        field = _IN_PERCENT.get(refusal.field or "", refusal.field)
        super().show(Refused(refusal.message, field=field))

    def seen_version(self) -> int:
        """The version that the person was looking at."""
        return seen_version(self.version.data)

    def new_contract(self) -> NewContract:
        """The contract as written; percentages of penalty become shares."""
        return NewContract(
            number="",
            customer=(self.customer.data or "").upper(),
            site=self.site.data or "",
            signed_on=None,
            deposit_percent=filled(self.deposit_percent.data),
            retention_percent=filled(self.retention_percent.data),
            phases=self.phase_names(),
            late_penalty_per_day=filled(self.penalty_percent.data) / HUNDRED,
            late_penalty_cap=filled(self.cap_percent.data) / HUNDRED,
            items=tuple(row.new_item() for row in self.written()),
        )

    def phase_names(self) -> tuple[str, ...]:
        """The phases, one per line, empty lines left out."""
        return tuple(line.strip() for line in (self.phases.data or "").splitlines() if line.strip())

    @classmethod
    def of(cls, contract: Contract) -> "ContractForm":
        """The form of a draft as it stands."""
        return cls(
            formdata=None,
            customer=contract.customer.code,
            site=contract.site,
            phases="\n".join(phase.name for phase in contract.phases),
            deposit_percent=contract.deposit_percent,
            retention_percent=contract.retention_percent,
            penalty_percent=contract.late_penalty_per_day * HUNDRED,
            cap_percent=contract.late_penalty_cap * HUNDRED,
            version=contract.version,
            items=[
                {
                    "phase": item.phase.name,
                    "tile": item.tile.code,
                    "quantity": item.tile.packing.area(item.pieces),
                    "unit": Unit.M2,
                    "price": item.price,
                }
                for item in contract.items
            ],
        )
