"""The life of a work order, and the codes of why work stands still."""

from dataclasses import dataclass
from enum import StrEnum

from tileplan.kernel.errors import Refused
from tileplan.kernel.words import Text, say
from tileplan.kernel.workflow import Arrow, Workflow

# For how long a crew may think that a machine is down; the planner makes it more exact.
BREAKDOWN_HOURS = (1, 2, 4, 8, 24)


class WorkState(StrEnum):
    """Where a work order stands."""

    RELEASED = "released"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    WITHDRAWN = "withdrawn"


_W = WorkState
WORK = Workflow(
    kind="work_order",
    labels={
        _W.RELEASED: say("Released"),
        _W.RUNNING: say("Running"),
        _W.PAUSED: say("Paused"),
        _W.FINISHED: say("Finished"),
        _W.WITHDRAWN: say("Withdrawn"),
    },
    arrows=(
        Arrow(_W.RELEASED, "start", _W.RUNNING, "work.do", say("Start"), is_primary=True),
        Arrow(_W.RUNNING, "finish", _W.FINISHED, "work.do", say("Finish"), is_primary=True),
        Arrow(_W.RUNNING, "pause", _W.PAUSED, "work.do", say("Pause"), needs_reason=True),
        Arrow(_W.PAUSED, "resume", _W.RUNNING, "work.do", say("Resume"), is_primary=True),
        Arrow(_W.RELEASED, "withdraw", _W.WITHDRAWN, None, say("Withdraw")),
    ),
)


@dataclass(frozen=True)
class PauseReason:
    """Why a line stands still, by the code that the floor and its statistics use."""

    code: str
    label: Text
    stages: frozenset[str] = frozenset()


_KILN = frozenset({"forming", "firing"})
_FINISHING = frozenset({"finishing"})
_SORTING = frozenset({"sorting"})
PAUSES = (
    PauseReason("B01", say("Powder shortage"), _KILN),
    PauseReason("B02", say("Body change"), _KILN),
    PauseReason("P01", say("Mould change"), _KILN),
    PauseReason("P02", say("Punch cleaning"), _KILN),
    PauseReason("P03", say("Press breakdown"), _KILN),
    PauseReason("P04", say("Powder feeder"), _KILN),
    PauseReason("D01", say("Dryer jam"), _KILN),
    PauseReason("G01", say("Glaze change"), _KILN),
    PauseReason("G02", say("Glaze line cleaning"), _KILN),
    PauseReason("G03", say("Ink or print head"), _KILN),
    PauseReason("G04", say("Design change"), _KILN),
    PauseReason("K01", say("Kiln pile-up"), _KILN),
    PauseReason("K02", say("Broken roller"), _KILN),
    PauseReason("K03", say("Gas or power failure"), _KILN),
    PauseReason("K04", say("Firing curve change"), _KILN),
    PauseReason("K05", say("Empty kiln: no green tile"), _KILN),
    PauseReason("K06", say("Empty kiln: downstream full"), _KILN),
    PauseReason("F01", say("Abrasives change"), _FINISHING),
    PauseReason("F02", say("Squaring breakdown"), _FINISHING),
    PauseReason("S01", say("Sorter or vision system"), _SORTING),
    PauseReason("S02", say("Palletiser"), _SORTING),
    PauseReason("S03", say("Carton shortage"), _SORTING),
    PauseReason("Q01", say("Shade to be judged")),
    PauseReason("Q02", say("Size or flatness off")),
    PauseReason("Q03", say("Trial run")),
    PauseReason("M01", say("Planned maintenance")),
    PauseReason("M02", say("Breakdown")),
    PauseReason("E01", say("Environmental curtailment")),
    PauseReason("H01", say("No crew")),
    PauseReason("O01", say("No order")),
)


def pauses_at(stage: str) -> list[PauseReason]:
    """List the reasons that can stop a stage, its own ones first."""
    return [reason for reason in PAUSES if not reason.stages or stage in reason.stages]


def reason_of(code: str) -> PauseReason:
    """Find a reason by its code; refuse one that nobody knows."""
    found = next((reason for reason in PAUSES if reason.code == code), None)
    if found is None:
        raise Refused(say("Please choose why the work stands still."), field="reason")
    return found
