"""What must hold between the parts of a problem: names that exist, sizes that fit, nothing twice."""

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice

from scheduler.limits import FLAWS_TOLD, too_large
from scheduler.problem import Changeovers, Flaw, Lot, Pin, Problem, Published, Resource, Step


def flaws_in(problem: Problem) -> list[Flaw]:
    """Give the flaws between the parts of a problem, and those of size (at most 200, then a count).

    An empty list means that the problem can be planned, or be answered as infeasible.
    """
    flaws = all_flaws(problem)
    told = list(islice(flaws, FLAWS_TOLD))
    more = sum(1 for _ in flaws)
    return [*told, Flaw("problem", f"and {more} more flaws")] if more else told


def all_flaws(problem: Problem) -> Iterator[Flaw]:
    """Give every flaw between the parts of a problem, one after the other."""
    checks: tuple[Callable[[Problem], Iterator[Flaw]], ...] = (
        _names_once,
        _tables_fit,
        _resources_fit,
        _lots_fit,
        _campaigns_fit,
        _pins_fit,
        _published_fit,
        too_large,
    )
    return (flaw for check in checks for flaw in check(problem))


def _repeated(place: str, names: Iterable[str]) -> Iterator[Flaw]:
    # An empty name has been reported where it was read.
    seen: dict[str, int] = {}
    for i, name in enumerate(names):
        if name and name in seen:
            first = place.format(seen[name])
            yield Flaw(place.format(i), f"{name!r} is there twice (as {first} too); change one")
        seen.setdefault(name, i)


def _names_once(problem: Problem) -> Iterator[Flaw]:
    yield from _repeated("stages[{}]", problem.stages)
    yield from _repeated("resources[{}].id", (one.id for one in problem.resources))
    yield from _repeated("lots[{}].id", (one.id for one in problem.lots))


def _known(place: str, name: str, known: Collection[str], what: str) -> Iterator[Flaw]:
    # An empty name has been reported where it was read.
    if name and name not in known:
        yield Flaw(place, f"there is no {what} {name!r}; add it or name one that is there")


def _tables_fit(problem: Problem) -> Iterator[Flaw]:
    for name, table in problem.changeovers.items():
        size = len(table.families)
        if len(table.minutes) != size or any(len(line) != size for line in table.minutes):
            place = f"changeovers.{name}.minutes"
            yield Flaw(place, f"must be {size} rows of {size} numbers, one for each family")


def _family_fits(place: str, family: int, table: Changeovers | None) -> Iterator[Flaw]:
    if table is not None and family >= len(table.families):
        count = len(table.families)
        yield Flaw(place, f"family {family} is beyond the {count} families of the changeovers")


def _resources_fit(problem: Problem) -> Iterator[Flaw]:
    for i, resource in enumerate(problem.resources):
        place = f"resources[{i}]"
        yield from _known(f"{place}.stage", resource.stage, problem.stages, "stage")
        yield from _known(f"{place}.calendar", resource.calendar, problem.calendars, "calendar")
        yield from _known(
            f"{place}.changeover", resource.changeover, problem.changeovers, "changeover table"
        )
        table = problem.changeovers.get(resource.changeover)
        yield from _family_fits(f"{place}.last_family", resource.last_family, table)


def _lots_fit(problem: Problem) -> Iterator[Flaw]:
    resources = {resource.id: resource for resource in problem.resources}
    for i, lot in enumerate(problem.lots):
        yield from _steps_in_order(f"lots[{i}].steps", lot, problem.stages)
        for j, step in enumerate(lot.steps):
            yield from _options_fit(f"lots[{i}].steps[{j}]", step, resources, problem)


def _steps_in_order(place: str, lot: Lot, stages: tuple[str, ...]) -> Iterator[Flaw]:
    before = -1
    for j, step in enumerate(lot.steps):
        yield from _known(f"{place}[{j}].stage", step.stage, stages, "stage")
        at = stages.index(step.stage) if step.stage in stages else before + 1
        if at <= before:
            yield Flaw(f"{place}[{j}].stage", "steps must follow the order of stages, one in each")
        before = at


def _options_fit(
    place: str, step: Step, resources: dict[str, Resource], problem: Problem
) -> Iterator[Flaw]:
    yield from _repeated(f"{place}.options[{{}}].resource", (o.resource for o in step.options))
    for k, option in enumerate(step.options):
        here = f"{place}.options[{k}].resource"
        yield from _known(here, option.resource, resources, "resource")
        resource = resources.get(option.resource)
        if resource is None:
            continue
        if resource.stage != step.stage:
            yield Flaw(here, f"{resource.id!r} stands in {resource.stage!r}, not {step.stage!r}")
        table = problem.changeovers.get(resource.changeover)
        yield from _family_fits(f"{place}.family", step.family, table)


def _campaigns_fit(problem: Problem) -> Iterator[Flaw]:
    yield from _known("campaigns.stage", problem.campaigns.stage, problem.stages, "stage")


def _has_step(problem_lots: dict[str, Lot], row: Pin | Published) -> bool:
    lot = problem_lots.get(row.lot)
    return lot is not None and any(step.stage == row.stage for step in lot.steps)


def _pins_fit(problem: Problem) -> Iterator[Flaw]:
    lots = {lot.id: lot for lot in problem.lots}
    resources = {resource.id for resource in problem.resources}
    for i, pin in enumerate(problem.pins):
        yield from _known(f"pins[{i}].lot", pin.lot, lots, "lot")
        yield from _known(f"pins[{i}].stage", pin.stage, problem.stages, "stage")
        yield from _known(f"pins[{i}].resource", pin.resource or "", resources, "resource")
        if pin.lot in lots and pin.stage in problem.stages and not _has_step(lots, pin):
            yield Flaw(f"pins[{i}]", f"lot {pin.lot!r} has no step in {pin.stage!r}; drop the pin")


def _published_fit(problem: Problem) -> Iterator[Flaw]:
    # Rows of lots that are gone are history, and ignored; those of lots still here count.
    lots = {lot.id: lot for lot in problem.lots}
    rows = [(i, row) for i, row in enumerate(problem.published) if _has_step(lots, row)]
    seen: set[tuple[str, str]] = set()
    for i, row in rows:
        if (row.lot, row.stage) in seen:
            yield Flaw(f"published[{i}]", f"{row.stage!r} of lot {row.lot!r} is there twice")
        seen.add((row.lot, row.stage))
        if row.start < 0:
            hint = "state work under way as a lot with its remaining minutes, pinned at 0"
            yield Flaw(f"published[{i}].start", f"is before minute 0; {hint}")
