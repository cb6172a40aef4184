"""The Gantt's data: a plan as columns of numbers and words, small enough for thousands of bars."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tileplan.catalog.models import Tile
from tileplan.kernel import clock
from tileplan.planning import queries, rules
from tileplan.planning.charts.moments import ms as _ms
from tileplan.planning.models import Peg, PlannedLot, PlannedOperation
from tileplan.planning.rules.happened import forming_lines
from tileplan.plant import rules as plant
from tileplan.web.language import trade_word

Columns = dict[str, list[Any]]

# Calm fills for the families of tile: colour of the bar, and its lighter tone for forming.
PALETTE = (
    ("#3b6a9c", "#c5d5e6"),
    ("#2a7672", "#bcdad7"),
    ("#6a5a96", "#d3cde3"),
    ("#a9522c", "#ecccba"),
    ("#55793a", "#cbdcbd"),
    ("#8a4a68", "#e3c7d4"),
    ("#7c6420", "#e0d5ac"),
    ("#4f5d6c", "#cbd1d8"),
)
LABEL_INK = "#ffffff"
PALE_INK = "#26323f"
LONGEST_LABEL = 40

# Plotly reads mark-up in its labels; signs that look alike mean nothing to it.
_LOOKALIKES = str.maketrans({"&": "＆", "<": "‹", ">": "›"})


def board_json(board: queries.Board) -> dict[str, Any]:
    """A plan's lots, pegs, bars and closures in columns; moments in ms, areas in m²."""
    tiles = {lot.tile.code: lot.tile for lot in board.lots}
    names = sorted({tile.family for tile in tiles.values()})
    tile_at = {code: index for index, code in enumerate(tiles)}
    lines = lines_of(board)
    line_at = {code: index for index, code in enumerate(lines["code"])}
    bars = _bars(board, line_at)
    pegs, orders, phases = _pegs(board.lots)
    return {
        "plan": board.plan.number,
        "state": board.plan.state.value,
        "zone": clock.plant_zone().key,
        "now": _ms(board.now),
        "families": _families(names),
        "palette": {"fill": [fill for fill, _ in PALETTE], "pale": [pale for _, pale in PALETTE]},
        "tiles": _tiles(tiles.values(), names),
        "lines": lines,
        "lots": _lots(board.lots, tile_at),
        "orders": orders,
        "phases": phases,
        "pegs": pegs,
        "bars": bars,
        "closures": _closures(board.closures, line_at),
        "downs": _closures(board.downs, line_at),
    }


def patch_json(board: queries.Board) -> dict[str, Any]:
    """What is different of the lots of a board: their bars, and how late they and their pegs are."""
    codes = [lot.code for lot in board.lots]
    named = {line: line for line in lines_of(board)["code"]}
    bars = _bars(board, named)
    bars["lot"] = [codes[index] for index in bars["lot"]]
    return {
        "lots": {
            lot.code: {
                "kiln": lot.kiln,
                "late": rules.lateness_of_lot(lot),
                "pegs": [rules.lateness(peg, lot.ended_at) for peg in lot.pegs],
            }
            for lot in board.lots
        },
        "bars": bars,
    }


def label(text: str, most: int = LONGEST_LABEL) -> str:
    """A text that Plotly draws as it stands: one line, no mark-up, cut to a length."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    words = " ".join(printable.translate(_LOOKALIKES).split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _ms_or_none(moment: datetime | None) -> int | None:
    return None if moment is None else _ms(moment)


def _due(moment: datetime) -> int:
    """The last moment of the due day: drawn where that day ends, and named by that day."""
    return _ms(moment) - 1


def _families(names: Sequence[str]) -> Columns:
    looks = [PALETTE[index % len(PALETTE)] for index in range(len(names))]
    return {
        "name": list(names),
        "label": [trade_word(name) for name in names],
        "fill": [fill for fill, _ in looks],
        "pale": [pale for _, pale in looks],
    }


def _tiles(tiles: Iterable[Tile], families: Sequence[str]) -> Columns:
    kept = list(tiles)
    return {
        "code": [tile.code for tile in kept],
        "en": [tile.name_en for tile in kept],
        "zh": [tile.name_zh for tile in kept],
        "family": [families.index(tile.family) for tile in kept],
        "body": [tile.body for tile in kept],
    }


def lines_of(board: queries.Board) -> Columns:
    """The lines of every stage that has work in this plan, in the order of the flow."""
    used: dict[str, str] = {}
    for lot in board.lots:
        for operation in lot.operations:
            used.setdefault(operation.resource, operation.stage)
            used.update(dict.fromkeys(forming_lines(operation), plant.StageCode.FORMING.value))
    known = {resource.code for resource in board.resources}
    stages = {resource.stage for resource in board.resources if resource.code in used}
    rows = [(r.code, r.name, r.stage) for r in board.resources if r.stage in stages]
    rows += [(code, code, stage) for code, stage in used.items() if code not in known]
    return {
        "code": [code for code, _, _ in rows],
        "name": [trade_word(name) for _, name, _ in rows],
        "stage": [stage for _, _, stage in rows],
    }


def _lots(lots: Sequence[PlannedLot], tile_at: Mapping[str, int]) -> Columns:
    return {
        "code": [lot.code for lot in lots],
        "tile": [tile_at[lot.tile.code] for lot in lots],
        "label": [label(lot.tile.code) for lot in lots],
        "whose": [_whose(lot.pegs) for lot in lots],
        "kiln": [lot.kiln for lot in lots],
        "area": [float(lot.kiln_area) for lot in lots],
        "good": [float(lot.tile.packing.area(lot.good_pieces)) for lot in lots],
        "due": [lot.due_at and _due(lot.due_at) for lot in lots],
        "late": [rules.lateness_of_lot(lot) for lot in lots],
    }


def _whose(pegs: Iterable[Peg]) -> str:
    """The first order of a lot, and how many more."""
    numbers = list(dict.fromkeys(peg.item.order.number for peg in pegs if peg.item))
    if not numbers:
        return ""
    more = f" +{len(numbers) - 1}" if len(numbers) > 1 else ""
    return label(numbers[0], LONGEST_LABEL - len(more)) + more


def _pegs(lots: Sequence[PlannedLot]) -> tuple[Columns, Columns, Columns]:
    """The pegs in the order of their lots, with the orders and the contracts' phases that they name.

    An order of -1 is the stock, a phase of -1 none.
    """
    orders: dict[str, tuple[int, str]] = {}
    phases: dict[tuple[str, str], int] = {}
    names = "lot", "order", "item", "phase", "area", "due", "late"
    rows: list[tuple[Any, ...]] = []
    for index, lot in enumerate(lots):
        for peg in lot.pegs:
            order = peg.item.order if peg.item else None
            if order:
                orders.setdefault(order.number, (len(orders), order.customer_name))
            whose = orders[order.number][0] if order else -1
            area = float(lot.tile.packing.area(peg.pieces))
            late = rules.lateness(peg, lot.ended_at)
            phase = _phase_of(peg, phases)
            rows.append((index, whose, peg.item_ref, phase, area, _due(peg.due_at), late))
    return (
        _columns(names, rows),
        _columns(("number", "customer"), [(name, whose) for name, (_, whose) in orders.items()]),
        _columns(("contract", "name"), list(phases)),
    )


def _phase_of(peg: Peg, phases: dict[tuple[str, str], int]) -> int:
    """Which phase of which contract a peg is for; a phase that is new goes to the end."""
    contract = peg.item.order.contract if peg.item else None
    if not contract or not peg.item:
        return -1
    name = peg.item.phase.name if peg.item.phase else ""
    return phases.setdefault((contract.number, name), len(phases))


def _columns(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Columns:
    """Rows as named columns."""
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    return {name: list(column) for name, column in zip(names, columns, strict=True)}


def _bars(board: queries.Board, line_at: Mapping[str, Any]) -> Columns:
    """One bar for every operation, and a derived one on each forming line that feeds it.

    A kiln changes over while it is closed, too; on other lines a changeover rests.
    """
    kilns = {r.code for r in board.resources if r.stage == plant.StageCode.FIRING}
    rows: list[tuple[Any, ...]] = []
    for index, lot in enumerate(board.lots):
        for operation in lot.operations:
            times = rules.real_times(operation, board.now)
            rows += _forming(index, operation, times, line_at)
            closed = [] if operation.resource in kilns else board.closures.get(operation.resource)
            ready = changeover_start(times[0], operation.changeover_minutes, closed or [])
            changes = (operation.changeover_minutes, _ms(ready))
            place = (index, line_at[operation.resource])
            rows.append((*place, *map(_ms, times), *changes, 0, *_facts(operation)))
    names = "lot", "line", "start", "end", "change", "ready", "derived"
    return _columns((*names, "started", "paused", "finished"), rows)


def _facts(operation: PlannedOperation) -> tuple[int | None, int | None, int | None]:
    """What the floor has told: when it began, since when it stands still and when it ended."""
    facts = operation.started_at, operation.paused_at, operation.finished_at
    began, paused, ended = map(_ms_or_none, facts)
    return began, paused, ended


def _forming(
    lot: int,
    operation: PlannedOperation,
    fired: tuple[datetime, datetime],
    line_at: Mapping[str, Any],
) -> list[tuple[Any, ...]]:
    """The bars of the forming lines that feed a firing."""
    times = rules.forming_times(operation, fired)
    if times is None:
        return []
    start, end = map(_ms, times)
    return [
        (lot, line_at[code], start, end, 0, start, 1, *_facts(operation))
        for code in forming_lines(operation)
    ]


def changeover_start(start_at: datetime, minutes: int, closed: Sequence[plant.Closed]) -> datetime:
    """When a changeover that is done at `start_at` begins; its minutes rest while the line is closed."""
    left, at = timedelta(minutes=minutes), start_at
    for window in sorted(closed, key=lambda window: window.start_at, reverse=True):
        if window.start_at >= at:
            continue
        if at - min(window.end_at, at) >= left:
            break
        left -= at - min(window.end_at, at)
        at = window.start_at
    return at - left


def _closures(
    closures: Mapping[str, Sequence[plant.Closed]], line_at: Mapping[str, int]
) -> Columns:
    rows = [
        (line_at[code], _ms(window.start_at), _ms(window.end_at), trade_word(window.reason))
        for code, windows in closures.items()
        if code in line_at
        for window in windows
    ]
    return _columns(("line", "start", "end", "reason"), rows)
