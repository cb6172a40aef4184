"""Compiles all of the kernel on a plant of three lots, so that nobody ever waits for it."""

from scheduler.calendars import Clock
from scheduler.dispatch import dispatch
from scheduler.fixing import fix
from scheduler.kernel.compiled import IS_COMPILED, forget_older
from scheduler.price import judged
from scheduler.problem import (
    Calendar,
    Campaigns,
    Changeovers,
    Lot,
    Option,
    Peg,
    Problem,
    Resource,
    Step,
)
from scheduler.search import SMALL, Search
from scheduler.shop import shop

MOVES = 100


def warm() -> bool:
    """Compile the kernel, or take it from its cache; False where there is no compiler.

    Half a second when it was compiled before, else up to a minute.
    """
    if not IS_COMPILED:
        return False
    for lots, warmth in (
        (3, 1.0),
        (SMALL, 1.0),
        (SMALL, 0.5),
    ):  # exactly, regrouping, by the ledger
        made = shop(_plant(lots))
        fix(made)
        search = Search(made, dispatch(made), 1)
        search.warmth = warmth
        search.anneal(lambda moves: moves / MOVES, 1.0, lambda: False)
        judged(made, search.best.slots)
    _warm_clock(made.machines[0].clock)
    forget_older()
    return True


def _warm_clock(clock: Clock) -> None:
    clock.worked(1)
    clock.room(0, 1)
    clock.idle(0, 1, 0)
    clock.end(0, 1)
    clock.fit(0, 0, 0, 1, 0)


def _plant(lots: int) -> Problem:
    def resource(name: str, stage: str) -> Resource:
        return Resource(name, stage, name, stage, 0, None, 100)

    def lot(number: int) -> Lot:
        steps = tuple(
            Step(stage, number % 2, 1, 1, (Option(one, 60), Option(other, 60)))
            for stage, one, other in (("fire", "K1", "K2"), ("sort", "S1", "S2"))
        )
        pegs = (Peg(f"O{number}", 10, 600 * number, 1),)
        return Lot(f"L{number}", f"T{number}", 10, 0, f"C{number % 2}", steps, pegs)

    table = Changeovers(("A", "B"), ((0, 10), (10, 0)), 5, 10)
    return Problem(
        name="warm",
        epoch="2026-01-01T00:00:00+08:00",
        horizon=10_000,
        stages=("fire", "sort"),
        calendars={
            "K1": Calendar(((600, 700),), resumable=False),
            "K2": Calendar((), resumable=False),
            "S1": Calendar(((600, 700),), resumable=True),
            "S2": Calendar((), resumable=True),
        },
        changeovers={"fire": table, "sort": table},
        resources=(
            *(resource(name, "fire") for name in ("K1", "K2")),
            *(resource(name, "sort") for name in ("S1", "S2")),
        ),
        lots=tuple(map(lot, range(lots))),
        campaigns=Campaigns("fire", 120, 1),
        holding_cents_per_m2_day=1,
    )
