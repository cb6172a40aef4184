"""The dispatch that every plan is measured against: the cheapest of six ATCS settings."""

from benchmarks.engines.ask import Answer, Ask
from benchmarks.engines.decoding import ready
from benchmarks.judging import priced
from scheduler.decode import operations
from scheduler.dispatch import dispatch
from scheduler.problem import Problem


def plan(problem: Problem, ask: Ask) -> Answer:
    """Dispatch once; seed and seconds change nothing."""
    made = ready(problem)
    found = priced(problem, operations(made, dispatch(made).slots))
    return Answer(found, ask.elapsed(), iterations=0, atcs=found.price.total)
