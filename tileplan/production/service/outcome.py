"""What came out: the report ends the work; sorted tile becomes a lot and serves its orders."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from tileplan.accounts.models import User
from tileplan.kernel import clock, documents
from tileplan.kernel.db import session
from tileplan.kernel.errors import Refused
from tileplan.orders import service as orders
from tileplan.planning import service as planning
from tileplan.planning.models import Peg
from tileplan.production import queries, rules
from tileplan.production.models import WorkOrder, WorkReport
from tileplan.production.rules import Outcome, Report
from tileplan.production.service.floor import mine, wanted_pegs
from tileplan.stock import service as stock
from tileplan.stock.models import Lot


@dataclass(frozen=True)
class Finished:
    """What finishing a work order did: the lots received, the items served and those left open."""

    work: WorkOrder
    lots: Sequence[Lot] = ()
    received: Sequence[int] = ()
    served: list[str] = field(default_factory=list)
    still_open: list[str] = field(default_factory=list)


def finish(
    number: str,
    report: Report,
    *,
    by: User,
    version: int | None = None,
    sure_of: Decimal | None = None,
) -> Finished:
    """End a work order with what came out of it; `sure_of` is an unlikely sum that was confirmed."""
    work = mine(number, by=by, version=version)
    is_last = queries.is_last_stage(work)
    rules.WORK.take("finish", work.state, by.permissions, None)
    rules.check_finish(queries.earlier_of(work))
    came = queries.came_out_before(work)
    rules.check_report(report, planned=work.planned_area, is_sorting=is_last, came=came)
    rules.check_pieces(report, work.tile.packing)
    rules.check_balance(report, planned=work.planned_area, came=came, sure_of=sure_of)
    came_out = rules.outcomes(report, work.tile.packing, is_sorting=is_last)
    documents.advance(
        work,
        rules.WORK,
        "finish",
        by=by,
        detail={"pieces": {one.grade: one.pieces for one in came_out}},
    )
    at = clock.now()
    work.finished_at = at
    _report(work, report, came_out, at, by)
    planning.note_finished(work.operation_id, at)
    finished = _store(work, report, came_out, at, by) if is_last else Finished(work)
    session.flush()
    return finished


def _report(
    work: WorkOrder, report: Report, came_out: Sequence[Outcome], at: datetime, by: User
) -> None:
    session.add_all(
        WorkReport(
            work_order_id=work.id,
            grade=one.grade,
            pieces=one.pieces,
            shade=report.shade if one.grade != rules.SCRAP else "",
            calibre=report.calibre if one.grade != rules.SCRAP else "",
            at=at,
            by_name=by.login,
        )
        for one in came_out
    )


def _store(
    work: WorkOrder, report: Report, came_out: Sequence[Outcome], at: datetime, by: User
) -> Finished:
    """Bring grades A and B into stock and give the A lot to the orders it was made for."""
    lots = {
        one.grade: stock.receive(
            work.tile_id,
            one.grade,
            report.shade,
            report.calibre,
            report.warehouse,
            one.pieces,
            reference=f"{work.number}/{one.grade}",
            by_name=by.login,
            received_on=clock.today(),
        )
        for one in came_out
        if one.grade != rules.SCRAP and one.pieces
    }
    served, still_open = _serve(lots.get("A"), wanted_pegs(work))
    orders.note_finished([peg.item.id for peg in served if peg.item], at)
    orders.note_short([peg.item.id for peg in still_open if peg.item])
    finished = Finished(
        work,
        list(lots.values()),
        [one.pieces for one in came_out if one.grade in lots],
        [peg.item_ref for peg in served],
        [peg.item_ref for peg in still_open],
    )
    documents.note(
        rules.WORK.kind,
        work.number,
        "serve",
        by=by,
        states=(work.state, work.state),
        detail={"served": finished.served, "still_open": finished.still_open},
    )
    return finished


def _serve(lot: Lot | None, pegs: Sequence[Peg]) -> tuple[list[Peg], list[Peg]]:
    """Reserve from the lot for one item after the other; what does not fit whole stays open."""
    served: list[Peg] = []
    still_open: list[Peg] = []
    for peg in pegs:
        (served if lot and _may_have(lot, peg) else still_open).append(peg)
    return served, still_open


def _may_have(lot: Lot, peg: Peg) -> bool:
    """Try to reserve; a refusal means that the lot has too little left, or the item its tile."""
    try:
        stock.reserve(lot.id, peg.item_ref, peg.pieces)
    except Refused:
        return False
    return True
