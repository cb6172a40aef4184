"""What is read of planning: plan versions and their board, runs, demand and its accounting."""

from tileplan.planning.queries.assuming import assumptions, assumptions_of
from tileplan.planning.queries.capability import Capability, capability
from tileplan.planning.queries.comparing import comparison, other_of, publications
from tileplan.planning.queries.demand import Demand, demand, group_of, want
from tileplan.planning.queries.frontier import frontier, frontier_point, frontier_points
from tileplan.planning.queries.listing import table
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
    ways,
)
from tileplan.planning.queries.pool import Unplanned, pool, standing
from tileplan.planning.queries.presence import Other, others, presences
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
from tileplan.planning.queries.scenarios import scenarios
from tileplan.planning.queries.steps import (
    asked_at,
    barrier,
    improvers,
    last_position,
    replanning,
    step,
    steps,
)
from tileplan.planning.queries.strips import Strips, strips

__all__ = [
    "Board",
    "Capability",
    "Demand",
    "Other",
    "Strips",
    "Unplanned",
    "accounting",
    "asked_at",
    "assumptions",
    "assumptions_of",
    "barrier",
    "board",
    "capability",
    "comparison",
    "current",
    "demand",
    "frontier",
    "frontier_point",
    "frontier_points",
    "group_of",
    "improvers",
    "is_solving",
    "last_position",
    "locked_run",
    "lot",
    "lots",
    "operation",
    "operations",
    "other_of",
    "others",
    "part",
    "part_of_job",
    "parts",
    "plan",
    "plan_of",
    "plans",
    "plans_of",
    "pool",
    "presences",
    "progress_of_parts",
    "publications",
    "published",
    "refusals",
    "replanning",
    "run",
    "run_of_job",
    "runs",
    "scenarios",
    "standing",
    "step",
    "steps",
    "strips",
    "summary",
    "table",
    "told",
    "want",
    "ways",
]
