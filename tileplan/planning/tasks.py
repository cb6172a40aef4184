"""The background work of planning: a run is claimed, carried out, and ends once.

A message that comes twice, or too late, does nothing.
"""

from typing import Any, Protocol

from celery import shared_task

from tileplan.config import Config
from tileplan.kernel import jobs
from tileplan.kernel.db import transaction
from tileplan.planning import service
from tileplan.planning.service.holding import Hold, Transaction


class _Work(Protocol):
    """What is done for a job once it is claimed."""

    def __call__(
        self, subject: str, hold: Hold, /, *, memory_mb: int, transaction: Transaction
    ) -> None:
        """Do it to its end."""


@shared_task(name="planning.solve", bind=True)
def solve(self: Any, job_id: int) -> None:
    """Carry out a planning run, or hand its parts to whoever is free."""
    carry_out(job_id, self.app.conf["tileplan"])


@shared_task(name="planning.part", bind=True)
def solve_part(self: Any, job_id: int) -> None:
    """Solve one part of a run whose problem falls apart."""
    carry_out(job_id, self.app.conf["tileplan"], service.solve_part)


@shared_task(name="planning.join", bind=True)
def join(self: Any, job_id: int) -> None:
    """Put the plans of a run's parts together."""
    carry_out(job_id, self.app.conf["tileplan"], service.join)


@shared_task(name="planning.frontier", bind=True)
def trace(self: Any, job_id: int) -> None:
    """Look for plans between changeovers and lateness of a draft."""
    carry_out(job_id, self.app.conf["tileplan"], service.trace)


def carry_out(job_id: int, config: Config, work: _Work = service.carry_out) -> None:
    """Claim a job and take what it is about to its end."""
    with transaction():
        lease = jobs.claim(job_id, lease_seconds=config.lease_seconds)
    if lease is None:
        return
    work(
        lease.subject,
        service.LeaseHold(lease),
        memory_mb=config.solver_memory_mb,
        transaction=transaction,
    )
    # What came of it may be more jobs: somebody may be free for them now.
    jobs.ring_after_commit()
