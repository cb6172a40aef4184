"""Plans for tests that ask what planning makes of an answer, not how the scheduler's process runs.

The real scheduler answers, in this process and for a number of moves: at once, and always the same.
"""

from datetime import datetime

from scheduler.plan import Status
from scheduler.reading import read_problem
from scheduler.solve import Progress, solve
from tileplan.kernel import clock
from tileplan.kernel.db import session, transaction
from tileplan.planning import queries, service
from tileplan.planning.models import PlanVersion, Run
from tileplan.planning.service import running

MOVES = 300


def plan(*, epoch: datetime | None = None) -> tuple[Run, PlanVersion]:
    """Take a run through its steps: propose, prepare, solve, record."""
    session.commit()
    with transaction():
        number = running._open(1, epoch or service.epoch_of(clock.now()), None).number
    proposal = running._propose(number, lambda _: None, transaction)
    with transaction():
        problem = read_problem(service.prepare(queries.run(number), proposal))
    told: list[Progress] = []
    answer = solve(problem, iterations=MOVES, on_progress=told.append)
    assert answer.status is not Status.INFEASIBLE, answer.messages
    first = told[0]
    progress = {
        "total": answer.price.total,
        "dispatch_total": first.dispatch_total,
        "late_orders": told[-1].late_orders,
    }
    with transaction():
        service.record(queries.run(number), answer.to_json(), progress=progress)
    run = queries.run(number)
    found = queries.plan_of(run.id)
    assert found is not None
    return run, found
