"""The lists of a comparison as tables for files: every change, with moments in the plant's time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tileplan.kernel import clock
from tileplan.kernel.errors import NotFound
from tileplan.kernel.words import Text, say
from tileplan.planning.rules.compared import TURNS, Comparison, Lot, Place, Shifted
from tileplan.plant import rules as plant

Row = tuple[str | int | Decimal | None, ...]

_FROM_TO = (
    say("From line"), say("From start"), say("From end"),
    say("To line"), say("To start"), say("To end"),
)  # fmt: skip


@dataclass(frozen=True)
class Table:
    """A list to be saved: what stands over its columns, and its rows."""

    name: str
    heads: tuple[Text, ...]
    rows: list[Row]


def table(of: Comparison, name: str) -> Table:
    """One of the lists of a comparison: steps, lots or lines."""
    if name not in _TABLES:
        raise NotFound(say("There is no such list."))
    heads, rows = _TABLES[name]
    return Table(name, heads, list(rows(of)))


def _steps(of: Comparison) -> Iterator[Row]:
    for one in of.moved:
        stage = plant.stage_label(one.stage)
        places = (*_place(one.before), *_place(one.after))
        yield one.lot.code, one.lot.tile, " ".join(one.lot.orders), stage, *places, one.minutes


def _lots(of: Comparison) -> Iterator[Row]:
    for shifted in of.shifted:
        name = say("Later") if shifted.minutes > 0 else say("Earlier")
        yield name, *_lot(shifted.lot), *_ready(shifted)
    for lot in of.only_before:
        name = say("Finished") if lot.is_over else say("Only in the other plan")
        yield name, *_lot(lot), _moment(lot.ready_at), None, None
    for lot in of.only_after:
        yield say("Only in this plan"), *_lot(lot), None, _moment(lot.ready_at), None


def _lines(of: Comparison) -> Iterator[Row]:
    for one in of.late:
        line = (one.promise.ref, one.promise.customer, one.tile)
        yield *line, TURNS[one.turn], one.before, one.after, one.minutes


def _place(place: Place | None) -> tuple[str | None, str | None, str | None]:
    if place is None:
        return None, None, None
    return place.resource, _moment(place.start_at), _moment(place.end_at)


def _lot(lot: Lot) -> tuple[str, str, str, Decimal]:
    return lot.code, lot.tile, " ".join(lot.orders), lot.kiln_area


def _ready(one: Shifted) -> tuple[str, str, int]:
    return _moment(one.before_at), _moment(one.after_at), one.minutes


def _moment(at: datetime) -> str:
    return f"{at.astimezone(clock.plant_zone()):%Y-%m-%d %H:%M}"


_TABLES: dict[str, tuple[tuple[Text, ...], Callable[[Comparison], Iterator[Row]]]] = {
    "steps": (
        (say("Lot"), say("Tile"), say("Order lines"), say("Stage"), *_FROM_TO, say("Minutes later")),
        _steps,
    ),
    "lots": (
        (
            say("What changes"), say("Lot"), say("Tile"), say("Order lines"), say("m² out of the kilns"),
            say("Ready in the other plan"), say("Ready in this plan"), say("Minutes later"),
        ),
        _lots,
    ),
    "lines": (
        (
            say("Order line"), say("Customer"), say("Tile"), say("What changes"),
            say("Minutes late in the other plan"), say("Minutes late in this plan"),
            say("Minutes later"),
        ),
        _lines,
    ),
}  # fmt: skip
