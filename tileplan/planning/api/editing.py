"""What the board asks while a draft is edited: what if, do it, undo it, check it, improve it; JSON."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tileplan.kernel.errors import Refused
from tileplan.kernel.numbers import whole
from tileplan.kernel.words import Text, say
from tileplan.planning import charts, queries, rules, service
from tileplan.planning.api.asking import UNREADABLE, assumption, body, names, seen
from tileplan.planning.api.blueprint import pages
from tileplan.planning.api.lot_wishes import LOT_KINDS, lot_wish
from tileplan.planning.api.telling import effects_json, lots_json, ms, reasons_json
from tileplan.planning.models import PlanStep, PlanVersion
from tileplan.planning.rules import editing as wishes
from tileplan.planning.rules.assuming import ASSUMED, Asked, assumption_of
from tileplan.planning.rules.editing import Bar, RunKind
from tileplan.planning.translate.assuming import assumption_text
from tileplan.planning.translate.names import PLANT_STAGES
from tileplan.planning.translate.naming import moment
from tileplan.web.access import needs
from tileplan.web.language import translated

MOST_BARS = 300
MOST_MINUTES = 60 * 24 * 366


@pages.get("/plans/<number>/draft")
@needs("plan.see")
def draft(number: str) -> ResponseReturnValue:
    """Tell the history of a draft, its pins and its price beside that of the plan in force."""
    return jsonify(draft_json(queries.plan(number)))


@pages.get("/plans/<number>/try")
@needs("plan.edit")
def attempt(number: str) -> ResponseReturnValue:
    """Tell what a wish would do; nothing is changed."""
    try:
        state, found, told = service.attempt(number, _wish(request.args.to_dict()))
    except Refused as no:
        said = {"reasons": [translated(no.message)], "field": no.field}
        return jsonify({"possible": False, "effects": None, "lots": [], **said})
    return jsonify(
        {
            "possible": found.after is not None,
            "reasons": [*reasons_json(state, found.reasons), *map(translated, found.notes)],
            "effects": None if told is None else effects_json(state, told),
            "lots": lots_json(state, found.after),
        }
    )


@pages.post("/plans/<number>/edits")
@needs("plan.edit")
def edit(number: str) -> ResponseReturnValue:
    """Do what a planner wishes to a draft."""
    asked = body()
    try:
        done = service.edit(number, seen(asked), _wish(asked), by=current_user)
    except service.Impossible as no:
        return impossible(no)
    return jsonify(edited(done))


@pages.post("/plans/<number>/undo")
@needs("plan.edit")
def undo(number: str) -> ResponseReturnValue:
    """Undo the last step of a draft."""
    return jsonify(edited(service.undo(number, seen(body()))))


@pages.post("/plans/<number>/redo")
@needs("plan.edit")
def redo(number: str) -> ResponseReturnValue:
    """Do again what was undone."""
    return jsonify(edited(service.redo(number, seen(body()))))


@pages.post("/plans/<number>/reset")
@needs("plan.edit")
def reset(number: str) -> ResponseReturnValue:
    """Undo every step of a draft."""
    return jsonify(edited(service.reset(number, seen(body()))))


@pages.post("/plans/<number>/renew")
@needs("plan.edit")
def renew(number: str) -> ResponseReturnValue:
    """Bring a draft up to date with what the floor has begun."""
    return renewed(number)


def renewed(number: str, *, is_settled: bool = False) -> ResponseReturnValue:
    """Bring a draft up to date, with or without what it assumes."""
    try:
        plan = service.renew(number, seen(body()), by=current_user, is_settled=is_settled)
    except service.Impossible as no:
        return impossible(no)
    return jsonify({"draft": draft_json(plan), "reload": True})


def impossible(no: service.Impossible) -> ResponseReturnValue:
    """Why something cannot be, to a script."""
    return jsonify(
        {"error": translated(no.message), "reasons": reasons_json(no.state, no.reasons)}
    ), 422


@pages.post("/plans/<number>/improve")
@needs("plan.edit")
def improve(number: str) -> ResponseReturnValue:
    """Have the scheduler look for a better plan of this draft."""
    asked = body()
    kind = asked.get("kind")
    if kind not in (RunKind.STABLE, RunKind.FREE):
        raise Refused(UNREADABLE)
    seconds = whole(asked.get("seconds")) or 0
    run = service.improve(number, seen(asked), RunKind(kind), seconds, by=current_user)
    return jsonify({"draft": draft_json(queries.plan(number)), "run": run.number}), 202


@pages.get("/plans/<number>/check")
@needs("plan.see")
def check(number: str) -> ResponseReturnValue:
    """Tell what a planner should know before a draft is published."""
    found = service.check(queries.plan(number))
    return jsonify(
        items=[
            {"kind": one.look, "text": translated(one.text), "renew": one.can_renew}
            for one in found
        ]
    )


def _wish(asked: dict[str, Any]) -> Asked:
    """The wish in a query or in a body; raises Refused for anything that is none."""
    kind = asked.get("kind")
    if kind in LOT_KINDS:
        return lot_wish(asked)
    read = _READERS.get(str(kind), assumption)
    return read(asked)


_READERS: dict[str, Callable[[dict[str, Any]], Asked]] = {
    "put": lambda asked: wishes.Put(
        _bars(asked)[0], str(asked.get("line", "")), _moment(asked.get("at"))
    ),
    "shift": lambda asked: wishes.Shift(_bars(asked), _minutes(asked.get("minutes"))),
    "lock": lambda asked: wishes.Lock(_bars(asked)),
    "unlock": lambda asked: wishes.Unlock(_bars(asked)),
    "repair": lambda _: wishes.Repair(),
}


def _bars(asked: dict[str, Any]) -> tuple[Bar, ...]:
    """Bars as `lot stage` texts: a list of them, or one text with line ends between."""
    found = []
    for text in names(asked, "bars", most=MOST_BARS):
        lot, _, stage = text.rpartition(" ")
        found.append((lot, stage))
    return tuple(found)


def _moment(raw: object) -> datetime:
    """A moment in milliseconds since 1970."""
    try:
        return datetime.fromtimestamp(float(str(raw)) / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Refused(UNREADABLE) from error


def _minutes(raw: object) -> int:
    text = str(raw)
    minutes = whole(text.removeprefix("-"))
    if minutes is None or minutes > MOST_MINUTES:
        raise Refused(UNREADABLE)
    return -minutes if text.startswith("-") else minutes


def edited(done: service.Edited) -> dict[str, Any]:
    """What an edit did, and how the board has to change for it."""
    return {
        "draft": draft_json(done.plan),
        "patch": charts.patch_json(queries.board(done.plan, done.lots)),
        "reload": done.is_remade,
        "effects": effects_json(done.state, done.effects),
        "reasons": [*reasons_json(done.state, done.reasons), *map(translated, done.notes)],
    }


def draft_json(plan: PlanVersion) -> dict[str, Any]:
    """A draft's history and where it stands in it."""
    steps, barrier = queries.steps(plan), queries.barrier(plan)
    run, force = queries.replanning(plan), queries.published()
    shown = steps[plan.step] if steps else None
    return {
        "plan": plan.number,
        "name": plan.name or "",
        "assumed": [translated(assumption_text(one)) for one in queries.assumptions(plan)],
        "version": plan.version,
        "step": plan.step,
        "is_draft": plan.state is rules.PlanState.DRAFT,
        "can_undo": plan.step > barrier,
        "can_redo": plan.step < len(steps) - 1,
        "steps": [_step(step) for step in steps[barrier + 1 :]],
        "pins": [] if shown is None else [[row[0], PLANT_STAGES[row[1]]] for row in shown.pins],
        "price": plan.price,
        "figures": plan.figures,
        "force": None if force is None else {"price": force.price, "figures": force.figures},
        "run": None if run is None else run.number,
        "is_stale": force is not None and plan.run.based_on != force.number,
    }


def _step(step: PlanStep) -> dict[str, Any]:
    """One line of the list of changes."""
    return {
        "position": step.position,
        "label": translated(_words(step)),
        "by": step.by_name,
        "at": ms(step.at),
        "total": step.price.get("total"),
        "late": step.figures.get("late_items"),
    }


def _words(step: PlanStep) -> Text:
    detail, label = step.detail, wishes.STEP_LABELS[step.kind]
    if step.kind in ASSUMED:
        what = assumption_text(assumption_of({"kind": step.kind, **detail}))
        return say("Assumed: %(what)s", what=what)
    lots = detail.get("lots") or detail.get("refs") or [*filter(None, [detail.get("tile")])]
    if step.kind is wishes.StepKind.PUT:
        return say(
            "%(lot)s moved to %(line)s, %(at)s",
            lot=lots[0],
            line=detail["line"],
            at=moment(datetime.fromisoformat(detail["at"])),
        )
    if not lots:
        return label
    named = lots[0] if len(lots) == 1 else say("%(n)s lots", n=len(lots))
    return say("%(what)s: %(lots)s", what=label, lots=named)
