"""The problem with numbers for names and calendars made ready: what decoder and search work on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scheduler.calendars import Clock, clock
from scheduler.decided import Decisions, decisions
from scheduler.problem import Changeovers, Lot, Peg, Problem, Published, Resource, Step


@dataclass(frozen=True, slots=True)
class Task:
    """One step of one lot; `options` are machine → minutes, already narrowed by pins."""

    index: int
    lot: int
    stage: int
    family: int
    tile: str
    campaign: str
    earliest: int
    lag_start: int
    lag_end: int
    options: Mapping[int, int]
    start: int | None  # decided by a pin or by frozen work
    published: Published | None


@dataclass(frozen=True, slots=True)
class Fixed:
    """A task whose machine and times are decided before the search begins."""

    task: Task
    machine: int
    start: int
    end: int


@dataclass(slots=True)
class Machine:
    """A resource made ready; `fixed` are its decided operations, by start."""

    index: int
    resource: Resource
    stage: int
    clock: Clock
    table: Changeovers
    campaigns: bool  # whether campaigns are counted here
    fixed: list[Fixed] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Job:
    """A lot: its tasks in flow order and its pegs."""

    index: int
    lot: Lot
    tasks: tuple[Task, ...]
    pegs: tuple[Peg, ...]


@dataclass(frozen=True, slots=True)
class Shop:
    """The whole plant; `lead` is the stage whose sequences the search decides."""

    problem: Problem
    machines: tuple[Machine, ...]
    jobs: tuple[Job, ...]
    tasks: tuple[Task, ...]
    lead: int
    conflicts: tuple[str, ...]
    made: dict[tuple[int, ...], Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def leads(self) -> tuple[Machine, ...]:
        """The machines of the lead stage: the kilns."""
        return tuple(machine for machine in self.machines if machine.stage == self.lead)

    def free_leads(self) -> list[int]:
        """Give the lots whose place on a kiln is still to be decided."""
        return [
            job.index
            for job in self.jobs
            if job.tasks[0].stage == self.lead and job.tasks[0].start is None
        ]


def _machine(index: int, resource: Resource, problem: Problem) -> Machine:
    return Machine(
        index=index,
        resource=resource,
        stage=problem.stages.index(resource.stage),
        clock=clock(problem.calendars[resource.calendar]),
        table=problem.changeovers[resource.changeover],
        campaigns=resource.stage == problem.campaigns.stage,
    )


class _Numbers:
    """Gives every resource and every task its number."""

    def __init__(self, problem: Problem, decided: Decisions) -> None:
        self.problem = problem
        self.decided = decided
        self.machine = {one.id: i for i, one in enumerate(problem.resources)}
        self.published = {(row.lot, row.stage): row for row in problem.published}
        self.count = 0

    def job(self, index: int, lot: Lot) -> Job:
        tasks = tuple(self.task(index, lot, step) for step in lot.steps)
        return Job(index, lot, tasks, lot.pegs)

    def task(self, lot_index: int, lot: Lot, step: Step) -> Task:
        key = (lot.id, step.stage)
        only = self.decided.resource.get(key)
        index, self.count = self.count, self.count + 1
        return Task(
            index=index,
            lot=lot_index,
            stage=self.problem.stages.index(step.stage),
            family=step.family,
            tile=lot.tile,
            campaign=lot.campaign,
            earliest=max(lot.release, self.problem.frozen_until, 0),
            lag_start=step.lag_start,
            lag_end=step.lag_end,
            options={
                self.machine[option.resource]: option.minutes
                for option in step.options
                if only in (None, option.resource)
            },
            start=self.decided.start.get(key),
            published=self.published.get(key),
        )


def shop(problem: Problem) -> Shop:
    """Number a problem; fixed operations are set by `fixing.fix`."""
    decided = decisions(problem)
    numbers = _Numbers(problem, decided)
    jobs = tuple(numbers.job(i, lot) for i, lot in enumerate(problem.lots))
    tasks = tuple(task for job in jobs for task in job.tasks)
    return Shop(
        problem=problem,
        machines=tuple(_machine(i, one, problem) for i, one in enumerate(problem.resources)),
        jobs=jobs,
        tasks=tasks,
        lead=min((task.stage for task in tasks), default=0),
        conflicts=decided.conflicts,
    )
