"""Preparing a run: the demand of this moment becomes reservations, lots and a problem."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import count
from typing import Any

from tileplan.kernel import clock
from tileplan.kernel.db import session
from tileplan.kernel.documents import advance
from tileplan.planning import queries, rules, translate
from tileplan.planning.models import PlannedLot, Run
from tileplan.planning.queries.capability import Capability, is_to_stock
from tileplan.planning.queries.demand import BEST_GRADE, Demand
from tileplan.planning.rules import lotting, making, wants
from tileplan.planning.rules.drafts import Draft, coded, fingerprint
from tileplan.planning.rules.lotting import Batch
from tileplan.planning.rules.wants import Peg, Refusal, Want
from tileplan.planning.service.serving import Proposal, Question, Served, questions, serve

# A plan as of some day begins at 08:00.
FIRST_SHIFT = 8 * 60


def think(run: Run) -> list[Question]:
    """Read what stock might serve; the answers are the proposal that `prepare` carries out."""
    demand = queries.demand()
    return questions(demand, map(carried, demand.under_way), today=_first_day(run))


def prepare(run: Run, proposal: Proposal) -> str:
    """Read the demand, reserve what stock can serve, and keep the problem; returns its JSON.

    Doing it again (a worker died) asks again: what was reserved stays so, the rest is lotted anew.
    """
    advance(run, rules.RUN, "begin", by=None)
    demand, capability = queries.demand(), queries.capability()
    begun = [carried(lot) for lot in demand.under_way]
    served = serve(demand, begun, proposal)
    begun = [_joined(draft, served.joined.get(draft.code, [])) for draft in begun]
    made, refused = _makeable(served.to_make, capability)
    batches = _batches(made, _free(demand, served, begun), capability, _first_day(run))
    drafts = _coded(run, batches, demand)
    _keep(run, demand, served, [*begun, *drafts], [*served.refused, *refused])
    asked = translate.Asked(run.number, drafts, begun, demand.standing)
    problem = translate.problem(asked, translate.sheet(capability, run.epoch_at))
    run.problem, run.problem_hash = problem.to_json(), problem.content_hash()
    session.flush()
    return run.problem


def _first_day(run: Run) -> date:
    return run.epoch_at.astimezone(clock.plant_zone()).date()


def epoch_of(moment: datetime) -> datetime:
    """The quarter hour at which a plan asked for now begins."""
    quarter = 15 * 60
    return datetime.fromtimestamp(
        -(-int(moment.timestamp()) // quarter) * quarter, tz=moment.tzinfo
    )


def epoch_on(day: date) -> datetime:
    """The moment at which a plan made as of a day begins: when its first shift does."""
    return clock.at_plant(day, FIRST_SHIFT)


def carried(lot: PlannedLot) -> Draft:
    """A lot under way, as it stands in the published plan."""
    return Draft(
        code=lot.code,
        tile_id=lot.tile_id,
        good_pieces=lot.good_pieces,
        kiln_area=lot.kiln_area,
        pegs=tuple(
            Peg(
                item_id=peg.item_id,
                ref=peg.item_ref,
                pieces=peg.pieces,
                due_at=wants.due_at(peg.item.due_on) if peg.item else peg.due_at,
                priority=peg.item.priority if peg.item else None,
            )
            for peg in lot.pegs
        ),
        is_carried=True,
    )


def _joined(draft: Draft, joining: Sequence[Want]) -> Draft:
    """A lot under way whose spare tile goes to items of the same phase."""
    if not joining:
        return draft
    spare = draft.spare_pieces - sum(want.pieces for want in joining)
    for_stock = [peg for peg in draft.pegs if not peg.item_id][:1]
    rest = [replace(peg, pieces=spare) for peg in for_stock if spare]
    return replace(draft, pegs=(*draft.ordered, *(wants.peg(want) for want in joining), *rest))


def _makeable(to_make: Iterable[Want], capability: Capability) -> tuple[list[Want], list[Refusal]]:
    """Part what the plant can make from what it cannot, with the reason."""
    made: list[Want] = []
    refused: list[Refusal] = []
    for want in to_make:
        reason = making.missing(capability.ways(want.tile_id))
        if reason:
            refused.append(Refusal(want, reason))
        else:
            made.append(want)
    return made, refused


def _free(demand: Demand, served: Served, begun: Iterable[Draft]) -> dict[int, int]:
    """Grade A pieces by tile that nobody has asked for, in stock or coming from lots under way."""
    free: dict[int, int] = {}
    for lot_id, pieces in served.free.items():
        lot = demand.stock[lot_id]
        if lot.grade == BEST_GRADE:
            free[lot.tile_id] = free.get(lot.tile_id, 0) + pieces
    for draft in begun:
        free[draft.tile_id] = free.get(draft.tile_id, 0) + draft.spare_pieces
    return free


def _batches(
    made: Iterable[Want], free: dict[int, int], capability: Capability, today: date
) -> list[Batch]:
    """The lots of every tile that is wanted or kept in stock, and can be made."""
    by_tile: dict[int, list[Want]] = {}
    for want in made:
        by_tile.setdefault(want.tile_id, []).append(want)
    batches: list[Batch] = []
    for tile_id, tile in sorted(capability.tiles.items()):
        is_wanted = tile_id in by_tile or is_to_stock(tile)
        if not is_wanted or making.missing(capability.ways(tile_id)):
            continue
        facts = capability.making(tile_id)
        wanted = by_tile.get(tile_id, [])
        batches.extend(lotting.batches(wanted, facts, free=free.get(tile_id, 0), today=today))
    return sorted(batches, key=_first_due)


def _first_due(batch: Batch) -> tuple[datetime, int, str]:
    return min(peg.due_at for peg in batch.pegs), batch.tile_id, batch.pegs[0].ref


def _coded(run: Run, batches: Sequence[Batch], demand: Demand) -> list[Draft]:
    """Give each lot a code; the same lot of the published plan keeps the code that people know."""
    unbegun = [
        lot for lot in demand.standing.values() if not any(one.started_at for one in lot.operations)
    ]
    known = {fingerprint(draft.tile_id, draft.pegs): draft.code for draft in map(carried, unbegun)}
    series = run.number.rpartition("-")[2].lstrip("0")
    fresh = (f"L{series}-{index:03d}" for index in count(1))
    return [_same_or(next(fresh), batch, known) for batch in batches]


def _same_or(fresh: str, batch: Batch, known: dict[tuple[Any, ...], str]) -> Draft:
    same = fingerprint(batch.tile_id, batch.pegs)
    return coded(batch, known.pop(same) if same in known else fresh)


def _keep(
    run: Run,
    demand: Demand,
    served: Served,
    drafts: Iterable[Draft],
    refused: Iterable[Refusal],
) -> None:
    """Account for every piece that was read."""
    run.based_on = demand.published.number if demand.published else None
    run.served = [
        {
            "item_id": item.id,
            "ref": item.ref,
            "pieces": item.pieces,
            "lot_id": lot_id,
            "lot": _name(demand, lot_id),
        }
        for item in demand.items
        if (lot_id := served.from_stock.get(item.ref)) is not None
    ]
    run.lots = [draft.to_dict() for draft in drafts]
    run.refused = [refusal.to_dict() for refusal in refused]


def _name(demand: Demand, lot_id: int) -> str:
    lot = demand.stock[lot_id]
    return f"{lot.shade} {lot.calibre} {lot.warehouse}"
