"""Invariants of documents, their numbers and journals, and of background jobs."""

from tileplan.contracts.rules import CONTRACT
from tileplan.kernel.words import say
from tileplan.operations.rules.invariant import Invariant
from tileplan.orders.rules import ORDER
from tileplan.planning.rules import PLAN, RUN
from tileplan.production.rules import WORK

# Each kind of document and the table it is kept in.
_TABLES = {
    ORDER.kind: '"order"',
    CONTRACT.kind: "contract",
    RUN.kind: "run",
    PLAN.kind: "plan_version",
    WORK.kind: "work_order",
}

_ARROWS = tuple(
    f"{workflow.kind}:{arrow.action}:{arrow.state}:{arrow.to}"
    for workflow in (ORDER, CONTRACT, RUN, PLAN, WORK)
    for arrow in workflow.arrows
)

# Lines that name a state; notes about a document name none.
_STEPS = """
    SELECT id, kind, number, action, from_state, to_state,
           LAG(to_state) OVER story AS was,
           ROW_NUMBER() OVER (PARTITION BY kind, number ORDER BY id DESC) AS from_the_end
    FROM journal
    WHERE to_state <> '' AND kind IN :kinds
    WINDOW story AS (PARTITION BY kind, number ORDER BY id)
"""

_STATES = " UNION ALL ".join(
    f"SELECT '{kind}' AS kind, number, state FROM {table}"  # noqa: S608 - constants
    for kind, table in _TABLES.items()
)

LIVES = Invariant(
    "I-13",
    say(
        "Every document has gone step by step through its life, and stands where its journal says."
    ),
    f"""
    SELECT step.kind || ' ' || step.number || ': ' || step.action || ' from ' || step.from_state
           || ' to ' || step.to_state || ' is no step of its life'
    FROM ({_STEPS}) AS step
    WHERE step.from_state <> '' AND step.from_state <> step.to_state
      AND (step.kind || ':' || step.action || ':' || step.from_state || ':' || step.to_state)
          NOT IN :arrows
    UNION ALL
    SELECT step.kind || ' ' || step.number || ': was ' || step.was || ', then left '
           || step.from_state
    FROM ({_STEPS}) AS step
    WHERE step.from_state <> '' AND step.was IS NOT NULL AND step.was <> step.from_state
    UNION ALL
    SELECT step.kind || ' ' || step.number || ': is ' || document.state || ', its journal says '
           || step.to_state
    FROM ({_STEPS}) AS step
    JOIN ({_STATES}) AS document ON document.kind = step.kind AND document.number = step.number
    WHERE step.from_the_end = 1 AND step.to_state <> document.state
    """,  # noqa: S608 - put together from constants
    {"kinds": tuple(_TABLES), "arrows": _ARROWS},
)

_NUMBERS = " UNION ALL ".join(
    f"SELECT number FROM {table}"  # noqa: S608 - constants
    for table in _TABLES.values()
)
# The last number of a series as it is written: SO-00042.
_LAST = (
    "series || '-' || SUBSTR('00000', LENGTH(CAST(last AS VARCHAR(20))) + 1)"
    " || CAST(last AS VARCHAR(20))"
)

NUMBERS = Invariant(
    "I-14",
    say("Document numbers are unique, and no number is drawn twice."),
    f"""
    SELECT 'number ' || number || ': ' || COUNT(*) || ' documents'
    FROM ({_NUMBERS}) AS document GROUP BY number HAVING COUNT(*) > 1
    UNION ALL
    SELECT 'number ' || document.number || ': above the last drawn, ' || {_LAST}
    FROM counter
    JOIN ({_NUMBERS}) AS document ON document.number LIKE counter.series || '-%'
    WHERE LENGTH(document.number) = LENGTH({_LAST}) AND document.number > {_LAST}
    """,  # noqa: S608 - put together from constants
)

JOBS = Invariant(
    "I-20",
    say("No job runs without a worker, and every planning run stands where its job says."),
    """
    SELECT 'job ' || id || ': its worker has been silent for minutes'
    FROM job WHERE state = 'running' AND (lease_until IS NULL OR lease_until < :minutes_ago)
    UNION ALL
    SELECT 'run ' || run.number || ': is ' || run.state || ', its job is ' || job.state
    FROM run JOIN job ON job.id = run.job_id
    WHERE run.state IN ('queued', 'solving') AND job.state IN ('done', 'failed', 'cancelled')
    UNION ALL
    SELECT 'run ' || number || ': is ' || state || ', but nobody carries it out'
    FROM run WHERE state IN ('queued', 'solving') AND job_id IS NULL
    UNION ALL
    SELECT 'run ' || run.number || ': is ' || run.state || ' with '
           || COUNT(plan_version.id) || ' plans'
    FROM run LEFT JOIN plan_version ON plan_version.run_id = run.id
    GROUP BY run.id, run.number, run.state
    HAVING (run.state = 'solved' AND COUNT(plan_version.id) <> 1)
        OR (run.state IN ('queued', 'solving', 'failed') AND COUNT(plan_version.id) > 0)
    """,
)

PAPERS = (LIVES, NUMBERS, JOBS)
