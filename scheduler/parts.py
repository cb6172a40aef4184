"""Takes a problem apart where nothing but the paper holds it together, and puts the plans together.

Two lots belong together if some resource can do a step of both, over any number of lots between.
What is left shares no hour of any machine, so its parts may be solved apart, at the same time or one
after another: every price but the makespan belongs to one lot or one resource, and adds up.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace

from scheduler.plan import Bound, Plan, Price, Status
from scheduler.problem import Pin, Problem, Published


def split(problem: Problem) -> tuple[Problem, ...]:
    """Give the independent parts of a problem, in the order of their first lots.

    Each has its own lots, resources, calendars, changeovers, pins and published work (minutes and
    cents as before) and is called after the whole: `name, part 1 of 2`. A problem that hangs
    together, or whose makespan costs something, is its own only part. Resources without any work
    are in no part where there are several. The problem must be free of flaws.
    """
    if problem.makespan_cents_per_minute:
        return (problem,)
    groups = _groups(problem)
    if len(groups) < 2:
        return (problem,)
    return tuple(
        _part(problem, lots, f"{problem.name}, part {i} of {len(groups)}")
        for i, lots in enumerate(groups, 1)
    )


def join(problem: Problem, plans: Sequence[Plan]) -> Plan:
    """Put the plans of `split(problem)`, in its order, together into a plan of the whole problem.

    Operations come in the order of the problem's lots. Price (cents), iterations and seconds are
    sums; the bound is one where every part has one, seconds where every part tells them. Raises
    ValueError where the plans are not those of the parts.
    """
    parts = split(problem)
    if [part.name for part in parts] != [plan.problem for plan in plans]:
        raise ValueError("There must be one plan for each part of the problem, in their order.")
    place = {lot.id: i for i, lot in enumerate(problem.lots)}
    operations = [operation for plan in plans for operation in plan.operations]
    return Plan(
        problem=problem.name,
        operations=tuple(sorted(operations, key=lambda one: place[one.lot])),
        price=_sum(plan.price for plan in plans),
        bound=_bound([plan.bound for plan in plans]),
        status=_status({plan.status for plan in plans}),
        seed=plans[0].seed,
        iterations=sum(plan.iterations for plan in plans),
        seconds=_seconds([plan.seconds for plan in plans]),
        messages=tuple(message for plan in plans for message in plan.messages),
        clashes=tuple(clash for plan in plans for clash in plan.clashes),
    )


def _groups(problem: Problem) -> list[list[str]]:
    """Give the ids of the lots that belong together."""
    holds = _Together()
    named: dict[str, list[str]] = defaultdict(list)
    for lot, resource in _named(problem.pins, problem.published):
        # Even where it cannot do the step: then the part that has the lot must say so.
        named[lot].append(resource)
    for one in problem.lots:
        able = [option.resource for step in one.steps for option in step.options]
        holds.join([*able, *named[one.id]])
    groups: dict[str, list[str]] = defaultdict(list)
    for one in problem.lots:
        groups[holds.root(one.steps[0].options[0].resource)].append(one.id)
    return list(groups.values())


def _named(pins: Iterable[Pin], published: Iterable[Published]) -> Iterator[tuple[str, str]]:
    """Give lot and resource of every wish and every published operation that names one."""
    yield from ((pin.lot, pin.resource) for pin in pins if pin.resource is not None)
    yield from ((row.lot, row.resource) for row in published)


class _Together:
    """Resources that belong together; each group has one root."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def root(self, name: str) -> str:
        """Give the resource that stands for the group."""
        above = self._above.setdefault(name, name)
        while above != name:
            self._above[name] = self._above[above]
            name = self._above[name]
            above = self._above[name]
        return name

    def join(self, names: Iterable[str]) -> None:
        """Make one group of the groups of all these."""
        roots = [self.root(name) for name in names]
        for root in roots[1:]:
            self._above[self.root(root)] = self.root(roots[0])


def _part(problem: Problem, ids: list[str], name: str) -> Problem:
    """Give what concerns some lots only."""
    mine = set(ids)
    lots = tuple(lot for lot in problem.lots if lot.id in mine)
    pins = tuple(pin for pin in problem.pins if pin.lot in mine)
    published = tuple(row for row in problem.published if row.lot in mine)
    used = {option.resource for lot in lots for step in lot.steps for option in step.options}
    used |= {resource for _, resource in _named(pins, published)}
    resources = tuple(one for one in problem.resources if one.id in used)
    calendars = {one.calendar for one in resources}
    tables = {one.changeover for one in resources}
    return replace(
        problem,
        name=name,
        lots=lots,
        resources=resources,
        calendars={key: one for key, one in problem.calendars.items() if key in calendars},
        changeovers={key: one for key, one in problem.changeovers.items() if key in tables},
        pins=pins,
        published=published,
    )


def _sum(prices: Iterable[Price]) -> Price:
    whole = Price()
    for price in prices:
        cents = {
            field.name: getattr(whole, field.name) + getattr(price, field.name)
            for field in fields(Price)
        }
        whole = Price(**cents)
    return whole


def _bound(bounds: Sequence[Bound | None]) -> Bound | None:
    found = [bound for bound in bounds if bound is not None]
    if len(found) < len(bounds):
        return None
    names = dict.fromkeys(bound.name for bound in found)
    return Bound("; ".join(names), sum(bound.cents for bound in found))


def _seconds(told: Sequence[int | None]) -> int | None:
    known = [seconds for seconds in told if seconds is not None]
    return sum(known) if len(known) == len(told) else None


def _status(found: set[Status]) -> Status:
    """Give the weakest: the whole is only as good as its worst part."""
    order = (Status.INFEASIBLE, Status.STOPPED, Status.FEASIBLE, Status.OPTIMAL)
    return next(status for status in order if status in found)
