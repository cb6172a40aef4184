"""What stock can serve is reserved before anything is planned; the rest is wanted from the kilns.

Which lot serves whom is thought out first, with no transaction open, because it takes seconds; then
the proposal is carried out in one transaction, as far as it still holds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from scheduler import assignment
from tileplan.kernel.errors import Refused
from tileplan.planning import queries
from tileplan.planning.queries.demand import BEST_GRADE, Demand
from tileplan.planning.rules import serving, wants
from tileplan.planning.rules.drafts import Draft
from tileplan.planning.rules.serving import Course, Decision, Group
from tileplan.planning.rules.wants import Refusal, Want
from tileplan.planning.translate.costs import late_rate
from tileplan.stock import service as stock

# Tile due sooner than this can hardly be made in time: stock serves it first.
TOO_SOON_TO_MAKE = timedelta(days=7)

# Which stock lot each group of one shade gets, or None where it is to be made.
Proposal = Mapping[str, int | None]


@dataclass(frozen=True)
class Question:
    """The groups that ask for a lot of one tile, the free pieces of its lots, and who cannot fit."""

    wants: tuple[assignment.Want, ...]
    lots: tuple[assignment.Lot, ...]
    too_large: tuple[str, ...]


@dataclass
class Served:
    """What became of the demand before lotting.

    `from_stock` is the stock lot of each served item, `joined` the wants that took the spare tile
    of a lot under way, `to_make` what the kilns must make, `free` the pieces left in stock lots.
    """

    from_stock: dict[str, int]
    free: dict[int, int]
    joined: dict[str, list[Want]] = field(default_factory=dict)
    to_make: list[Want] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def questions(demand: Demand, carried: Iterable[Draft], *, today: date) -> list[Question]:
    """What the assignment is to be asked, tile by tile; only reads."""
    free, decisions = _decisions(demand, carried)
    asking = [decision.wants for decision in decisions if decision.course is Course.ASK]
    return [_question(of_tile, demand, free, today) for of_tile in _by_tile(asking)]


def _question(
    groups_of_tile: list[tuple[Want, ...]], demand: Demand, free: Mapping[int, int], today: date
) -> Question:
    """Ask about the groups that might fit: what is larger than every lot is to be made anyway."""
    lots = [lot_id for lot_id in _lots_of(demand, groups_of_tile[0][0].tile_id) if free[lot_id]]
    largest = max((free[lot_id] for lot_id in lots), default=0)
    return Question(
        wants=tuple(
            assignment.Want(group[0].group, _pieces(group), _weight(group, today))
            for group in groups_of_tile
            if _pieces(group) <= largest
        ),
        lots=tuple(assignment.Lot(str(lot_id), free[lot_id]) for lot_id in lots),
        too_large=tuple(group[0].group for group in groups_of_tile if _pieces(group) > largest),
    )


def propose(question: Question) -> Proposal:
    """Answer one question; it may take seconds."""
    given = assignment.assign(question.wants, question.lots)
    names = [*(want.id for want in question.wants), *question.too_large]
    return {name: int(given[name]) if name in given else None for name in names}


def serve(demand: Demand, carried: Iterable[Draft], proposal: Proposal) -> Served:
    """Reserve stock for what it can serve, groups whole; the reservations are hard."""
    carried = list(carried)
    free, decisions = _decisions(demand, carried)
    from_stock = {ref: row.lot_id for ref, row in demand.reservations.items()}
    served = Served(from_stock, free)
    asking = [wanted for decision in decisions for wanted in _follow(decision, served)]
    for group in asking:
        _assign(group, _lots_of(demand, group[0].tile_id), proposal, served)
    return served


def _decisions(demand: Demand, carried: Iterable[Draft]) -> tuple[dict[int, int], list[Decision]]:
    """What becomes of every group, and the pieces that are then free in each stock lot."""
    carried = list(carried)
    free = demand.free_pieces()
    spare = {draft.code: draft.spare_pieces for draft in carried}
    return free, [serving.decide(group, free, spare) for group in groups(demand, carried)]


def _lots_of(demand: Demand, tile_id: int) -> list[int]:
    return [
        lot.id
        for lot in demand.stock.values()
        if lot.tile_id == tile_id and lot.grade == BEST_GRADE
    ]


def groups(demand: Demand, carried: Iterable[Draft]) -> list[Group]:
    """The open items by the shade they share, with the lots that some of them have."""
    begun = {peg.ref: draft.code for draft in carried for peg in draft.ordered}
    made_in = {
        queries.group_of(item): demand.reservations[item.ref].lot_id
        for item in demand.finished
        if item.ref in demand.reservations
    }
    return [
        Group(
            open=group,
            reserved={
                want.ref: demand.reservations[want.ref].lot_id
                for want in group
                if want.ref in demand.reservations
            },
            begun={want.ref: begun[want.ref] for want in group if want.ref in begun},
            made_in=made_in.get(group[0].group),
        )
        for group in wants.groups(queries.want(item) for item in demand.items)
    ]


def _follow(decision: Decision, served: Served) -> list[tuple[Want, ...]]:
    """Do what was decided about a group; returns it where it must ask for a lot."""
    if decision.course is Course.RESERVE and decision.lot_id is not None:
        if _reserve(decision.wants, decision.lot_id, served):
            return []
        served.to_make.extend(decision.wants)
    elif decision.course is Course.JOIN and decision.code is not None:
        served.joined.setdefault(decision.code, []).extend(decision.wants)
    elif decision.course is Course.REFUSE and decision.reason is not None:
        served.refused.extend(Refusal(want, decision.reason) for want in decision.wants)
    elif decision.course is Course.ASK:
        for ref in decision.give_back:
            stock.release(ref)
            served.from_stock.pop(ref)
        return [decision.wants]
    return []


def _assign(
    group: tuple[Want, ...], lots: Iterable[int], proposal: Proposal, served: Served
) -> None:
    """Give a group the lot that was proposed; one that came since gets the smallest that fits."""
    pieces, name = _pieces(group), group[0].group
    fitting = [lot_id for lot_id in lots if served.free[lot_id] >= pieces]
    best = min(fitting, key=lambda lot_id: (served.free[lot_id], lot_id), default=None)
    wanted = proposal.get(name, best)
    if wanted not in fitting or wanted is None:
        served.to_make.extend(group)
        return
    served.free[wanted] -= pieces
    if not _reserve(group, wanted, served):
        served.to_make.extend(group)


def _reserve(group: Iterable[Want], lot_id: int, served: Served) -> bool:
    """Reserve a group whole; where somebody took the tile meanwhile, nothing of it."""
    done: list[Want] = []
    for want in group:
        try:
            stock.reserve(lot_id, want.ref, want.pieces)
        except Refused:
            for taken in done:
                stock.release(taken.ref)
                served.from_stock.pop(taken.ref)
            return False
        done.append(want)
        served.from_stock[want.ref] = lot_id
    return True


def _weight(group: Iterable[Want], today: date) -> int:
    """What serving a group from stock is worth: its pieces by their urgency, double if due soon."""
    return sum(
        want.pieces
        * late_rate(want.priority)
        * (2 if want.due_on < today + TOO_SOON_TO_MAKE else 1)
        for want in group
    )


def _pieces(group: Iterable[Want]) -> int:
    return sum(want.pieces for want in group)


def _by_tile(asking: Iterable[tuple[Want, ...]]) -> list[list[tuple[Want, ...]]]:
    found: dict[int, list[tuple[Want, ...]]] = {}
    for group in asking:
        found.setdefault(group[0].tile_id, []).append(group)
    return [found[tile_id] for tile_id in sorted(found)]
