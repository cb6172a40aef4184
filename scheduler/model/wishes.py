"""Decided work, and what must be done before it, as a CP-SAT model: to see whether there is any way.

Every resource counts in its own time: wall minutes, or working minutes where work pauses while
it is closed. There a changeover is a plain distance from the end of one to the start of the next.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from ortools.sat.python import cp_model

from scheduler.model import solving
from scheduler.problem import Calendar
from scheduler.shop import Machine, Shop, Task
from scheduler.wishes.between import Others, Stand, has_room, least, opening

MOST_ARCS = 20_000  # beyond, no answer is better than one that takes minutes

Chains = Sequence[Sequence[Task]]  # of each lot, the steps up to its last decided one
Ends = Mapping[int, Mapping[int, int]]
ShouldStop = Callable[[], bool]
Expression = cp_model.LinearExpr | int


@dataclass(slots=True)
class Effort:
    """What may still be spent, in all and on one question (CP-SAT's own unit, about seconds).

    Once `should_stop` says so nothing more is answered.
    """

    left: float
    once: float
    should_stop: ShouldStop | None = None

    @property
    def is_stopped(self) -> bool:
        """Whether somebody wants it to end."""
        return self.should_stop is not None and self.should_stop()


@dataclass(frozen=True, slots=True)
class Chosen:
    """A way that was found: the machine of every task."""

    machines: dict[int, int]


@dataclass(slots=True)
class _Work:
    """A task's times (minutes), and for each machine whether it is there and its own time there."""

    task: Task
    start: Expression
    end: Expression
    on: dict[int, cp_model.IntVar] = field(default_factory=dict)
    begins: dict[int, Expression] = field(default_factory=dict)
    stops: dict[int, Expression] = field(default_factory=dict)


def choose(
    shop: Shop, chains: Chains, ends: Ends, between: Others, effort: Effort
) -> Chosen | Literal[False] | None:
    """Find machines and times for all chains; False where there are none, None where unknown or stopped.

    A chain has decided steps and, if wanted, all steps before its last decided one.
    """
    model = _Model(shop, ends, between)
    if not model.build(chains):
        return False
    if model.arcs > MOST_ARCS or effort.left <= 0 or effort.is_stopped:
        return None
    solver = cp_model.CpSolver()
    once = solving.Effort(min(effort.left, effort.once))
    found = solving.run(solver, model.model, once, lambda: effort.is_stopped)
    effort.left -= solver.response_proto.deterministic_time
    if effort.is_stopped:
        return None
    if solver.response_proto.status == cp_model.INFEASIBLE:
        return False
    if not found.has_solution:
        return None
    return Chosen(
        {
            work.task.index: next(index for index, on in work.on.items() if solver.value(on))
            for work in model.works
        }
    )


class _Model:
    """The variables and rules; a window of time that is empty ends the building."""

    def __init__(self, shop: Shop, ends: Ends, between: Others) -> None:
        self.shop, self.ends, self.between = shop, ends, between
        self.model = cp_model.CpModel()
        self.works: list[_Work] = []
        self.arcs = 0

    def build(self, chains: Chains) -> bool:
        """Build everything; False where some step's time is up before it can begin."""
        for chain in chains:
            latest = self._latest(chain)
            for task, until in zip(chain, latest, strict=True):
                if task.start is None and until[0] < task.earliest:
                    return False
            works = [self._work(task, *until) for task, until in zip(chain, latest, strict=True)]
            for first, then in pairwise(works):
                lags = self._lags(first.task, then.task)
                self.model.add(then.start >= first.start + lags[0])
                self.model.add(then.end >= first.end + lags[1])
            self.works += works
        for machine in self.shop.machines:
            here = [work for work in self.works if machine.index in work.on]
            if all(work.task.start is not None for work in here):
                self._decided_line(machine, here)
            elif self.arcs <= MOST_ARCS:
                self._line(machine, here)
        return True

    def _lags(self, first: Task, then: Task) -> tuple[int, int]:
        """Give the lags from one step of a lot to a later one, by way of those between."""
        tasks = self.shop.tasks[first.index + 1 : then.index + 1]
        return sum(task.lag_start for task in tasks), sum(task.lag_end for task in tasks)

    def _latest(self, chain: Sequence[Task]) -> list[tuple[int, int]]:
        """Give each step's latest start and latest end, for the decided ones behind it."""
        until: list[tuple[int, int]] = []
        start = end = 0
        for task, then in zip(reversed(chain), [None, *reversed(chain)], strict=False):
            if then is not None:
                lags = self._lags(task, then)
                start, end = start - lags[0], end - lags[1]
            if task.start is not None:
                own = max(self.ends[task.index].values())
                is_last = then is None
                start = task.start if is_last else min(start, task.start)
                end = own if is_last else min(end, own)
            until.append((start, end))
        return until[::-1]

    def _work(self, task: Task, start: int, end: int) -> _Work:
        if task.start is not None:
            return self._decided(task, task.start)
        name = f"{task.index}"
        work = _Work(
            task,
            self.model.new_int_var(task.earliest, start, f"start {name}"),
            self.model.new_int_var(min(task.earliest, end), end, f"end {name}"),
        )
        for index in task.options:
            work.on[index] = self.model.new_bool_var(f"{name} on {index}")
            self._place(work, self.shop.machines[index], (start, end))
        self.model.add_exactly_one(work.on.values())
        return work

    def _decided(self, task: Task, start: int) -> _Work:
        ends = self.ends[task.index]
        work = _Work(task, start, 0)
        for index, end in ends.items():
            clock = self.shop.machines[index].clock
            is_own_time = self._calendar(self.shop.machines[index]).resumable
            work.on[index] = self.model.new_bool_var(f"{task.index} on {index}")
            work.begins[index] = clock.worked(start) if is_own_time else start
            work.stops[index] = clock.worked(end) if is_own_time else end
        self.model.add_exactly_one(work.on.values())
        work.end = sum(end * work.on[index] for index, end in ends.items())
        return work

    def _calendar(self, machine: Machine) -> Calendar:
        return self.shop.problem.calendars[machine.resource.calendar]

    def _place(self, work: _Work, machine: Machine, until: tuple[int, int]) -> None:
        """Tie a free task's times to a machine, if it is there."""
        minutes, on = work.task.options[machine.index], work.on[machine.index]
        calendar = self._calendar(machine)
        if calendar.resumable:
            self._pausing(work, machine, until)
            return
        shut = cp_model.Domain.from_intervals(
            [[start - minutes + 1, end - 1] for start, end in calendar.off]
        )
        self.model.add_linear_expression_in_domain(work.start, shut.complement()).only_enforce_if(
            on
        )
        self.model.add(work.end == work.start + minutes).only_enforce_if(on)
        work.begins[machine.index] = work.start
        work.stops[machine.index] = work.start + minutes

    def _pausing(self, work: _Work, machine: Machine, until: tuple[int, int]) -> None:
        """Count working minutes: each closure that lies before delays the clock by its length."""
        minutes, on = work.task.options[machine.index], work.on[machine.index]
        lowest, highest = machine.clock.worked(work.task.earliest), machine.clock.worked(until[0])
        begin = self.model.new_int_var(lowest, max(lowest, highest), "")
        last = begin + minutes - 1
        passed: list[list[cp_model.LinearExpr]] = []
        for start, end in self._calendar(machine).off:
            if end <= 0 or start > until[1]:
                continue
            at, length = machine.clock.worked(max(start, 0)), end - max(start, 0)
            passed.append([length * self._is_past(one, at) for one in (begin, last)])
        moment = begin + sum(one for one, _ in passed)
        self.model.add(work.start == moment).only_enforce_if(on)
        self.model.add(work.end == last + 1 + sum(one for _, one in passed)).only_enforce_if(on)
        work.begins[machine.index] = begin
        work.stops[machine.index] = begin + minutes

    def _is_past(self, minute: cp_model.LinearExpr, at: int) -> cp_model.IntVar:
        past = self.model.new_bool_var("")
        self.model.add(minute >= at).only_enforce_if(past)
        self.model.add(minute < at).only_enforce_if(~past)
        return past

    def _decided_line(self, machine: Machine, works: list[_Work]) -> None:
        """One machine of decided work only: two without room need a third between, or to part."""
        index = machine.index
        stop = {work.task.index: self.ends[work.task.index][index] for work in works}
        works = sorted(works, key=lambda work: work.task.start or 0)
        for j, then in enumerate(works):
            start = then.task.start or 0
            for before in [None, *works[:j]]:
                stand, free = opening(machine), 0
                if before is not None:
                    free = stop[before.task.index]
                    stand = Stand(free, before.task.family, before.task.tile)
                if has_room(machine, stand, then.task, start, self.between):
                    continue
                third = [
                    work.on[index]
                    for work in works[:j]
                    if free <= (work.task.start or 0) and stop[work.task.index] <= start
                ]
                apart = [] if before is None else [~before.on[index]]
                self.model.add_bool_or([~then.on[index], *apart, *third])

    def _line(self, machine: Machine, works: list[_Work]) -> None:
        """One machine: a way from what stands there through all that is put on it."""
        index = machine.index
        arcs: list[tuple[int, int, cp_model.BoolVarT]] = []
        certain = sorted(
            work.task.start for work in works if work.task.start is not None and len(work.on) == 1
        )
        if not certain:
            arcs.append((0, 0, self.model.new_bool_var("unused")))
        for i, work in enumerate(works, start=1):
            arcs.append((i, 0, self.model.new_bool_var("")))
            arcs.append((i, i, ~work.on[index]))
            for j, before in enumerate([None, *works]):
                if before is not work and self._may_follow(machine, before, work, certain):
                    follows = self.model.new_bool_var("")
                    arcs.append((j, i, follows))
                    self._distance(machine, before, work, follows)
        self.arcs += len(arcs)
        self.model.add_circuit(arcs)
        self.model.add_no_overlap(
            self.model.new_optional_fixed_size_interval_var(
                work.begins[index], work.task.options[index], work.on[index], ""
            )
            for work in works
        )

    def _may_follow(
        self, machine: Machine, before: _Work | None, work: _Work, certain: list[int]
    ) -> bool:
        """Leave out what decided work rules out: the wrong order, no room, another one between."""
        if work.task.start is None or (before is not None and before.task.start is None):
            return True
        begun = -1 if before is None else before.task.start or 0
        if any(begun < start < work.task.start for start in certain):
            return False
        stand = opening(machine)
        if before is not None:
            end = self.ends[before.task.index][machine.index]
            stand = Stand(end, before.task.family, before.task.tile)
        return has_room(machine, stand, work.task, work.task.start, self.between)

    def _distance(
        self, machine: Machine, before: _Work | None, work: _Work, follows: cp_model.IntVar
    ) -> None:
        stand = opening(machine)
        free: Expression = 0
        if before is not None:
            if before.task.start is not None and work.task.start is not None:
                return
            stand = Stand(0, before.task.family, before.task.tile)
            free = before.stops[machine.index]
        elif work.task.start is not None:
            return
        needed = least(machine, stand, work.task, self.between)
        self.model.add(work.begins[machine.index] >= free + needed).only_enforce_if(follows)
