"""The smallest sets of wishes that clash, found by leaving out all that does not matter."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial

from scheduler.clash import Clash, Wish, WishKind
from scheduler.fixing import fix
from scheduler.model.wishes import Effort, ShouldStop
from scheduler.problem import Problem
from scheduler.shop import Shop, shop
from scheduler.wishes.stated import closed_only, closures_of, wishes_of, with_only
from scheduler.wishes.verdict import Answer, verdict

MOST_TOLD = 8  # clashes in one answer
MANY_CLOSURES = 4
MOST_REASONS = 3  # sentences before the names: a start may fail on each of its resources
EFFORT, ONCE = 6.0, 1.0  # CP-SAT's own unit, some seconds in all: what is not proven by then is not

Wishes = tuple[Wish, ...]
Test = Callable[[Wishes], bool]


class _Stopped(Exception):
    """Somebody wants an answer now."""


def clashes(problem: Problem, should_stop: ShouldStop | None = None) -> tuple[Clash, ...]:
    """Give sets of wishes that no plan can keep together; empty where none is proven.

    Each set is irreducible: without any one of its wishes the others can be kept, as far as that
    can be proven. A second set is what remains in the way once a wish of the first is dropped.
    At most MOST_TOLD sets; once `should_stop` says so, those that are known by then. Minutes are
    those of the problem. The problem must have no flaws.
    """
    found = list[Clash]()
    with suppress(_Stopped):
        for clash in _one_by_one(problem, Effort(EFFORT, ONCE, should_stop)):
            found.append(clash)
            if len(found) == MOST_TOLD:
                break
    return tuple(found)


def _one_by_one(problem: Problem, effort: Effort) -> Iterator[Clash]:
    left = wishes_of(problem)
    while is_impossible(problem, effort, left):
        core = smallest(partial(is_impossible, problem, effort), left)
        yield _clash(problem, core, effort)
        dropped = next(wish for wish in reversed(core) if _is_decision(wish))
        left = tuple(wish for wish in left if wish != dropped)


def is_impossible(problem: Problem, effort: Effort, wishes: Iterable[Wish]) -> bool:
    """Say whether it is proven that no plan keeps some wishes (and all closures)."""
    kept = tuple(wishes)
    stated = with_only(problem, kept)

    def whole() -> Shop:
        return shop(with_only(problem, kept, is_whole=True))

    return _is_proven(shop(stated), whole, effort)


def _is_proven(shop: Shop, whole: Callable[[], Shop], effort: Effort) -> bool:
    """Say whether a shop's decided work is proven impossible; half an answer is none."""
    found = verdict(shop, whole, effort)
    if effort.is_stopped:
        raise _Stopped
    return found.answer is Answer.IMPOSSIBLE


def _is_decision(wish: Wish) -> bool:
    return wish.kind in (WishKind.PIN, WishKind.FROZEN)


def smallest(is_clash: Test, wishes: Wishes) -> Wishes:
    """Give a part of clashing wishes that clashes, while no part of it with one less does."""
    core = _needed(is_clash, (), wishes, is_grown=False)
    for wish in core:
        rest = tuple(one for one in core if one != wish)
        if is_clash(rest):
            core = rest
    return core


def _needed(is_clash: Test, others: Wishes, wishes: Wishes, *, is_grown: bool) -> Wishes:
    """Give what of the wishes the others need to clash, by halving them (QuickXplain)."""
    if is_grown and is_clash(others):
        return ()
    if len(wishes) <= 1:
        return wishes
    first, second = wishes[: len(wishes) // 2], wishes[len(wishes) // 2 :]
    late = _needed(is_clash, others + first, second, is_grown=bool(first))
    early = _needed(is_clash, others + late, first, is_grown=bool(late))
    return early + late


def _clash(problem: Problem, core: Wishes, effort: Effort) -> Clash:
    """Add the closures that a set of wishes clashes with, and say it in words."""
    stated = with_only(problem, core)
    whole = with_only(problem, core, is_whole=True)

    def is_clash(closures: Wishes) -> bool:
        def opened() -> Shop:
            return shop(closed_only(whole, closures))

        return _is_proven(shop(closed_only(stated, closures)), opened, effort)

    closures = _closures_near(stated)
    closures = () if is_clash(()) else smallest(is_clash, closures)
    wishes = core + closures
    sentence = _sentence(stated, wishes, effort.should_stop)
    if effort.is_stopped:
        raise _Stopped
    return Clash(wishes, sentence)


def _closures_near(problem: Problem) -> Wishes:
    """Give the closures of the resources that a few lots could use, up to the last decided work."""
    names = {
        option.resource for lot in problem.lots for step in lot.steps for option in step.options
    }
    made = shop(problem)
    ends = [
        end
        for task in made.tasks
        if task.start is not None
        for index, minutes in task.options.items()
        for end in (task.start + minutes, made.machines[index].clock.end(task.start, minutes) or 0)
    ]
    return closures_of(problem, names, max(ends, default=0))


def _sentence(problem: Problem, wishes: Sequence[Wish], should_stop: ShouldStop | None) -> str:
    """Say why, and name what could give way."""
    told = fix(shop(problem), should_stop)
    why = " ".join(told[:MOST_REASONS]) if told else _no_time(wishes)
    if len(wishes) == 1:
        return f"{why} What must give way is {wishes[0]}."
    return f"{why} One of these must give way: {'; '.join(_listed(wishes))}."


def _listed(wishes: Sequence[Wish]) -> list[str]:
    """Name wishes one by one, but many closures (ordinary nights, mostly) in one breath."""
    closures = [wish for wish in wishes if wish.kind is WishKind.CLOSURE]
    if len(closures) < MANY_CLOSURES:
        return [str(wish) for wish in wishes]
    names = ", ".join(dict.fromkeys(wish.resource or "" for wish in closures))
    start, end = min(one.start or 0 for one in closures), max(one.end or 0 for one in closures)
    others = [str(wish) for wish in wishes if wish.kind is not WishKind.CLOSURE]
    return [*others, f"{len(closures)} closures of {names} between {start} and {end}"]


def _no_time(wishes: Sequence[Wish]) -> str:
    """Say that decided steps leave no time for the steps before them."""
    steps = (f"lot {wish.lot} in {wish.stage}" for wish in wishes if _is_decision(wish))
    names = list(dict.fromkeys(steps))
    if len(names) == 1:
        return f"The work before {names[0]} cannot be done by the time that is fixed for it."
    listed = " and ".join(names)
    return f"The work before {listed} cannot all be done by the times that are fixed for them."
