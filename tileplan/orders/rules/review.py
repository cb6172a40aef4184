"""What a reviewer sees at once: green, amber or red for buyer, price, credit, stock and dates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tileplan.kernel.words import Text, say

# Discounts beyond these shares of the reference price need a look, and a good reason.
NOTABLE_DISCOUNT = Decimal("0.10")
LARGE_DISCOUNT = Decimal("0.20")
# A credit limit is nearly used from here on.
NEARLY_USED = Decimal("0.9")


class Light(StrEnum):
    """How a finding looks: fine, look at it, or think twice."""

    GREEN = "good"
    AMBER = "warn"
    RED = "bad"


@dataclass(frozen=True)
class Finding:
    """One line of the reviewer's card."""

    subject: Text
    light: Light
    words: Text


@dataclass(frozen=True)
class ItemFacts:
    """What is known of an item; `reference` is the contract's price, else the list price.

    `beyond` are m² more than the contract has left; `lot` names the stock lot that serves it.
    """

    position: int
    area: Decimal
    loose_pieces: int
    price: Decimal
    reference: Decimal
    due_on: date
    beyond: Decimal
    lot: str | None
    can_be_made: bool
    moves: tuple[str, ...] = ()


@dataclass(frozen=True)
class CreditFacts:
    """How far a customer's credit is used; all amounts in the plant's currency."""

    limit: Decimal
    used: Decimal
    amount: Decimal


SPEC, PRICE, CREDIT = say("Specification"), say("Selling price"), say("Credit")
STOCK, DUE, AGREED = say("Stock"), say("Due dates"), say("Contract")


def review(
    items: Sequence[ItemFacts],
    credit: CreditFacts | None,
    *,
    is_project: bool,
    today: date,
    buys_for_sites: bool = False,
) -> list[Finding]:
    """Everything that a reviewer should know before approving."""
    findings = [_spec(items), _price(items, is_project=is_project), _credit(credit)]
    if is_project:
        findings.append(_agreed(items))
    elif buys_for_sites:
        words = say("A project customer, yet this order is drawn from no contract.")
        findings.append(Finding(AGREED, Light.AMBER, words))
    findings.extend(_stock(items))
    findings.append(_due(items, today))
    return findings


def _spec(items: Sequence[ItemFacts]) -> Finding:
    loose = [item.position for item in items if item.loose_pieces]
    if loose:
        return Finding(
            SPEC, Light.AMBER, say("Loose pieces, so a box is opened: item %(items)s.", items=_list(loose))
        )  # fmt: skip
    return Finding(SPEC, Light.GREEN, say("All in whole boxes."))


def _price(items: Sequence[ItemFacts], *, is_project: bool) -> Finding:
    if any(item.price == 0 for item in items):
        free = _list(item.position for item in items if item.price == 0)
        return Finding(PRICE, Light.RED, say("Given away for nothing: item %(items)s.", items=free))
    most = max(items, key=discount)
    share = discount(most)
    if is_project:
        return _contract_price(items)
    if share <= 0:
        return Finding(PRICE, Light.GREEN, say("At list price or above."))
    light = Light.GREEN
    if share > NOTABLE_DISCOUNT:
        light = Light.RED if share > LARGE_DISCOUNT else Light.AMBER
    words = say(
        "Up to %(percent)s %% below list price (item %(item)s).",
        percent=percent(share),
        item=most.position,
    )
    return Finding(PRICE, light, words)


def _contract_price(items: Sequence[ItemFacts]) -> Finding:
    other = [item.position for item in items if item.price != item.reference]
    if other:
        return Finding(
            PRICE, Light.AMBER, say("Not the contract's price: item %(items)s.", items=_list(other))
        )
    return Finding(PRICE, Light.GREEN, say("At the contract's price."))


def _credit(credit: CreditFacts | None) -> Finding:
    if credit is None:
        return Finding(
            CREDIT, Light.GREEN, say("A walk-in pays before delivery; no credit is given.")
        )
    after = credit.used + credit.amount
    parts = {"after": f"{after:,.2f}", "limit": f"{credit.limit:,.2f}"}
    if after > credit.limit:
        return Finding(
            CREDIT,
            Light.RED,
            say("%(after)s with this order, over the limit of %(limit)s.", **parts),
        )
    light = Light.AMBER if after > credit.limit * NEARLY_USED else Light.GREEN
    return Finding(CREDIT, light, say("%(after)s of %(limit)s with this order.", **parts))


def _agreed(items: Sequence[ItemFacts]) -> Finding:
    beyond = [item for item in items if item.beyond]
    if beyond:
        return Finding(
            AGREED,
            Light.AMBER,
            say(
                "%(area)s m² more than is left: approving amends the contract (item %(items)s).",
                area=sum(item.beyond for item in beyond),
                items=_list(item.position for item in beyond),
            ),
        )
    return Finding(AGREED, Light.GREEN, say("Within what is agreed."))


def _stock(items: Sequence[ItemFacts]) -> list[Finding]:
    made = [item for item in items if item.lot is None]
    hopeless = _list(item.position for item in made if not item.can_be_made)
    findings = []
    if hopeless:
        words = say(
            "Not in one lot of stock, and no line makes it: item %(items)s.", items=hopeless
        )
        findings.append(Finding(STOCK, Light.RED, words))
    elif made:
        words = say(
            "%(made)s of %(all)s items go to production: item %(items)s.",
            made=len(made), all=len(items), items=_list(item.position for item in made),
        )  # fmt: skip
        findings.append(Finding(STOCK, Light.AMBER, words))
    else:
        findings.append(Finding(STOCK, Light.GREEN, say("Every item fits one lot of stock.")))
    moved = sorted({ref for item in items for ref in item.moves})
    if moved:
        words = say(
            "For one shade in the phase these leave the lot they are reserved in: %(refs)s.",
            refs=", ".join(moved),
        )
        findings.append(Finding(STOCK, Light.AMBER, words))
    return findings


def _due(items: Sequence[ItemFacts], today: date) -> Finding:
    late = [item.position for item in items if item.due_on < today]
    if late:
        return Finding(
            DUE, Light.AMBER, say("The due date has passed: item %(items)s.", items=_list(late))
        )
    first = min(item.due_on for item in items)
    return Finding(DUE, Light.GREEN, say("First due on %(day)s.", day=first.isoformat()))


def discount(item: ItemFacts) -> Decimal:
    """The share by which an item is sold below its reference price."""
    return 1 - item.price / item.reference if item.reference else Decimal(0)


def percent(share: Decimal) -> str:
    """A share in percent, to the tenth."""
    return f"{share * 100:.1f}"


def _list(positions: Iterable[int]) -> str:
    return ", ".join(str(position) for position in positions)
