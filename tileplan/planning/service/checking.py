"""What a planner should know before a draft is published: rules, facts of the floor, changed demand."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scheduler.referee import faults
from tileplan.kernel.words import Text, say
from tileplan.orders.rules import OrderState
from tileplan.planning import queries
from tileplan.planning.models import Peg, PlannedLot, PlanVersion
from tileplan.planning.rules.wants import due_at
from tileplan.planning.service.effects import lateness
from tileplan.planning.service.hitting import hit, opened
from tileplan.planning.service.publishing import resting
from tileplan.planning.service.states import state_of
from tileplan.planning.translate.naming import listed

MOST_NAMED = 8


class Look(StrEnum):
    """How a finding is to be taken."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One thing found; `can_renew` where bringing the draft up to date mends it."""

    look: Look
    text: Text
    can_renew: bool = False


def check(plan: PlanVersion) -> list[Finding]:
    """Look at a draft from every side; what forbids publishing comes first."""
    lots = queries.lots(plan)
    found = [
        *_rules(plan),
        *_assumed(plan),
        *_in_force(plan, lots),
        *_closed(plan),
        *_demand(lots),
        *_late(plan),
    ]
    return sorted(found, key=lambda one: (Look.BAD, Look.NOTE, Look.GOOD).index(one.look))


def _rules(plan: PlanVersion) -> Iterator[Finding]:
    state = state_of(plan)
    broken = faults(state.problem, json.loads(state.plan.to_json()))
    if broken:
        yield Finding(Look.BAD, say("%(n)s rules of the plant are broken.", n=len(broken)))
    else:
        yield Finding(Look.GOOD, say("No rule of the plant is broken."))


def _assumed(plan: PlanVersion) -> Iterator[Finding]:
    assumed = queries.assumptions(plan)
    if assumed:
        yield Finding(Look.BAD, resting(assumed))


def _in_force(plan: PlanVersion, lots: Sequence[PlannedLot]) -> Iterator[Finding]:
    """What has happened since to the plan in force, and on the floor."""
    force = queries.published()
    if force is None or force.id == plan.id:
        return
    if plan.run.based_on != force.number:
        yield Finding(
            Look.BAD,
            say(
                "Plan %(plan)s was published since this draft was made. Make your changes in a copy "
                "of it.",
                plan=force.number,
            ),
        )
        return
    known = {(lot.code, one.stage) for lot in lots for one in lot.operations if one.started_at}
    begun = {
        lot.code
        for lot in queries.lots(force)
        if not lot.ended_at
        for one in lot.operations
        if one.started_at and (lot.code, one.stage) not in known
    }
    if begun:
        text = say(
            "The floor has begun since: %(lots)s. Bring the draft up to date before publishing.",
            lots=_named(sorted(begun)),
        )
        yield Finding(Look.BAD, text, can_renew=True)


def _closed(plan: PlanVersion) -> Iterator[Finding]:
    """Closures that were entered since the draft was made."""
    fresh = hit(plan, looks_ahead=False)
    lines = sorted({one.resource for one in fresh.shut})
    gone = opened(plan)
    if gone:
        text = say(
            "No longer closed, which this draft does not know: %(lines)s.", lines=_named(gone)
        )
        yield Finding(Look.NOTE, text, can_renew=True)
    if not lines:
        return
    text = say(
        "Closed since this draft was made, which it does not know: %(lines)s.", lines=_named(lines)
    )
    yield Finding(Look.BAD if fresh.steps else Look.NOTE, text, can_renew=True)
    if fresh.lots:
        text = say("Planned where it is closed now: %(lots)s.", lots=_named(fresh.lots))
        yield Finding(Look.BAD, text)


def _demand(lots: Sequence[PlannedLot]) -> Iterator[Finding]:
    """Order items that are no longer what the lots were made for."""
    gone = [peg.item_ref for _, peg in _pegs(lots) if not _is_wanted(peg)]
    moved = [
        peg.item_ref
        for _, peg in _pegs(lots)
        if _is_wanted(peg) and peg.item and peg.due_at != due_at(peg.item.due_on)
    ]
    if gone:
        text = say("No longer wanted as planned: %(items)s. Plan again.", items=_named(gone))
        yield Finding(Look.NOTE, text)
    if moved:
        text = say("Due on another day than planned for: %(items)s.", items=_named(moved))
        yield Finding(Look.NOTE, text)


def _pegs(lots: Sequence[PlannedLot]) -> Iterator[tuple[PlannedLot, Peg]]:
    return ((lot, peg) for lot in lots for peg in lot.pegs if peg.item)


def _is_wanted(peg: Peg) -> bool:
    item = peg.item
    return (
        item is not None
        and item.order.state is OrderState.CONFIRMED
        and item.finished_at is None
        and item.pieces >= peg.pieces
    )


def _late(plan: PlanVersion) -> Iterator[Finding]:
    """Who is late in this draft and was not in the plan in force."""
    late = lateness(state_of(plan))
    force = queries.published()
    if force is None or force.id == plan.id:
        yield _count(len(late))
        return
    before = {peg.item_ref for _, peg in _pegs(queries.lots(force)) if peg.late_minutes}
    fresh, saved = sorted(late.keys() - before), sorted(before - late.keys())
    if fresh:
        yield Finding(
            Look.NOTE, say("Late here, in time in force: %(items)s.", items=_named(fresh))
        )
    if saved:
        yield Finding(
            Look.GOOD, say("In time here, late in force: %(items)s.", items=_named(saved))
        )
    if not fresh and not saved:
        yield Finding(Look.GOOD, say("The same order lines are late as in the plan in force."))


def _count(late: int) -> Finding:
    if late:
        return Finding(Look.NOTE, say("%(n)s order lines are late.", n=late))
    return Finding(Look.GOOD, say("No order line is late."))


def _named(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(names))
    return listed(unique[:MOST_NAMED], len(unique))
