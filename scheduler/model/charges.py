"""What an exact model charges along a route: idle machines, and campaigns that end too soon.

Each charge is bounded from below only: a solution may claim too much, never too little, and none
that is optimal claims too much.
"""

from itertools import pairwise

from ortools.sat.python import cp_model

from scheduler.model.route import Arc, Route
from scheduler.model.solving import total
from scheduler.model.timing import Closure
from scheduler.problem import Campaigns


def idle(route: Route, horizon: int, now: int) -> cp_model.IntVar:
    """Give the idle minutes of a machine, `now` in the plan at hand.

    Between 0 and its last end a machine works, changes over, is closed or is idle; a changeover
    during a closure takes nothing from its working time.
    """
    hinted, here = route.hinted, route.number
    last_now = max(route.ends_now(), default=0)
    last = hinted.number(0, horizon, last_now, f"last end of {here}")
    for i, one in route.timed.items():
        end = route.at[i] + one.minutes[here]
        hinted.model.add(last >= end).only_enforce_if(one.on[here])
    minutes = hinted.number(0, horizon, now, f"idle {here}")
    work = total(one.minutes[here] * one.on[here] for one in route.timed.values())
    spent = work + route.changing
    if not route.pauses:
        spent += _closed(route, last, last_now) - _hidden(route)
    hinted.model.add(minutes >= last - spent)
    return minutes


def _closed(route: Route, last: cp_model.IntVar, now: int) -> cp_model.LinearExpr:
    """Count the closed minutes before the last end."""
    closed = []
    for one in route.shut:
        flag = route.hinted.flag(now > one.end, f"{route.number} used after {one.start}")
        route.hinted.model.add(last > one.end).only_enforce_if(flag)
        closed.append(one.minutes * flag)
    return total(closed)


def _hidden(route: Route) -> cp_model.LinearExpr:
    """Count the minutes of changeovers that lie in closures."""
    minutes: list[cp_model.LinearExprT] = []
    for i, timed in route.timed.items():
        most = max((change for arc, change in route.change.items() if arc[1] == i), default=0)
        behind = [one for one in route.shut if most and one.end < timed.span.end]
        minutes += [_hidden_before(route, i, one, most) for one in behind]
    return total(minutes)


def _hidden_before(route: Route, task: int, shut: Closure, most: int) -> cp_model.IntVar:
    """Count the minutes that a task's changeover spends in a closure; too many are harmless."""
    hinted, model, start = route.hinted, route.hinted.model, route.timed[task].start
    now = route.timed[task].stand.start
    behind_now, begun_now = now >= shut.end, shut.end - now + route.change_now(task)
    longest = min(most, shut.minutes)
    inside = max(0, min(begun_now, longest)) if behind_now else 0
    minutes = hinted.number(0, longest, inside, f"hidden before {task}")
    behind = hinted.flag(behind_now, f"{task} behind {shut.start}")
    whole = hinted.flag(begun_now > shut.minutes, f"{task} changes over all {shut.start}")
    begun = shut.end - start + route.into(task)
    model.add(start < shut.end).only_enforce_if(behind.negated())
    model.add(minutes >= begun).only_enforce_if(behind, whole.negated())
    model.add(minutes >= shut.minutes).only_enforce_if(behind, whole)
    return minutes


def campaigns(route: Route, rule: Campaigns) -> cp_model.LinearExpr:
    """Give the cents of what the campaigns of a route lack when another one follows."""
    if not rule.min_minutes or not rule.cents_per_minute:
        return total([])
    return _Runs(route, rule).cents()


class _Runs:
    """The run of every task: its campaign's minutes up to and with it, as far as they count."""

    def __init__(self, route: Route, rule: Campaigns) -> None:
        self.route, self.rule = route, rule
        on = route.machine.resource
        self.before = on.last_campaign
        self.before_run = 0 if on.last_campaign is None else on.last_campaign_minutes
        self.campaign = {i: one.task.campaign for i, one in route.timed.items()}
        self.now = self._now()
        self.run = {
            i: route.hinted.number(0, rule.min_minutes, self.now.get(i, 0), f"run with {i}")
            for i in route.timed
        }

    def _now(self) -> dict[int, int]:
        runs: dict[int, int] = {}
        for line in self.route.lines:
            before, run = self.before, self.before_run
            for i in line:
                stand = self.route.timed[i].stand
                kept = run if self.campaign[i] == before else 0
                before, run = self.campaign[i], kept + stand.end - stand.start
                runs[i] = min(run, self.rule.min_minutes)
        return runs

    def cents(self) -> cp_model.LinearExpr:
        """Count the runs, and price each that is ended by another campaign."""
        model = self.route.hinted.model
        cents: list[cp_model.LinearExprT] = []
        ends: dict[int, list[Arc]] = {i: [] for i in self.route.timed}
        for arc, flag in self.route.arcs.items():
            first, then = arc
            if then is None:
                continue
            timed = self.route.timed[then]
            before = self.before if first is None else self.campaign[first]
            kept: cp_model.LinearExprT = 0
            if before == self.campaign[then]:
                kept = self.before_run if first is None else self.run[first]
            elif first is not None:
                ends[first].append(arc)
            elif before is not None:
                cents.append(self._price(self.rule.min_minutes - self.before_run) * flag)
            model.add(self.run[then] <= total([timed.end - timed.start, kept])).only_enforce_if(
                flag
            )
        cents += [self._ended(i, arcs) for i, arcs in ends.items() if arcs]
        return total(cents)

    def _price(self, missing: int) -> int:
        return max(0, missing) * self.rule.cents_per_minute

    def _ended(self, task: int, arcs: list[Arc]) -> cp_model.LinearExpr:
        """Price what a task's run lacks if one of some arcs is taken."""
        hinted, wanted = self.route.hinted, self.rule.min_minutes
        pairs = {pair for line in self.route.lines for pair in pairwise(line)}
        is_now = any(arc in pairs for arc in arcs)
        ended = hinted.flag(is_now, f"campaign ends with {task}")
        hinted.model.add(ended == total(self.route.arcs[arc] for arc in arcs))
        lacks_now = wanted - self.now[task] if is_now else 0
        lacks = hinted.number(0, wanted, lacks_now, f"lacking with {task}")
        hinted.model.add(lacks >= wanted - self.run[task]).only_enforce_if(ended)
        return lacks * self.rule.cents_per_minute
