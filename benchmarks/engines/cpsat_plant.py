"""A plant as one CP-SAT model: an optional interval and a circuit node for each lot on each kiln.

Exact for times, closures and changeovers of the kilns; the stages behind them take each lot as long
as in the ATCS plan, which is also the complete hint. Campaigns cost half their minimum at each
change. Our decoder and the referee say what the sequences are worth.
"""

from collections.abc import Iterable
from itertools import pairwise

from ortools.sat.python import cp_model

from benchmarks.engines.ask import Unfit
from benchmarks.engines.cpsat_model import Built
from benchmarks.engines.decoding import decoded, ready
from scheduler.changeovers import changeover_minutes
from scheduler.decode import Slot
from scheduler.dispatch import dispatch
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.shop import Machine, Shop

Arc = tuple[int | None, int]  # a lot, or None for what stands on the kiln, and the next lot
SUCCESSORS = 25  # of each lot on each kiln; all arcs of more lots than that would fill memory
SCALE = 1440  # the objective in cents of a day, so that holding cents are whole


def plant(problem: Problem) -> Built:
    """Build the model of all kilns, with the ATCS plan as its hint."""
    shop = ready(problem)
    if any(machine.fixed for machine in shop.machines):
        raise Unfit("the plain model knows no pins and no published work")
    if any(problem.calendars[kiln.resource.calendar].resumable for kiln in shop.leads):
        raise Unfit("the plain model knows no kilns with shifts")
    monolith = _Monolith(shop)
    monolith.model.minimize(sum(monolith.cost))
    return Built(monolith.model, monolith.plan, SCALE, "(its own estimate of the price)")


class _Monolith:
    """The model while it is built; every variable gets its value in the ATCS plan as a hint."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.model = shop, cp_model.CpModel()
        first = dispatch(shop)
        self.slots: list[Slot] = list(first.slots)
        self.sequences = first.sequences
        self.cost: list[cp_model.LinearExprT] = []
        self.horizon = self._horizon()
        self.start = {lot: self._start(lot) for lot in shop.free_leads()}
        self.on: dict[tuple[int, int], cp_model.IntVar] = {}
        self.end: dict[int, cp_model.LinearExprT] = {}
        for lot in self.start:
            self._choose(lot)
        for kiln in shop.leads:
            self._kiln(kiln)
        for lot in self.start:
            self._price_lot(lot)

    def _horizon(self) -> int:
        """Give a minute by which any sensible plan of the kilns has ended."""
        ends = [self._slot(lot)[2] for lot in self.shop.free_leads()]
        return 2 * max(ends, default=0) + 1

    def _slot(self, lot: int) -> Slot:
        return self.slots[self.shop.jobs[lot].tasks[0].index]

    def _int(self, hint: int, most: int, name: str, least: int = 0) -> cp_model.IntVar:
        variable = self.model.new_int_var(least, most, name)
        self.model.add_hint(variable, hint)
        return variable

    def _flag(self, *, hint: bool, name: str) -> cp_model.IntVar:
        variable = self.model.new_bool_var(name)
        self.model.add_hint(variable, hint)
        return variable

    def _start(self, lot: int) -> cp_model.IntVar:
        task = self.shop.jobs[lot].tasks[0]
        return self._int(self._slot(lot)[1], self.horizon, f"start {lot}", task.earliest)

    def _choose(self, lot: int) -> None:
        """Put a lot on exactly one kiln."""
        options = self.shop.jobs[lot].tasks[0].options
        for kiln in options:
            self.on[lot, kiln] = self._flag(
                hint=self._slot(lot)[0] == kiln, name=f"{lot} on {kiln}"
            )
        self.model.add_exactly_one(self.on[lot, kiln] for kiln in options)
        minutes = sum(minutes * self.on[lot, kiln] for kiln, minutes in options.items())
        self.end[lot] = self.start[lot] + minutes

    def _kiln(self, kiln: Machine) -> None:
        able = [lot for lot in self.start if (lot, kiln.index) in self.on]
        minutes = {lot: self.shop.jobs[lot].tasks[0].options[kiln.index] for lot in able}
        intervals = [
            self.model.new_optional_fixed_size_interval_var(
                self.start[lot], minutes[lot], self.on[lot, kiln.index], f"{lot} at {kiln.index}"
            )
            for lot in able
        ]
        off = self.shop.problem.calendars[kiln.resource.calendar].off
        closed = [(max(start, 0), end) for start, end in off if end > 0 and start < self.horizon]
        intervals += [
            self.model.new_fixed_size_interval_var(start, end - start, "closed")
            for start, end in closed
        ]
        self.model.add_no_overlap(intervals)
        changes = self._circuit(kiln, able)
        self._price_idle(kiln, able, changes)

    def _circuit(self, kiln: Machine, able: list[int]) -> list[cp_model.LinearExprT]:
        """Order a kiln's lots (None stands before the first); give its changeover minutes."""
        node = {lot: number for number, lot in enumerate(able, 1)}
        now = self.sequences[kiln.index]
        following: set[Arc] = {(None, lot) for lot in now[:1]} | set(pairwise(now))
        unused = self._flag(hint=not now, name=f"{kiln.index} unused")
        arcs: list[tuple[int, int, cp_model.LiteralT]] = [(0, 0, unused)]
        for lot in able:
            on = self.on[lot, kiln.index]
            arcs.append((node[lot], node[lot], ~on))
            arcs.append((node[lot], 0, self._flag(hint=now[-1:] == [lot], name=f"{lot} last")))
        changes: list[cp_model.LinearExprT] = []
        pairs = following | {(None, lot) for lot in able}
        pairs |= {(lot, then) for lot in able for then in self._near(kiln, lot, able)}
        for before, then in sorted(
            pairs, key=lambda pair: (-1 if pair[0] is None else pair[0], pair[1])
        ):
            arc = self._flag(hint=(before, then) in following, name=f"{before} then {then}")
            arcs.append((0 if before is None else node[before], node[then], arc))
            changes.append(self._price_arc(kiln, arc, before, then) * arc)
        self.model.add_circuit(arcs)
        return changes

    def _near(self, kiln: Machine, lot: int, able: list[int]) -> Iterable[int]:
        """Give the lots that may follow: the shortest changeovers, then the nearest dues."""
        others = [each for each in able if each != lot]
        due = self._due(lot)
        others.sort(key=lambda then: (self._change(kiln, lot, then), abs(self._due(then) - due)))
        return others[:SUCCESSORS]

    def _due(self, lot: int) -> int:
        return min((peg.due for peg in self.shop.jobs[lot].pegs), default=self.horizon)

    def _change(self, kiln: Machine, before: int | None, then: int) -> int:
        family, tile = kiln.resource.last_family, kiln.resource.last_tile
        if before is not None:
            task = self.shop.jobs[before].tasks[0]
            family, tile = task.family, task.tile
        task = self.shop.jobs[then].tasks[0]
        return changeover_minutes(kiln.table, family, tile, task.family, task.tile)

    def _price_arc(self, kiln: Machine, arc: cp_model.IntVar, before: int | None, then: int) -> int:
        """Time and price one lot right behind another; give the changeover's minutes."""
        change = self._change(kiln, before, then)
        free = 0 if before is None else self.end[before]
        self.model.add(self.start[then] >= free + change).only_enforce_if(arc)
        cents = change * kiln.table.cents_per_minute
        campaign = (
            kiln.resource.last_campaign if before is None else self.shop.jobs[before].lot.campaign
        )
        if kiln.campaigns and campaign not in (None, self.shop.jobs[then].lot.campaign):
            rule = self.shop.problem.campaigns
            cents += rule.min_minutes * rule.cents_per_minute // 2
        if cents:
            self.cost.append(arc * (cents * SCALE))
        return change

    def _price_idle(
        self, kiln: Machine, able: list[int], changes: list[cp_model.LinearExprT]
    ) -> None:
        """Price what a kiln neither fires nor changes over until its last end."""
        rate = kiln.resource.idle_cents_per_minute
        if not rate:
            return
        now = self.sequences[kiln.index]
        last = self._int(self._slot(now[-1])[2] if now else 0, 2 * self.horizon, "last end")
        for lot in able:
            self.model.add(last >= self.end[lot]).only_enforce_if(self.on[lot, kiln.index])
        work = [
            self.shop.jobs[lot].tasks[0].options[kiln.index] * self.on[lot, kiln.index]
            for lot in able
        ]
        used = cp_model.LinearExpr.sum([*work, *changes])
        idle = self._int(self._idle(kiln), 2 * self.horizon, "idle")
        self.model.add(idle >= last - used)
        self.cost.append(idle * (rate * SCALE))

    def _idle(self, kiln: Machine) -> int:
        """Give the minutes between a kiln's works in the ATCS plan, closures among them."""
        now = self.sequences[kiln.index]
        idle, free, before = 0, 0, None
        for lot in now:
            _, start, end = self._slot(lot)
            idle += start - free - self._change(kiln, before, lot)
            free, before = end, lot
        return idle

    def _price_lot(self, lot: int) -> None:
        """Price a lot's pegs: late behind the tail of the ATCS plan, early from its firing."""
        job, end = self.shop.jobs[lot], self._slot(lot)[2]
        tail = self.slots[job.tasks[-1].index][2] - end
        holding = self.shop.problem.holding_cents_per_m2_day
        for peg in job.pegs:
            most = 2 * self.horizon + abs(peg.due) + tail
            late = self._int(max(0, end + tail - peg.due), most, "late")
            self.model.add(late >= self.end[lot] + tail - peg.due)
            self.cost.append(late * (peg.cents_per_minute_late * SCALE))
            early = self._int(max(0, peg.due - end), most, "early")
            self.model.add(early >= peg.due - self.end[lot])
            self.cost.append(early * (peg.m2 * holding))

    def plan(self, solver: cp_model.CpSolver) -> Plan:
        """Read the sequences off a solution."""
        order = sorted(self.start, key=lambda lot: solver.value(self.start[lot]))
        sequences = {
            kiln.index: [
                lot
                for lot in order
                if (lot, kiln.index) in self.on and solver.value(self.on[lot, kiln.index])
            ]
            for kiln in self.shop.leads
        }
        return decoded(self.shop, sequences)
