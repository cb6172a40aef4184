"""Why a lot stands where it stands in a plan, and what would help it if it is late, in words."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from scheduler.explain import Remedy, Story, UnknownLot, Way, story
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.reasons import Kind, Reason
from scheduler.standing import PlanDoesNotFit
from tileplan.kernel import clock
from tileplan.kernel.errors import Conflict
from tileplan.kernel.words import Text, say
from tileplan.planning import rules, translate
from tileplan.planning.models import Peg, PlannedLot, PlanVersion
from tileplan.planning.rules.wants import ready_on
from tileplan.planning.service.states import state_of
from tileplan.planning.translate import Axis, Names
from tileplan.planning.translate.names import PLANT_STAGES, STAGES
from tileplan.planning.translate.naming import duration, moment, orders
from tileplan.planning.translate.surroundings import fact_text, place_texts
from tileplan.plant.rules import StageCode

log = logging.getLogger(__name__)

MOST_HELPS = 5  # the cheapest
MOST_SLIPS = 4  # the dearest; the others are counted


@dataclass(frozen=True)
class Help:
    """A remedy: what to do, when the lot is ready and how late then, what the plan costs, who slips.

    `slips` are order items with the time by which each is later; `more_slips` counts the others.
    """

    what: Text
    ready_at: datetime
    late: Text | None
    cents: int
    slips: tuple[tuple[str, Text], ...]
    more_slips: int
    is_overtime: bool


@dataclass(frozen=True)
class Why:
    """Why a lot is late, or why it is where it is: groups of sentences, one group a stage.

    `helps` are the cheapest first; `note` says what could not be found out, or why nothing helps.
    """

    is_late: bool
    told: tuple[tuple[Text, ...], ...]
    helps: tuple[Help, ...] = ()
    note: Text | None = None


def why(plan: PlanVersion, lot: PlannedLot) -> Why:
    """Explain a lot of a plan; needs its pegs with their items, its tile and its operations."""
    is_late = rules.lateness_of_lot(lot) > 0
    facts = _facts(lot)
    if lot.ended_at:
        return Why(is_late, facts)
    try:
        state = state_of(plan)
        problem = state.problem
        told = _story(problem, state.plan, lot, Axis(plan.epoch_at))
    except Conflict as conflict:
        return Why(is_late, facts, note=Text(conflict.message))
    except UnknownLot:
        note = say("When this plan was made, nothing of this lot was left to be planned.")
        return Why(is_late, facts, note=note)
    except PlanDoesNotFit:
        log.exception("plan %s does not fit what it was made from", plan.number)
        note = say("This plan and what it was made from do not fit together any more.")
        return Why(is_late, facts, note=note)
    names = Names(Axis(plan.epoch_at), tiles={one.id: one.tile for one in problem.lots})
    helps = _helps(told, names)
    return Why(
        is_late=is_late,
        told=(*facts, *_reasons(told, names)),
        helps=helps,
        note=_no_help(problem, lot) if is_late and not helps else None,
    )


def _story(problem: Problem, plan: Plan, lot: PlannedLot, axis: Axis) -> Story:
    """Ask the scheduler; what the floor has begun since cannot be put elsewhere any more."""
    late = _late(lot)
    due = min((axis.minute(peg.due_at) for peg in late), default=None)
    now = None if _is_begun_since(problem, lot) else axis.minute(clock.now())
    return story(problem, plan, lot.code, due, now=now)


def _is_begun_since(problem: Problem, lot: PlannedLot) -> bool:
    """True where the floor began a stage that was still free when the plan was made."""
    held = {pin.stage for pin in problem.pins if pin.lot == lot.code}
    free = {
        PLANT_STAGES[step.stage]
        for one in problem.lots
        if one.id == lot.code
        for step in one.steps
        if step.stage not in held
    }
    return any(row.started_at and row.stage in free for row in lot.operations)


def _late(lot: PlannedLot) -> list[Peg]:
    """What a lot is late for: its order items; what is only for stock counts by itself."""
    pegs = [peg for peg in lot.pegs if peg.item_id] or lot.pegs
    return [peg for peg in pegs if rules.lateness(peg, lot.ended_at) > 0]


def _facts(lot: PlannedLot) -> tuple[tuple[Text, ...], ...]:
    """When it is wanted and when it is ready, then what the floor has told."""
    told = [text for row in lot.operations if (text := fact_text(row)) is not None]
    groups = [tuple(_dates(lot)), tuple(told)]
    return tuple(group for group in groups if group)


def _dates(lot: PlannedLot) -> list[Text]:
    ready_at = lot.ended_at or max(row.end_at for row in lot.operations)
    late = sorted(_late(lot), key=lambda peg: peg.due_at)
    if late:
        return [_late_text(late, ready_at)]
    ordered = [peg.due_at for peg in lot.pegs if peg.item_id]
    if not ordered:
        return [
            say("It is for stock; no order waits for it. Ready at %(at)s.", at=moment(ready_at))
        ]
    spare = int((min(ordered) - ready_at).total_seconds() // 60)
    return [
        say(
            "It is in time: ready at %(at)s, %(time)s before its first due day (%(day)s) is over.",
            at=moment(ready_at),
            time=duration(spare),
            day=ready_on(min(ordered)).isoformat(),
        )
    ]


def _late_text(late: Sequence[Peg], ready_at: datetime) -> Text:
    first = late[0]
    parts: dict[str, object] = {
        "day": ready_on(first.due_at).isoformat(),
        "at": moment(ready_at),
        "time": duration(int((ready_at - first.due_at).total_seconds() // 60)),
    }
    named = list(dict.fromkeys(peg.item_ref for peg in late if peg.item_id))
    if not named:
        return say("Stock should have it by %(day)s; it is ready at %(at)s.", **parts)
    return say(
        "Due on %(day)s for %(orders)s, ready at %(at)s: %(time)s late.",
        orders=orders(named),
        **parts,
    )


def _reasons(told: Story, names: Names) -> list[tuple[Text, ...]]:
    """Why it is late, stage by stage; of a lot in time, what stands around each of its steps."""
    if not told.reasons:
        return [tuple(place_texts(here, names)) for here in told.steps]
    groups = [list(group) for _, group in groupby(_telling(told), lambda one: one.stage)]
    return [tuple(translate.reason_text(one, names) for one in group) for group in groups]


def _telling(told: Story) -> list[Reason]:
    """The reasons that tell a planner something.

    That forming has its lead before every kiln is no news, nor is who could do a stage where
    nothing waits.
    """
    waiting = {one.stage for one in told.reasons if one.kind is not Kind.ONLY}
    is_new = told.steps[0].step.stage == STAGES[StageCode.FIRING]
    return [
        one
        for one in told.reasons
        if one.stage in waiting and not (one.kind is Kind.RELEASE and is_new)
    ]


def _helps(told: Story, names: Names) -> tuple[Help, ...]:
    """The cheapest remedies; nobody can have tile sooner than forming and its lags let it be."""
    kept = [one for one in told.remedies if one.way is not Way.RELEASE]
    return tuple(_help(one, names) for one in kept[:MOST_HELPS])


def _help(remedy: Remedy, names: Names) -> Help:
    dearer = [slip for slip in remedy.slips if slip.cents > 0]
    return Help(
        what=translate.remedy_text(remedy, names),
        ready_at=names.axis.moment(remedy.ready),
        late=None if remedy.saves else duration(remedy.minutes_late),
        cents=remedy.cents,
        slips=tuple((slip.order, duration(slip.minutes)) for slip in dearer[:MOST_SLIPS]),
        more_slips=len(dearer[MOST_SLIPS:]),
        is_overtime=remedy.way is Way.OPEN,
    )


def _no_help(problem: Problem, lot: PlannedLot) -> Text:
    if _is_begun_since(problem, lot):
        return say(
            "Work on it has begun since this plan was made. Plan again to see what would help."
        )
    return say("No single change was found that makes it ready sooner.")
