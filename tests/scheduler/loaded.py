"""Run by itself: answers every question after warming, and fails where that loaded compiled code."""

import sys
from dataclasses import replace

from scheduler.explain import explain
from scheduler.move import move
from scheduler.problem import Published
from scheduler.promise import promise
from scheduler.replan import Mode, replan
from scheduler.solve import solve
from scheduler.warming import warm
from tests.scheduler.factories import random_problem


def loaded():
    """Give how many kinds of arguments each compiled function is loaded for."""
    kernel = [m for name, m in sys.modules.items() if name.startswith("scheduler.kernel.")]
    found = {f for module in kernel for f in vars(module).values() if hasattr(f, "overloads")}
    return {(f.__module__, f.__name__): len(f.overloads) for f in found}


warm()
before = loaded()
for seed, lots in ((3, 12), (7, 45), (5, 90)):
    problem = random_problem(seed, most_lots=lots, is_fixed=False)
    plan = solve(problem, iterations=3000)
    stands = plan.operations[0]
    move(problem, plan, stands.lot, stands.stage, stands.resource, stands.start + 60)
    explain(problem, plan, next(peg.order for lot in problem.lots for peg in lot.pegs))
    stood = tuple(Published(o.lot, o.stage, o.resource, o.start, o.end) for o in plan.operations)
    for mode in Mode:
        replan(replace(problem, published=stood), mode=mode, iterations=500)
    taken = replace(problem, lots=problem.lots[1:])
    left = replace(
        plan, operations=tuple(o for o in plan.operations if o.lot != problem.lots[0].id)
    )
    promise(taken, left, problem.lots[0])
after = loaded()
raise SystemExit(str({name for name in after if after[name] != before.get(name)} or "") or None)
