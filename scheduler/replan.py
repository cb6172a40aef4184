"""A new plan for a plant that works by one already: after a breakdown, with pins, with new lots.

Three answers, from the least upset to the best price: *repair* keeps every order and resource and
lets only times give way; *stable* searches with departures from the published plan made dear;
*free* searches as if nothing had been published. Pinned and frozen work stays in all three.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import median

from scheduler.checks import flaws_in
from scheduler.decode import Slot, breaches
from scheduler.difference import Difference, difference
from scheduler.inserting import all_openings, gentle, put
from scheduler.plan import Operation, Plan, Price, Status
from scheduler.price import price
from scheduler.problem import InvalidProblem, Problem, Stability
from scheduler.referee import faults
from scheduler.retime import NOWHERE, Retiming
from scheduler.shop import Job, Shop
from scheduler.solve import OnProgress, Progress, ShouldStop, solve
from scheduler.standing import Standing, stand, written

SECONDS = 4.0  # of search, so that the whole answer takes less than five
TOLERANCE = 480  # minutes: within a shift, nobody minds
LOYAL_MINUTES = 100  # an ordinary order's lateness that a change of resource is worth


class Mode(StrEnum):
    """How much may change."""

    REPAIR = "repair"
    STABLE = "stable"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Replanned:
    """A new plan, priced as the problem states, and what it does otherwise than the published.

    Where what is fixed leaves no plan, `plan` is infeasible with messages and `difference` None.
    """

    mode: Mode
    plan: Plan
    difference: Difference | None


def replan(
    problem: Problem,
    mode: Mode | str,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int = 1,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
) -> Replanned:
    """Replan a problem whose `published` is the plan in force.

    Budget, progress and stop are `solve`'s (4 seconds by default); repair needs none. A step that
    was not published (a new lot's) goes, in a repair, where it moves nobody; rows of lots that
    are gone are ignored. Progress tells the problem's own prices (cents, as the answer does), no
    `bound`, and each time the cheapest plan so far: what is told never rises. The search minimises
    by the rates of its mode (`steadier`; in free mode nothing of stability), so the answer, the
    best by these, may cost more than was told. Raises InvalidProblem and ValueError as `solve` does.
    """
    mode = Mode(mode)
    flaws = flaws_in(problem)
    if flaws:
        raise InvalidProblem(tuple(flaws))
    published = stand(problem, problem.published, should_stop)
    repaired = _repaired(problem, published, seed, should_stop)
    if mode is Mode.REPAIR:
        return _answer(mode, published, repaired)
    if seconds is None and iterations is None:
        seconds = SECONDS
    variant = _variant(problem, mode)
    found = solve(
        variant,
        seconds=seconds,
        iterations=iterations,
        seed=seed,
        on_progress=None if on_progress is None else _Retold(published.shop, on_progress),
        should_stop=should_stop,
    )
    return _answer(mode, published, _better(published.shop, variant, repaired, found))


def _better(shop: Shop, variant: Problem, repaired: Plan, found: Plan) -> Plan:
    """Give what a search found, or the repaired plan where that is the cheaper by its own rates."""
    if found.status is not Status.INFEASIBLE:
        best = repaired if _is_cheaper(variant, repaired, found) else _priced(shop, found)
        status = Status.STOPPED if found.status is Status.STOPPED else Status.FEASIBLE
        return replace(best, status=status, seconds=found.seconds)
    return found if repaired.status is Status.INFEASIBLE else repaired


def steadier(problem: Problem) -> Stability:
    """Give the stability (cents, minutes) at which a stable replan searches.

    A minute moved beyond the tolerance weighs three tenths of a minute late of an ordinary order
    (the median of the pegs' rates), a change of resource 100 minutes late of one; the tolerance is the
    problem's, or a shift where it states no stability. The problem's own rates count in the
    price of the answer but do not steer it: they say what upset costs, not how much to avoid it,
    and are often 0.
    """
    own = problem.stability
    rates = [peg.cents_per_minute_late for lot in problem.lots for peg in lot.pegs]
    rate = int(median([rate for rate in rates if rate] or [1]))
    is_silent = not (own.cents_per_resource_change or own.cents_per_minute_moved)
    return Stability(
        cents_per_resource_change=rate * LOYAL_MINUTES,
        cents_per_minute_moved=max(1, rate * 3 // 10),
        tolerance_minutes=TOLERANCE if is_silent else own.tolerance_minutes,
    )


def _variant(problem: Problem, mode: Mode) -> Problem:
    """Give the problem that is searched: what may not move stays fixed in it."""
    if mode is Mode.STABLE:
        return replace(problem, stability=steadier(problem))
    frozen = tuple(row for row in problem.published if row.start < problem.frozen_until)
    return replace(problem, stability=Stability(0, 0, 0), published=frozen)


def _repaired(
    problem: Problem, published: Standing, seed: int, should_stop: ShouldStop | None
) -> Plan:
    """Give the published plan with new times."""
    shop = published.shop
    plan = Plan(problem.name, (), Price(), None, Status.INFEASIBLE, seed, 0, None)
    if published.conflicts:
        # `solve` names the smallest sets of wishes that clash, and does so before any search.
        told = solve(problem, iterations=0, seed=seed, should_stop=should_stop)
        known = told.status is Status.INFEASIBLE
        return told if known else replace(plan, messages=published.conflicts)
    timing = Retiming(shop, published.lines, published.floors)
    timing.all()
    missing = {shop.tasks[index].lot for index in published.missing()}
    for job in sorted((shop.jobs[lot] for lot in missing), key=_due):
        timing = Retiming(shop, timing.lines, timing.floors)
        _add(timing, job, published)
    broken = breaches(shop, timing.slots)
    if broken:
        return replace(plan, messages=tuple(broken))
    return _judged(problem, written(shop, timing.slots, plan))


def _due(job: Job) -> tuple[int, int]:
    return min((peg.due for peg in job.pegs), default=job.lot.release), job.index


def _add(timing: Retiming, job: Job, published: Standing) -> None:
    """Put a lot's unpublished steps where they move nobody."""
    new = {task.stage: task for task in job.tasks if published.slots[task.index] is NOWHERE}
    for stage in range(len(timing.shop.problem.stages)):
        timing.stage(stage)
        if stage in new:
            place = gentle(new[stage], all_openings(timing, new[stage]))
            if place is None:
                raise RuntimeError("A line has no end; please report this problem.")
            put(timing, new[stage], place)


def _is_cheaper(variant: Problem, one: Plan, other: Plan) -> bool:
    """Say whether a plan is cheaper than another by a variant's price."""
    if one.status is Status.INFEASIBLE:
        return False
    standing = stand(variant, one.operations)
    return price(standing.shop, standing.slots).total < other.price.total


def _priced(shop: Shop, plan: Plan) -> Plan:
    """Give a variant's plan with the price that the problem itself states."""
    return _judged(shop.problem, written(shop, _slots(shop, plan), plan))


def _slots(shop: Shop, plan: Plan) -> list[Slot]:
    """Give a solver's own plan as it stands on a shop of the same lots and resources."""
    machines = {machine.resource.id: machine.index for machine in shop.machines}
    return [(machines[one.resource], one.start, one.end) for one in plan.operations]


def _judged(problem: Problem, plan: Plan) -> Plan:
    found = faults(problem, plan)
    if found:
        listed = "\n".join(map(str, found[:20]))
        raise RuntimeError(f"The plan breaks its rules; please report this problem:\n{listed}")
    return plan


class _Retold:
    """Tells a search's progress in the prices of the problem; see `replan` for what is told."""

    def __init__(self, shop: Shop, on_progress: OnProgress) -> None:
        self.shop, self.on_progress = shop, on_progress
        self.seen: tuple[Operation, ...] | None = None
        self.best: Progress | None = None

    def __call__(self, told: Progress) -> None:
        if self.best is None or told.plan.operations is not self.seen:
            self.best, self.seen = self._cheapest(told), told.plan.operations
        self.on_progress(replace(self.best, seconds=told.seconds, iterations=told.iterations))

    def _cheapest(self, told: Progress) -> Progress:
        """Give what was told, in the problem's prices, or what is told already if that is cheaper."""
        plan, best = _priced(self.shop, told.plan), self.best
        if best is not None and best.price.total <= plan.price.total:
            return best
        first = written(self.shop, _slots(self.shop, told.dispatched), told.dispatched)
        return replace(told, price=plan.price, dispatched=first, bound=None, plan=plan)


def _answer(mode: Mode, published: Standing, plan: Plan) -> Replanned:
    if plan.status is Status.INFEASIBLE:
        return Replanned(mode, plan, None)
    now = stand(published.shop.problem, plan.operations)
    return Replanned(mode, plan, difference(published, now.slots, plan.price))
