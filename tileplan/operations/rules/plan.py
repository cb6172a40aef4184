"""Invariants of the published plan and its work orders."""

from tileplan.kernel.words import say
from tileplan.operations.rules.invariant import Invariant

ONE_PLAN = Invariant(
    "I-8",
    say("At most one plan is published, and every plan is whole."),
    """
    SELECT 'plan ' || number || ': one of several published'
    FROM plan_version
    WHERE state = 'published'
      AND (SELECT COUNT(*) FROM plan_version WHERE state = 'published') > 1
    UNION ALL
    SELECT 'plan ' || number || ': published, but not said when'
    FROM plan_version WHERE state = 'published' AND published_at IS NULL
    UNION ALL
    SELECT 'lot ' || planned_lot.id || ' of plan ' || plan_version.number || ': without operations'
    FROM planned_lot JOIN plan_version ON plan_version.id = planned_lot.plan_id
    WHERE NOT EXISTS (SELECT 1 FROM planned_operation WHERE planned_operation.lot_id = planned_lot.id)
    UNION ALL
    SELECT 'lot ' || planned_lot.id || ': yields ' || planned_lot.good_pieces
           || ', pegged ' || COALESCE(SUM(peg.pieces), 0)
    FROM planned_lot LEFT JOIN peg ON peg.lot_id = planned_lot.id
    GROUP BY planned_lot.id, planned_lot.good_pieces
    HAVING COALESCE(SUM(peg.pieces), 0) > planned_lot.good_pieces
    UNION ALL
    SELECT 'operation ' || planned_operation.id || ': of another plan than its lot'
    FROM planned_operation JOIN planned_lot ON planned_lot.id = planned_operation.lot_id
    WHERE planned_operation.plan_id <> planned_lot.plan_id
    """,
)

NO_OVERLAP = Invariant(
    "I-9",
    say("No two published operations are on one machine at the same time."),
    """
    SELECT two.resource || ': operations ' || two.before_id || ' and ' || two.id || ' overlap'
    FROM (SELECT planned_operation.id, planned_operation.resource, planned_operation.start_at,
                 LAG(planned_operation.id) OVER sequence AS before_id,
                 LAG(planned_operation.end_at) OVER sequence AS before_end_at
          FROM planned_operation
          JOIN plan_version ON plan_version.id = planned_operation.plan_id
          WHERE plan_version.state = 'published'
          WINDOW sequence AS (PARTITION BY planned_operation.resource
                              ORDER BY planned_operation.start_at, planned_operation.id)) AS two
    WHERE two.before_end_at > two.start_at
    ORDER BY two.resource, two.id
    """,
)

ONE_WORK_ORDER = Invariant(
    "I-10",
    say("Each published operation has exactly one work order, and no other work waits to start."),
    """
    SELECT 'operation ' || planned_operation.id || ' (' || planned_lot.code || ', '
           || planned_operation.stage || '): no work order'
    FROM planned_operation
    JOIN plan_version ON plan_version.id = planned_operation.plan_id
    JOIN planned_lot ON planned_lot.id = planned_operation.lot_id
    WHERE plan_version.state = 'published' AND planned_operation.finished_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM work_order
                      WHERE work_order.operation_id = planned_operation.id
                        AND work_order.state <> 'withdrawn')
    UNION ALL
    SELECT 'operation ' || operation_id || ': ' || COUNT(*) || ' work orders'
    FROM work_order GROUP BY operation_id HAVING COUNT(*) > 1
    UNION ALL
    SELECT 'work order ' || work_order.number || ': waits, but its operation is not published'
    FROM work_order
    JOIN planned_operation ON planned_operation.id = work_order.operation_id
    JOIN plan_version ON plan_version.id = planned_operation.plan_id
    WHERE work_order.state = 'released' AND plan_version.state <> 'published'
      AND NOT EXISTS (SELECT 1 FROM work_order AS begun
                      WHERE begun.lot_code = work_order.lot_code
                        AND begun.state IN ('running', 'paused', 'finished'))
    """,
)

IN_ORDER = Invariant(
    "I-11",
    say("A lot goes through its stages in order, as planned and as done."),
    """
    SELECT 'lot ' || later.lot_id || ': ' || later.stage || ' is planned before ' || earlier.stage
    FROM planned_operation AS later
    JOIN stage AS later_stage ON later_stage.code = later.stage
    JOIN planned_operation AS earlier ON earlier.lot_id = later.lot_id
    JOIN stage AS earlier_stage ON earlier_stage.code = earlier.stage
    JOIN plan_version ON plan_version.id = later.plan_id
    WHERE plan_version.state = 'published' AND earlier_stage.position < later_stage.position
      AND (later.started_at IS NULL AND later.start_at < earlier.start_at
           OR later.end_at < earlier.end_at)
    UNION ALL
    SELECT 'operation ' || planned_operation.id || ': fires before it is formed'
    FROM planned_operation
    JOIN plan_version ON plan_version.id = planned_operation.plan_id
    WHERE plan_version.state = 'published' AND planned_operation.forming_start_at > planned_operation.start_at
    UNION ALL
    SELECT 'work order ' || number || ': finished before it started'
    FROM work_order
    WHERE finished_at IS NOT NULL AND (started_at IS NULL OR finished_at < started_at)
    UNION ALL
    SELECT 'lot ' || later.lot_code || ': ' || later.stage || ' was started before ' || earlier.stage
    FROM work_order AS later
    JOIN stage AS later_stage ON later_stage.code = later.stage
    JOIN work_order AS earlier
      ON earlier.lot_code = later.lot_code AND earlier.tile_id = later.tile_id
    JOIN stage AS earlier_stage ON earlier_stage.code = earlier.stage
    WHERE earlier_stage.position < later_stage.position
      AND later.started_at IS NOT NULL AND earlier.state <> 'withdrawn'
      AND (earlier.started_at IS NULL OR earlier.started_at > later.started_at)
    """,
)

PLAN = (ONE_PLAN, NO_OVERLAP, ONE_WORK_ORDER, IN_ORDER)
