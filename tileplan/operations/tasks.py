"""The periodic care of background work: what dead workers held is put back, unsent messages are sent."""

import logging

from celery import shared_task

from tileplan.kernel import jobs
from tileplan.kernel.db import transaction
from tileplan.planning import service as planning

log = logging.getLogger(__name__)

REAP = "operations.reap"


@shared_task(name=REAP)
def reap() -> None:
    """Put back what dead workers held, tell planning what ended, and ring again."""
    with transaction():
        for job_id in jobs.reap():
            log.warning("job %s ended without its worker", job_id)
            planning.note_job_ended(job_id)
    jobs.relay()
