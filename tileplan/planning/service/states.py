"""A draft as the scheduler sees it: the problem, the planner's pins, the lots and the plan."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from typing import Any

from scheduler.plan import InvalidPlan, Plan, read_plan
from scheduler.problem import InvalidProblem, Pin, Problem
from scheduler.reading import read_problem
from tileplan.kernel.errors import Conflict
from tileplan.kernel.words import say
from tileplan.planning import queries
from tileplan.planning.models import PlanStep, PlanVersion
from tileplan.planning.rules.drafts import Draft, draft_of
from tileplan.planning.translate.minutes import Axis

log = logging.getLogger(__name__)

# So many drafts are kept read in each process.
_KEPT = 8


@dataclass(frozen=True)
class State:
    """One moment of a draft: `base` is the problem without what the planner has pinned."""

    axis: Axis
    base: Problem
    pins: tuple[Pin, ...]
    drafts: tuple[Draft, ...]
    plan: Plan

    @cached_property
    def problem(self) -> Problem:
        """The whole problem: what the planner pins takes the place of what the plant had said."""
        mine = {(pin.lot, pin.stage) for pin in self.pins}
        theirs = (pin for pin in self.base.pins if (pin.lot, pin.stage) not in mine)
        return replace(self.base, pins=(*theirs, *self.pins))

    @cached_property
    def begun(self) -> frozenset[tuple[str, str]]:
        """Lots and stages that the floor runs: pinned to their minute by the facts."""
        return frozenset((pin.lot, pin.stage) for pin in self.base.pins if pin.start is not None)

    def with_pins(self, pins: tuple[Pin, ...]) -> "State":
        """The same draft with other pins of the planner."""
        return replace(self, pins=pins)


class _Shelf:
    """The states that were asked for last; steps never change, so what lies here stays true."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[str, State] = OrderedDict()

    def get(self, key: str, make: Callable[[], State]) -> State:
        """The state of a key, made where it is not there."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        made = make()
        self.put(key, made)
        return made

    def put(self, key: str, state: State) -> None:
        """Keep a state, and forget the one asked for longest ago."""
        with self._lock:
            self._kept[key] = state
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)


_shelf = _Shelf()


def state_of(plan: PlanVersion) -> State:
    """A plan version as its present step left it."""
    step = queries.step(plan)
    if step is None:
        return _shelf.get(_key(plan, None), lambda: _made(plan))
    return state_at(plan, step)


def state_at(plan: PlanVersion, step: PlanStep) -> State:
    """A plan version as one of its steps left it."""
    return _shelf.get(_key(plan, step), lambda: _read(plan, step))


def problem_of(plan: PlanVersion) -> str:
    """What a plan version, as it stands, is an answer to: tileplan-problem/1."""
    return state_of(plan).problem.to_json()


def keep(plan: PlanVersion, step: PlanStep, state: State) -> None:
    """Keep the state that a new step has led to."""
    _shelf.put(_key(plan, step), state)


def _key(plan: PlanVersion, step: PlanStep | None) -> str:
    """What no other step has, not even one that takes the place of a step that was rolled back."""
    made = f"{plan.number} {plan.made_at.isoformat()}"
    return made if step is None else f"{made} {step.position} {step.at.isoformat()}"


def _made(plan: PlanVersion) -> State:
    run = queries.run(plan.run.number)
    problem, answer = _readable(plan, run.problem, plan.plan)
    return State(Axis(plan.epoch_at), problem, (), tuple(map(draft_of, run.lots)), answer)


def _read(plan: PlanVersion, step: PlanStep) -> State:
    asked, lots = queries.asked_at(plan, step)
    if asked is None or lots is None:
        run = queries.run(plan.run.number)
        asked, lots = asked or run.problem, run.lots if lots is None else lots
    problem, answer = _readable(plan, asked, step.plan)
    return State(
        axis=Axis(step.epoch_at),
        base=problem,
        pins=tuple(map(pin_of, step.pins)),
        drafts=tuple(map(draft_of, lots)),
        plan=answer,
    )


def _readable(plan: PlanVersion, asked: str | None, answered: str) -> tuple[Problem, Plan]:
    """The problem and the plan of a version; raises Conflict where they are gone or damaged."""
    if not asked:
        raise Conflict(say("What this plan was made from is no longer kept."))
    try:
        return read_problem(asked), read_plan(answered)
    except (InvalidProblem, InvalidPlan):
        log.exception("plan %s: what it was made from cannot be read", plan.number)
        raise Conflict(say("What this plan was made from cannot be read any more.")) from None


def pin_row(pin: Pin) -> list[Any]:
    """A pin as a step keeps it."""
    return [pin.lot, pin.stage, pin.resource, pin.start]


def pin_of(row: list[Any]) -> Pin:
    """A kept pin."""
    return Pin(*row)
