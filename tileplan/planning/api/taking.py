"""The board to take away: its bars as a table, its due days as a calendar."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue

from tileplan.kernel import clock
from tileplan.kernel.words import Text, say
from tileplan.planning import charts, queries, rules
from tileplan.planning.api.blueprint import pages
from tileplan.planning.models import Peg, PlannedLot
from tileplan.planning.rules.calendar import DueDay, calendar
from tileplan.planning.rules.wants import ready_on
from tileplan.plant.rules import stage_label
from tileplan.web import csvfile
from tileplan.web.access import needs
from tileplan.web.language import language, own_name, translated

_COLUMNS = (
    say("Lot"), say("Tile"), say("Name"), say("Stage"), say("Line"), say("Start"), say("End"),
    say("Changeover, min"), say("State"), say("Order lines"), say("Customers"), say("Due on"),
    say("Late, min"),
)  # fmt: skip
_MINUTES = 60


@pages.post("/plans/<number>/bars.csv")
@needs("plan.see")
def table(number: str) -> ResponseReturnValue:
    """Give the bars of a plan as a table: those asked for by lot and line, else all of them."""
    plan = queries.plan(number)
    asked = request.form.get("bars")
    wanted = None if asked is None else {tuple(row.split("\t")) for row in asked.splitlines()}
    columns = charts.board_json(queries.board(plan))
    return csvfile.answer(f"bars-{plan.number}", _COLUMNS, _rows(columns, wanted))


@pages.get("/plans/<number>/due.ics")
@needs("plan.see")
def due(number: str) -> ResponseReturnValue:
    """Give the due days of a plan's order items as a calendar."""
    plan = queries.plan(number)
    text = calendar(
        translated(say("Due dates of plan %(number)s", number=plan.number)),
        due_days(queries.lots(plan)),
        at=plan.published_at or plan.made_at,
        edition=plan.id,
    )
    answer = Response(text, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = f'attachment; filename="due-{plan.number}.ics"'
    return answer


def due_days(lots: Iterable[PlannedLot]) -> list[DueDay]:
    """One entry for every order item that is planned, earliest first."""
    items: dict[str, list[tuple[PlannedLot, Peg]]] = {}
    for lot in lots:
        for peg in lot.pegs:
            if peg.item:
                items.setdefault(peg.item_ref, []).append((lot, peg))
    found = [_due_day(name, parts) for name, parts in items.items()]
    return sorted(found, key=lambda entry: (entry.on, entry.name))


def _due_day(name: str, parts: list[tuple[PlannedLot, Peg]]) -> DueDay:
    """An item with the lots that serve it; it is as late as the latest of them."""
    lot, peg = parts[0]
    late = max(rules.lateness(own, of.ended_at) for of, own in parts)
    customer = peg.item.order.customer_name if peg.item else ""
    area = sum(of.tile.packing.area(own.pieces) for of, own in parts)
    note = (
        say("Tile: %(code)s %(name)s", code=lot.tile.code, name=own_name(lot.tile)),
        say("Lots: %(lots)s", lots=", ".join(of.code for of, _ in parts)),
        say("Quantity: %(area)s m²", area=f"{area:.2f}"),
        _says(late),
    )
    return DueDay(
        name=name,
        on=ready_on(min(own.due_at for _, own in parts)),
        title=translated(_title(name, customer, late)),
        note="\n".join(map(translated, note)),
        is_late=late > 0,
    )


def _title(name: str, customer: str, late: int) -> Text:
    if late > 0:
        return say("LATE: %(item)s due, %(customer)s", item=name, customer=customer)
    return say("%(item)s due, %(customer)s", item=name, customer=customer)


def _says(late: int) -> Text:
    """How late an item is, in whole hours begun."""
    if late > 0:
        return say("Late by %(hours)s h", hours=-(-late // _MINUTES))
    return say("In time")


def _rows(
    columns: dict[str, Any], wanted: set[tuple[str, ...]] | None
) -> Iterator[tuple[csvfile.Cell, ...]]:
    """The bars as rows, in the order of their lots."""
    pegs = _pegs_of_lots(columns)
    bars = columns["bars"]
    for bar, (lot, line) in enumerate(zip(bars["lot"], bars["line"], strict=True)):
        place = columns["lots"]["code"][lot], columns["lines"]["code"][line]
        if wanted is None or place in wanted:
            yield _row(columns, bar, pegs.get(lot, []))


def _row(columns: dict[str, Any], bar: int, pegs: list[int]) -> tuple[csvfile.Cell, ...]:
    bars, lots, tiles = columns["bars"], columns["lots"], columns["tiles"]
    orders, lines = columns["orders"], columns["lines"]
    lot, line = bars["lot"][bar], bars["line"][bar]
    tile = lots["tile"][lot]
    dues = [columns["pegs"]["due"][peg] for peg in pegs]
    customers = [orders["customer"][columns["pegs"]["order"][peg]] for peg in pegs]
    return (
        lots["code"][lot], tiles["code"][tile], tiles[language()][tile],
        stage_label(lines["stage"][line]), lines["code"][line],
        _written(bars["start"][bar]), _written(bars["end"][bar]), bars["change"][bar],
        _state(bars, bar), ", ".join(columns["pegs"]["item"][peg] for peg in pegs),
        "; ".join(dict.fromkeys(customers)), _local(min(dues)).date() if dues else None,
        lots["late"][lot],
    )  # fmt: skip


def _state(bars: dict[str, Any], bar: int) -> Text:
    if bars["finished"][bar] is not None:
        return say("Finished")
    if bars["paused"][bar] is not None:
        return say("Paused")
    return say("Running") if bars["started"][bar] is not None else say("Planned")


def _pegs_of_lots(columns: dict[str, Any]) -> dict[int, list[int]]:
    """The pegs of each lot that are for an order."""
    found: dict[int, list[int]] = {}
    for peg, lot in enumerate(columns["pegs"]["lot"]):
        if columns["pegs"]["order"][peg] >= 0:
            found.setdefault(lot, []).append(peg)
    return found


def _local(moment: int) -> datetime:
    return datetime.fromtimestamp(moment / 1000, clock.plant_zone())


def _written(moment: int) -> str:
    return f"{_local(moment):%Y-%m-%d %H:%M}"
