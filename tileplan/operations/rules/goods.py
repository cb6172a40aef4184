"""Invariants of stock and of what order items are promised."""

from tileplan.kernel.words import say
from tileplan.operations.rules.invariant import Invariant

ON_HAND = Invariant(
    "I-1",
    say("What a lot has on hand is the sum of its movements."),
    """
    SELECT 'lot ' || lot.id || ': on hand ' || lot.on_hand || ', movements '
           || COALESCE(SUM(movement.pieces), 0)
    FROM lot LEFT JOIN movement ON movement.lot_id = lot.id
    GROUP BY lot.id, lot.on_hand
    HAVING lot.on_hand <> COALESCE(SUM(movement.pieces), 0)
    ORDER BY lot.id
    """,
)

RESERVED = Invariant(
    "I-2",
    say("What is reserved of a lot is the sum of its open reservations, and no more than it has."),
    """
    SELECT 'lot ' || lot.id || ': on hand ' || lot.on_hand || ', reserved ' || lot.reserved
           || ', open reservations ' || COALESCE(SUM(reservation.pieces), 0)
    FROM lot
    LEFT JOIN reservation ON reservation.lot_id = lot.id AND reservation.state = 'open'
    GROUP BY lot.id, lot.on_hand, lot.reserved
    HAVING lot.reserved <> COALESCE(SUM(reservation.pieces), 0)
        OR lot.reserved < 0 OR lot.reserved > lot.on_hand
    ORDER BY lot.id
    """,
)

# What an unfinished item is to be filled from: a lot in stock, or lots of the published plan that
# are still to come. Any other confirmed item stands in the pool, and is demand of the next run.
_SOURCES = """
    SELECT reservation.item_ref AS ref, 'stock ' || reservation.lot_id AS source,
           reservation.pieces AS pieces, 1 AS in_stock
    FROM reservation WHERE reservation.state = 'open'
    UNION ALL
    SELECT peg.item_ref, 'planned ' || peg.lot_id, peg.pieces, 0
    FROM peg
    JOIN planned_lot ON planned_lot.id = peg.lot_id
    JOIN plan_version ON plan_version.id = planned_lot.plan_id
    JOIN order_item ON order_item.id = peg.item_id
    WHERE plan_version.state = 'published' AND order_item.finished_at IS NULL
      AND EXISTS (SELECT 1 FROM planned_operation
                  WHERE planned_operation.lot_id = planned_lot.id
                    AND planned_operation.finished_at IS NULL)
"""

ONE_SHADE = Invariant(
    "I-3",
    say("An order item is filled from one lot, so that it has one shade and one calibre."),
    f"""
    SELECT source.ref || ': filled from ' || COUNT(DISTINCT source.source) || ' lots'
    FROM ({_SOURCES}) AS source
    GROUP BY source.ref
    HAVING COUNT(DISTINCT source.source) > 1
    ORDER BY source.ref
    """,  # noqa: S608 - put together from constants
)

CONSERVED = Invariant(
    "I-4",
    say(
        "No tile appears or vanishes: stock is what moved, and what production moved is what was sorted."
    ),
    """
    SELECT 'tile ' || tile.code || ': lots have ' || COALESCE(held.pieces, 0)
           || ', movements say ' || COALESCE(moved.pieces, 0)
    FROM tile
    LEFT JOIN (SELECT tile_id, SUM(on_hand) AS pieces FROM lot GROUP BY tile_id) AS held
           ON held.tile_id = tile.id
    LEFT JOIN (SELECT lot.tile_id, SUM(movement.pieces) AS pieces
               FROM movement JOIN lot ON lot.id = movement.lot_id GROUP BY lot.tile_id) AS moved
           ON moved.tile_id = tile.id
    WHERE COALESCE(held.pieces, 0) <> COALESCE(moved.pieces, 0)
    UNION ALL
    SELECT made.reference || ': sorted ' || made.pieces || ', received '
           || COALESCE(movement.pieces, 0)
    FROM (SELECT work_order.number || '/' || work_report.grade AS reference,
                 SUM(work_report.pieces) AS pieces
          FROM work_report
          JOIN work_order ON work_order.id = work_report.work_order_id
          JOIN stage ON stage.code = work_order.stage
          WHERE work_report.grade IN ('A', 'B') AND work_report.pieces > 0
            AND stage.position = (SELECT MAX(position) FROM stage)
          GROUP BY work_order.number, work_report.grade) AS made
    LEFT JOIN movement ON movement.reference = made.reference
    WHERE made.pieces <> COALESCE(movement.pieces, 0)
    """,
)

ACCOUNTED = Invariant(
    "I-5",
    say(
        "An order item is promised no more than was ordered, and nothing is kept for a dead order."
    ),
    f"""
    SELECT item.ref || ': ordered ' || item.pieces || ', reserved and planned '
           || SUM(source.pieces)
    FROM (SELECT "order".number || '/' || order_item.position AS ref, order_item.pieces
          FROM order_item JOIN "order" ON "order".id = order_item.order_id) AS item
    JOIN ({_SOURCES}) AS source ON source.ref = item.ref
    GROUP BY item.ref, item.pieces
    HAVING SUM(source.pieces) > item.pieces
    UNION ALL
    SELECT 'reservation ' || reservation.id || ' for ' || reservation.item_ref
           || ': no confirmed order item'
    FROM reservation
    LEFT JOIN (SELECT "order".number || '/' || order_item.position AS ref
               FROM order_item JOIN "order" ON "order".id = order_item.order_id
               WHERE "order".state <> 'cancelled' AND "order".state <> 'draft') AS living
           ON living.ref = reservation.item_ref
    WHERE reservation.state = 'open' AND living.ref IS NULL
    """,  # noqa: S608 - put together from constants
)

NONE_FORGOTTEN = Invariant(
    "I-6",
    say("Every confirmed order item is served whole, planned whole, or waits in the pool."),
    f"""
    SELECT item.ref || ': ordered ' || item.pieces || ', but only ' || SUM(source.pieces)
           || ' reserved and planned, so the rest waits nowhere'
    FROM (SELECT "order".number || '/' || order_item.position AS ref, order_item.pieces
          FROM order_item JOIN "order" ON "order".id = order_item.order_id
          WHERE "order".state = 'confirmed') AS item
    JOIN ({_SOURCES}) AS source ON source.ref = item.ref
    GROUP BY item.ref, item.pieces
    HAVING SUM(source.pieces) < item.pieces
    UNION ALL
    SELECT item.ref || ': told as made, but nothing is kept for it'
    FROM (SELECT "order".number || '/' || order_item.position AS ref
          FROM order_item JOIN "order" ON "order".id = order_item.order_id
          WHERE "order".state = 'confirmed' AND order_item.finished_at IS NOT NULL) AS item
    WHERE NOT EXISTS (SELECT 1 FROM reservation
                      WHERE reservation.item_ref = item.ref AND reservation.state = 'open')
    """,  # noqa: S608 - put together from constants
)

GOODS = (ON_HAND, RESERVED, ONE_SHADE, CONSERVED, ACCOUNTED, NONE_FORGOTTEN)
