"""Makes the kernel's rows from a shop: names become numbers, calendars become closures."""

from collections.abc import Iterable, Mapping
from itertools import accumulate, pairwise

from scheduler.kernel import rows
from scheduler.kernel.compiled import numbers
from scheduler.kernel.compiled import rows as made
from scheduler.kernel.hours import calendars
from scheduler.shop import Job, Machine, Shop, Task

NEVER = 10**15  # minutes: later than anything


class Numbers:
    """The number of every name."""

    def __init__(self, shop: Shop) -> None:
        """Count the names of a problem."""
        problem = shop.problem
        self.calendar = _numbered(problem.calendars)
        self.table = _numbered(problem.changeovers)
        self.resource = _numbered(resource.id for resource in problem.resources)
        tiles = [resource.last_tile for resource in problem.resources]
        campaigns = [resource.last_campaign for resource in problem.resources]
        self.tile = _numbered([*tiles, *(lot.tile for lot in problem.lots)])
        self.campaign = _numbered([*campaigns, *(lot.campaign for lot in problem.lots)])


def _numbered(names: Iterable[str | None]) -> dict[str | None, int]:
    found: dict[str | None, int] = {}
    for name in names:
        if name is not None:
            found.setdefault(name, len(found))
    return found | {None: rows.NONE}


def ready(shop: Shop) -> rows.Shop:
    """Give the rows of a shop, made once for the fixed operations that it has now."""
    key = tuple(
        number
        for machine in shop.machines
        for fixed in machine.fixed
        for number in (fixed.task.index, fixed.machine, fixed.start)
    )
    if key not in shop.made:
        shop.made.clear()
        shop.made[key] = build(shop)
    found: rows.Shop = shop.made[key]
    return found


def build(shop: Shop) -> rows.Shop:
    """Make the rows of a shop whose fixed operations are set."""
    problem, named = shop.problem, Numbers(shop)
    tables = list(problem.changeovers.values())
    sizes = [len(table.minutes) ** 2 for table in tables]
    heads = [
        rows.Table(first, len(table.minutes), table.tile_change, table.cents_per_minute)
        for table, first in zip(tables, [0, *accumulate(sizes)], strict=False)
    ]
    return rows.Shop(
        calendars=calendars(problem.calendars.values()),
        tables=made(rows.Table, heads),
        changeovers=numbers(entry for table in tables for row in table.minutes for entry in row),
        machines=made(rows.Machine, _machines(shop, named)),
        leads=numbers(machine.index for machine in shop.leads),
        fixed=made(rows.Fixed, _fixed(shop)),
        tasks=made(rows.Task, _tasks(shop, named)),
        options=numbers(machine for task in shop.tasks for machine in task.options),
        minutes=numbers(
            task.options.get(machine, 0)
            for task in shop.tasks
            for machine in range(len(shop.machines))
        ),
        jobs=made(rows.Job, _jobs(shop)),
        pegs=made(rows.Peg, _pegs(shop)),
        stages=len(problem.stages),
        rules=rows.Rules(
            campaign_minutes=problem.campaigns.min_minutes,
            campaign_rate=problem.campaigns.cents_per_minute,
            change_rate=problem.stability.cents_per_resource_change,
            moved_rate=problem.stability.cents_per_minute_moved,
            tolerance=problem.stability.tolerance_minutes,
            makespan_rate=problem.makespan_cents_per_minute,
        ),
    )


def _machines(shop: Shop, named: Numbers) -> list[rows.Machine]:
    ends = [0, *accumulate(len(machine.fixed) for machine in shop.machines)]
    return [
        _machine(machine, named, first, last)
        for machine, (first, last) in zip(shop.machines, pairwise(ends), strict=True)
    ]


def _machine(machine: Machine, named: Numbers, first: int, last: int) -> rows.Machine:
    on = machine.resource
    return rows.Machine(
        stage=machine.stage,
        calendar=named.calendar[on.calendar],
        table=named.table[on.changeover],
        idle_rate=on.idle_cents_per_minute,
        has_campaigns=int(machine.campaigns),
        family=on.last_family,
        tile=named.tile[on.last_tile],
        campaign=named.campaign[on.last_campaign],
        run=0 if on.last_campaign is None else on.last_campaign_minutes,
        first_fixed=first,
        last_fixed=last,
    )


def _fixed(shop: Shop) -> list[rows.Fixed]:
    return [
        rows.Fixed(fixed.task.index, fixed.machine, fixed.start, fixed.end)
        for machine in shop.machines
        for fixed in machine.fixed
    ]


def _tasks(shop: Shop, named: Numbers) -> list[rows.Task]:
    ends = [0, *accumulate(len(task.options) for task in shop.tasks)]
    firsts = {job.tasks[0].index for job in shop.jobs}
    rests = {
        task.index: sum(then.lag_end for then in job.tasks[i + 1 :])
        for job in shop.jobs
        for i, task in enumerate(job.tasks)
    }
    return [
        _task(task, named, (first, last), (int(task.index in firsts), rests[task.index]))
        for task, (first, last) in zip(shop.tasks, pairwise(ends), strict=True)
    ]


def _task(
    task: Task, named: Numbers, options: tuple[int, int], place: tuple[int, int]
) -> rows.Task:
    published = task.published
    home = None if published is None else named.resource.get(published.resource, rows.AWAY)
    return rows.Task(
        lot=task.lot,
        stage=task.stage,
        family=task.family,
        tile=named.tile[task.tile],
        campaign=named.campaign[task.campaign],
        earliest=task.earliest,
        lag_start=task.lag_start,
        lag_end=task.lag_end,
        is_first=place[0],
        first_option=options[0],
        last_option=options[1],
        start=rows.NONE if task.start is None else task.start,
        rest=place[1],
        quickest=min(task.options.values()),
        home=rows.NONE if home is None else home,
        home_start=0 if published is None else published.start,
    )


def _jobs(shop: Shop) -> list[rows.Job]:
    times = {
        fixed.task.index: (fixed.start, fixed.end)
        for machine in shop.machines
        for fixed in machine.fixed
    }
    ends = [0, *accumulate(len(job.pegs) for job in shop.jobs)]
    return [
        rows.Job(
            job.tasks[0].index,
            job.tasks[-1].index + 1,
            first,
            last,
            min((peg.due for peg in job.pegs), default=NEVER),
            *_latest(job, times),
        )
        for job, (first, last) in zip(shop.jobs, pairwise(ends), strict=True)
    ]


def _latest(job: Job, times: Mapping[int, tuple[int, int]]) -> tuple[int, int]:
    """Give until when a lot's first step must start and end, for a later step that is fixed."""
    latest_start = latest_end = NEVER
    lag_start = lag_end = 0
    for task in job.tasks[1:]:
        lag_start += task.lag_start
        lag_end += task.lag_end
        if task.index in times and job.tasks[0].index not in times:
            start, end = times[task.index]
            latest_start = min(latest_start, start - lag_start)
            latest_end = min(latest_end, end - lag_end)
    return latest_start, latest_end


def _pegs(shop: Shop) -> list[rows.Peg]:
    holding = shop.problem.holding_cents_per_m2_day
    return [
        rows.Peg(peg.due, peg.m2 * holding, peg.cents_per_minute_late)
        for job in shop.jobs
        for peg in job.pegs
    ]
