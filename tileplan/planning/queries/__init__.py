"""What is read of planning: plan versions and their board, runs, demand and its accounting."""

from tileplan.planning.queries.capability import Capability, capability
from tileplan.planning.queries.demand import Demand, demand, group_of, want
from tileplan.planning.queries.parts import (
    is_solving,
    part,
    part_of_job,
    parts,
    progress_of_parts,
)
from tileplan.planning.queries.plans import (
    Board,
    board,
    current,
    lot,
    lots,
    operation,
    operations,
    plan,
    plan_of,
    plans,
    published,
    told,
)
from tileplan.planning.queries.pool import Unplanned, pool, standing
from tileplan.planning.queries.runs import (
    accounting,
    locked_run,
    plans_of,
    refusals,
    run,
    run_of_job,
    runs,
    summary,
)

__all__ = [
    "Board",
    "Capability",
    "Demand",
    "Unplanned",
    "accounting",
    "board",
    "capability",
    "current",
    "demand",
    "group_of",
    "is_solving",
    "locked_run",
    "lot",
    "lots",
    "operation",
    "operations",
    "part",
    "part_of_job",
    "parts",
    "plan",
    "plan_of",
    "plans",
    "plans_of",
    "pool",
    "progress_of_parts",
    "published",
    "refusals",
    "run",
    "run_of_job",
    "runs",
    "standing",
    "summary",
    "told",
    "want",
]
