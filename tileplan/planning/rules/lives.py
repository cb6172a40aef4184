"""The lives of planning runs and plan versions."""

from enum import StrEnum

from tileplan.kernel.words import say
from tileplan.kernel.workflow import Arrow, Workflow


class RunState(StrEnum):
    """Where a planning run stands."""

    QUEUED = "queued"
    SOLVING = "solving"
    SOLVED = "solved"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PlanState(StrEnum):
    """Where a plan version stands; at most one is published."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    DISCARDED = "discarded"


_R = RunState
RUN = Workflow(
    kind="run",
    labels={
        _R.QUEUED: say("Waiting"),
        _R.SOLVING: say("Planning"),
        _R.SOLVED: say("Plan found"),
        _R.FAILED: say("Failed"),
        _R.CANCELLED: say("Stopped"),
    },
    arrows=(
        Arrow(_R.QUEUED, "begin", _R.SOLVING, None, say("Begun")),
        Arrow(_R.SOLVING, "begin", _R.SOLVING, None, say("Begun again")),
        Arrow(_R.SOLVING, "record", _R.SOLVED, None, say("Plan recorded")),
        Arrow(_R.SOLVING, "fail", _R.FAILED, None, say("Failed")),
        Arrow(_R.QUEUED, "fail", _R.FAILED, None, say("Failed")),
        Arrow(_R.SOLVING, "stop", _R.CANCELLED, None, say("Stopped")),
        Arrow(_R.QUEUED, "stop", _R.CANCELLED, None, say("Stopped")),
    ),
)

_P = PlanState
PLAN = Workflow(
    kind="plan",
    labels={
        _P.DRAFT: say("Draft"),
        _P.PUBLISHED: say("Published"),
        _P.SUPERSEDED: say("Superseded"),
        _P.DISCARDED: say("Discarded"),
    },
    arrows=(
        Arrow(
            _P.DRAFT, "publish", _P.PUBLISHED, "plan.publish", say("Publish"),
            needs_reason=True, is_primary=True,
        ),
        Arrow(_P.DRAFT, "discard", _P.DISCARDED, "plan.edit", say("Discard")),
        Arrow(_P.PUBLISHED, "supersede", _P.SUPERSEDED, None, say("Superseded")),
    ),
)  # fmt: skip
