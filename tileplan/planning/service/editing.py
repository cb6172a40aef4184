"""Editing a draft: every wish is one step that can be undone; the rows follow the step shown."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from scheduler.reasons import Reason
from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.kernel.documents import Actor
from tileplan.kernel.errors import Conflict, Outdated, Problem
from tileplan.kernel.words import Text, say
from tileplan.planning import queries, translate
from tileplan.planning.models import PlannedLot, PlanStep, PlanVersion
from tileplan.planning.rules import PLAN, PlanState
from tileplan.planning.rules.assuming import Asked
from tileplan.planning.rules.editing import (
    Lock,
    Put,
    Relot,
    Repair,
    Shift,
    StepKind,
    Unlock,
    Wish,
)
from tileplan.planning.service.assuming import become
from tileplan.planning.service.changing import Changed
from tileplan.planning.service.effects import Effects, effects
from tileplan.planning.service.rewriting import Change, change, rewrite
from tileplan.planning.service.states import State, keep, pin_row, state_at, state_of

EDIT = "plan.edit"


class Impossible(Problem):
    """A wish that cannot come true, with the reasons."""

    def __init__(self, state: State, reasons: Sequence[Reason]) -> None:
        super().__init__(say("This is not possible."))
        self.state = state
        self.reasons = tuple(reasons)


@dataclass(frozen=True)
class Edited:
    """What an edit did: the draft, what is different, and the lots whose bars are different.

    `is_remade` where the whole board has to be asked anew: its lots or its closures are others.
    """

    plan: PlanVersion
    state: State
    effects: Effects
    reasons: tuple[Reason, ...]
    lots: list[PlannedLot]
    gone: list[str]
    is_remade: bool
    notes: tuple[Text, ...] = ()


def attempt(number: str, wish: Asked) -> tuple[State, Changed, Effects | None]:
    """Say what a wish would do, and do nothing."""
    plan = queries.plan(number)
    state = state_of(plan)
    found = become(plan, state, wish)
    told = None if found.after is None else effects(state, found.after, found.landed)
    return state, found, told


def edit(number: str, seen: int, wish: Asked, *, by: Actor) -> Edited:
    """Do what a planner wishes to a draft that nobody has changed since its version was seen.

    Raises Impossible with the reasons, Outdated where somebody was faster.
    """
    plan = editable(number, seen)
    before = state_of(plan)
    found = become(plan, before, wish)
    if found.after is None:
        raise Impossible(before, found.reasons)
    done = change(plan, before, found.after)
    detail = {**_detail(wish), **_made(done)} if isinstance(wish, Wish) else wish.to_dict()
    step = add_step(done, wish.kind, detail, by=by)
    told = effects(before, found.after, found.landed)
    return Edited(plan, found.after, told, found.reasons, *shown(done, step), notes=found.notes)


def undo(number: str, seen: int) -> Edited:
    """Show a draft as it was before its last step."""
    plan = editable(number, seen)
    if plan.step <= queries.barrier(plan):
        raise Conflict(say("There is nothing to undo."))
    return _go(plan, plan.step - 1)


def redo(number: str, seen: int) -> Edited:
    """Do again what was undone last."""
    plan = editable(number, seen)
    if plan.step >= queries.last_position(plan):
        raise Conflict(say("There is nothing to do again."))
    return _go(plan, plan.step + 1)


def reset(number: str, seen: int) -> Edited:
    """Undo everything that can be undone."""
    plan = editable(number, seen)
    return _go(plan, queries.barrier(plan))


def editable(number: str, seen: int) -> PlanVersion:
    """A draft that this planner may edit now; raises Conflict with what stands in the way."""
    plan = queries.plan(number)
    if plan.state is not PlanState.DRAFT:
        raise Conflict(
            say(
                "Plan %(plan)s is “%(state)s” and never changes. Edit a copy of it.",
                plan=plan.number,
                state=PLAN.labels[plan.state],
            )
        )
    run = queries.replanning(plan)
    if run is not None:
        raise Conflict(
            say(
                "Run %(run)s, asked for by %(who)s, improves this draft just now. Wait for it or "
                "stop it.",
                run=run.number,
                who=run.asked_by,
            )
        )
    if plan.version != seen:
        raise _outdated(plan)
    return plan


def _outdated(plan: PlanVersion) -> Outdated:
    step = queries.step(plan)
    if step is None:
        return Outdated(say("Somebody else has just changed this draft. What you see is new now."))
    return Outdated(
        say(
            "%(who)s has just changed this draft. What you see now has that change; do yours again.",
            who=step.by_name,
        )
    )


def add_step(
    change: Change,
    kind: StepKind,
    detail: dict[str, Any],
    *,
    by: Actor | None,
) -> PlanStep:
    """Write a step behind the one that is shown; those that were undone are gone for good."""
    plan, before, after = change.plan, change.before, change.after
    if queries.step(plan) is None:
        _first(plan, before)
    for undone in queries.steps(plan)[plan.step + 1 :]:
        session.delete(undone)
    session.flush()
    is_asked_anew = after.base != before.base
    step = PlanStep(
        plan_id=plan.id,
        position=plan.step + 1,
        kind=kind,
        detail=detail,
        epoch_at=after.axis.epoch,
        problem=after.base.to_json() if is_asked_anew else None,
        lots=[draft.to_dict() for draft in after.drafts] if after.drafts != before.drafts else None,
        pins=[pin_row(pin) for pin in after.pins],
        plan=after.plan.to_json(),
        price=after.plan.price.to_dict(),
        figures=translate.figures(change.answer, after.drafts, _progress(plan)),
        by_name=by.login if by else "system",
        at=clock.now(),
    )
    session.add(step)
    session.flush()
    keep(plan, step, after)
    return step


def _first(plan: PlanVersion, state: State) -> None:
    """Keep the draft as it was made: what undoing everything comes back to."""
    session.add(
        PlanStep(
            plan_id=plan.id,
            position=0,
            kind=StepKind.MADE,
            detail={},
            epoch_at=plan.epoch_at,
            problem=None,
            lots=None,
            pins=[pin_row(pin) for pin in state.pins],
            plan=plan.plan,
            price=plan.price,
            figures=plan.figures,
            by_name=plan.run.asked_by,
            at=plan.made_at,
        )
    )
    session.flush()


def _progress(plan: PlanVersion) -> dict[str, Any]:
    return {"dispatch_total": plan.figures.get("dispatch_total")}


def show(plan: PlanVersion, step: PlanStep) -> None:
    """Let the draft be what a step left it as."""
    plan.step = step.position
    plan.plan, plan.price, plan.figures = step.plan, step.price, step.figures
    plan.epoch_at = step.epoch_at
    session.flush()


def _go(plan: PlanVersion, position: int) -> Edited:
    before = state_of(plan)
    step = queries.step(plan, position)
    if step is None:
        raise Conflict(say("There is nothing to undo."))
    after = state_at(plan, step)
    told = effects(before, after, ())
    return Edited(plan, after, told, (), *shown(change(plan, before, after), step))


def _made(change: Change) -> dict[str, list[str]]:
    """The codes of the lots that a change makes: none of them is ever given again."""
    known = {draft.code for draft in change.before.drafts}
    made = [draft.code for draft in change.after.drafts if draft.code not in known]
    return {"made": made} if made else {}


def shown(change: Change, step: PlanStep) -> tuple[list[PlannedLot], list[str], bool]:
    """Let the draft be what a step says; gives the lots that are different, and those that are gone.

    And whether the whole board has to be asked anew: its lots or its closures are others.
    """
    show(change.plan, step)
    lots = rewrite(change)
    left = {draft.code for draft in change.after.drafts}
    gone = [draft.code for draft in change.before.drafts if draft.code not in left]
    is_reclosed = change.before.base.calendars != change.after.base.calendars
    return lots, gone, is_reclosed or change.before.drafts != change.after.drafts


def _detail(wish: Wish) -> dict[str, Any]:
    """What a step was about, as the list of changes tells it."""
    match wish:
        case Put(bar=(lot, stage), line=line, at=at):
            return {"lots": [lot], "stage": stage, "line": line, "at": at.isoformat()}
        case Shift(bars=bars, minutes=minutes):
            return {"lots": [lot for lot, _ in bars], "minutes": minutes}
        case Lock(bars=bars) | Unlock(bars=bars):
            return {"lots": [lot for lot, _ in bars]}
        case Repair():
            return {}
        case _:
            return _about_lots(wish)


def _about_lots(wish: Relot) -> dict[str, Any]:
    told = asdict(wish)
    named = told.pop("lots", None) or [told[name] for name in ("lot", "to") if name in told]
    return {**told, "lots": list(named)}
