"""What is done in planning: runs are asked for, carried out and stopped; plans are published."""

from tileplan.planning.service.explaining import Help, Why, why
from tileplan.planning.service.holding import LeaseHold
from tileplan.planning.service.parting import join, solve_part
from tileplan.planning.service.preparing import epoch_of, epoch_on, prepare
from tileplan.planning.service.publishing import (
    discard,
    note_finished,
    note_paused,
    note_resumed,
    note_started,
    publish,
)
from tileplan.planning.service.recording import record
from tileplan.planning.service.running import (
    carry_out,
    note_job_ended,
    plan_now,
    progress_of,
    request,
    stop,
)

__all__ = [
    "Help",
    "LeaseHold",
    "Why",
    "carry_out",
    "discard",
    "epoch_of",
    "epoch_on",
    "join",
    "note_finished",
    "note_job_ended",
    "note_paused",
    "note_resumed",
    "note_started",
    "plan_now",
    "prepare",
    "progress_of",
    "publish",
    "record",
    "request",
    "solve_part",
    "stop",
    "why",
]
