"""The answer to a drag: one operation put to a resource and a time, and who gives way.

The rule: nothing moves unless it must. Work that starts before the drop stays ahead; what stands
behind it gives way in its own order. Pinned and frozen work never moves. A gap closes in two
places only:

- where an operation is dragged backwards on its own resource, the work it passes moves up into
  the room it leaves; a room left on another resource stays (a replan closes it);
- the dragged lot's own later steps follow it on their resources, sooner if it is sooner. They go
  where they move nobody, unless that would put them off for longer than the lot was put off; then
  they queue as they arrive.

Behind the first stage a lot that is pushed too late for its turn lets those that are ready go
first: nobody waits for it.
"""

from dataclasses import dataclass

from scheduler.decode import Slot
from scheduler.difference import Difference, difference
from scheduler.inserting import Opening, gentle, openings, put
from scheduler.limits import MINUTES
from scheduler.plan import Operation, Plan
from scheduler.problem import Problem
from scheduler.reasons import Kind, Reason, closures
from scheduler.referee import faults
from scheduler.retime import Retiming, fits_before
from scheduler.shop import Job, Machine, Task
from scheduler.standing import Standing, operations_of, stand, written


class UnknownOperation(ValueError):
    """The problem has no such lot, no such step of it, or no such resource."""


@dataclass(frozen=True, slots=True)
class Move:
    """The answer to a drag.

    `plan` is sound, and None where the place is impossible; `landed` is the dragged operation in
    it, on the minute asked for or the first possible one after; `reasons` say why it is
    impossible, or why it is not on that minute; `difference` compares with the plan given.
    """

    plan: Plan | None
    landed: Operation | None
    reasons: tuple[Reason, ...]
    difference: Difference | None


def move(  # noqa: PLR0917 - a drag is said in one breath: which step, where to, when
    problem: Problem, plan: Plan, lot: str, stage: str, resource: str, start: int
) -> Move:
    """Put a lot's step in `stage` on a resource at a minute (from the problem's epoch).

    A step that a pin or frozen work of the problem holds cannot be moved: leave its pin out of
    the problem first. A minute before 0 is as good as 0, one beyond ±10**8 is refused. Raises
    UnknownOperation for a lot, stage or resource that is not there, PlanDoesNotFit for a plan that
    is no whole plan of the problem (its times may be broken, the answer's are not).
    """
    standing = stand(problem, operations_of(problem, plan))
    if standing.conflicts:
        said = tuple(Reason(Kind.CONFLICT, lot, text=text) for text in standing.conflicts)
        return Move(None, None, said, None)
    dragged = _Dragged(problem, standing.whole(), lot, stage, resource)
    refused = dragged.refused(start)
    if refused is not None:
        return Move(None, None, (refused,), None)
    reasons, slots = dragged.drop(max(start, 0))
    if start < 0:
        reasons = (Reason(Kind.BEGINNING, lot, stage, start=0), *reasons)
    is_still = slots == standing.slots
    changed = plan if is_still else written(standing.shop, slots, plan, plan.bound)
    wrong = faults(problem, changed)
    if wrong:
        said = tuple(
            Reason(Kind.RULE, one.lot or lot, one.stage, one.resource, text=str(one.sentence))
            for one in wrong
        )
        return Move(None, None, (*reasons, *said), None)
    landed = changed.operations[dragged.task.index]
    return Move(changed, landed, reasons, difference(standing, slots, changed.price))


class _Dragged:
    """A task on its way to a machine."""

    def __init__(
        self, problem: Problem, standing: Standing, lot: str, stage: str, resource: str
    ) -> None:
        self.problem, self.standing, self.stage = problem, standing, stage
        self.job = _lot(standing, lot)
        self.task = _step(self.job, stage)
        self.machine = _resource(standing, resource)

    def refused(self, start: int) -> Reason | None:
        """Say why the task cannot go to the machine at all; None if it can."""
        resource, lot = self.machine.resource.id, self.job.lot.id
        index = self.job.tasks.index(self.task)
        if resource not in {option.resource for option in self.job.lot.steps[index].options}:
            return Reason(Kind.NOT_ABLE, lot, self.stage, resource)
        if abs(start) > MINUTES:
            return Reason(Kind.BEYOND, lot, self.stage, minutes=MINUTES)
        at, stood, _ = self.standing.slots[self.task.index]
        if self.task.start is None and self.machine.index in self.task.options:
            return None
        if (at, stood) == (self.machine.index, start):
            return None
        is_frozen = any(
            (row.lot, row.stage) == (lot, self.stage) and row.start < self.problem.frozen_until
            for row in self.problem.published
        )
        held = self.standing.shop.machines[at].resource.id
        kind = Kind.FROZEN if is_frozen else Kind.PIN
        return Reason(kind, lot, self.stage, held, start=self.task.start)

    def drop(self, start: int) -> tuple[tuple[Reason, ...], list[Slot]]:
        """Let everything give way; give why it is later than asked for, and all slots."""
        shop, old = self.standing.shop, self.standing.slots
        if self.task.start is not None:
            return (), old
        later = [
            task for task in self.job.tasks if task.stage > self.task.stage and task.start is None
        ]
        gone = {self.task.index, *(task.index for task in later)}
        lines = [[index for index in line if index not in gone] for line in self.standing.lines]
        timing = Retiming(shop, lines, self.standing.floors)
        timing.floors[self.task.index] = start
        by_stage = {task.stage: task for task in later}
        reasons: tuple[Reason, ...] = ()
        for stage in range(len(shop.problem.stages)):
            if stage == self.task.stage:
                self._close_up(timing)
            timing.stage(stage)
            if stage == self.task.stage:
                self._queue(timing, self.task, self.machine)
                reasons = tuple(self._reasons(timing, start))
            elif stage in by_stage:
                self._follow(timing, by_stage[stage])
        return reasons, timing.slots

    def _close_up(self, timing: Retiming) -> None:
        """Let the work that is passed on the task's own resource move up, in its own order."""
        at, stood, _ = self.standing.slots[self.task.index]
        drop, _ = timing.alone(self.machine, self.task)
        if at != self.machine.index:
            return
        floor = stood
        for index in timing.lines[at]:
            if stood < timing.floors[index] < drop:
                timing.floors[index] = 0
                floor = max(floor, timing.alone(self.machine, timing.shop.tasks[index])[0])
                timing.floors[index] = floor

    def _queue(self, timing: Retiming, task: Task, machine: Machine) -> None:
        """Put a task behind what starts before it could."""
        start, end = timing.alone(machine, task)
        line = timing.lines[machine.index]
        ahead = sum(timing.slots[index][1] < start for index in line)
        put(timing, task, Opening(machine.index, ahead, start, end, is_gap=False))

    def _follow(self, timing: Retiming, task: Task) -> None:
        """Put a later step of the dragged lot on its own resource, as the rule says."""
        old = self.standing.slots
        machine = timing.shop.machines[old[task.index][0]]
        delay = timing.slots[task.index - 1][2] - old[task.index - 1][2]
        timing.floors[task.index] = 0 if delay < 0 else old[task.index][1]
        gap = gentle(task, list(openings(timing, machine, task)))
        if gap is not None and gap.end <= old[task.index][2] + max(delay, 0):
            put(timing, task, gap)
        else:
            self._queue(timing, task, machine)

    def _reasons(self, timing: Retiming, asked: int) -> list[Reason]:
        """Say what kept the task from the minute asked for."""
        task, machine = self.task, self.machine
        landed = timing.slots[task.index][1]
        if landed <= asked:
            return []
        lot, resource = self.job.lot, machine.resource.id
        found = []
        if lot.release > asked:
            found.append(Reason(Kind.RELEASE, lot.id, self.stage, start=lot.release))
        if self.problem.frozen_until > asked:
            frozen = self.problem.frozen_until
            found.append(Reason(Kind.FROZEN_TIME, lot.id, self.stage, start=frozen))
        if timing.has_before(task):
            found += self._before(timing.slots[task.index - 1], asked)
        off = self.problem.calendars[machine.resource.calendar].off
        found += closures(off, lot.id, self.stage, resource, (asked, landed))
        found += self._in_the_way(timing, asked)
        return found or [
            Reason(Kind.CHANGEOVER, lot.id, self.stage, resource, minutes=landed - asked)
        ]

    def _before(self, slot: Slot, asked: int) -> list[Reason]:
        task, (_, start, end) = self.task, slot
        done = self.machine.clock.fit(0, 0, asked, task.options[self.machine.index], 0)[1]
        if start + task.lag_start <= asked and end + task.lag_end <= done:
            return []
        return [Reason(Kind.STEP_BEFORE, self.job.lot.id, self.stage, start=start, end=end)]

    def _in_the_way(self, timing: Retiming, asked: int) -> list[Reason]:
        """Name what stands on the machine between the minute asked for and where it landed."""
        shop, machine, lot = timing.shop, self.machine, self.job.lot.id
        landed, resource = timing.slots[self.task.index][1], machine.resource.id
        found = []
        for index in timing.lines[machine.index]:
            _, start, end = timing.slots[index]
            if start < landed and end > asked:
                ahead = (shop.jobs[shop.tasks[index].lot].lot.id,)
                found.append(Reason(Kind.AHEAD, lot, self.stage, resource, ahead, end=end))
        done = machine.clock.fit(0, 0, asked, self.task.options[machine.index], 0)[1]
        for fixed in machine.fixed:
            is_short = not fits_before(machine, self.task, done, fixed.task, fixed.start)
            if asked < fixed.end and fixed.start < landed and is_short:
                found.append(
                    Reason(
                        Kind.FIXED_WORK,
                        lot,
                        self.stage,
                        resource,
                        lots=(shop.jobs[fixed.task.lot].lot.id,),
                        start=fixed.start,
                        end=fixed.end,
                    )
                )
        return found


def _lot(standing: Standing, name: str) -> Job:
    for job in standing.shop.jobs:
        if job.lot.id == name:
            return job
    raise UnknownOperation(f"There is no lot {name!r}.")


def _step(job: Job, stage: str) -> Task:
    for task, step in zip(job.tasks, job.lot.steps, strict=True):
        if step.stage == stage:
            return task
    raise UnknownOperation(f"Lot {job.lot.id} has no step in {stage!r}.")


def _resource(standing: Standing, name: str) -> Machine:
    for machine in standing.shop.machines:
        if machine.resource.id == name:
            return machine
    raise UnknownOperation(f"There is no resource {name!r}.")
