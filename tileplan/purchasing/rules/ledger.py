"""What is there, what comes, what is taken, day by day; what must be ordered, and by when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

_NOTHING = Decimal(0)
_THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True)
class Terms:
    """How a material is bought: days from order to receipt, stock to keep, the multiple sold in."""

    lead_days: int
    safety: Decimal
    multiple: Decimal


@dataclass(frozen=True)
class LedgerDay:
    """One day of a material; `balance` is without, `projected` with the `suggested` receipts."""

    on: date
    expected: Decimal
    need: Decimal
    balance: Decimal
    suggested: Decimal
    projected: Decimal

    @property
    def is_short(self) -> bool:
        """True where production would stand still for want of it."""
        return self.balance < 0


@dataclass(frozen=True)
class Verdict:
    """What a buyer must do about a material; `order_by` is the latest day that is in time.

    `is_urgent` says that production would run short, not only the safety stock.
    """

    first_short_on: date | None
    below_safety_on: date | None
    order_by: date | None
    days_too_late: int
    suggested: Decimal

    @property
    def is_urgent(self) -> bool:
        """True where production runs short within the plan."""
        return self.first_short_on is not None


def safety_stock(safety_days: int, need: Decimal, days: int) -> Decimal:
    """Give the stock to keep: so many days of the plan's average use, to the thousandth."""
    average = need / days if days else _NOTHING
    return (average * safety_days).quantize(_THOUSANDTH)


def ledger(
    days: Sequence[date],
    on_hand: Decimal,
    expected: Mapping[date, Decimal],
    needs: Mapping[date, Decimal],
    terms: Terms,
) -> list[LedgerDay]:
    """Run the balance through the days; what is missing to the safety stock is suggested that day."""
    rows: list[LedgerDay] = []
    balance = projected = on_hand
    for day in days:
        comes, goes = expected.get(day, _NOTHING), needs.get(day, _NOTHING)
        balance += comes - goes
        projected += comes - goes
        suggested = _lots_for(terms.safety - projected, terms.multiple) if goes else _NOTHING
        projected += suggested
        rows.append(LedgerDay(day, comes, goes, balance, suggested, projected))
    return rows


def verdict(rows: Sequence[LedgerDay], terms: Terms, today: date) -> Verdict:
    """Judge a ledger: the first short day, the latest day to order, how many days too late."""
    short = next((row.on for row in rows if row.is_short), None)
    below = next((row.on for row in rows if row.balance < terms.safety and row.need), None)
    wanted_on = short or below
    order_by = wanted_on - timedelta(days=terms.lead_days) if wanted_on else None
    late = (today - order_by).days if short and order_by else 0
    suggested = sum((row.suggested for row in rows), _NOTHING)
    return Verdict(short, below, order_by, max(late, 0), suggested)


def _lots_for(missing: Decimal, multiple: Decimal) -> Decimal:
    """Round a missing quantity up to whole multiples; without a multiple it is what is missing."""
    if missing <= 0:
        return _NOTHING
    if multiple <= 0:
        return missing
    return (missing / multiple).to_integral_value(ROUND_CEILING) * multiple
