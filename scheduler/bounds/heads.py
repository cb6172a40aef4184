"""When each step of each lot can start and end at the earliest, as if the lot were alone."""

from dataclasses import dataclass

from scheduler.shop import Job, Shop

Head = tuple[int, int]  # earliest start, earliest end


def heads(shop: Shop) -> list[Head]:
    """Give every task's earliest start and end (minutes, by task index), changeovers left out.

    Each follows from release, lags and the calendars; the two may belong to different resources.
    """
    return [head for job in shop.jobs for head in _job(shop, job)]


def _job(shop: Shop, job: Job) -> list[Head]:
    found: list[Head] = []
    start = end = 0
    for i, task in enumerate(job.tasks):
        ready = max(start + task.lag_start, task.earliest) if i else task.earliest
        ready_end = end + task.lag_end if i else 0
        if task.start is not None:
            ready = task.start
        places = [
            shop.machines[machine].clock.fit(0, 0, ready, minutes, ready_end)
            for machine, minutes in task.options.items()
        ]
        start, end = min(place[0] for place in places), min(place[1] for place in places)
        found.append((start, end))
    return found


@dataclass(frozen=True, slots=True)
class Way:
    """A lot's first step on one machine: its minutes, and the least from its end to the last end.

    `tail` counts the fastest later steps without closures; it holds whenever the first step runs
    without a pause, and `paused_tail` in any case.
    """

    machine: int
    minutes: int
    tail: int
    paused_tail: int


def ways(job: Job) -> list[Way]:
    """Give the ways of a lot's first step."""
    paused = sum(task.lag_end for task in job.tasks[1:])
    return [
        Way(machine, minutes, _tail(job, minutes), paused)
        for machine, minutes in job.tasks[0].options.items()
    ]


def _tail(job: Job, minutes: int) -> int:
    start, end = 0, minutes
    for task in job.tasks[1:]:
        start += task.lag_start
        end = max(end + task.lag_end, start + min(task.options.values()))
    return end - minutes
