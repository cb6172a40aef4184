"""Demand that a draft does not serve yet, taken into it: as a new lot, or into one that it has."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from scheduler.plan import Operation
from scheduler.problem import Lot
from scheduler.promise import Offer as Found
from scheduler.promise import Promise, promise
from scheduler.reasons import Kind, Reason
from scheduler.standing import PlanDoesNotFit
from tileplan.kernel import clock
from tileplan.kernel.errors import Conflict, Refused
from tileplan.kernel.words import Text, say
from tileplan.orders.models import OrderItem
from tileplan.planning import queries, translate
from tileplan.planning.models import PlanVersion
from tileplan.planning.queries.capability import Capability, is_to_stock
from tileplan.planning.queries.demand import BEST_GRADE
from tileplan.planning.rules import lotting, making, relotting, wants
from tileplan.planning.rules.drafts import Draft, coded
from tileplan.planning.rules.editing import Join, Make, Offer
from tileplan.planning.rules.lotting import Batch
from tileplan.planning.service.changing import Changed, sound
from tileplan.planning.service.effects import Effects, effects, ends
from tileplan.planning.service.relotting import begun, refuse_unmakeable, within, workshop
from tileplan.planning.service.states import State, state_of
from tileplan.stock import queries as stock

# So many lots that could take demand in are tried out, those with the most tile for stock first.
MOST_JOINS = 3


@dataclass(frozen=True)
class Way:
    """One way to serve demand, and what comes of it."""

    wish: Make | Join
    state: State
    found: Changed
    effects: Effects


@dataclass(frozen=True)
class Ways:
    """The ways to serve demand; `refusal` says why a lot of its own is none of them."""

    ways: list[Way]
    refusal: str | None


@dataclass(frozen=True)
class Refill:
    """A tile below its safety stock, the lot that would refill it, or why there cannot be one."""

    tile_id: int
    free: int
    batch: Batch | None
    gap: Text | None


def make(plan: PlanVersion, state: State, wish: Make) -> Changed:
    """Put a new lot where it is ready soonest, or where it is so without making anybody late."""
    draft, lot = _new(plan, state, wish)
    return _offered(state, draft, _promise(state, lot), wish.offer)


def join(plan: PlanVersion, state: State, wish: Join) -> Changed:
    """Let a lot of the draft make order items more."""
    work = workshop(state, [wish.lot])
    [draft] = work.drafts
    items = _wanted(plan, state, wish.refs, into=wish.lot)
    if any(item.tile_id != draft.tile_id for item in items):
        raise Refused(say("Lot %(lot)s is of another tile.", lot=wish.lot), field="lot")
    pegs = [wants.peg(queries.want(item)) for item in items]
    return work.becomes({wish.lot: (relotting.joined(draft, pegs, work.making),)})


def ways(number: str, tile: str, refs: Sequence[str]) -> Ways:
    """How demand could be served in a draft: by a new lot at two places, or by lots it has."""
    plan = queries.plan(number)
    state = state_of(plan)
    tried: list[tuple[Make | Join, Changed]] = []
    whole, refusal = tuple(refs), None
    try:
        draft, lot = _new(plan, state, Make(tile, whole, Offer.HARMLESS))
    except Refused as no:
        refusal = no
    else:
        promised = _promise(state, lot)
        tried += [
            (Make(tile, whole, offer), _offered(state, draft, promised, offer)) for offer in Offer
        ]
    for code in _joinable(plan, state, refs):
        wish = Join(code, whole)
        try:
            tried.append((wish, join(plan, state, wish)))
        except Refused:
            continue
    if not tried and refusal is not None:
        raise refusal
    found = [
        Way(wish, each.after, each, effects(state, each.after, each.landed))
        for wish, each in tried
        if each.after is not None
    ]
    return Ways(found, refusal.message if refusal else None)


def refills(plan: PlanVersion) -> list[Refill]:
    """The tiles kept in stock that are below their safety stock, with all that the draft makes."""
    drafts, capability = state_of(plan).drafts, queries.capability()
    free = _free(drafts)
    found = []
    for tile_id, tile in sorted(capability.tiles.items()):
        if not is_to_stock(tile):
            continue
        pieces, gap = free.get(tile_id, 0), making.missing(capability.ways(tile_id))
        if gap and pieces < tile.packing.pieces_for_area(tile.safety_stock_area):
            found.append(Refill(tile_id, pieces, None, gap))
        elif not gap:
            batch = _refill(state_of(plan), capability, tile_id, pieces)
            found += [Refill(tile_id, pieces, batch, None)] if batch else []
    return found


def _offered(state: State, draft: Draft, promised: Promise, offer: Offer) -> Changed:
    found = promised.harmless if offer is Offer.HARMLESS else promised.earliest
    if found is None:
        said = tuple(Reason(Kind.CONFLICT, draft.code, text=text) for text in promised.messages)
        return Changed(None, (), said or (Reason(Kind.CONFLICT, draft.code),))
    return _with(state, draft, promised, found)


def _with(state: State, draft: Draft, promised: Promise, found: Found) -> Changed:
    """The draft with a new lot, where an offer has it."""
    grown = replace(
        state,
        base=replace(state.base, lots=promised.problem.lots),
        drafts=(*state.drafts, draft),
    )
    facts = queries.capability().making(draft.tile_id)
    notes = tuple(relotting.notes([draft], facts))
    after = replace(grown, plan=sound(grown, found.plan))
    return Changed(after, _landed(after, draft), (), notes)


def _landed(after: State, draft: Draft) -> tuple[Operation, ...]:
    return tuple(one for one in after.plan.operations if one.lot == draft.code)


def _promise(state: State, lot: Lot) -> Promise:
    try:
        return promise(state.problem, state.plan, lot)
    except PlanDoesNotFit:
        raise Conflict(
            say("This plan does not keep the rules as it stands. Repair it first.")
        ) from None


def _new(plan: PlanVersion, state: State, wish: Make) -> tuple[Draft, Lot]:
    """The lot that the demand asks for, as the draft keeps it and as the scheduler sees it."""
    capability = queries.capability()
    batch = _batch(plan, state, wish, capability)
    draft = coded(batch, _free_code(plan, state))
    return draft, within(state, _stated(state, draft, capability))


def _batch(plan: PlanVersion, state: State, wish: Make, capability: Capability) -> Batch:
    if wish.refs:
        items = _wanted(plan, state, wish.refs, into=None)
        tile_ids = {item.tile_id for item in items}
        if len(tile_ids) > 1:
            raise Refused(say("One lot makes one tile only."), field="refs")
        tile_id = tile_ids.pop()
        refuse_unmakeable(capability, tile_id)
        facts = capability.making(tile_id)
        return lotting.together([queries.want(item) for item in items], facts)
    tile_id = next((one.id for one in capability.tiles.values() if one.code == wish.tile), 0)
    if not tile_id or not is_to_stock(capability.tiles[tile_id]):
        raise Refused(say("%(tile)s is not kept in stock.", tile=wish.tile))
    refuse_unmakeable(capability, tile_id)
    batch = _refill(state, capability, tile_id, _free(state.drafts).get(tile_id, 0))
    if batch is None:
        raise Refused(say("%(tile)s is above its safety stock by now.", tile=wish.tile))
    return batch


def _refill(state: State, capability: Capability, tile_id: int, free: int) -> Batch | None:
    today = state.axis.epoch.astimezone(clock.plant_zone()).date()
    return lotting.refill(capability.making(tile_id), free=free, today=today)


def _free(drafts: Iterable[Draft]) -> dict[int, int]:
    """Grade A pieces by tile that nobody has asked for, in stock or made by a draft."""
    free: dict[int, int] = {}
    for lot in stock.free_lots(None, grade=BEST_GRADE):
        free[lot.tile_id] = free.get(lot.tile_id, 0) + lot.free
    for draft in drafts:
        free[draft.tile_id] = free.get(draft.tile_id, 0) + draft.spare_pieces
    return free


def _wanted(
    plan: PlanVersion, state: State, refs: Collection[str], into: str | None
) -> list[OrderItem]:
    """Order items that wait for a lot, with all that must be of one shade with them."""
    items = queries.unserved_items(plan, refs)
    missing = sorted(set(refs) - {item.ref for item in items})
    if missing or not items:
        raise Refused(
            say(
                "%(items)s does not wait for a lot any more. Look at the list again.",
                items=", ".join(missing),
            ),
            field="refs",
        )
    mates = [item for item in queries.of_one_shade(items) if item not in items]
    made_in = {peg.ref: draft.code for draft in state.drafts for peg in draft.ordered}
    loose = [item.ref for item in mates if item.ref not in made_in]
    along = queries.unserved_items(plan, loose) if loose else []
    elsewhere = sorted(set(loose) - {item.ref for item in along})
    if elsewhere:
        raise Refused(
            say(
                "%(items)s of the same phase comes from elsewhere, and this lot would have another "
                "shade. Agree on a shade with the customer and order it as a line of its own.",
                items=", ".join(elsewhere),
            )
        )
    for item in mates:
        if item.ref in made_in and made_in[item.ref] != into:
            raise Refused(
                say(
                    "The rest of its phase is made in lot %(lot)s, and another lot would have "
                    "another shade. Put it into that lot.",
                    lot=made_in[item.ref],
                )
            )
    return [*items, *along]


def _joinable(plan: PlanVersion, state: State, refs: Sequence[str]) -> list[str]:
    """The unbegun lots that have room for order items: those that need not grow, then by the due day."""
    items = queries.unserved_items(plan, refs)
    if not items:
        return []
    pieces, tile_id = sum(item.pieces for item in items), items[0].tile_id
    capability = queries.capability()
    if making.missing(capability.ways(tile_id)):
        return []
    facts = capability.making(tile_id)
    mine = [draft for draft in state.drafts if draft.tile_id == tile_id]
    taken = begun(state, [draft.code for draft in mine])
    free = [
        draft
        for draft in mine
        if draft.code not in taken and relotting.has_room(draft, pieces, facts)
    ]
    ready = ends(state)
    due = state.axis.minute(wants.due_at(min(item.due_on for item in items)))

    def fitness(draft: Draft) -> tuple[bool, bool, int, str]:
        end = ready[draft.code]
        return draft.spare_pieces < pieces, end > due, abs(due - end), draft.code

    return [draft.code for draft in sorted(free, key=fitness)[:MOST_JOINS]]


def _stated(state: State, draft: Draft, capability: Capability) -> Lot:
    """A new lot in the words of the draft's own problem, whose tables may be older than the plant's."""
    unbegun = {one.code for one in state.drafts if one.tile_id == draft.tile_id}
    unbegun -= set(begun(state, unbegun))
    for lot in state.base.lots:
        if lot.id in unbegun:
            return translate.like(lot, draft, capability, state.axis)
    sheet = translate.sheet(capability, state.axis.epoch)
    if dict(state.base.changeovers) != dict(sheet.tables):
        raise Conflict(
            say("The changeover rules of the plant are others since. Edit a new copy of the plan.")
        )
    return translate.fresh(draft, sheet)


def _free_code(plan: PlanVersion, state: State) -> str:
    """A code of this draft's run that no lot has ever had."""
    series = f"L{plan.run.number.rpartition('-')[2].lstrip('0')}-"
    used = queries.used_codes(series) | {draft.code for draft in state.drafts}
    used |= queries.made_codes(plan) | {row["code"] for row in plan.run.lots}
    return next(relotting.new_codes(series, used))
