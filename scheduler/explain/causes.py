"""What held a late lot up, step by step, read from the plan."""

from itertools import pairwise

from scheduler.changeovers import changeover_minutes
from scheduler.plan import Operation, Plan
from scheduler.problem import Lot, Peg, Problem, Step
from scheduler.reasons import Kind, Reason, closures
from scheduler.shop import shop


class Causes:
    """The plan, ready to be asked about any lot."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        """Sort the operations by lot and by resource."""
        self.problem = problem
        self.lots = {lot.id: lot for lot in problem.lots}
        self.resources = {resource.id: resource for resource in problem.resources}
        self.clocks = {one.resource.id: one.clock for one in shop(problem).machines}
        self.own = {(one.lot, one.stage): one for one in plan.operations}
        self.lines: dict[str, list[Operation]] = {}
        for one in sorted(plan.operations, key=lambda one: one.start):
            self.lines.setdefault(one.resource, []).append(one)

    def end(self, lot: Lot) -> int | None:
        """Give when a lot's last step ends; None where it is not in the plan."""
        last = self.own.get((lot.id, lot.steps[-1].stage))
        return None if last is None else last.end

    def reasons(self, lot: Lot, peg: Peg) -> list[Reason]:
        """Give everything that held a lot up, in flow order."""
        floor = max(self.problem.frozen_until, 0)
        found = []
        alone = self._alone(lot)
        if alone > peg.due:
            found.append(Reason(Kind.TOO_SHORT, lot.id, end=alone, minutes=alone - peg.due))
        if lot.release > floor:
            found.append(Reason(Kind.RELEASE, lot.id, start=lot.release))
        elif floor:
            found.append(Reason(Kind.FROZEN_TIME, lot.id, start=floor))
        ready, before = max(lot.release, floor), None
        for step in lot.steps:
            operation = self.own.get((lot.id, step.stage))
            if operation is not None:
                ready = self._tied(step, operation, ready, before)
                found += [*self._choice(lot, step), *self.held(operation)]
                found += self._waited(lot, step, operation, ready)
                found += self._paused(operation)
                ready = operation.start
            before = operation
            at = lot.steps.index(step) + 1
            ready += lot.steps[at].lag_start if at < len(lot.steps) else 0
        return found

    def _alone(self, lot: Lot) -> int:
        """Give the end of a lot that has the plant for itself."""
        start, end = max(lot.release, self.problem.frozen_until, 0), 0
        for i, step in enumerate(lot.steps):
            lags = (step.lag_start, step.lag_end) if i else (0, 0)
            start, end = min(
                (self._fit(one.resource, start + lags[0], one.minutes, end + lags[1])
                 for one in step.options),
                key=lambda one: one[1],
            )  # fmt: skip
        return end

    def _fit(self, resource: str, ready: int, minutes: int, ready_end: int) -> tuple[int, int]:
        return self.clocks[resource].fit(0, 0, ready, minutes, ready_end)

    def _choice(self, lot: Lot, step: Step) -> list[Reason]:
        """Name the resources that can do a step, where they are few."""
        able = [option.resource for option in step.options]
        there = [one for one in self.problem.resources if one.stage == step.stage]
        if len(able) > 1 and len(able) == len(there):
            return []
        return [Reason(Kind.ONLY, lot.id, step.stage, ", ".join(able))]

    def held(self, operation: Operation) -> list[Reason]:
        """Name the pins and the frozen work that hold an operation where it is."""
        lot, stage = operation.lot, operation.stage
        pins = [pin for pin in self.problem.pins if (pin.lot, pin.stage) == (lot, stage)]
        rows = [
            row
            for row in self.problem.published
            if (row.lot, row.stage) == (lot, stage) and row.start < self.problem.frozen_until
        ]
        return [
            *(Reason(Kind.PIN, lot, stage, pin.resource, start=pin.start) for pin in pins),
            *(Reason(Kind.FROZEN, lot, stage, row.resource, start=row.start) for row in rows),
        ]

    def _tied(self, step: Step, operation: Operation, ready: int, before: Operation | None) -> int:
        """Give when an operation could start at the soonest: it may not end before the step before."""
        if before is None:
            return ready
        where = operation.resource
        minutes = next(one.minutes for one in step.options if one.resource == where)
        start, _ = self._fit(where, ready, minutes, before.end + step.lag_end)
        return start if start > self._fit(where, ready, minutes, 0)[0] else ready

    def _paused(self, operation: Operation) -> list[Reason]:
        """Name the closures over which an operation rests."""
        span = operation.start, operation.end
        return closures(
            self.off(operation.resource), operation.lot, operation.stage, operation.resource, span
        )

    def off(self, resource: str) -> tuple[tuple[int, int], ...]:
        """Give the closures of a resource."""
        return self.problem.calendars[self.resources[resource].calendar].off

    def _waited(self, lot: Lot, step: Step, operation: Operation, ready: int) -> list[Reason]:
        """Say what stood on the resource while the lot was ready for it."""
        stage, resource, start = step.stage, operation.resource, operation.start
        waited = start - ready
        if waited <= 0:
            return []
        head = Reason(Kind.WAITS, lot.id, stage, resource, start=ready, minutes=waited)
        line = self.lines[resource]
        ahead = [one for one in line if one.start < start and one.end > ready]
        found = self._ahead(lot, step, ahead, resource)
        found += self._changeover(lot, step, operation, ready)
        found += closures(self.off(resource), lot.id, stage, resource, (ready, start))
        found += self._before_fixed(lot, step, line, (ready, start))
        if not found and not self.held(operation):
            found = [Reason(Kind.LEFT_WAITING, lot.id, stage, resource, minutes=waited)]
        return [head, *found]

    def _ahead(self, lot: Lot, step: Step, ahead: list[Operation], resource: str) -> list[Reason]:
        if not ahead:
            return []
        campaigns = {self.lots[one.lot].campaign for one in ahead if one.lot in self.lots}
        is_campaign = len(campaigns) == 1 and step.stage == self.problem.campaigns.stage
        return [
            Reason(
                Kind.AHEAD if step is lot.steps[0] else Kind.QUEUE,
                lot.id,
                step.stage,
                resource,
                lots=tuple(one.lot for one in ahead),
                campaign=campaigns.pop() if is_campaign else None,
                end=ahead[-1].end,
            )
        ]

    def _changeover(self, lot: Lot, step: Step, operation: Operation, ready: int) -> list[Reason]:
        before, minutes = self.changeover(operation)
        free = 0 if before is None else before.end
        if not minutes or free + minutes <= ready:
            return []
        resource = operation.resource
        return [Reason(Kind.CHANGEOVER, lot.id, step.stage, resource, minutes=minutes)]

    def changeover(self, operation: Operation) -> tuple[Operation | None, int]:
        """Give what runs right before an operation on its resource, and the changeover's minutes."""
        resource, line = self.resources[operation.resource], self.lines[operation.resource]
        at = line.index(operation)
        before = line[at - 1] if at else None
        family, tile = resource.last_family, resource.last_tile
        if before is not None:
            family, tile = self._family(before), self.lots[before.lot].tile
        table, own = self.problem.changeovers[resource.changeover], self._family(operation)
        tile_after = self.lots[operation.lot].tile
        return before, changeover_minutes(table, family, tile, own, tile_after)

    def _family(self, operation: Operation) -> int:
        steps = self.lots[operation.lot].steps
        return next(step.family for step in steps if step.stage == operation.stage)

    def _before_fixed(
        self, lot: Lot, step: Step, line: list[Operation], window: tuple[int, int]
    ) -> list[Reason]:
        """Name fixed work before which the resource stood empty while the lot was ready."""
        ready, start = window
        found = []
        for before, then in pairwise([None, *line]):
            free = 0 if before is None else before.end
            if then is None or not max(free, ready) < then.start < start or not self.held(then):
                continue
            found.append(
                Reason(
                    Kind.FIXED_WORK,
                    lot.id,
                    step.stage,
                    then.resource,
                    lots=(then.lot,),
                    start=then.start,
                    end=then.end,
                )
            )
        return found
