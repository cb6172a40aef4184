"""Between which moments each task lies in every plan that costs no more than a plan at hand."""

from collections.abc import Sequence

from scheduler.bounds.alone import floors
from scheduler.bounds.heads import heads
from scheduler.bounds.pegs import late_cents
from scheduler.decode import Slot
from scheduler.model.timing import Span
from scheduler.shop import Job, Shop


def horizon(shop: Shop, slots: Sequence[Slot]) -> int:
    """Give a minute at which some cheapest plan has ended.

    From `quiet` on all is open and nothing gets cheaper by waiting. A moment after it at which no
    machine works or changes over and no lag runs could be cut out of the plan, so what follows
    lasts no longer than all that together.
    """
    problem = shop.problem
    quiet = [end for _, _, end in slots] + [task.earliest for task in shop.tasks]
    quiet += [peg.due for job in shop.jobs for peg in job.pegs]
    quiet += [end for calendar in problem.calendars.values() for _, end in calendar.off]
    quiet += [row.start + problem.stability.tolerance_minutes for row in problem.published]
    busy = sum(max(task.options.values()) + task.lag_start + task.lag_end for task in shop.tasks)
    longest = {
        machine.index: max(machine.table.tile_change, *map(max, machine.table.minutes))
        for machine in shop.machines
    }
    changing = sum(max(longest[index] for index in task.options) for task in shop.tasks)
    return max(quiet, default=0) + busy + changing


def spans(shop: Shop, slots: Sequence[Slot], most: int) -> list[Span]:
    """Give every task's span in the plans of at most `most` cents (by task index).

    `slots` is such a plan; a lot's own lateness may use up what no other lot and no changeover
    must cost.
    """
    last = horizon(shop, slots)
    alone, first = floors(shop), heads(shop)
    found: list[Span] = []
    for job, own in zip(shop.jobs, alone, strict=True):
        end = _latest_end(
            job, most - sum(alone) + own, last, shop.problem.makespan_cents_per_minute
        )
        found += _job(shop, job, end, first)
    return found


def _latest_end(job: Job, cents: int, last: int, rate: int) -> int:
    """Give the latest end of a lot whose lateness costs no more than some cents."""
    low, high = 0, last
    while low < high:
        middle = (low + high + 1) // 2
        if late_cents(job.pegs, middle) + middle * rate <= cents:
            low = middle
        else:
            high = middle - 1
    return low


def _job(shop: Shop, job: Job, end: int, first: Sequence[tuple[int, int]]) -> list[Span]:
    spans: list[Span] = []
    for task in reversed(job.tasks):
        start, first_end = first[task.index]
        if task.start is not None:
            ends = (
                shop.machines[index].clock.end(task.start, minutes)
                for index, minutes in task.options.items()
            )
            known = [one for one in ends if one is not None]
            spans.append(Span(task.start, min(known), max(known)))
        else:
            spans.append(Span(start, first_end, end))
        end = spans[-1].end - task.lag_end
    return spans[::-1]
