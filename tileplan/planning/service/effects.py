"""What a change of a draft does: who moves, who becomes late or early, and what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.plan import Operation, Plan
from scheduler.problem import Problem
from tileplan.planning import translate
from tileplan.planning.rules.wants import late_minutes
from tileplan.planning.service.states import State


@dataclass(frozen=True)
class Landed:
    """A bar that was moved: where it stands, the changeovers around it, and the gap before it.

    All in minutes; `gap_before` is how long its machine has nothing to do before the changeover.
    """

    operation: Operation
    changeover_before: int
    changeover_after: int
    gap_before: int


@dataclass(frozen=True)
class Late:
    """An order item whose lateness changes, in minutes."""

    ref: str
    before: int
    after: int


@dataclass(frozen=True)
class Effects:
    """Everything that a change does; `cents` is what the plan costs more."""

    moved: tuple[Operation, ...]
    landed: tuple[Landed, ...]
    late: tuple[Late, ...]
    cents: int


def effects(before: State, after: State, landed: Sequence[Operation]) -> Effects:
    """Compare two states of a draft; `landed` are the operations that somebody has moved."""
    was = {(one.lot, one.stage): one for one in before.plan.operations}
    moved = tuple(one for one in after.plan.operations if was.get((one.lot, one.stage)) != one)
    return Effects(
        moved=moved,
        landed=tuple(_landed(after.problem, after.plan, landed)),
        late=tuple(_late(before, after)),
        cents=after.plan.price.total - before.plan.price.total,
    )


def _landed(problem: Problem, plan: Plan, landed: Sequence[Operation]) -> list[Landed]:
    wanted = {(one.lot, one.stage) for one in landed}
    if not wanted:
        return []
    changes = translate.changeovers(problem, plan)
    lines: dict[str, list[Operation]] = {}
    for one in sorted(plan.operations, key=lambda one: one.start):
        lines.setdefault(one.resource, []).append(one)
    found = []
    for line in lines.values():
        for at, one in enumerate(line):
            if (one.lot, one.stage) not in wanted:
                continue
            before, after = line[at - 1 : at], line[at + 1 : at + 2]
            change = changes[one.lot, one.stage]
            follows = sum(changes[each.lot, each.stage] for each in after)
            free = one.start - max((each.end for each in before), default=0)
            found.append(Landed(one, change, follows, max(0, free - change)))
    return found


def _late(before: State, after: State) -> list[Late]:
    """The order items whose lateness differs, the worst news first."""
    was, is_now = lateness(before), lateness(after)
    changed = [
        Late(ref, was.get(ref, 0), is_now.get(ref, 0))
        for ref in was.keys() | is_now.keys()
        if was.get(ref, 0) != is_now.get(ref, 0)
    ]
    return sorted(changed, key=lambda one: (one.before - one.after, one.ref))


def lateness(state: State) -> dict[str, int]:
    """By how many minutes each order item is late; those in time are not named."""
    ready = ends(state)
    late: dict[str, int] = {}
    for draft in state.drafts:
        end = state.axis.moment(ready[draft.code])
        for peg in draft.ordered:
            minutes = late_minutes(end, peg.due_at)
            if minutes:
                late[peg.ref] = max(late.get(peg.ref, 0), minutes)
    return late


def ends(state: State) -> dict[str, int]:
    """The minute at which each lot leaves its last stage."""
    ready: dict[str, int] = {}
    for one in state.plan.operations:
        ready[one.lot] = max(ready.get(one.lot, 0), one.end)
    return ready
