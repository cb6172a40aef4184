"""The improvement: simulated annealing over (kiln, position), judged by the exact decoder.

The best plan is kept on its exact price, which therefore never rises. Every choice hangs on the
seed and on counts, never on the clock, so that a budget of iterations gives the same plan run
after run.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from scheduler.decode import Slot, flat, slots_of
from scheduler.dispatch import Dispatch
from scheduler.kernel import annealing, ledger, moves, regrouping
from scheduler.kernel.build import ready
from scheduler.kernel.compiled import numbers
from scheduler.kernel.decode import empty_plan
from scheduler.kernel.price import BEYOND
from scheduler.plan import Price
from scheduler.price import judged, named
from scheduler.shop import Shop

STEP, EXACT_STEP = 100, 20  # moves between two looks at the clock
LESSON, LESSON_OF_A_LOT = 500, 6  # moves, and moves a lot, between two exact decodes
RESCUE = 20_000  # moves at most to find a plan that keeps what is fixed, whatever the budget
COOLING = 2_000.0  # first temperature over last
LARGE = 300  # lots: with more, moves are too few for the whole heat
ESTIMATED = 0.9  # share of the search that the ledger judges, not the exact decoder
COLDER = 0.01  # the exact part's first temperature, over the ledger's
SMALL = 60  # tasks: up to here every move is judged exactly
RUGGED = 100  # lots: up to here one search ends here, another there
RESTARTS = 3  # of the smallest plants' search
ROUNDS_OF_A_LOT = 8_000  # of regrouping, before it begins once more from its best
REGROUPING = 10  # rounds between two looks at the clock
HOTTER = 10.0  # regrouping's first temperature over the sampled, where stages follow the kilns
EASING = 0.8  # regrouping's heat from one beginning to the next
CHILL = 1_000.0  # regrouping's first temperature over its last
PROBE = 0.01  # share of the search after which the rounds that it has room for are known
SAMPLES = 1_000  # moves drawn to set the temperature


@dataclass(frozen=True, slots=True)
class Best:
    """The best plan so far: sequences, exact times, exact price, and what it cannot keep."""

    sequences: list[list[int]]
    slots: list[Slot]
    price: Price
    missing: int  # minutes by which fixed work cannot be kept

    @property
    def rank(self) -> tuple[int, int]:
        """What makes one plan better than another: keeping what is fixed, then the price."""
        return self.missing, self.price.total


Share = Callable[[int], float]  # moves made → share of the budget used, 1 at the end
Report = Callable[[], bool]  # tell the world; True to stop


class Search:
    """An anytime search; `best` is readable at every moment and never gets worse."""

    def __init__(self, shop: Shop, first: Dispatch, seed: int) -> None:
        """Start from a dispatched plan, with the later stages taking lots as they arrive."""
        self.shop = shop
        self.made = ready(shop)
        self.free = shop.free_leads()
        self.random = Random(seed)
        self.drawer = self._drawer(seed)
        self.ledger = ledger.empty_ledger(self.made, len(self.free))
        self.undo = annealing.empty_undo(self.ledger)
        self.plan = empty_plan(self.made)
        self.count = 0
        self.warmth = 1.0  # share of the heat: less keeps nearer to where the search begins
        self.counts = numbers([0] * len(shop.machines))
        self.best = Best(first.sequences, first.slots, first.price, first.missing)
        self.offer(first.sequences)

    def _drawer(self, seed: int) -> moves.Drawer:
        """Prepare what moves are drawn from: the seed, the free lots, and each with its family."""
        jobs, free = self.shop.jobs, self.free
        kin: dict[int, list[int]] = {}
        for lot in free:
            kin.setdefault(jobs[lot].tasks[0].family, []).append(lot)
        first, last, flat_kin = [0] * len(jobs), [0] * len(jobs), list[int]()
        for lots in kin.values():
            for lot in lots:
                first[lot], last[lot] = len(flat_kin), len(flat_kin) + len(lots)
            flat_kin += lots
        return moves.Drawer(
            random=numbers([Random(seed).randrange(1, moves.PRIME)]),
            free=numbers(free),
            kin=numbers(flat_kin),
            first_kin=numbers(first),
            last_kin=numbers(last),
        )

    def offer(self, sequences: list[list[int]]) -> bool:
        """Keep sequences as the best where their exact plan is; say whether it is."""
        lots, counts = flat(sequences, self.ledger.stride)
        parts = annealing.exact(self.made, self.plan, lots, counts, self.ledger.stride)
        price, missing = named(parts), int(parts.missing)
        if (missing, price.total) >= self.best.rank:
            return False
        self.best = Best(sequences, slots_of(self.plan), price, missing)
        return True

    def adopt(self, slots: list[Slot]) -> None:
        """Keep a plan of whole times, made elsewhere, where it is cheaper than the best."""
        price, missing = judged(self.shop, slots)
        if (missing, price.total) >= self.best.rank:
            return
        sequences: list[list[int]] = [[] for _ in self.shop.machines]
        firsts = {lot: slots[self.shop.jobs[lot].tasks[0].index] for lot in self.free}
        for lot in sorted(firsts, key=lambda lot: firsts[lot][1]):
            sequences[firsts[lot][0]].append(lot)
        self.best = Best(sequences, slots, price, missing)

    def load(self, sequences: Sequence[Sequence[int]]) -> None:
        """Go on from sequences, with the tails of their exact decode."""
        ledger.load(self.made, self.ledger, *flat(sequences, self.ledger.stride))
        self.relearn(BEYOND)

    def relearn(self, lowest: int) -> int:
        """Learn the tails from where the search stands, kept if it is lowest; give its price."""
        made, board = self.made, self.ledger
        return int(annealing.relearn(made, board, self.plan, self.counts, lowest))

    def kept(self) -> list[list[int]]:
        """Give the sequences that the ledger kept."""
        counts, stride = list(map(int, self.ledger.counts)), self.ledger.stride
        return [
            [int(lot) for lot in self.ledger.kept[i * stride : i * stride + count]]
            for i, count in enumerate(counts)
        ]

    def anneal(self, share: Share, until: float, report: Report) -> bool:
        """Search until a share of the budget is used; True if the world said stop.

        A large plant is judged by the ledger, and its last moves by the exact decoder; a small one
        by the exact decoder alone, several times from its best plan. Between them, lots are
        regrouped.
        """
        if not self.free:
            return False
        begun, heat = share(self.count), self.sampled_heat() * self.warmth
        if self.is_rugged():
            middle = begun + (until - begun) * ESTIMATED
            hot = heat if self.is_one_stage() else heat * HOTTER
            return self.regrouped(share, middle, hot, report) or self.exactly(
                share, until, heat * COLDER, report
            )
        legs = RESTARTS if len(self.free) <= RUGGED else 1
        ends = [begun + (until - begun) * leg / legs for leg in range(legs + 1)]
        return any(self._leg(share, leg, heat, report) for leg in pairwise(ends))

    def _leg(self, share: Share, leg: tuple[float, float], heat: float, report: Report) -> bool:
        """Cool down once, from the best plan, between two shares of the budget."""
        first, last = leg
        if self.is_small():
            return self.exactly(share, last, heat, report)
        heat *= min(1.0, (LARGE / len(self.free)) ** 2)
        middle = first + (last - first) * ESTIMATED
        return self.estimated(share, middle, heat, report) or self.exactly(
            share, last, heat * COLDER, report
        )

    def is_small(self) -> bool:
        """Say whether every move is judged exactly: few tasks, or ends that hang on each other.

        With kilns alone the ledger is as exact as the decoder, and quicker.
        """
        if self.is_one_stage():
            return False
        is_makespan = self.shop.problem.makespan_cents_per_minute > 0
        return len(self.shop.tasks) <= SMALL or is_makespan

    def is_one_stage(self) -> bool:
        """Say whether nothing follows the kilns."""
        return len({task.stage for task in self.shop.tasks}) == 1

    def is_rugged(self) -> bool:
        """Say whether whole groups of lots are moved: few lots, and no published plan to keep to."""
        is_priced = self.shop.problem.makespan_cents_per_minute == 0
        is_free = self.warmth == 1.0
        return is_free and is_priced and not self.is_small() and len(self.free) <= RUGGED

    def regrouped(self, share: Share, until: float, heat: float, report: Report) -> bool:
        """Regroup lots, beginning again from the best plan, less hot, as often as there is room."""
        begun, first = share(self.count), self.count
        if self._regroup(share, begun + (until - begun) * PROBE, heat, report):
            return True
        rounds = (self.count - first) * (until - begun) / max(share(self.count) - begun, PROBE**2)
        legs = max(1, round(rounds / (ROUNDS_OF_A_LOT * len(self.free))))
        begun = share(self.count)
        return any(
            self._regroup(
                share, begun + (until - begun) * (leg + 1) / legs, heat * EASING**leg, report
            )
            for leg in range(legs)
        )

    def _regroup(self, share: Share, until: float, heat: float, report: Report) -> bool:
        """Regroup lots from the best plan until a share of the budget, cooling down."""
        self.load(self.best.sequences)
        begun, now = share(self.count), self.relearn(BEYOND)
        lowest, room = now, regrouping.empty_room(self.ledger)
        made, board = self.made, self.ledger
        while (used := share(self.count)) < until:
            temperature = heat * CHILL ** ((begun - used) / (until - begun))
            now, found = regrouping.regroup(
                made, board, self.drawer, self.plan, room, REGROUPING, temperature, now, lowest
            )
            self.count += REGROUPING
            if found < lowest:
                lowest = found
                self.offer(self.kept())
            if report():
                return True
        return False

    def sampled_heat(self) -> float:
        """Give the first temperature (cents): what nine in ten of the bad moves cost more than."""
        self.load(self.best.sequences)
        rises = numbers([0] * SAMPLES)
        annealing.sample(self.made, self.ledger, self.drawer, rises)
        worse = sorted(int(rise) for rise in rises if rise > 0) or [1]
        return float(worse[len(worse) // 10])

    def estimated(self, share: Share, until: float, heat: float, report: Report) -> bool:
        """Cool down, judging moves by the ledger."""
        self.load(self.best.sequences)
        begun, lowest = share(self.count), self.relearn(BEYOND)
        lesson = max(LESSON, LESSON_OF_A_LOT * len(self.free))
        while (used := share(self.count)) < until:
            temperature = heat * COOLING ** ((begun - used) / (until - begun))
            following = self.count + lesson
            while self.count < following and share(self.count) < until:
                annealing.anneal(self.made, self.ledger, self.drawer, STEP, temperature)
                self.count += STEP
                if report():
                    return True
            found = self.relearn(lowest)
            if found < lowest:
                lowest = found
                self.offer(self.kept())
        return report()

    def exactly(self, share: Share, until: float, heat: float, report: Report) -> bool:
        """Cool down from the best plan, judging every promising move by the exact decoder."""
        self.load(self.best.sequences)
        begun = share(self.count)
        now = lowest = self.relearn(BEYOND)
        doubt = BEYOND >> 1 if self.is_small() else 0
        while (used := share(self.count)) < until:
            temperature = heat * COOLING ** ((begun - used) / (until - begun))
            now, found = annealing.anneal_exactly(
                self.made,
                self.ledger,
                self.drawer,
                self.plan,
                self.undo,
                self.counts,
                EXACT_STEP,
                temperature,
                now,
                lowest,
                doubt,
            )
            self.count += EXACT_STEP
            if found < lowest:
                lowest = found
                self.offer(self.kept())
            if report():
                return True
        return report()

    def rescue(self, report: Report) -> bool:
        """Where the first plan cannot keep what is fixed, search until one can; True to stop."""

        def share(moves: int) -> float:
            return moves / RESCUE if self.best.missing else 1.0

        return bool(self.best.missing) and self.anneal(share, 1.0, report)
