"""The rows of a draft, brought to where its newest step has them: only what differs is written."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tileplan.kernel.db import session
from tileplan.planning import queries, translate
from tileplan.planning.models import PlannedLot, PlanVersion
from tileplan.planning.queries.capability import Capability
from tileplan.planning.rules.drafts import Draft
from tileplan.planning.service.states import State

Place = tuple[str, int, int, int]
NO_DAY = datetime.min.replace(tzinfo=UTC)


def answer_of(
    state: State, capability: Capability, standing: dict[str, PlannedLot] | None = None
) -> translate.Answer:
    """A draft's plan beside what it was made of."""
    return translate.Answer(state.problem, state.plan, state.axis, capability, standing or {})


@dataclass(frozen=True)
class Change:
    """A draft on its way from one state to another; `answer` is the other beside the plant."""

    plan: PlanVersion
    before: State
    after: State
    answer: translate.Answer


def change(
    plan: PlanVersion,
    before: State,
    after: State,
    standing: dict[str, PlannedLot] | None = None,
) -> Change:
    """What leads from one state of a draft to another."""
    return Change(plan, before, after, answer_of(after, queries.capability(), standing))


def rewrite(change: Change) -> list[PlannedLot]:
    """Write what differs between two states of a draft; returns the lots that differ, as they are.

    Lots that are new are made, lots that are gone are deleted.
    """
    plan, found = change.plan, change.answer
    old, new = _lots(change.before), _lots(change.after)
    made = [draft for code, draft in new.items() if not is_same(old.get(code), draft)]
    gone = [code for code, draft in old.items() if not is_same(new.get(code), draft)]
    if gone:
        delete(plan, gone)
    if made:
        add(plan, translate.answer(found, made))
    redated = {code for code, draft in new.items() if old.get(code) != draft}
    moved = (_moved(change.before, change.after) | redated) - {draft.code for draft in made}
    lots = queries.lots(plan, moved)
    for lot in lots:
        translate.told_again(lot, new[lot.code], found)
    session.flush()
    fresh = queries.lots(plan, [draft.code for draft in made]) if made else []
    return sorted([*lots, *fresh], key=lambda lot: lot.code)


def add(version: PlanVersion, lots: list[PlannedLot]) -> None:
    """Keep new lots of a plan."""
    for lot in lots:
        lot.plan_id = version.id
        for operation in lot.operations:
            operation.plan_id = version.id
    session.add_all(lots)
    session.flush()


def delete(plan: PlanVersion, codes: Collection[str]) -> None:
    """Take lots out of a draft."""
    for lot in queries.lots(plan, codes):
        for row in (*lot.pegs, *lot.operations):
            session.delete(row)
        session.flush()
        session.delete(lot)
    session.flush()


def is_same(one: Draft | None, other: Draft | None) -> bool:
    """True where two lots differ in no more than the days on which they are due."""
    return one is not None and other is not None and _undated(one) == _undated(other)


def _undated(draft: Draft) -> Draft:
    pegs = tuple(replace(peg, due_at=NO_DAY) for peg in draft.pegs)
    return replace(draft, pegs=pegs)


def _lots(state: State) -> dict[str, Draft]:
    return {draft.code: draft for draft in state.drafts}


def _moved(before: State, after: State) -> set[str]:
    """The lots of which an operation, or the changeover before one, is not where it was."""
    was, is_now = _places(before), _places(after)
    return {lot for (lot, stage), place in is_now.items() if was.get((lot, stage)) != place}


def _places(state: State) -> dict[tuple[str, str], Place]:
    """Where each operation stands, in absolute time, with the changeover before it."""
    changes = translate.changeovers(state.problem, state.plan)
    epoch = round(state.axis.epoch.timestamp() / 60)
    return {
        (one.lot, one.stage): (
            one.resource,
            epoch + one.start,
            epoch + one.end,
            changes[one.lot, one.stage],
        )
        for one in state.plan.operations
    }
