"""What is read of work: one work order, its lot's stages, the supervisor's lists, a plan's asks."""

from tileplan.production.queries.board import Board, Card, LineBoard, board, known_lines
from tileplan.production.queries.issue import operations_of, standing
from tileplan.production.queries.machines import downs_now, machines_of
from tileplan.production.queries.marks import LotMarks, lot_marks
from tileplan.production.queries.pauses import pauses
from tileplan.production.queries.work import (
    Need,
    behind,
    blocked,
    came_out_before,
    earlier_of,
    is_last_stage,
    materials_needed,
    of_lots,
    predecessors,
    running_on,
    share_left,
    stages_of_lot,
    work_order,
)

__all__ = [
    "Board",
    "Card",
    "LineBoard",
    "LotMarks",
    "Need",
    "behind",
    "blocked",
    "board",
    "came_out_before",
    "downs_now",
    "earlier_of",
    "is_last_stage",
    "known_lines",
    "lot_marks",
    "machines_of",
    "materials_needed",
    "of_lots",
    "operations_of",
    "pauses",
    "predecessors",
    "running_on",
    "share_left",
    "stages_of_lot",
    "standing",
    "work_order",
]
