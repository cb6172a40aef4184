"""Lots of a draft that a planner changes: each keeps its place, and what is not pinned gives way."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from scheduler.problem import Lot, Published
from tileplan.kernel.errors import NotFound, Refused
from tileplan.kernel.words import say
from tileplan.orders import queries as orders
from tileplan.planning import queries, translate
from tileplan.planning.models import PlanVersion
from tileplan.planning.queries.capability import Capability
from tileplan.planning.rules import making, relotting
from tileplan.planning.rules.drafts import Draft
from tileplan.planning.rules.editing import Merge, Repeg, Split
from tileplan.planning.rules.lotting import Making
from tileplan.planning.service.changing import Changed, retimed
from tileplan.planning.service.states import State

FEWEST_TO_MERGE = 2


def split(plan: PlanVersion, state: State, wish: Split) -> Changed:
    """Make two lots of one; the new one stands right behind the old one on the same lines."""
    work = workshop(state, [wish.lot])
    [draft] = work.drafts
    relotting.refuse_torn(draft, wish.refs, _groups(draft))
    code = _free_code(plan, state, wish.lot)
    return work.becomes(
        {wish.lot: relotting.split(draft, wish.refs, wish.stock, code, work.making)}
    )


def merge(_plan: PlanVersion, state: State, wish: Merge) -> Changed:
    """Make one lot of several; it stands where the first of them stood, under its code."""
    codes = list(dict.fromkeys(wish.lots))
    if len(codes) < FEWEST_TO_MERGE:
        raise Refused(say("Choose the lots that are to become one: two or more."), field="lots")
    work = workshop(state, codes)
    begins: dict[str, int] = {}
    for one in state.plan.operations:
        begins[one.lot] = min(begins.get(one.lot, one.start), one.start)
    first, *rest = sorted(work.drafts, key=lambda draft: (begins[draft.code], draft.code))
    whole = relotting.merged([first, *rest], work.making)
    return work.becomes({first.code: (whole,), **{draft.code: () for draft in rest}})


def repeg(_plan: PlanVersion, state: State, wish: Repeg) -> Changed:
    """Let another lot of the same tile make some order items of a lot."""
    if wish.lot == wish.to:
        raise Refused(say("Choose another lot than the one they are in."), field="to")
    work = workshop(state, [wish.lot, wish.to])
    source, target = work.drafts
    relotting.refuse_torn(source, wish.refs, _groups(source))
    rest, grown = relotting.repegged(source, target, wish.refs, work.making)
    return work.becomes({wish.lot: (rest,) if rest else (), wish.to: (grown,)})


@dataclass(frozen=True)
class Workshop:
    """Unbegun lots of one tile that are about to become others."""

    state: State
    capability: Capability
    drafts: tuple[Draft, ...]

    @property
    def making(self) -> Making:
        """What lotting must know of their tile."""
        return self.capability.making(self.drafts[0].tile_id)

    def becomes(self, now: Mapping[str, Sequence[Draft]]) -> Changed:
        """Put into the place of each lot what is there now, in that order; nothing moves forward."""
        state = self.state
        same = {draft.code: (draft,) for draft in state.drafts}
        places = {**same, **now}
        lots = [each for lot in state.base.lots for each in self._lots(lot, now)]
        rows = [
            Published(draft.code, one.stage, one.resource, one.start + turn, one.end + turn)
            for one in state.plan.operations
            for turn, draft in enumerate(places[one.lot])
        ]
        drafts = tuple(each for draft in state.drafts for each in places[draft.code])
        left = {draft.code for draft in drafts}
        stated = replace(
            state,
            base=replace(state.base, lots=tuple(lots)),
            pins=tuple(pin for pin in state.pins if pin.lot in left),
            drafts=drafts,
        )
        fresh = [draft for found in now.values() for draft in found]
        return self._landed(retimed(stated, rows), fresh)

    def _lots(self, lot: Lot, now: Mapping[str, Sequence[Draft]]) -> list[Lot]:
        if lot.id not in now:
            return [lot]
        axis = self.state.axis
        found = [translate.like(lot, draft, self.capability, axis) for draft in now[lot.id]]
        return [within(self.state, each) for each in found]

    def _landed(self, found: Changed, fresh: Sequence[Draft]) -> Changed:
        if found.after is None:
            return found
        codes = {draft.code for draft in fresh}
        landed = tuple(one for one in found.after.plan.operations if one.lot in codes)
        return replace(found, landed=landed, notes=tuple(relotting.notes(fresh, self.making)))


def workshop(state: State, codes: Sequence[str]) -> Workshop:
    """Take lots in hand; raises Refused where one is begun, or they are of several tiles."""
    known = {draft.code: draft for draft in state.drafts}
    for code in codes:
        if code not in known:
            raise NotFound(say("There is no lot %(code)s in this plan.", code=code))
    drafts = tuple(known[code] for code in codes)
    for code in begun(state, codes):
        raise Refused(
            say("Lot %(lot)s is begun. Only lots that nobody has begun can be changed.", lot=code)
        )
    capability = queries.capability()
    first, *others = drafts
    for other in others:
        if other.tile_id != first.tile_id:
            raise Refused(
                say(
                    "Lots %(one)s and %(other)s are of different tiles.",
                    one=first.code,
                    other=other.code,
                )
            )
    refuse_unmakeable(capability, first.tile_id)
    return Workshop(state, capability, drafts)


def begun(state: State, codes: Collection[str]) -> list[str]:
    """Those of some lots that the floor has begun, in the draft or since it was made."""
    told = queries.begun_codes(codes) | {lot for lot, _ in state.begun}
    carried = {draft.code for draft in state.drafts if draft.is_carried}
    return sorted(set(codes) & (told | carried))


def refuse_unmakeable(capability: Capability, tile_id: int) -> None:
    """Refuse what the plant cannot make at all."""
    gap = making.missing(capability.ways(tile_id))
    if gap:
        raise Refused(gap)


def within(state: State, lot: Lot) -> Lot:
    """A lot with only those ways that the draft's problem knows: a new line is not in it."""
    known = {resource.id for resource in state.base.resources}
    steps = tuple(
        replace(step, options=tuple(way for way in step.options if way.resource in known))
        for step in lot.steps
    )
    if not all(step.options for step in steps):
        raise Refused(
            say("The routes of %(tile)s are others since. Edit a new copy.", tile=lot.tile)
        )
    return replace(lot, steps=steps)


def _groups(draft: Draft) -> dict[str, str]:
    """By order item, the name shared by those that must be of one shade."""
    items = orders.items(peg.ref for peg in draft.ordered)
    return {ref: queries.group_of(item) for ref, item in items.items()}


def _free_code(plan: PlanVersion, state: State, code: str) -> str:
    """A code for a lot that is split off, which no lot has ever had."""
    used = queries.used_codes(relotting.stem(code)) | queries.made_codes(plan)
    used |= _codes(state.drafts)
    return relotting.split_code(code, used)


def _codes(drafts: Iterable[Draft]) -> set[str]:
    return {draft.code for draft in drafts}
