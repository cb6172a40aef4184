"""What is done in planning: runs are asked for, carried out and stopped; plans are published."""

from tileplan.planning.service.around import around
from tileplan.planning.service.changing import Changed
from tileplan.planning.service.checking import check
from tileplan.planning.service.copying import call, copy, renew
from tileplan.planning.service.editing import (
    Edited,
    Impossible,
    attempt,
    edit,
    redo,
    reset,
    undo,
)
from tileplan.planning.service.effects import Effects
from tileplan.planning.service.explaining import Help, Why, why
from tileplan.planning.service.frontier import explore, is_stale, take, trace
from tileplan.planning.service.hitting import hit
from tileplan.planning.service.holding import LeaseHold
from tileplan.planning.service.improving import improve
from tileplan.planning.service.parting import join, solve_part
from tileplan.planning.service.preparing import epoch_of, epoch_on, prepare
from tileplan.planning.service.presence import note_seen
from tileplan.planning.service.publishing import (
    discard,
    note_finished,
    note_paused,
    note_resumed,
    note_started,
    publish,
)
from tileplan.planning.service.recording import record
from tileplan.planning.service.relotting import begun
from tileplan.planning.service.running import (
    carry_out,
    note_job_ended,
    plan_now,
    progress_of,
    request,
    stop,
)
from tileplan.planning.service.states import State, problem_of, state_of
from tileplan.planning.service.taking_in import Refill, Way, Ways, refills, ways

__all__ = [
    "Changed",
    "Edited",
    "Effects",
    "Help",
    "Impossible",
    "LeaseHold",
    "Refill",
    "State",
    "Way",
    "Ways",
    "Why",
    "around",
    "attempt",
    "begun",
    "call",
    "carry_out",
    "check",
    "copy",
    "discard",
    "edit",
    "epoch_of",
    "epoch_on",
    "explore",
    "hit",
    "improve",
    "is_stale",
    "join",
    "note_finished",
    "note_job_ended",
    "note_paused",
    "note_resumed",
    "note_seen",
    "note_started",
    "plan_now",
    "prepare",
    "problem_of",
    "progress_of",
    "publish",
    "record",
    "redo",
    "refills",
    "renew",
    "request",
    "reset",
    "solve_part",
    "state_of",
    "stop",
    "take",
    "trace",
    "undo",
    "ways",
    "why",
]
