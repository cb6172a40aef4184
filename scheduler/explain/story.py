"""One lot of a plan: where each of its steps stands and what stands around it; if late, why and what helps."""

from dataclasses import dataclass

from scheduler.explain.causes import Causes
from scheduler.explain.remedies import Remedies, Remedy
from scheduler.plan import Operation, Plan
from scheduler.problem import Lot, Peg, Problem
from scheduler.reasons import Reason
from scheduler.standing import operations_of, stand


class UnknownLot(ValueError):
    """The problem has no such lot."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """Lots of one campaign in a row on a resource, in their order, from `start` to `end` (minutes)."""

    name: str
    lots: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """One step and what stands around it on its resource; what is not there is None.

    `before` and `after` are its neighbours, `changeover` the minutes needed right before it,
    `campaign` the row that it belongs to (in the campaigns' stage only), `closed` the closure
    (minutes) that comes before whatever follows, `held` the pins and frozen work that keep it.
    """

    step: Operation
    before: Operation | None
    changeover: int
    after: Operation | None
    campaign: Campaign | None
    closed: tuple[int, int] | None
    held: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """Everything about one lot: its steps that are planned, in flow order, and its lateness.

    `ready` is the minute at which its last step ends (None if that is not in the plan); `reasons`
    and the cheapest-first `remedies` are given only where that is later than asked for.
    """

    steps: tuple[Surroundings, ...]
    ready: int | None
    reasons: tuple[Reason, ...]
    remedies: tuple[Remedy, ...]


def story(
    problem: Problem, plan: Plan, lot: str, due: int | None, *, now: int | None = None
) -> Story:
    """Tell about a lot that is wanted by a minute (None: by nobody); the minute may be long past.

    Remedies that move anything before `now` are left out; without `now`, none is tried. Raises
    UnknownLot, and PlanDoesNotFit for a plan that is none of the problem.
    """
    found = next((one for one in problem.lots if one.id == lot), None)
    if found is None:
        raise UnknownLot(f"There is no lot {lot!r}.")
    standing = stand(problem, operations_of(problem, plan))
    causes = Causes(problem, plan)
    ready = causes.end(found)
    is_late = ready is not None and due is not None and ready > due
    reasons: list[Reason] = []
    remedies: list[Remedy] = []
    if is_late and due is not None:
        reasons = causes.reasons(found, Peg("", 0, due, 0))
        if now is not None and not standing.conflicts and not standing.missing():
            tried = Remedies(problem, plan, standing).of(lot, due)
            remedies = [one for one in tried if not _is_past(plan, one.plan, now)]
    return Story(
        steps=tuple(_surroundings(causes, found)),
        ready=ready,
        reasons=tuple(reasons),
        remedies=tuple(sorted(remedies, key=lambda one: (one.cents, one.minutes_late))),
    )


def _is_past(old: Plan, new: Plan, now: int) -> bool:
    """Say whether a plan changes anything that was to begin before a minute."""
    changed = set(old.operations) ^ set(new.operations)
    return any(one.start < now for one in changed)


def _surroundings(causes: Causes, lot: Lot) -> list[Surroundings]:
    rows = []
    for step in lot.steps:
        operation = causes.own.get((lot.id, step.stage))
        if operation is None:
            continue
        line = causes.lines[operation.resource]
        at = line.index(operation)
        after = line[at + 1] if at + 1 < len(line) else None
        before, changeover = causes.changeover(operation)
        rows.append(
            Surroundings(
                step=operation,
                before=before,
                changeover=changeover,
                after=after,
                campaign=_campaign(causes, line, at),
                closed=_closed(causes.off(operation.resource), operation, after),
                held=tuple(causes.held(operation)),
            )
        )
    return rows


def _campaign(causes: Causes, line: list[Operation], at: int) -> Campaign | None:
    """Give the row of lots around a place in a line that share its campaign."""
    if line[at].stage != causes.problem.campaigns.stage:
        return None
    names = [causes.lots[one.lot].campaign for one in line]
    first, last = at, at
    while first and names[first - 1] == names[at]:
        first -= 1
    while last + 1 < len(line) and names[last + 1] == names[at]:
        last += 1
    row = line[first : last + 1]
    return Campaign(names[at], tuple(one.lot for one in row), row[0].start, row[-1].end)


def _closed(
    off: tuple[tuple[int, int], ...], step: Operation, after: Operation | None
) -> tuple[int, int] | None:
    """Give the first closure behind a step, if it comes before what follows there."""
    shut = next((one for one in off if one[1] > step.end), None)
    return shut if shut is not None and (after is None or shut[0] < after.start) else None
