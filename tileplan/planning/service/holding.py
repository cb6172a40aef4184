"""The claim to a run, or to a part of one: who lost it writes nothing any more."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from tileplan.kernel import clock, jobs
from tileplan.kernel.errors import Refused
from tileplan.kernel.jobs import Cancelled, JobState, Lease
from tileplan.kernel.words import say
from tileplan.planning.service.solver import Progress

# The task that carries out a run.
TASK = "planning.solve"
LEAST_SECONDS, MOST_SECONDS = 1, 1800

Transaction = Callable[[], AbstractContextManager[None]]


class Hold(Protocol):
    """A claim to a run: it is asked before every write."""

    @property
    def has_others(self) -> bool:
        """Say whether other workers can take parts of the run."""

    def beat(self, progress: Progress | None) -> None:
        """Hold on, telling how far it is; raises Cancelled or LeaseLost."""

    def end(self, state: JobState, error: str | None = None) -> None:
        """Give the claim back; raises LeaseLost."""


@dataclass(frozen=True)
class LeaseHold:
    """A worker's claim by the lease of its job."""

    lease: Lease
    has_others: bool = True

    def beat(self, progress: Progress | None) -> None:
        """Renew the lease."""
        jobs.beat(self.lease, progress)

    def end(self, state: JobState, error: str | None = None) -> None:
        """End the job."""
        jobs.end(self.lease, state, error=error)


@dataclass(frozen=True)
class OwnHold:
    """A command line's claim, by a job that only its process does; it may be told to stop.

    The clock of the command may show another day; a lease is measured by the true one.
    """

    lease: Lease
    on_progress: Callable[[Progress], None]
    is_stop_wanted: Callable[[], bool]
    has_others: bool = False

    def beat(self, progress: Progress | None) -> None:
        """Renew the lease and tell the progress."""
        with clock.going():
            jobs.beat(self.lease, progress)
        if progress and "total" in progress:
            self.on_progress(progress)
        if self.is_stop_wanted():
            raise Cancelled

    def end(self, state: JobState, error: str | None = None) -> None:
        """End the job."""
        with clock.going():
            jobs.end(self.lease, state, error=error)


def refuse_seconds(seconds: int) -> None:
    """Refuse a budget that makes no sense."""
    if not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        raise Refused(
            say(
                "Please give between %(least)s and %(most)s seconds.",
                least=LEAST_SECONDS,
                most=MOST_SECONDS,
            ),
            field="seconds",
        )
