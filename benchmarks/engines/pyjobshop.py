"""PyJobShop, the open-source scheduling library on top of CP-SAT, as its manual says to use it.

It knows machines with breaks, modes, setups, one due date and weight for each job. Of a plant it
gets the firing alone, with lateness (less the stages behind) and setups; our decoder and the
referee say what its sequences are worth. The classic families it can say wholly.
"""

from pyjobshop import Model, Solution, SolveStatus
from pyjobshop.ProblemData import Job, Machine, Task
from pyjobshop.Solution import ScheduledTask

from benchmarks.engines.ask import Answer, Ask, Unfit
from benchmarks.engines.decoding import decoded, ready
from benchmarks.instances import PLANT
from benchmarks.judging import priced
from scheduler.changeovers import changeover_minutes
from scheduler.plan import Operation, Plan
from scheduler.problem import Changeovers, Lot, Problem, Resource, Step

FINISHING = 240  # minutes that the later stages take beyond their lags, as in the ATCS reference
FOUND = (SolveStatus.OPTIMAL, SolveStatus.FEASIBLE)
Work = tuple[int, Lot, Step]
_On = tuple[Task, tuple[int, str | None]]  # a task, and the family and tile it leaves standing


def plan(problem: Problem, ask: Ask) -> Answer:
    """Build its model and solve it in what is left of the budget."""
    translated = _Translation(problem, is_lead_only=ask.family == PLANT)
    result = translated.model.solve(
        time_limit=ask.left(), display=False, num_workers=ask.workers, random_seed=ask.seed % 2**31
    )
    note = f"{result.status.value.lower()}, {ask.workers} threads"
    if result.status not in FOUND or not result.best.tasks:
        return Answer(None, note=note)
    return Answer(translated.plan(result.best), note=note)


class _Translation:
    """A problem in PyJobShop's words; machines and tasks stand in the order of ours."""

    def __init__(self, problem: Problem, *, is_lead_only: bool) -> None:
        if problem.pins or problem.published:
            raise Unfit("PyJobShop knows no pins and no published work")
        self.problem, self.model, self.is_lead_only = problem, Model(), is_lead_only
        used = {o.resource for _, _, step in self._works() for o in step.options}
        self.resources = [one for one in problem.resources if one.id in used]
        if any(problem.calendars[one.calendar].resumable for one in self.resources):
            raise Unfit("this translation knows no kilns with shifts")
        self.machines = [self._machine(one) for one in self.resources]
        self.works = self._works()
        self.tasks = self._tasks()
        for resource, machine in zip(self.resources, self.machines, strict=True):
            self._setups(resource, machine)
        self._weigh()

    def _works(self) -> list[Work]:
        return [
            (number, lot, step)
            for number, lot in enumerate(self.problem.lots)
            for step in (lot.steps[:1] if self.is_lead_only else lot.steps)
        ]

    def _machine(self, resource: Resource) -> Machine:
        off = self.problem.calendars[resource.calendar].off
        breaks = [(max(start, 0), end) for start, end in off if end > 0]
        return self.model.add_machine(breaks=breaks, name=resource.id)

    def _tasks(self) -> list[Task]:
        """Make each lot a job with a task for each of its steps, and a mode for each option."""
        machines = {one.name: one for one in self.machines}
        jobs = [self._job(lot) for lot in self.problem.lots]
        tasks: list[Task] = []
        for number, lot, step in self.works:
            task = self.model.add_task(jobs[number], name=lot.id)
            for option in step.options:
                self.model.add_mode(task, machines[option.resource], option.minutes)
            if step is not lot.steps[0]:
                self.model.add_end_before_start(tasks[-1], task)
            tasks.append(task)
        return tasks

    def _job(self, lot: Lot) -> Job:
        tail = sum(step.lag_end for step in lot.steps[1:])
        tail += FINISHING if self.is_lead_only and len(lot.steps) > 1 else 0
        due = min((peg.due for peg in lot.pegs), default=None)
        return self.model.add_job(
            weight=sum(peg.cents_per_minute_late for peg in lot.pegs),
            release_date=max(lot.release, self.problem.frozen_until, 0),
            due_date=None if due is None else due - tail,
        )

    def _setups(self, resource: Resource, machine: Machine) -> None:
        """Set the changeovers between the works of a machine, and from what stands on it."""
        table = self.problem.changeovers[resource.changeover]
        if not (table.tile_change or any(map(any, table.minutes))):
            return
        standing = (resource.last_family, resource.last_tile)
        able: list[_On] = [
            (task, (step.family, lot.tile))
            for task, (_, lot, step) in zip(self.tasks, self.works, strict=True)
            if resource.id in (option.resource for option in step.options)
        ]
        if any(changeover_minutes(table, *standing, each[0], each[1] or "") for _, each in able):
            # A task of no length, held at minute 0, stands for what is there already.
            first = self.model.add_task(latest_end=0)
            self.model.add_mode(first, machine, 0)
            self._set(table, machine, (first, standing), able)
        for each in able:
            self._set(table, machine, each, able)

    def _set(self, table: Changeovers, machine: Machine, before: _On, able: list[_On]) -> None:
        for task, (family, tile) in able:
            minutes = changeover_minutes(table, *before[1], family, tile or "")
            if minutes and task is not before[0]:
                self.model.add_setup_time(machine, before[0], task, minutes)

    def _weigh(self) -> None:
        """State the objective; PyJobShop has one rate for the setups of all machines."""
        tables = [self.problem.changeovers[one.changeover] for one in self.resources]
        self.model.set_objective(
            weight_makespan=self.problem.makespan_cents_per_minute,
            weight_total_tardiness=int(any(lot.pegs for lot in self.problem.lots)),
            weight_total_setup_time=max(table.cents_per_minute for table in tables),
        )

    def plan(self, found: Solution) -> Plan:
        """Read a plan off a solution: a plant's sequences decoded, else the times as they are."""
        rows = [(work, found.tasks[number]) for number, work in enumerate(self.works)]
        rows.sort(key=lambda row: row[1].start)
        if not self.is_lead_only:
            return priced(self.problem, [self._operation(*row) for row in rows])
        places = {one.id: number for number, one in enumerate(self.problem.resources)}
        sequences: dict[int, list[int]] = {}
        for (number, _, _), task in rows:
            place = places[self.resources[task.resources[0]].id]
            sequences.setdefault(place, []).append(number)
        return decoded(ready(self.problem), sequences)

    def _operation(self, work: Work, task: ScheduledTask) -> Operation:
        _, lot, step = work
        machine = self.resources[task.resources[0]].id
        return Operation(lot.id, step.stage, machine, task.start, task.end)
