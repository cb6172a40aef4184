"""What if: wishes that state the problem of a draft anew, and what becomes of the draft then."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from scheduler.problem import Lot
from tileplan.catalog.models import Tile
from tileplan.kernel.errors import Conflict, Refused
from tileplan.kernel.words import Text, say
from tileplan.planning import queries, translate
from tileplan.planning.models import PlanVersion
from tileplan.planning.queries.capability import Capability
from tileplan.planning.rules import lotting, making
from tileplan.planning.rules.assuming import (
    RUSH_PRIORITY,
    RUSH_REF,
    Asked,
    Assumption,
    Closed,
    Due,
    Opened,
    Rate,
    Rush,
    moved_due,
    rush_code,
)
from tileplan.planning.rules.drafts import Draft
from tileplan.planning.rules.wants import Peg, due_at
from tileplan.planning.service.changing import Changed, retimed, rows_of, sound
from tileplan.planning.service.granting import granted
from tileplan.planning.service.states import State
from tileplan.planning.translate.assuming import restated, slower

LEAST_PERCENT, MOST_PERCENT, WHOLE = 10, 300, 100
LEAST_AREA, MOST_AREA = 1, 100_000
LONGEST = timedelta(days=60)


def become(plan: PlanVersion, state: State, wish: Asked) -> Changed:
    """Let a wish come true as far as it can: one that moves bars, or one that assumes something."""
    match wish:
        case Due():
            return _due(state, wish)
        case Rush():
            return _rush(state, wish, queries.assumptions(plan))
        case Closed() | Opened():
            _refuse_window(state, wish)
            return _again(state, wish)
        case Rate():
            _refuse_rate(state, wish)
            return _again(state, wish)
        case _:
            return granted(plan, state, wish)


def _again(state: State, wish: Assumption) -> Changed:
    """The draft in the problem as it would be, with new times for what has to give way."""
    asked = replace(state, base=restated(state.base, state.axis, [wish]))
    return retimed(asked, rows_of(state.plan))


def _due(state: State, wish: Due) -> Changed:
    """Nothing moves for another due date by itself; what it costs is told at once."""
    if not any(peg.ref == wish.item for draft in state.drafts for peg in draft.ordered):
        raise Refused(say("No lot of this draft is for %(item)s.", item=wish.item))
    if due_at(wish.on) < state.axis.epoch:
        raise Refused(say("That day is over when this plan begins."))
    base = restated(state.base, state.axis, [wish])
    after = replace(state, base=base, drafts=moved_due(state.drafts, wish))
    return Changed(replace(after, plan=sound(after, state.plan)))


def _rush(state: State, wish: Rush, assumed: Sequence[Assumption]) -> Changed:
    """One lot more, where it moves nobody."""
    if not LEAST_AREA <= wish.area <= MOST_AREA:
        raise Refused(
            say("Please give between %(least)s and %(most)s m².", least=LEAST_AREA, most=MOST_AREA)
        )
    if due_at(wish.on) < state.axis.epoch:
        raise Refused(say("That day is over when this plan begins."))
    draft, lot = _new_lot(state, wish, assumed)
    base = replace(state.base, lots=(*state.base.lots, lot))
    asked = replace(state, base=base, drafts=(*state.drafts, draft))
    return retimed(asked, rows_of(state.plan))


def _new_lot(state: State, wish: Rush, assumed: Sequence[Assumption]) -> tuple[Draft, Lot]:
    """A lot that no order has asked for, as the plant could make it now and as rates are assumed."""
    capability = queries.capability()
    tile = _tile(capability, wish.tile)
    facts = capability.making(tile.id)
    pieces = tile.packing.pieces_for_area(Decimal(wish.area))
    peg = Peg(None, RUSH_REF, pieces, due_at(wish.on), RUSH_PRIORITY)
    area = lotting.kiln_area(pieces, facts)
    draft = Draft(rush_code(state.drafts), tile.id, pieces, area, (peg,))
    sheet = translate.sheet(capability, state.axis.epoch)
    stated = translate.problem(translate.Asked("", [draft], [], {}), sheet)
    if dict(stated.changeovers) != dict(state.base.changeovers):
        raise Conflict(
            say(
                "Tiles or changeover rules were changed since this draft was made. Bring it up to "
                "date first."
            )
        )
    lot = stated.lots[0]
    for one in assumed:
        if isinstance(one, Rate):
            lot = slower(lot, one)
    return draft, lot


def _tile(capability: Capability, code: str) -> Tile:
    found = next((tile for tile in capability.tiles.values() if tile.code == code), None)
    if found is None:
        raise Refused(say("There is no tile %(code)s.", code=code))
    reason: Text | None = making.missing(capability.ways(found.id))
    if reason:
        raise Refused(reason)
    return found


def _refuse_window(state: State, wish: Closed | Opened) -> None:
    _refuse_line(state, wish.line)
    if wish.from_at >= wish.to_at:
        raise Refused(say("The end must lie behind the beginning."))
    if wish.to_at <= state.axis.epoch:
        raise Refused(say("That time is over when this plan begins."))
    if wish.to_at - wish.from_at > LONGEST:
        raise Refused(say("Please name at most %(days)s days.", days=LONGEST.days))


def _refuse_rate(state: State, wish: Rate) -> None:
    _refuse_line(state, wish.line)
    if not LEAST_PERCENT <= wish.percent <= MOST_PERCENT or wish.percent == WHOLE:
        raise Refused(
            say(
                "Please give a factor between %(least)s and %(most)s, but not 1.",
                least=LEAST_PERCENT / WHOLE,
                most=MOST_PERCENT / WHOLE,
            )
        )


def _refuse_line(state: State, line: str) -> None:
    if line not in {one.id for one in state.base.resources}:
        raise Refused(say("The scheduler plans no line %(line)s.", line=line))
