"""What a search may use: wall seconds, or a number of moves."""

from time import monotonic


class Budget:
    """How much may be used: wall seconds, or a number of moves where seconds is None."""

    def __init__(self, seconds: float | None, moves: int) -> None:
        """Start the watch."""
        self.seconds = seconds
        self.moves = moves
        self.started = monotonic()

    def elapsed(self) -> float:
        """Give the seconds since the start."""
        return monotonic() - self.started

    def is_over(self) -> bool:
        """Say whether a budget of seconds is used up; one of moves never is by the clock."""
        return self.seconds is not None and self.elapsed() >= self.seconds

    def share(self, moves: int) -> float:
        """Give the share that is used after some moves."""
        used, whole = (
            (moves, self.moves) if self.seconds is None else (self.elapsed(), self.seconds)
        )
        return used / whole if whole else 1.0
