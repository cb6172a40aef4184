"""What the strips below the Gantt are summed from: a plan's board over whole days, and the recipes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from tileplan.kernel import clock
from tileplan.materials import queries as materials
from tileplan.materials.models import RecipeLine
from tileplan.planning import rules
from tileplan.planning.models import PlannedLot, PlanVersion
from tileplan.planning.queries.assuming import supposed
from tileplan.planning.queries.plans import Board, board
from tileplan.planning.rules.strips import Cell, borders
from tileplan.plant import queries as plant


@dataclass(frozen=True)
class Strips:
    """A board whose closures reach from the first to the last of `cells`; recipes by tile."""

    board: Board
    recipes: dict[int, list[RecipeLine]]
    cells: list[datetime]


def strips(plan_version: PlanVersion, cell: Cell) -> Strips:
    """Everything that the strips of a plan are summed from, in a number of statements that never grows."""
    found = board(plan_version)
    moments = [plan_version.epoch_at, *_moments(found.lots, found.now)]
    cells = borders(min(moments), max(moments), cell, clock.plant_zone())
    closures = supposed(plan_version, plant.closures(found.resources, cells[0], cells[-1]))
    return Strips(
        board=replace(found, closures=closures, from_at=cells[0], to_at=cells[-1]),
        recipes=materials.recipes(),
        cells=cells,
    )


def _moments(lots: list[PlannedLot], now: datetime) -> Iterator[datetime]:
    """When anything begins or ends."""
    for lot in lots:
        for operation in lot.operations:
            times = rules.real_times(operation, now)
            yield from times
            yield from rules.forming_times(operation, times) or ()
