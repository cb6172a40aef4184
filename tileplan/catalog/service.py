"""What is done with tiles: keeping what a file says."""

from collections.abc import Sequence
from dataclasses import asdict

from tileplan.catalog import queries
from tileplan.catalog.models import Tile
from tileplan.catalog.rules import NewTile
from tileplan.kernel import keeping
from tileplan.kernel.keeping import Kept


def keep(rows: Sequence[NewTile]) -> Kept:
    """Add these tiles or bring them up to date, by code."""
    stored = {tile.code: tile for tile in queries.tiles()}
    return keeping.keep(Tile, stored, {row.code: asdict(row) for row in rows})
