"""What the referee says: one broken rule, with names, minutes and a plain sentence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One violation; `minutes` (or cents, for kind "price" and "bound") say by how much.

    Kinds: format, status, problem, shape, number, negative, unknown lot, unknown stage, unknown resource,
    option, missing, twice, release, closed, duration, lag start, lag end, overlap, changeover,
    pin, frozen, early, price, bound.
    """

    kind: str
    sentence: str
    lot: str | None = None
    stage: str | None = None
    resource: str | None = None
    minutes: int | None = None

    def __str__(self) -> str:
        """Give the fault as one line: its kind and its sentence."""
        return f"{self.kind}: {self.sentence}"
