"""How large a problem may be: what is beyond is refused, so that 64-bit sums cannot overflow.

Times are minutes, money cents. With these limits no plan ends after LATEST and no price, nor any
sum on the way to it, passes DEAREST; 1440 times that (stock is counted by m² and minute before it
is divided by the day's minutes) still fits a signed 64-bit number.
"""

from collections.abc import Iterator

from scheduler.problem import Flaw, Problem

FILE_BYTES = 32 * 2**20  # of a problem's or a plan's JSON
TEXT_LENGTH = 200  # characters of a name
FLAWS_TOLD = 200
MINUTES = 10**8  # any minute or number of minutes, before or after the epoch: 190 years
RATE = 10**9  # cents: a minute, a m² and day, a change of resource
AREA = 10**9  # m²
LATEST = 10**8  # the minute by which all work, one after the other, is over
DEAREST = 10**15  # cents
LOTS = 20_000
RESOURCES = 1_000
STAGES = 100
FAMILIES = 1_000  # of one changeover table
ROWS = 100_000  # pins, published operations
WORKERS = 256  # threads of one solve


def too_large(problem: Problem) -> Iterator[Flaw]:
    """Give a flaw for everything of which there is too much, and for sums that grow too large."""
    yield from _too_many(problem)
    latest = latest_end(problem)
    if latest > LATEST:
        text = f"work could last until minute {latest}; at most {LATEST} can be counted"
        yield Flaw("lots", f"{text}: lower the minutes, lags, changeovers or releases")
        return
    for place, cents in _dearest(problem, latest).items():
        if cents > DEAREST:
            text = f"could cost {cents} cents in one plan; at most {DEAREST} can be counted"
            yield Flaw(place, f"{text}: lower the rates or m²")


def _too_many(problem: Problem) -> Iterator[Flaw]:
    counts = {
        "lots": (len(problem.lots), LOTS),
        "resources": (len(problem.resources), RESOURCES),
        "stages": (len(problem.stages), STAGES),
        "pins": (len(problem.pins), ROWS),
        "published": (len(problem.published), ROWS),
    }
    for name, table in problem.changeovers.items():
        counts[f"changeovers.{name}.families"] = (len(table.families), FAMILIES)
    for place, (count, most) in counts.items():
        if count > most:
            yield Flaw(place, f"has {count} entries; at most {most} can be planned")


def _longest_changeover(problem: Problem) -> int:
    entries = (
        max(table.tile_change, *(minute for line in table.minutes for minute in line), 0)
        for table in problem.changeovers.values()
    )
    return max(entries, default=0)


def latest_end(problem: Problem) -> int:
    """Give the minute by which all is done even if nothing is ever done beside anything else."""
    begun = [0, problem.frozen_until]
    begun += [lot.release for lot in problem.lots]
    begun += [end for calendar in problem.calendars.values() for _, end in calendar.off]
    begun += [pin.start for pin in problem.pins if pin.start is not None]
    begun += [row.start for row in problem.published]
    longest = _longest_changeover(problem)
    return max(begun) + sum(
        max((option.minutes for option in step.options), default=0)
        + step.lag_start
        + step.lag_end
        + longest
        for lot in problem.lots
        for step in lot.steps
    )


def _dearest(problem: Problem, latest: int) -> dict[str, int]:
    """Give the most that each part of the price can be, by the place of its rate."""
    steps = sum(len(lot.steps) for lot in problem.lots)
    longest = _longest_changeover(problem)
    dearest = max((one.cents_per_minute for one in problem.changeovers.values()), default=0)
    pegs = [peg for lot in problem.lots for peg in lot.pegs]
    rule, stability = problem.campaigns, problem.stability
    late = sum(max(0, latest - peg.due) * peg.cents_per_minute_late for peg in pegs)
    stock = sum(max(0, peg.due) * peg.m2 for peg in pegs) * problem.holding_cents_per_m2_day
    idle = sum(one.idle_cents_per_minute for one in problem.resources)
    moved = (latest + MINUTES) * stability.cents_per_minute_moved
    rows = len(problem.published)
    parts = {
        "lots": late,
        "holding_cents_per_m2_day": stock // 1440,
        "changeovers": steps * longest * dearest,
        "resources": latest * idle,
        "campaigns": (steps + len(problem.resources)) * rule.min_minutes * rule.cents_per_minute,
        "stability": rows * (stability.cents_per_resource_change + moved),
        "makespan_cents_per_minute": latest * problem.makespan_cents_per_minute,
    }
    return {**parts, "problem": sum(parts.values())} if max(parts.values()) <= DEAREST else parts
