"""Whole, ordinary little problems for the scheduler's tests, and random ones by seed."""

from dataclasses import replace
from random import Random

from scheduler.plan import Plan, read_plan  # noqa: F401 - the tests ask for it here
from scheduler.problem import (
    Calendar,
    Campaigns,
    Changeovers,
    Lot,
    Option,
    Peg,
    Pin,
    Problem,
    Published,
    Resource,
    Stability,
    Step,
)
from scheduler.solve import solve

TABLE = Changeovers(("matt", "gloss"), ((0, 60), (30, 0)), tile_change=10, cents_per_minute=7)
FREE = Changeovers(("any",), ((0,),), tile_change=0, cents_per_minute=0)
OPEN = Calendar((), resumable=False)


def peg(order="O1", *, m2=100, due=10_000, rate=1):
    return Peg(order, m2, due, rate)


def step(stage, *options, family=0, lag_start=0, lag_end=0):
    """Make a step; options are (resource, minutes)."""
    made = tuple(Option(resource, minutes) for resource, minutes in options)
    return Step(stage, family, lag_start, lag_end, made)


def lot(name="L1", *steps, tile="T1", release=0, campaign="C1", pegs=None):
    pegs = (peg(f"O-{name}"),) if pegs is None else tuple(pegs)
    steps = steps or (step("fire", ("K1", 100)),)
    return Lot(name, tile, sum(one.m2 for one in pegs), release, campaign, steps, pegs)


def resource(name="K1", stage="fire", **changes):
    kiln = Resource(
        id=name,
        stage=stage,
        calendar="open",
        changeover="free",
        last_family=0,
        last_tile=None,
        idle_cents_per_minute=0,
    )
    return replace(kiln, **changes)


def problem(*lots, resources=None, calendars=None, **changes):
    """Make a problem with one kiln K1 that is always open, free to change over, free to idle."""
    whole = Problem(
        name="little",
        epoch="2026-11-23T06:00:00+08:00",
        horizon=10_000,
        stages=("fire", "finish", "sort"),
        calendars={"open": OPEN, **(calendars or {})},
        changeovers={"free": FREE, "table": TABLE},
        resources=tuple(resources or (resource(),)),
        lots=lots,
        campaigns=Campaigns("fire", 0, 0),
        holding_cents_per_m2_day=0,
    )
    return replace(whole, **changes)


def times(plan: Plan) -> dict[tuple[str, str], tuple[str, int, int]]:
    """Give (lot, stage) → (resource, start, end)."""
    return {(one.lot, one.stage): (one.resource, one.start, one.end) for one in plan.operations}


# --- random problems -------------------------------------------------------------------------


def random_problem(seed: int, *, most_lots: int = 12, is_fixed: bool = True) -> Problem:
    """Make a problem with anything in it; with `is_fixed`, often with pins and frozen work."""
    random = Random(seed)
    stages = random.choice([("fire",), ("fire", "sort"), ("form", "fire", "finish", "sort")])
    calendars = {f"c{i}": _calendar(random) for i in range(3)}
    tables = {f"t{i}": _table(random) for i in range(2)}
    resources = tuple(
        _resource(random, f"R{i}", stages[i % len(stages)])
        for i in range(len(stages) * random.randint(1, 3))
    )
    lots = tuple(
        _lot(random, f"L{i}", stages, resources) for i in range(random.randint(0, most_lots))
    )
    whole = Problem(
        name=f"random-{seed}",
        epoch="2026-11-23T06:00:00+08:00",
        horizon=5_000,
        stages=stages,
        calendars=calendars,
        changeovers=tables,
        resources=resources,
        lots=lots,
        campaigns=Campaigns(random.choice(stages), random.randint(0, 400), random.randint(0, 5)),
        holding_cents_per_m2_day=random.randint(0, 3),
    )
    return _with_past(random, whole) if is_fixed and random.random() < 0.6 else whole


def _calendar(random: Random) -> Calendar:
    windows, at = [], random.randint(-50, 300)
    for _ in range(random.randint(0, 6)):
        end = at + random.randint(1, 200)
        windows.append((at, end))
        # The next one overlaps this one, touches it, or stands apart.
        at = random.choice([end - random.randint(0, 30), end, end + random.randint(1, 500)])
    random.shuffle(windows)
    return Calendar(tuple(windows), random.random() < 0.5)


def _table(random: Random) -> Changeovers:
    matrix = tuple(
        tuple(0 if i == j else random.choice([0, 20, 50, 90]) for j in range(3)) for i in range(3)
    )
    return Changeovers(("a", "b", "c"), matrix, random.choice([0, 15]), random.randint(0, 9))


def _resource(random: Random, name: str, stage: str) -> Resource:
    return Resource(
        id=name,
        stage=stage,
        calendar=f"c{random.randrange(3)}",
        changeover=f"t{random.randrange(2)}",
        last_family=random.randrange(3),
        last_tile=random.choice([None, "T0", "T1", "gone"]),
        idle_cents_per_minute=random.choice([0, 0, 4]),
        last_campaign=random.choice([None, "C0", "C1"]),
        last_campaign_minutes=random.randint(0, 200),
    )


def _lot(random: Random, name: str, stages, resources) -> Lot:
    chosen = [stage for stage in stages if random.random() < 0.75] or [random.choice(stages)]
    steps = tuple(_step(random, stage, resources) for stage in chosen)
    pegs = tuple(
        Peg(
            f"O{random.randrange(8)}",
            random.randint(0, 300),
            random.randint(-200, 4000),
            random.randint(0, 30),
        )
        for _ in range(random.randint(0, 3))
    )
    kind = random.randrange(4)
    release = random.choice([0, 0, random.randint(-10, 900)])
    return Lot(name, f"T{kind}", 100, release, f"C{kind % 2}", steps, pegs)


def _step(random: Random, stage: str, resources) -> Step:
    able = [one.id for one in resources if one.stage == stage]
    some = random.sample(able, random.randint(1, len(able)))
    options = tuple(Option(name, random.randint(1, 250)) for name in some)
    return Step(stage, random.randrange(3), random.randint(0, 60), random.randint(0, 60), options)


def _with_past(random: Random, whole: Problem) -> Problem:
    """Publish a plan of the problem, freeze its beginning, pin some of it, charge departures."""
    plan = solve(whole, iterations=0)
    published = tuple(
        Published(one.lot, one.stage, one.resource, one.start, one.end) for one in plan.operations
    )
    pins = []
    for one in plan.operations:
        if random.random() < 0.15:
            resource_ = random.choice([None, one.resource])
            start = one.start if resource_ is None or random.random() < 0.5 else None
            pins.append(
                Pin(one.lot, one.stage, one.resource if start is None else resource_, start)
            )
    return replace(
        whole,
        published=published if random.random() < 0.7 else (),
        frozen_until=random.choice([0, 200, 800]),
        pins=tuple(pins) if random.random() < 0.5 else (),
        stability=Stability(random.randint(0, 500), random.randint(0, 5), random.randint(0, 60)),
    )
