"""The order of tasks on a pool of machines in an exact model: who follows whom, with what between.

Node 0 of the circuit is what stands on a machine at minute 0, and whatever comes after its last.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from ortools.sat.python import cp_model

from scheduler.changeovers import changeover_minutes
from scheduler.model.pools import Pool
from scheduler.model.solving import Hinted, total
from scheduler.model.timing import Closure, Timed

Arc = tuple[int | None, int | None]  # task → task; None: the opening, or nothing more


class Route:
    """The circuit of one pool: its `arcs` and their changeover minutes.

    `timed` are the tasks it could do, `lines` those on each of its machines in the plan at hand,
    in order, and `shut` its closures.
    """

    def __init__(
        self,
        hinted: Hinted,
        number: int,
        pool: Pool,
        *,
        timed: Mapping[int, Timed],
        lines: Sequence[Sequence[int]],
        shut: Sequence[Closure],
    ) -> None:
        """Make the circuit and its times."""
        self.hinted, self.number, self.pool, self.timed = hinted, number, pool, timed
        self.machine, self.lines, self.shut = pool[0], lines, shut
        calendar = self.machine.resource.calendar
        self.at = {i: one.axis.get(calendar, one.start) for i, one in timed.items()}
        self.pauses = any(calendar in one.axis for one in timed.values())
        self.change: dict[Arc, int] = {}
        self.arcs: dict[Arc, cp_model.IntVar] = {}
        self._order()
        self._apart()

    @property
    def changing(self) -> cp_model.LinearExpr:
        """The minutes of all its changeovers."""
        return total(minutes * self.arcs[arc] for arc, minutes in self.change.items() if minutes)

    def into(self, task: int) -> cp_model.LinearExpr:
        """Give the changeover minutes right before a task."""
        return total(
            minutes * self.arcs[arc]
            for arc, minutes in self.change.items()
            if minutes and arc[1] == task
        )

    def change_now(self, task: int) -> int:
        """Give the changeover minutes right before a task in the plan at hand."""
        pairs = (pair for line in self.lines for pair in pairwise([None, *line]))
        return sum(self.change[pair] for pair in pairs if pair[1] == task)

    def ends_now(self) -> list[int]:
        """Give the ends on the first machine's axis in the plan at hand, in order."""
        calendar = self.machine.resource.calendar
        return [
            self.timed[i].now.get(calendar, self.timed[i].stand.start)
            + self.timed[i].minutes[self.number]
            for i in self.lines[0]
        ]

    def _order(self) -> None:
        node = {task: i for i, task in enumerate([None, *self.timed])}
        model, many = self.hinted.model, len(self.pool) > 1
        now = {pair for line in self.lines for pair in pairwise([None, *line, None])}
        circuit = [
            (node[i], node[i], one.on[self.number].negated()) for i, one in self.timed.items()
        ]
        for arc in self._possible(now):
            flag = self.hinted.flag(arc in now, f"{arc[0]} then {arc[1]} on {self.number}")
            self.arcs[arc] = flag
            circuit.append((node[arc[0]], node[arc[1]], flag))
            self._follow(arc, flag)
        if many:
            model.add_multiple_circuit(circuit)
            openings = [flag for (first, _), flag in self.arcs.items() if first is None]
            model.add(sum(openings) <= len(self.pool))
            return
        empty = self.hinted.flag(not self.lines[0], f"{self.number} empty")
        circuit.append((0, 0, empty))
        for one in self.timed.values():
            model.add_implication(one.on[self.number], empty.negated())
        model.add_circuit(circuit)

    def _possible(self, now: set[Arc]) -> list[Arc]:
        """Give the arcs that the tasks' spans allow."""
        arcs: list[Arc] = [(None, task) for task in self.timed]
        arcs += [(task, None) for task in self.timed]
        for arc in ((i, j) for i in self.timed for j in self.timed if i != j):
            first, then = self.timed[arc[0]], self.timed[arc[1]]
            ready = first.span.start + first.minutes[self.number]
            if arc in now or ready + then.minutes[self.number] <= then.span.end:
                arcs.append(arc)
        return arcs

    def _follow(self, arc: Arc, flag: cp_model.IntVar) -> None:
        """Leave room for the changeover between two tasks, or before the first."""
        first, then = arc
        if then is None:
            return
        family, tile = self.machine.resource.last_family, self.machine.resource.last_tile
        free: cp_model.LinearExprT = 0
        if first is not None:
            task = self.timed[first].task
            family, tile = task.family, task.tile
            free = self.at[first] + self.timed[first].minutes[self.number]
        other = self.timed[then].task
        self.change[arc] = changeover_minutes(
            self.machine.table, family, tile, other.family, other.tile
        )
        self.hinted.model.add(self.at[then] >= free + self.change[arc]).only_enforce_if(flag)

    def _apart(self) -> None:
        """Let no two tasks of a machine overlap, nor a task a closure it may not span."""
        model = self.hinted.model
        intervals = [
            model.new_optional_fixed_size_interval_var(
                self.at[i], one.minutes[self.number], one.on[self.number], f"{i} at {self.number}"
            )
            for i, one in self.timed.items()
        ]
        closed = [
            model.new_fixed_size_interval_var(one.start, one.minutes, "closed")
            for one in self.shut
            if not self.pauses
        ]
        if len(self.pool) == 1:
            model.add_no_overlap(intervals + closed)
            return
        size = len(self.pool)
        demands = [1] * len(intervals) + [size] * len(closed)
        model.add_cumulative(intervals + closed, demands, size)

    def read(self, solver: cp_model.CpSolver) -> dict[int, int]:
        """Give the machine of every task that is here, in a solution."""
        taken = [arc for arc, flag in self.arcs.items() if solver.value(flag)]
        then = {first: i for first, i in taken if first is not None}
        heads = [i for first, i in taken if first is None]
        machines: dict[int, int] = {}
        for machine, head in zip(self.pool, heads, strict=False):
            task: int | None = head
            while task is not None:
                machines[task] = machine.index
                task = then.get(task)
        return machines
