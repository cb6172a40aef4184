"""The referee's own arithmetic of the price, part by part, from the sound operations of a plan."""

from collections.abc import Iterator, Mapping
from typing import Any

from scheduler.problem import Lot, Problem, Resource
from scheduler.referee.clock import Closures
from scheduler.referee.fault import Fault
from scheduler.referee.head import shown
from scheduler.referee.shape import Key, Work

PARTS = ("tardiness", "earliness", "changeover", "idle", "campaign", "stability", "makespan")


def audit(
    problem: Problem, works: Mapping[Key, Work], clocks: Mapping[str, Closures]
) -> dict[str, int]:
    """Give the parts and the total of a complete plan, in cents."""
    parts = dict.fromkeys(PARTS, 0)
    for lot in problem.lots:
        parts["tardiness"] += _late(lot, works)
        parts["earliness"] += _stock(problem, lot, works)
    for resource in problem.resources:
        line = [work for work in works.values() if work.resource.id == resource.id]
        line.sort(key=lambda work: work.start)
        if line:
            _charge_line(parts, problem, resource, line, clocks[resource.calendar])
    parts["stability"] = _moves(problem, works)
    last = max((work.end for work in works.values()), default=0)
    parts["makespan"] = last * problem.makespan_cents_per_minute
    parts["total"] = sum(parts.values())
    return parts


def _late(lot: Lot, works: Mapping[Key, Work]) -> int:
    done = works[lot.id, lot.steps[-1].stage].end
    return sum(max(done - peg.due, 0) * peg.cents_per_minute_late for peg in lot.pegs)


def _stock(problem: Problem, lot: Lot, works: Mapping[Key, Work]) -> int:
    fired = works[lot.id, lot.steps[0].stage].end
    rate = problem.holding_cents_per_m2_day
    return sum(max(peg.due - fired, 0) * peg.m2 * rate // (24 * 60) for peg in lot.pegs)


def _charge_line(
    parts: dict[str, int],
    problem: Problem,
    resource: Resource,
    line: list[Work],
    closures: Closures,
) -> None:
    table = problem.changeovers[resource.changeover]
    family, tile, free = resource.last_family, resource.last_tile, 0
    for work in line:
        change = table.minutes[family][work.step.family]
        if change == 0 and tile not in (None, work.lot.tile):
            change = table.tile_change
        parts["changeover"] += change * table.cents_per_minute
        if closures.resumable:
            waiting = closures.working(free, work.start) - change
        else:
            waiting = closures.working(free, work.start - change)
        parts["idle"] += waiting * resource.idle_cents_per_minute
        family, tile, free = work.step.family, work.lot.tile, work.end
    if resource.stage == problem.campaigns.stage:
        parts["campaign"] += _short_runs(problem, resource, line)


def _short_runs(problem: Problem, resource: Resource, line: list[Work]) -> int:
    rule, cents = problem.campaigns, 0
    running, minutes = resource.last_campaign, resource.last_campaign_minutes
    for work in line:
        if running is not None and work.lot.campaign != running:
            cents += max(rule.min_minutes - minutes, 0) * rule.cents_per_minute
            minutes = 0
        elif running is None:
            minutes = 0
        running = work.lot.campaign
        minutes += work.end - work.start
    return cents


def _moves(problem: Problem, works: Mapping[Key, Work]) -> int:
    rule, cents = problem.stability, 0
    for row in problem.published:
        work = works.get((row.lot, row.stage))
        if work is None:
            continue
        if work.resource.id != row.resource:
            cents += rule.cents_per_resource_change
        beyond = abs(work.start - row.start) - rule.tolerance_minutes
        if beyond > 0:
            cents += beyond * rule.cents_per_minute_moved
    return cents


def price_faults(stated: object, true: Mapping[str, int]) -> Iterator[Fault]:
    """Compare the plan's stated price with the true one, part by part."""
    if not isinstance(stated, Mapping):
        yield Fault("price", "The plan states no price.")
        return
    for part, cents in true.items():
        said = stated.get(part, 0 if part == "makespan" else None)
        if type(said) is not int or said != cents:
            by = abs(said - cents) if type(said) is int else None
            sentence = f"The plan states {shown(said)} cents of {part}; they are {cents}."
            yield Fault("price", sentence, minutes=by)


def bound_faults(stated: Any, total: int) -> Iterator[Fault]:
    """Refuse a bound that the plan itself disproves, and one without name or cents."""
    if stated is None:
        return
    cents = stated.get("cents") if isinstance(stated, Mapping) else None
    if type(cents) is not int or not isinstance(stated.get("name"), str):
        yield Fault(
            "bound", f"The bound {shown(stated)} is neither null nor a name with whole cents."
        )
    elif cents > total:
        sentence = f"The bound of {cents} cents is above the plan's own {total}."
        yield Fault("bound", sentence, minutes=cents - total)
