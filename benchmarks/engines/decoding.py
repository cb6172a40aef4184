"""From an opponent's sequences or times to a plan with its true price."""

from collections.abc import Mapping, Sequence

from benchmarks.judging import priced
from scheduler.decode import Follow, decode, operations
from scheduler.fixing import fix
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.shop import Shop, shop

Sequences = Mapping[int, Sequence[int]]  # index of a resource → indices of its lots in order


def ready(problem: Problem) -> Shop:
    """Number a problem and set its fixed work."""
    made = shop(problem)
    fix(made)
    return made


def decoded(made: Shop, sequences: Sequences) -> Plan:
    """Let our decoder time sequences of the lead stage and all that follows from them."""
    whole = [list(sequences.get(machine.index, ())) for machine in made.machines]
    slots = decode(made, whole, Follow.READY)
    return priced(made.problem, operations(made, slots))
