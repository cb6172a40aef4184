"""What an engine is asked, and what it answers."""

from dataclasses import dataclass, field
from time import monotonic

from scheduler.plan import Plan


@dataclass(frozen=True, slots=True)
class Ask:
    """A budget of wall seconds that runs from now on; `workers` are an opponent's threads."""

    family: str
    seconds: float
    seed: int
    workers: int
    started: float = field(default_factory=monotonic)

    def elapsed(self) -> float:
        """Give the seconds since the question was asked."""
        return monotonic() - self.started

    def left(self) -> float:
        """Give the seconds that are left, as building a model counts too (a tenth at least)."""
        return max(self.seconds - self.elapsed(), 0.1)


@dataclass(frozen=True, slots=True)
class Answer:
    """A plan, or none with a note that says why; `atcs` is the dispatch reference in cents."""

    plan: Plan | None
    first_plan_seconds: float | None = None
    iterations: int | None = None
    atcs: int | None = None
    note: str = ""


class Unfit(ValueError):
    """A problem holds something that an opponent's model cannot say; the message says what."""
