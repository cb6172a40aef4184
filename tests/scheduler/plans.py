"""Random problems with a plan that stands, and what may never move in it."""

from random import Random

from scheduler.plan import Plan, Status
from scheduler.problem import Problem
from scheduler.solve import solve
from tests.scheduler.factories import random_problem


def standing(seeds, *, most_lots=12) -> list[tuple[int, Problem, Plan]]:
    """Give seed, problem and plan, for the seeds whose problem has lots and a quick plan."""
    found = []
    for seed in seeds:
        whole = random_problem(seed, most_lots=most_lots)
        plan = solve(whole, iterations=0)
        if whole.lots and plan.status is not Status.INFEASIBLE:
            found.append((seed, whole, plan))
    return found


def held(problem: Problem) -> set[tuple[str, str]]:
    """Give (lot, stage) of everything that is pinned to a start or frozen."""
    pinned = {(pin.lot, pin.stage) for pin in problem.pins if pin.start is not None}
    frozen = {(row.lot, row.stage) for row in problem.published if row.start < problem.frozen_until}
    return pinned | frozen


def rows(plan: Plan, keys) -> set:
    """Give a plan's operations of some (lot, stage)."""
    return {one for one in plan.operations if (one.lot, one.stage) in keys}


def drop(random: Random, problem: Problem, plan: Plan) -> tuple[str, str, str, int]:
    """Give a drag as a planner might make it: lot, stage, a resource that can, a start."""
    one = random.choice(plan.operations)
    lot = next(lot for lot in problem.lots if lot.id == one.lot)
    step = next(step for step in lot.steps if step.stage == one.stage)
    where = random.choice(step.options).resource
    return one.lot, one.stage, where, one.start + random.choice([-700, -90, -5, 0, 5, 90, 700])


def saved(tmp_path, whole: Problem, plan: Plan | None = None) -> tuple[str, str]:
    """Write a problem, and a plan of it, as files; give their paths."""
    paths = tmp_path / "problem.json", tmp_path / "plan.json"
    paths[0].write_text(whole.to_json(), encoding="utf-8")
    paths[1].write_text((plan or solve(whole, iterations=0)).to_json(), encoding="utf-8")
    return str(paths[0]), str(paths[1])
