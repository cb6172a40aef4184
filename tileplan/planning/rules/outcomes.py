"""How a run can end, each in its own word, and what a planner does about it."""

from enum import StrEnum

from tileplan.kernel.words import Text, say


class Outcome(StrEnum):
    """How the scheduler's work on a run, or on a part of one, has ended."""

    FOUND = "found"
    STOPPED = "stopped"  # somebody stopped it
    INFEASIBLE = "infeasible"  # wishes and facts contradict each other
    INVALID = "invalid"  # the problem cannot be planned as it is written
    MEMORY = "memory"  # it needed more than it may have
    TIME = "time"  # it did not end in its time and was ended
    CRASHED = "crashed"  # it broke down, or somebody killed it
    FAULTY = "faulty"  # its plan broke a rule
    LOST = "lost"  # its worker died too often


_ADVICE = {
    Outcome.STOPPED: say("Plan again when you are ready; a first plan stands within seconds."),
    Outcome.INFEASIBLE: say(
        "Take back one of the wishes that are named (a pin, a closure, work fixed at its hour), "
        "then plan again."
    ),
    Outcome.INVALID: say(
        "Correct what is named (rates, changeovers, calendars, routes), then plan again."
    ),
    Outcome.MEMORY: say(
        "Your administrator can allow more with TILEPLAN_SOLVER_MEMORY_MB. "
        "Until then the plan in force stays."
    ),
    Outcome.TIME: say(
        "Plan again with fewer seconds. If it happens again, the machine has too much to do: "
        "tell your administrator."
    ),
    Outcome.CRASHED: say(
        "Plan again. If it happens again, your administrator finds the reason in the worker's log."
    ),
    Outcome.FAULTY: say("Tell your administrator the number of this run; its problem is kept."),
    Outcome.LOST: say("Ask your administrator to look at the worker, then plan again."),
}


def advice(outcome: Outcome | None) -> Text | None:
    """Say what to do next after a run that found no plan; None where nothing is wrong."""
    return None if outcome is None else _ADVICE.get(outcome)
