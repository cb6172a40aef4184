"""The form of a customer."""

from collections.abc import Collection
from decimal import Decimal

from wtforms import HiddenField

from tileplan.accounts.models import User
from tileplan.customers.rules import (
    KIND_LABELS,
    LONGEST,
    TIERS,
    NewCustomer,
    region_choices,
)
from tileplan.kernel.numbers import seen_version
from tileplan.kernel.words import say
from tileplan.web.forms import Choice, Form, Line, Number, Whole, filled, required
from tileplan.web.language import own_name


class CustomerForm(Form):
    """Who a customer is, how they pay, who looks after them."""

    name = Line(
        say("Name"), most=LONGEST["name"], is_required=True, render_kw={"autocomplete": "off"}
    )
    kind = Choice(say("Kind"), [(str(kind), label) for kind, label in KIND_LABELS.items()])
    phone = Line(
        say("Telephone"),
        most=LONGEST["phone"],
        render_kw={"inputmode": "tel", "autocomplete": "off"},
    )
    region = Choice(say("Region"), validate_choice=False, validators=[required()])
    address = Line(say("Address"), most=LONGEST["address"])
    tier = Choice(say("Tier"), [(tier, tier) for tier in TIERS], default=TIERS[-1])
    credit_limit = Number(say("Credit limit"), validators=[required()], default=Decimal(0))
    payment_days = Whole(say("Payment days"), validators=[required()], default=0)
    owner = Choice(say("Salesperson"))
    version = HiddenField(default="0")

    def offer_regions(self, own: Collection[str], shared_out: Collection[str]) -> None:
        """Let the person choose a region, their own before the others."""
        self.region.choices = region_choices(own, shared_out, self.region.data or "")

    def offer(self, *, gives_credit: bool, people: list[User] | None) -> None:
        """Leave out what this person doesn't decide."""
        if not gives_credit:
            del self.credit_limit
            del self.payment_days
        if people is None:
            del self.owner
        else:
            self.owner.choices = [
                ("", say("Please choose")),
                *((p.login, _named(p)) for p in people),
            ]

    def seen_version(self) -> int:
        """The version that the person was looking at."""
        return seen_version(self.version.data)

    def new_customer(self, code: str = "") -> NewCustomer:
        """The customer as written; credit counts only from those who may give it."""
        return NewCustomer(
            code=code,
            name=self.name.data or "",
            kind=self.kind.data or "",
            region=self.region.data or "",
            tier=self.tier.data or "",
            credit_limit=filled(self.credit_limit.data) if self.credit_limit else Decimal(0),
            payment_days=filled(self.payment_days.data) if self.payment_days else 0,
            owner=(self.owner.data or "") if self.owner else "",
            phone=self.phone.data or "",
            address=self.address.data or "",
        )


def _named(person: User) -> str:
    return f"{own_name(person)} ({person.login})"
