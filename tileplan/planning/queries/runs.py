"""Runs as they are read, and how each of them accounts for every piece that was ordered."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, undefer

from tileplan.kernel.db import session
from tileplan.kernel.errors import NotFound
from tileplan.kernel.paging import Page, page
from tileplan.kernel.words import Text, say
from tileplan.orders.models import OrderItem
from tileplan.planning.models import PlanVersion, Run
from tileplan.planning.queries.plans import lots, plan_of
from tileplan.planning.queries.steps import asked_at, step
from tileplan.planning.rules.drafts import draft_of
from tileplan.planning.rules.wants import ready_on, reason_of

_AT_ONCE = 5000


def run(number: str) -> Run:
    """One run by its number, as it stands in the database, with its problem."""
    statement = (
        select(Run)
        .where(Run.number == number)
        .options(undefer(Run.problem))
        .execution_options(populate_existing=True)
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound(say("There is no run %(number)s.", number=number))
    return found


def locked_run(run_id: int) -> Run:
    """A run as it stands, which nobody else changes before this transaction ends."""
    statement = select(Run).where(Run.id == run_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def run_of_job(job_id: int) -> Run | None:
    """The run that a job carries out, if it carries out one."""
    return session.scalars(select(Run).where(Run.job_id == job_id)).one_or_none()


def runs(after: str | None = None) -> Page[Run]:
    """Runs, newest first."""
    return page(select(Run), Run.id, after, descending=True)


def plans_of(found: Iterable[Run]) -> dict[int, PlanVersion]:
    """The plan versions of some runs, by run."""
    wanted = select(PlanVersion).where(PlanVersion.run_id.in_([each.id for each in found]))
    return {each.run_id: each for each in session.scalars(wanted)}


@dataclass(frozen=True)
class Summary:
    """How a run accounts for the demand that it read: order items by what became of them."""

    served: int
    planned: int
    lots: int
    for_stock: int
    refused: int

    @property
    def items(self) -> int:
        """All order items that were read."""
        return self.served + self.planned + self.refused


def summary(of: Run) -> Summary:
    """Count what became of the order items that a run has read."""
    rows = lots_of(of)
    drafts = [draft_of(row) for row in rows]
    return Summary(
        served=len(of.served),
        planned=sum(len(draft.ordered) for draft in drafts),
        lots=len(drafts),
        for_stock=sum(not draft.ordered for draft in drafts),
        refused=len(_refused(of, rows)),
    )


def lots_of(of: Run) -> list[Any]:
    """The lots of a run's plan as planners have left it; of a run that improved a draft, its own."""
    plan = None if of.draft else plan_of(of.id)
    shown = None if plan is None else step(plan)
    edited = asked_at(plan, shown)[1] if plan and shown else None
    return of.lots if edited is None else edited


def _refused(of: Run, rows: Iterable[Any]) -> list[Any]:
    """What a run has left out and nobody has planned since."""
    planned = {peg["item_id"] for lot in rows for peg in lot["pegs"]}
    return [row for row in of.refused if row["item_id"] not in planned]


def refusals(of: Run) -> list[tuple[str, Text]]:
    """The order items that a run has left out, by reference, each with the reason."""
    return sorted((row["ref"], reason_of(row)) for row in _refused(of, lots_of(of)))


@dataclass
class Line:
    """One order line: its pieces, and where each of them comes from or why it does not."""

    order: str
    line: int
    tile: str
    pieces: int
    area: Decimal
    from_stock: int = 0
    stock_lot: str | None = None
    planned: int = 0
    lot: str | None = None
    ready_on: str | None = None
    refused: int = 0
    reason: Text | None = None

    @property
    def is_exact(self) -> bool:
        """True where the parts make up the whole."""
        return self.from_stock + self.planned + self.refused == self.pieces


def accounting(of: Run) -> dict[str, Any]:
    """Every order line that a run has read: from stock, planned and refused pieces, and the sums."""
    rows = lots_of(of)
    refused = _refused(of, rows)
    lines = {item.id: _line(item) for item in _items(_ids(of, rows))}
    for row in of.served:
        line = lines[row["item_id"]]
        line.from_stock += row["pieces"]
        line.stock_lot = row["lot"]
    ready = _ready(of)
    for lot in rows:
        for peg in lot["pegs"]:
            if peg["item_id"] is None:
                continue
            line = lines[peg["item_id"]]
            line.planned += peg["pieces"]
            line.lot, line.ready_on = lot["code"], ready.get(lot["code"])
    for row in refused:
        line = lines[row["item_id"]]
        line.refused += row["pieces"]
        line.reason = reason_of(row)
    told = sorted(lines.values(), key=lambda line: (line.order, line.line))
    return {
        "run": of.number,
        "lines": [_told(line) for line in told],
        "totals": _totals(told),
        "is_exact": all(line.is_exact for line in told),
    }


def _ids(of: Run, rows: Iterable[Any]) -> list[int]:
    pegged = [peg["item_id"] for lot in rows for peg in lot["pegs"] if peg["item_id"]]
    return [*pegged, *(row["item_id"] for row in (*of.served, *of.refused))]


def _items(ids: list[int]) -> list[OrderItem]:
    found: list[OrderItem] = []
    for first in range(0, len(ids), _AT_ONCE):
        statement = (
            select(OrderItem)
            .where(OrderItem.id.in_(ids[first : first + _AT_ONCE]))
            .options(joinedload(OrderItem.order), joinedload(OrderItem.tile))
        )
        found.extend(session.scalars(statement))
    return found


def _line(item: OrderItem) -> Line:
    return Line(
        order=item.order.number,
        line=item.position,
        tile=item.tile.code,
        pieces=item.pieces,
        area=item.tile.packing.area(item.pieces),
    )


def _ready(of: Run) -> dict[str, str]:
    """The day on which each lot of a run's plan leaves its last stage."""
    plan = plan_of(of.id)
    if plan is None:
        return {}
    return {
        lot.code: ready_on(max(one.end_at for one in lot.operations)).isoformat()
        for lot in lots(plan)
    }


def _told(line: Line) -> dict[str, Any]:
    return {
        "order": line.order,
        "line": line.line,
        "tile": line.tile,
        "pieces": line.pieces,
        "area": str(line.area),
        "from_stock": line.from_stock,
        "stock_lot": line.stock_lot,
        "planned": line.planned,
        "lot": line.lot,
        "ready_on": line.ready_on,
        "refused": line.refused,
        "reason": str(line.reason) if line.reason else None,
    }


def _totals(lines: list[Line]) -> dict[str, Any]:
    parts = {
        "ordered": lines,
        "from_stock": [line for line in lines if line.from_stock],
        "planned": [line for line in lines if line.planned],
        "refused": [line for line in lines if line.refused],
    }
    counts = {
        "ordered": sum(line.pieces for line in lines),
        "from_stock": sum(line.from_stock for line in lines),
        "planned": sum(line.planned for line in lines),
        "refused": sum(line.refused for line in lines),
    }
    return {
        name: {
            "lines": len(rows),
            "pieces": counts[name],
            "area": str(sum((line.area for line in rows), Decimal(0))),
        }
        for name, rows in parts.items()
    }
