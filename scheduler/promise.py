"""When a new lot could be ready: put into the plan as it stands, without a new search.

Two offers: the earliest end there is, whoever slips by it, and the earliest end that makes no
order late that was in time. Every place on every kiln is tried: first by what it does to the
kiln alone, then the best of them exactly. Nothing fixed moves; the rest gives way in its order.
"""

from dataclasses import dataclass, replace

from scheduler.checks import flaws_in
from scheduler.decode import Slot
from scheduler.difference import Difference, difference
from scheduler.places import Places
from scheduler.plan import Operation, Plan
from scheduler.problem import InvalidProblem, Lot, Problem
from scheduler.referee import faults
from scheduler.standing import PlanDoesNotFit, Standing, operations_of, stand, written

TRIALS = 20  # places tried exactly for each offer


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to take the lot in.

    `end` (minute) is when its last step ends, `operations` are its own, `plan` the whole plan of
    the problem with the lot, sound; `difference` tells who slips, by how much and at what price
    (its `cents` count the new lot's own price too).
    """

    end: int
    operations: tuple[Operation, ...]
    plan: Plan
    difference: Difference


@dataclass(frozen=True, slots=True)
class Promise:
    """The offers for a new lot: the very earliest, and the earliest that makes nobody late.

    They may be the same. Both are None only where what is fixed leaves no plan at all;
    `messages` say why.
    """

    problem: Problem  # with the new lot: what the offers' plans are plans of
    earliest: Offer | None
    harmless: Offer | None
    messages: tuple[str, ...] = ()


def promise(problem: Problem, plan: Plan, new_lot: Lot, *, limit: int = TRIALS) -> Promise:
    """Offer ends for a new lot in a plan of the problem.

    `limit` is how many places are tried exactly for each offer; the plan's own price is taken as
    what stood before. Raises ValueError where the lot
    is in the problem already or has no steps, InvalidProblem where it does not fit the problem,
    PlanDoesNotFit for a plan that is none of the problem.
    """
    if any(lot.id == new_lot.id for lot in problem.lots) or not new_lot.steps:
        raise ValueError(f"Lot {new_lot.id!r} is in the problem already, or has no steps.")
    asked = replace(problem, lots=(*problem.lots, new_lot))
    flaws = flaws_in(asked)
    if flaws:
        raise InvalidProblem(tuple(flaws))
    standing = stand(asked, operations_of(problem, plan))
    if standing.conflicts:
        return Promise(asked, None, None, standing.conflicts)
    _check(standing, new_lot)
    offers = _Offers(asked, standing, plan)
    places = Places(standing, standing.shop.jobs[-1])
    earliest, harmless = places.earliest(limit), places.harmless(limit)
    if harmless and (earliest is None or places.end(harmless) < places.end(earliest)):
        earliest = harmless
    return Promise(asked, offers.offer(earliest), offers.offer(harmless))


def _check(standing: Standing, new_lot: Lot) -> None:
    for index in standing.missing():
        lot = standing.shop.jobs[standing.shop.tasks[index].lot].lot
        if lot is not new_lot:
            raise PlanDoesNotFit(f"The plan has no possible place for lot {lot.id}.")


class _Offers:
    """Writes offers against the plan without the lot."""

    def __init__(self, problem: Problem, standing: Standing, plan: Plan) -> None:
        self.problem, self.standing, self.plan = problem, standing, plan

    def offer(self, slots: list[Slot] | None) -> Offer | None:
        if slots is None:
            return None
        changed = written(self.standing.shop, slots, self.plan)
        wrong = faults(self.problem, changed)
        if wrong:
            raise RuntimeError("The offer breaks a rule; please report it:\n" + str(wrong[0]))
        new = self.standing.shop.jobs[-1]
        own = changed.operations[new.tasks[0].index :]
        return Offer(
            end=slots[new.tasks[-1].index][2],
            operations=own,
            plan=changed,
            difference=difference(self.standing, slots, changed.price, self.plan.price),
        )
