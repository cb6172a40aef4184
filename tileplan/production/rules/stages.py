"""Whose work it is, in which order a lot's stages go, and how the clock stands against the plan."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from tileplan.kernel.errors import Refused
from tileplan.kernel.units import HUNDREDTH
from tileplan.kernel.words import Text, say
from tileplan.production.rules.life import WorkState

# A lot's tiles are graded, shaded and boxed in the last stage only.
STAGE_LABELS: dict[str, Text] = {
    "firing": say("Forming and firing"),
    "finishing": say("Finishing (polishing, squaring)"),
    "sorting": say("Sorting, packing"),
}


@dataclass(frozen=True)
class Earlier:
    """The work order of the stage before, of the same lot."""

    number: str
    stage: str
    state: WorkState


def stage_label(stage: str) -> Text:
    """The words for a stage; a stage of another plant keeps its own name."""
    return STAGE_LABELS.get(stage) or say("%(stage)s", stage=stage)


def lines_of(permissions: Collection[str], areas: Collection[str]) -> frozenset[str] | None:
    """The lines whose work this person may see: a supervisor's own ones, everybody else all."""
    return frozenset(areas) if "work.do" in permissions else None


def waits(earlier: Earlier | None) -> Text | None:
    """Why a stage cannot start yet: the stage before it has not."""
    if earlier is None or earlier.state is not WorkState.RELEASED:
        return None
    return say(
        "“%(stage)s” of this lot (%(number)s) has not started yet. Start it first.",
        stage=stage_label(earlier.stage),
        number=earlier.number,
    )


def taken(resource: str, running: str | None) -> Text | None:
    """Why a machine can run nothing more: it runs something."""
    if not running:
        return None
    return say(
        "%(machine)s is running %(number)s. Pause or finish it first.",
        machine=resource,
        number=running,
    )


def check_start(earlier: Earlier | None) -> None:
    """Refuse to start a stage before the stage before it has started."""
    if reason := waits(earlier):
        raise Refused(reason)


def check_free(resource: str, running: str | None) -> None:
    """Refuse to run anything on a machine that runs something else."""
    if reason := taken(resource, running):
        raise Refused(reason)


def check_finish(earlier: Earlier | None) -> None:
    """Refuse to finish a stage while tiles may still come from the stage before it."""
    if earlier and earlier.state is not WorkState.FINISHED:
        raise Refused(
            say(
                "“%(stage)s” of this lot (%(number)s) is not finished yet, so more tiles "
                "will come. Finish it first.",
                stage=stage_label(earlier.stage),
                number=earlier.number,
            )
        )


def expected_area(stage: str, kiln_area: Decimal, finishing_yield: Decimal) -> Decimal:
    """m² that come out of a stage as planned: what leaves the kiln, then what finishing leaves."""
    share = Decimal(1) if stage == "firing" else finishing_yield
    return (kiln_area * share).quantize(HUNDREDTH, ROUND_HALF_UP)


def minutes_behind(
    *,
    start_at: datetime,
    end_at: datetime,
    started_at: datetime | None,
    finished_at: datetime | None,
    now: datetime,
) -> int:
    """Minutes behind plan, negative ahead: by the start while it runs, by the end once past."""
    if finished_at:
        late = finished_at - end_at
    elif started_at is None:
        late = max(now - start_at, timedelta(0))
    else:
        late = max(started_at - start_at, now - end_at)
    return int(late.total_seconds() // 60)
