"""The account of one order: for each of its lots when it is ready, why, and what would help."""

from dataclasses import dataclass

from scheduler.difference import late_cents
from scheduler.explain.causes import Causes
from scheduler.explain.remedies import Remedies, Remedy
from scheduler.plan import Plan
from scheduler.problem import Lot, Peg, Problem
from scheduler.reasons import Reason
from scheduler.standing import operations_of, stand

MOST_LOTS = 3  # late lots of one order that remedies are tried for, the latest first


class UnknownOrder(ValueError):
    """No lot of the problem is pegged to the order."""


@dataclass(frozen=True, slots=True)
class LotAccount:
    """One lot of an order: `due` and `ready` (end of its last step, None if not in the plan).

    `minutes_late` is negative where there are minutes to spare; reasons are given only where it
    is late.
    """

    lot: str
    due: int
    ready: int | None
    minutes_late: int
    cents_late: int
    reasons: tuple[Reason, ...]

    def sentences(self, order: str) -> list[str]:
        """Give the account in English."""
        if self.ready is None:
            return [f"Order {order}: lot {self.lot} is not in the plan."]
        late = self.minutes_late
        verdict = f"{late} minutes late" if late > 0 else f"in time, {-late} minutes to spare"
        head = f"Order {order}, lot {self.lot}: due {self.due}, ready {self.ready}, {verdict}."
        return [head, *(reason.sentence for reason in self.reasons)]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one order: its lots, and the remedies tried that make it less late.

    Remedies that bring their lot in time come first, the cheapest of them first.
    """

    order: str
    lots: tuple[LotAccount, ...]
    remedies: tuple[Remedy, ...]

    def sentences(self) -> list[str]:
        """Give the explanation in English, one sentence each."""
        told = [line for lot in self.lots for line in lot.sentences(self.order)]
        return told + [remedy.sentence for remedy in self.remedies]


def explain(problem: Problem, plan: Plan, order: str) -> list[str]:
    """Give the reasons and remedies of an order, one sentence each (minutes from the epoch).

    Raises UnknownOrder and PlanDoesNotFit as `explained` does.
    """
    return explained(problem, plan, order).sentences()


def explained(problem: Problem, plan: Plan, order: str) -> Explanation:
    """Say why an order is late, and try what would save it.

    Raises UnknownOrder, and PlanDoesNotFit for a plan that is none of the problem; lots may be
    missing in it, and its times may be broken.
    """
    pegged = [(lot, peg) for lot in problem.lots for peg in lot.pegs if peg.order == order]
    if not pegged:
        raise UnknownOrder(f"No lot is pegged to the order {order!r}.")
    standing = stand(problem, operations_of(problem, plan))
    causes = Causes(problem, plan)
    lots = [_account(causes, lot, peg) for lot, peg in pegged]
    late = sorted((one for one in lots if one.minutes_late > 0), key=lambda one: -one.minutes_late)
    remedies: list[Remedy] = []
    if late and not standing.conflicts and not standing.missing():
        remedies = _remedies(Remedies(problem, plan, standing), late)
    return Explanation(order, tuple(lots), tuple(remedies))


def _account(causes: Causes, lot: Lot, peg: Peg) -> LotAccount:
    ready = causes.end(lot)
    late = 0 if ready is None else ready - peg.due
    cents = 0 if ready is None else late_cents(peg, ready)
    reasons = tuple(causes.reasons(lot, peg)) if late > 0 else ()
    return LotAccount(lot.id, peg.due, ready, late, cents, reasons)


def _remedies(remedies: Remedies, late: list[LotAccount]) -> list[Remedy]:
    due = {one.lot: min(other.due for other in late if other.lot == one.lot) for one in late}
    found = [one for lot in list(due)[:MOST_LOTS] for one in remedies.of(lot, due[lot])]
    return sorted(found, key=lambda one: (not one.saves, one.cents, one.minutes_late))
