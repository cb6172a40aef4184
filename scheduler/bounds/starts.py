"""Where a lot may start its first step for the least cost, whatever the rents of the minutes are.

Between two neighbours of these candidates everything (lateness, stock, rents) runs straight, so
the least cost over all minutes is the least over the candidates.
"""

from dataclasses import dataclass

import numpy as np

from scheduler.bounds.axis import Axis, Whole
from scheduler.bounds.heads import Way
from scheduler.bounds.pegs import MINUTES_A_DAY
from scheduler.shop import Job, Task


@dataclass(frozen=True, slots=True)
class Starts:
    """Candidates: occupied working minutes [`begin`, `end`), and cost in cents · 1440."""

    begin: Whole
    end: Whole
    cost: Whole


@dataclass(frozen=True, slots=True)
class Ground:
    """What a machine's candidates stand on: its axis, and the borders of its rents."""

    axis: Axis
    borders: Whole


@dataclass(frozen=True, slots=True)
class Candidate:
    """A lot on a way: what follows it at the least, its earliest last end, cents of m² and day."""

    job: Job
    way: Way
    tail: int
    done: int
    holding: int


def starts(ground: Ground, candidate: Candidate, lead: int) -> Starts:
    """Give the candidates of a lot on a way, with a changeover of `lead` minutes before it.

    A lot whose start is decided has that one only; none is given where it cannot be.
    """
    job, way, axis = candidate.job, candidate.way, ground.axis
    task = job.tasks[0]
    at = _corners(ground, candidate, lead)
    at = at[axis.is_whole(at, way.minutes)]
    wall = axis.minute(at)
    begin = at - lead if axis.pauses else axis.worked(wall - lead)
    fits = (wall >= _earliest(task)) & (begin >= 0) & (axis.pauses | (wall >= lead))
    if task.start is not None:
        fits &= wall == task.start
    at, begin = at[fits], begin[fits]
    end = at + way.minutes
    finish = axis.minute(end - 1) + 1
    return Starts(begin, end, cost_of_ends(candidate, finish))


def _earliest(task: Task) -> int:
    return task.earliest if task.start is None else task.start


def _corners(ground: Ground, candidate: Candidate, lead: int) -> Whole:
    """Give every working minute at which the cost of starting there may turn."""
    job, tail, work = candidate.job, candidate.tail, candidate.way.minutes
    task, axis = job.tasks[0], ground.axis
    first = axis.worked(np.array([max(_earliest(task), 0)]))
    if task.start is not None:
        return first
    dues = np.array([due for peg in job.pegs for due in (peg.due, peg.due - tail)], dtype=np.int64)
    ends = np.concatenate([axis.worked(dues[dues > 0]), axis.index, ground.borders])
    if axis.pauses:
        begins = np.concatenate([axis.index, ground.borders]) + lead
    else:
        edges = [axis.starts, axis.ends, axis.minute(ground.borders), np.zeros(1, dtype=np.int64)]
        begins = axis.worked(np.concatenate(edges) + lead)
    last = max(int(ends.max(initial=0)), int(begins.max(initial=0)), int(first[0])) + work + lead
    turns = np.concatenate([ends - work, axis.index, begins])
    turns = np.concatenate([turns - 1, turns, turns + 1, first, [last]])
    return np.unique(turns[turns >= first])


def cost_of_ends(candidate: Candidate, finish: Whole) -> Whole:
    """Price first steps that end at some moments, in cents · 1440, never above the true price."""
    cost = np.zeros(len(finish), dtype=np.int64)
    sorted_at = np.maximum(finish + candidate.tail, candidate.done)
    for peg in candidate.job.pegs:
        late = np.maximum(sorted_at - peg.due, 0) * peg.cents_per_minute_late
        cost += late * MINUTES_A_DAY + np.maximum(peg.due - finish, 0) * (
            peg.m2 * candidate.holding
        )
    return cost
