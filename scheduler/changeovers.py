"""How long a resource changes over, for plain Python; the rule is in `scheduler.kernel.changing`."""

from scheduler.kernel import changing
from scheduler.problem import Changeovers


def changeover_minutes(
    table: Changeovers, family: int, tile: str | None, next_family: int, next_tile: str
) -> int:
    """Give the minutes from (family, tile) to the next; `tile` None where nothing is known."""
    is_other_tile = tile is not None and tile != next_tile
    entry = table.minutes[family][next_family]
    return changing.changeover_minutes(entry, table.tile_change, is_other_tile)
