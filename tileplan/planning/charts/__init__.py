"""What the board draws, as columns of numbers and words: the Gantt's bars, and the strips below them."""

from tileplan.planning.charts.bars import (
    LABEL_INK,
    LONGEST_LABEL,
    PALE_INK,
    PALETTE,
    board_json,
    changeover_start,
    label,
    patch_json,
)
from tileplan.planning.charts.sentences import leading
from tileplan.planning.charts.strips import strips_json

__all__ = [
    "LABEL_INK",
    "LONGEST_LABEL",
    "PALETTE",
    "PALE_INK",
    "board_json",
    "changeover_start",
    "label",
    "leading",
    "patch_json",
    "strips_json",
]
