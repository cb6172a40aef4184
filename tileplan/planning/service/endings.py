"""Why the scheduler's process gave no whole answer: each reason in its own words for the planner."""

import logging
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tileplan.kernel.words import Text, say
from tileplan.planning.rules import Outcome

log = logging.getLogger(__name__)

# What Python, C++, the loader and numeric libraries say when they are given no more memory.
_NO_MEMORY = (
    "MemoryError",
    "bad_alloc",
    "Memory allocation",
    "out of memory",
    "Cannot allocate memory",
    "failed to map segment",
)
# Libraries that look at nothing die of a signal instead: then how much they had tells it.
_NEARLY_ALL = 0.9
_MOST_WORDS = 20
# So many reasons are told to a planner; the rest would not be read.
_MOST_REASONS = 8


class SolverFailed(Exception):
    """The scheduler gave no whole answer; `reason` says so to a planner, `plan` is its best yet."""

    def __init__(
        self,
        outcome: Outcome,
        reason: Text,
        plan: str | None = None,
        progress: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason
        self.plan = plan
        self.progress = dict(progress or {})


@dataclass(frozen=True)
class Ending:
    """How a child ended: its exit code, what it told last, and what it was allowed."""

    code: int
    status: str | None
    messages: tuple[str, ...]
    clashes: Text | None  # the wishes that contradict each other, by name
    words: tuple[str, ...]
    overdue: float | None  # seconds of grace, where it was killed for want of an answer
    most_mb: int
    memory_mb: int

    @property
    def is_good(self) -> bool:
        """True where it ended as it should, with a plan."""
        return self.code == 0 and self.overdue is None

    @property
    def is_refused(self) -> bool:
        """True where it answered that there can be no plan."""
        return self.status in (Outcome.INFEASIBLE, Outcome.INVALID)

    @property
    def is_out_of_memory(self) -> bool:
        """True where it wanted more memory than it may have."""
        if any(word in line for line in self.words for word in _NO_MEMORY):
            return True
        by_itself = self.code in (-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS)
        return by_itself and self.most_mb > _NEARLY_ALL * self.memory_mb


def judge(ending: Ending, plan: str | None, progress: Mapping[str, Any]) -> SolverFailed:
    """Say what happened; the best plan so far goes along where the problem itself was sound."""
    outcome, reason = _told(ending)
    words = "; ".join([*ending.messages, *ending.words[-_MOST_WORDS:]])
    log.error("the scheduler ended with %s (%s): %s", ending.code, outcome.value, words)
    return SolverFailed(outcome, reason, None if ending.is_refused else plan, progress)


def _told(ending: Ending) -> tuple[Outcome, Text]:
    why = "; ".join(ending.messages[:_MOST_REASONS])
    if ending.status == Outcome.INFEASIBLE:
        return Outcome.INFEASIBLE, say(
            "No plan is possible, because these contradict each other: %(why)s",
            why=ending.clashes or why,
        )
    if ending.status == Outcome.INVALID:
        return Outcome.INVALID, say(
            "The problem cannot be planned as it is written: %(why)s", why=why
        )
    if ending.overdue is not None:
        return Outcome.TIME, say(
            "The scheduler had not answered %(grace)s seconds after its time and was ended.",
            grace=round(ending.overdue),
        )
    if ending.is_out_of_memory:
        return Outcome.MEMORY, say(
            "The scheduler needed more than the %(memory)s MB of memory that it may use.",
            memory=ending.memory_mb,
        )
    if ending.code == -signal.SIGKILL:
        return Outcome.CRASHED, say(
            "The scheduler was killed from outside, by a person or by a machine without free memory."
        )
    return Outcome.CRASHED, say(
        "The scheduler broke down; it ended with %(how)s.", how=_how(ending.code)
    )


def _how(code: int) -> str:
    """An exit code in an administrator's words."""
    if code >= 0:
        return str(code)
    try:
        return signal.Signals(-code).name
    except ValueError:
        return str(code)
