"""The whole of a small problem as a CP-SAT model: every stage, every rule, every price, exactly.

Every variable is hinted from a plan at hand, and only plans no dearer than that one are wanted:
what such a plan could not afford is left out from the start.
"""

from collections.abc import Iterator, Sequence

from ortools.sat.python import cp_model

from scheduler.bounds.pegs import MINUTES_A_DAY, stock_cents
from scheduler.decode import Slot
from scheduler.model.charges import campaigns, idle
from scheduler.model.pools import pools
from scheduler.model.route import Route
from scheduler.model.solving import Hinted, total
from scheduler.model.timing import Closure, Span, Stand, Timed, closures
from scheduler.shop import Job, Shop, Task

Terms = Iterator[cp_model.LinearExprT]  # cents to be added up


class Whole:
    """The model; `cents` is its objective, `slots` reads a solution."""

    def __init__(self, shop: Shop, slots: Sequence[Slot], spans: Sequence[Span], most: int) -> None:
        """Model all plans of at most `most` cents that keep within the spans."""
        self.shop, self.slots, self.hinted = shop, slots, Hinted()
        self.pools = pools(shop)
        self.pool_of = {one.index: i for i, pool in enumerate(self.pools) for one in pool}
        self.horizon = max((span.end for span in spans), default=0)
        self.timed = [self._timed(task, spans[task.index]) for task in shop.tasks]
        self._calendars()
        self._flow()
        used = sorted({number for one in self.timed for number in one.on})
        self.routes = [self._route(number) for number in used]
        self.cents = self._cents()
        if not isinstance(self.cents, int):  # else nothing costs anything
            self.hinted.model.add(self.cents <= most)
        self.hinted.model.minimize(self.cents)

    def _timed(self, task: Task, span: Span) -> Timed:
        machine, start, end = self.slots[task.index]
        minutes = {self.pool_of[index]: work for index, work in task.options.items()}
        stand = Stand(self.pool_of[machine], start, end)
        return Timed(self.hinted, task, span, stand, minutes)

    def _shut(self, number: int) -> list[Closure]:
        name = self.pools[number][0].resource.calendar
        return closures(self.shop.problem.calendars[name], self.horizon)

    def _pauses(self, number: int) -> bool:
        name = self.pools[number][0].resource.calendar
        return self.shop.problem.calendars[name].resumable and bool(self._shut(number))

    def _calendars(self) -> None:
        """Tie every task's end to its start, on each calendar it could be on."""
        for one in self.timed:
            straight = [number for number in one.on if not self._pauses(number)]
            if straight:
                one.straight(straight)
            names = {self.pools[i][0].resource.calendar: i for i in one.on if self._pauses(i)}
            for name, number in names.items():
                same = [i for i in one.on if self.pools[i][0].resource.calendar == name]
                one.pausing(name, same, self._shut(number))

    def _flow(self) -> None:
        model = self.hinted.model
        for job in self.shop.jobs:
            for task in job.tasks[1:]:
                first, then = self.timed[task.index - 1], self.timed[task.index]
                model.add(then.start >= first.start + task.lag_start)
                model.add(then.end >= first.end + task.lag_end)

    def _route(self, number: int) -> Route:
        here = {one.task.index: one for one in self.timed if number in one.on}
        lines = [self._line(machine.index) for machine in self.pools[number]]
        shut = self._shut(number)
        return Route(self.hinted, number, self.pools[number], timed=here, lines=lines, shut=shut)

    def _line(self, machine: int) -> list[int]:
        on = [i for i, slot in enumerate(self.slots) if slot[0] == machine]
        return sorted(on, key=lambda i: self.slots[i][1])

    def _cents(self) -> cp_model.LinearExpr:
        problem = self.shop.problem
        cents: list[cp_model.LinearExprT] = []
        for job in self.shop.jobs:
            cents += [*self._late(job), *self._stock(job)]
        for route in self.routes:
            cents.append(route.changing * route.machine.table.cents_per_minute)
            rate = route.machine.resource.idle_cents_per_minute
            if rate:
                cents.append(rate * idle(route, self.horizon, self._idle_now(route)))
            if route.machine.campaigns:
                cents.append(campaigns(route, problem.campaigns))
        for task in self.shop.tasks:
            cents += self._moved(task)
        return total([*cents, *self._makespan()])

    def _makespan(self) -> Terms:
        rate = self.shop.problem.makespan_cents_per_minute
        if not rate or not self.timed:
            return
        now = max(end for _, _, end in self.slots)
        last = self.hinted.number(0, self.horizon, now, "makespan")
        for one in self.timed:
            self.hinted.model.add(last >= one.end)
        yield last * rate

    def _late(self, job: Job) -> Terms:
        """Price the minutes from each due to the end of the last step."""
        one = self.timed[job.tasks[-1].index]
        for due in sorted({peg.due for peg in job.pegs}):
            rate = sum(peg.cents_per_minute_late for peg in job.pegs if peg.due == due)
            if rate and one.span.end > due:
                now = max(0, one.stand.end - due)
                late = self.hinted.number(0, one.span.end - due, now, f"{job.index} late")
                self.hinted.model.add(late >= one.end - due)
                yield late * rate

    def _stock(self, job: Job) -> Terms:
        """Price each peg's stock, rounded down: the least q with 1440 q > m² · minutes - 1440."""
        one = self.timed[job.tasks[0].index]
        holding = self.shop.problem.holding_cents_per_m2_day
        for peg in job.pegs:
            most = stock_cents(peg, one.span.first_end, holding)
            if most:
                now = stock_cents(peg, one.stand.end, holding)
                stock = self.hinted.number(0, most, now, f"{job.index} in stock")
                worth = (peg.due - one.end) * (peg.m2 * holding)
                self.hinted.model.add(stock * MINUTES_A_DAY >= worth - (MINUTES_A_DAY - 1))
                yield stock

    def _moved(self, task: Task) -> Terms:
        """Price a published task's departure from its resource and its start."""
        row, rule, one = task.published, self.shop.problem.stability, self.timed[task.index]
        if row is None:
            return
        able = (self.shop.machines[index] for index in task.options)
        at_home = [one.on[self.pool_of[it.index]] for it in able if it.resource.id == row.resource]
        yield (1 - total(at_home)) * rule.cents_per_resource_change
        if rule.cents_per_minute_moved:
            now = max(0, abs(one.stand.start - row.start) - rule.tolerance_minutes)
            moved = self.hinted.number(0, self.horizon + row.start, now, f"{task.index} moved")
            self.hinted.model.add(moved >= one.start - row.start - rule.tolerance_minutes)
            self.hinted.model.add(moved >= row.start - one.start - rule.tolerance_minutes)
            yield moved * rule.cents_per_minute_moved

    def _idle_now(self, route: Route) -> int:
        minutes = free = 0
        for i in route.lines[0]:
            _, start, end = self.slots[i]
            minutes += route.machine.clock.idle(free, start, route.change_now(i))
            free = end
        return minutes

    def read(self, solver: cp_model.CpSolver) -> list[Slot]:
        """Give a solution as every task's machine, start and end."""
        machines: dict[int, int] = {}
        for route in self.routes:
            machines |= route.read(solver)
        return [
            (machines[i], solver.value(one.start), solver.value(one.end))
            for i, one in enumerate(self.timed)
        ]
