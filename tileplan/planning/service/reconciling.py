"""Lots of a draft that the floor has begun otherwise meanwhile: what it makes counts, the rest is left.

A planner split a lot, or merged it with another, and then a crew began it as the plan in force says.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from tileplan.planning import queries
from tileplan.planning.models import PlannedLot, PlanVersion
from tileplan.planning.queries.capability import Capability
from tileplan.planning.queries.demand import is_under_way
from tileplan.planning.rules import relotting
from tileplan.planning.rules.drafts import Draft, fingerprint
from tileplan.planning.service.preparing import carried


def reconciled(
    plan: PlanVersion,
    drafts: Sequence[Draft],
    force: PlanVersion,
    standing: Mapping[str, PlannedLot],
) -> tuple[list[Draft], dict[str, str]]:
    """The lots of a draft beside what the floor has told of the plan in force.

    Also gives the code that the rest of a lot has now, by the code that it had.
    """
    first = {row["code"] for row in plan.run.lots} | {draft.code for draft in drafts}
    told = {code: lot for code, lot in standing.items() if code in first and _has_begun(lot)}
    others = {code: carried(lot) for code, lot in told.items() if _is_other(code, lot, drafts)}
    if not others:
        return _without_ended(drafts, told), {}
    renamed: dict[str, str] = {}
    gone = _made_there(force, others, told)
    capability, used = queries.capability(), {draft.code for draft in drafts} | set(standing)
    left: list[Draft] = []
    for draft in drafts:
        is_told = draft.code in others
        rest = _rest(draft, gone, capability) if is_told or _loses(draft, gone) else draft
        if rest is None or (not rest.ordered and _is_child(rest.code, others, standing)):
            continue
        if is_told:
            used |= queries.used_codes(relotting.stem(draft.code))
            renamed[draft.code] = relotting.split_code(draft.code, used)
            used.add(renamed[draft.code])
            rest = replace(rest, code=renamed[draft.code])
        left.append(rest)
    back = [draft for code, draft in others.items() if is_under_way(told[code])]
    return [*_without_ended(left, told), *back], renamed


def _has_begun(lot: PlannedLot) -> bool:
    return any(operation.started_at for operation in lot.operations)


def _is_other(code: str, lot: PlannedLot, drafts: Sequence[Draft]) -> bool:
    """True where the draft has a begun lot otherwise than the floor, or not at all."""
    mine = next((draft for draft in drafts if draft.code == code), None)
    if mine is None:
        return not lot.ended_at or any(_holds(draft, lot) for draft in drafts)
    there = carried(lot)
    is_same = fingerprint(mine.tile_id, mine.pegs) == fingerprint(there.tile_id, there.pegs)
    return not mine.is_carried and not is_same


def _holds(draft: Draft, lot: PlannedLot) -> bool:
    return bool({peg.ref for peg in draft.ordered} & {peg.item_ref for peg in lot.pegs if peg.item})


def _made_there(
    force: PlanVersion, others: Mapping[str, Draft], told: Mapping[str, PlannedLot]
) -> set[str]:
    """The order items that those lots make or have made; what they brought short is still wanted."""
    running = {
        peg.ref for code, one in others.items() if is_under_way(told[code]) for peg in one.ordered
    }
    ended = {peg.ref for one in others.values() for peg in one.ordered} - running
    short = {item.ref for item in queries.unserved_items(force, ended)} if ended else set()
    return running | (ended - short)


def _loses(draft: Draft, gone: Collection[str]) -> bool:
    return not draft.is_carried and any(peg.ref in gone for peg in draft.ordered)


def _rest(draft: Draft, gone: Collection[str], capability: Capability) -> Draft | None:
    mine = [peg.ref for peg in draft.ordered if peg.ref in gone]
    return relotting.without(draft, mine, capability.making(draft.tile_id))


def _is_child(code: str, others: Collection[str], standing: Collection[str]) -> bool:
    """True for a lot that was split off one which the floor makes whole."""
    return code not in standing and relotting.stem(code) in map(relotting.stem, others)


def _without_ended(drafts: Sequence[Draft], told: Mapping[str, PlannedLot]) -> list[Draft]:
    """The lots that are still to be made, with those under way marked."""
    return [
        replace(draft, is_carried=draft.code in told)
        for draft in drafts
        if draft.code not in told or not told[draft.code].ended_at
    ]
