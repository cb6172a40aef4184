"""The rule of a changeover, in plain Python: whoever asks only this needs no compiler."""


def changeover_minutes(entry: int, tile_change: int, is_other_tile: bool) -> int:
    """Give the minutes of a changeover from its entry in the matrix.

    The matrix decides; where it says 0, whatever the families, another tile takes `tile_change`.
    Nothing is known of what stands there means no tile change is due.
    """
    return tile_change if entry == 0 and is_other_tile else entry
