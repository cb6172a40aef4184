"""The one door: a problem and a budget in, the best plan found out, judged before it leaves."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil

from scheduler.bound import better_bound, bound
from scheduler.budget import Budget
from scheduler.checks import flaws_in
from scheduler.decode import Slot, breaches, operations
from scheduler.difference import late_orders
from scheduler.dispatch import Dispatch, dispatch
from scheduler.fixing import fix
from scheduler.former import former_sequences
from scheduler.limits import WORKERS
from scheduler.model.exact import DETERMINISTIC_TIME, exact, is_small
from scheduler.model.solving import FUSE_SECONDS
from scheduler.plan import Bound, Plan, Price, Status
from scheduler.problem import InvalidProblem, Problem
from scheduler.referee import faults
from scheduler.search import Best, Report, Search
from scheduler.shop import Shop, shop
from scheduler.standing import PlanDoesNotFit, operations_of, stand
from scheduler.waiting import waited
from scheduler.wishes.clashes import clashes

DEFAULT_SECONDS = 60.0
PROGRESS_SECONDS = 0.5  # the least time between two words of progress
ANNEALING = 0.98  # share of the seconds before firings wait on purpose
STEADY = 0.03  # share of the heat where a search begins at the published plan
PROVING = 0.3  # share of it before CP-SAT takes on the whole of a small problem
MOVE_EFFORT = 0.0005  # CP-SAT's units of work for each move of a budget of moves
WORTH_A_BOUND = 10_000  # moves: a smaller budget keeps to the quick bound
BOUND_SECONDS, BOUND_SHARE = 2.0, 0.02  # what a better bound may take of a budget of seconds
WHOLE = "CP-SAT on the whole problem"


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a search stands; `plan` is the best so far, complete and judged.

    `seconds` since the start, `iterations` (candidate moves), `late_orders` (orders with a peg
    that ends after its due); `dispatched` is the best of six ATCS plans, or of those that were made
    before a stop, not judged.
    """

    seconds: float
    iterations: int
    price: Price
    late_orders: int
    dispatched: Plan
    bound: Bound | None
    plan: Plan

    @property
    def dispatch_total(self) -> int:
        """What the dispatched plan costs (cents)."""
        return self.dispatched.price.total


OnProgress = Callable[[Progress], None]
ShouldStop = Callable[[], bool]


def solve(
    problem: Problem,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int = 1,
    workers: int = 1,
    start: Plan | None = None,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
) -> Plan:
    """Plan a problem within a budget of wall seconds (60 by default) or of candidate moves.

    Calls `on_progress` right after dispatch and then at most twice a second, and stops within a
    second once `should_stop` says so, at the earliest with one dispatched plan. With `iterations`
    the plan is the same, byte for byte, run after run. `workers` are CP-SAT's threads, at most
    256. A sound plan to `start` from is never made worse. Raises InvalidProblem for a problem that
    cannot be planned as written, PlanDoesNotFit for a start that is no sound plan of it, ValueError
    for a budget that makes no sense. Where pins and frozen work leave no plan, the answer has status
    "infeasible", no operations, and messages.
    """
    if seconds is not None and iterations is not None:
        raise ValueError("Give seconds or iterations, not both.")
    if not 1 <= workers <= WORKERS or (seconds or 0) < 0 or (iterations or 0) < 0:
        raise ValueError(f"Seconds and iterations are at least 0, workers 1 to {WORKERS}.")
    flaws = flaws_in(problem)
    if flaws:
        raise InvalidProblem(tuple(flaws))
    wall = None if iterations is not None else DEFAULT_SECONDS if seconds is None else seconds
    run = Run(shop(problem), Budget(wall, iterations or 0), seed, workers)
    if start is not None:
        run.start = _sound(problem, start)
    return run.plan(on_progress or (lambda _: None), should_stop or (lambda: False))


def _sound(problem: Problem, plan: Plan) -> list[Slot]:
    """Give the slots of a plan that breaks no rule; raise PlanDoesNotFit for any other."""
    standing = stand(problem, operations_of(problem, plan)).whole()
    found = [*standing.conflicts, *map(str, faults(problem, plan))]
    if found:
        raise PlanDoesNotFit(f"The plan to start from breaks a rule: {found[0]}")
    return standing.slots


class Run:
    """One solve: dispatch, search, proof, and what is told while it goes on."""

    def __init__(self, shop: Shop, budget: Budget, seed: int, workers: int) -> None:
        """Prepare everything but the work."""
        self.shop, self.budget, self.seed, self.workers = shop, budget, seed, workers
        self.bound: Bound | None = None
        self.dispatched: Plan | None = None
        self.told = -PROGRESS_SECONDS
        self.judged: tuple[Best, Plan] | None = None
        self.start: list[Slot] | None = None

    def plan(self, on_progress: OnProgress, should_stop: ShouldStop) -> Plan:
        """Do the work; once stopped, nothing but what makes a whole plan of what is there."""
        stop = _Stop(should_stop)
        conflicts = fix(self.shop, stop)
        if conflicts:
            return self._infeasible(conflicts, stop)
        first = dispatch(self.shop, stop)
        self.dispatched = self._as_plan(first.slots, first.price)
        if not stop():
            self.bound = bound(self.shop)
        if stop():
            return self._ended(_best(first), 0, on_progress, stop)
        search = Search(self.shop, first, self.seed)
        if self.start is not None:
            search.adopt(self.start)

        def report() -> bool:
            if stop():
                return True
            self._tell(search.best, search.count, on_progress)
            return self._is_optimal(search.best)

        if not (report() or search.rescue(report)):
            self._improve(search, report, stop)
        return self._ended(search.best, search.count, on_progress, stop)

    def _ended(self, best: Best, count: int, on_progress: OnProgress, stop: "_Stop") -> Plan:
        """Give the answer that the best plan is; tell it where nothing has been told yet."""
        if best.missing:
            return self._infeasible(tuple(breaches(self.shop, best.slots)), stop)
        if self.told < 0:
            self._tell(best, count, on_progress)
        status = Status.STOPPED if stop.is_stopped else Status.FEASIBLE
        return self._written(best, count, Status.OPTIMAL if self._is_optimal(best) else status)

    def _improve(self, search: Search, report: Report, should_stop: ShouldStop) -> None:
        """Use the budget: search, and for a small problem let CP-SAT prove what was found."""
        share = self.budget.share

        def is_over() -> bool:
            return self.budget.is_over() or should_stop()

        former = former_sequences(self.shop, search.best.sequences)
        if (former and search.offer(former)) or search.best.slots is self.start:
            search.warmth = STEADY
        is_provable = is_small(self.shop) and not search.best.missing
        if not is_provable:
            self._tighten(search, should_stop)
        until = 1.0 if self.budget.seconds is None else ANNEALING
        if search.anneal(share, PROVING if is_provable else until, report):
            return
        if is_provable:
            self._prove(search, is_over)
            if report() or search.anneal(share, until, report):
                return
        search.adopt(waited(self.shop, search.best.slots, is_over))
        report()

    def _prove(self, search: Search, is_over: ShouldStop) -> None:
        """Have CP-SAT look for a small problem's cheapest plan, and prove it where it can."""
        slots, effort = search.best.slots, min(DETERMINISTIC_TIME, self.budget.moves * MOVE_EFFORT)
        seconds, left = self.budget.seconds, FUSE_SECONDS
        if seconds is not None:
            left, effort = max(0.0, seconds - self.budget.elapsed()), seconds
        if left <= 0 or not effort:
            return
        found = exact(
            self.shop,
            slots,
            deterministic_time=effort,
            seconds=left,
            workers=self.workers,
            should_stop=is_over,
        )
        if found.slots is not None:
            search.adopt(found.slots)
        self._heighten(None if found.bound_cents is None else Bound(WHOLE, found.bound_cents))

    def _tighten(self, search: Search, should_stop: ShouldStop) -> None:
        """Look for a better bound, in a small part of the budget."""
        seconds = self.budget.seconds
        if seconds is None and self.budget.moves < WORTH_A_BOUND:
            return
        most = None if seconds is None else min(BOUND_SECONDS, BOUND_SHARE * seconds)
        total = search.best.price.total
        self._heighten(better_bound(self.shop, total, most, should_stop))

    def _heighten(self, found: Bound | None) -> None:
        if found is not None and (self.bound is None or found.cents > self.bound.cents):
            self.bound, self.judged = found, None

    def _written(self, best: Best, count: int, status: Status) -> Plan:
        """Write a plan with what it took: moves, and seconds."""
        judged = self._judged(best)
        return replace(judged, status=status, iterations=count, seconds=self._seconds())

    def _seconds(self) -> int | None:
        return None if self.budget.seconds is None else ceil(self.budget.elapsed())

    def _is_optimal(self, best: Best) -> bool:
        proven = self.bound is not None and best.price.total == self.bound.cents
        return proven and not best.missing

    def _judged(self, best: Best) -> Plan:
        """Write the best as a plan and have the referee look at it, once for each best."""
        if self.judged is None or self.judged[0] is not best:
            self.judged = (best, self._checked(self._as_plan(best.slots, best.price)))
        return self.judged[1]

    def _as_plan(self, slots: list[Slot], price: Price) -> Plan:
        return Plan(
            problem=self.shop.problem.name,
            operations=operations(self.shop, slots),
            price=price,
            bound=self.bound,
            status=Status.FEASIBLE,
            seed=self.seed,
            iterations=0,
            seconds=None,
        )

    def _checked(self, plan: Plan) -> Plan:
        found = faults(self.shop.problem, plan)
        if found:
            listed = "\n".join(map(str, found[:20]))
            raise RuntimeError(f"The plan breaks its rules; please report this problem:\n{listed}")
        return plan

    def _tell(self, best: Best, count: int, on_progress: OnProgress) -> None:
        now = self.budget.elapsed()
        is_early = now - self.told < PROGRESS_SECONDS
        if is_early or best.missing or self.dispatched is None:
            return
        plan = self._written(best, count, Status.FEASIBLE)
        late = len(late_orders(self.shop, best.slots))
        told = Progress(now, count, best.price, late, self.dispatched, self.bound, plan)
        on_progress(told)
        self.told = self.budget.elapsed()

    def _infeasible(self, messages: tuple[str, ...], stop: ShouldStop) -> Plan:
        found = clashes(self.shop.problem, stop)
        return Plan(
            problem=self.shop.problem.name,
            operations=(),
            price=Price(),
            bound=None,
            status=Status.INFEASIBLE,
            seed=self.seed,
            iterations=0,
            seconds=self._seconds(),
            messages=tuple(clash.sentence for clash in found) or messages,
            clashes=found,
        )


class _Stop:
    """Asks whether to stop, and remembers that it was told so."""

    def __init__(self, should_stop: ShouldStop) -> None:
        self.should_stop, self.is_stopped = should_stop, False

    def __call__(self) -> bool:
        self.is_stopped = self.is_stopped or self.should_stop()
        return self.is_stopped


def _best(first: Dispatch) -> Best:
    return Best(first.sequences, first.slots, first.price, first.missing)
