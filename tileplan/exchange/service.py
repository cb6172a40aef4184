"""Loading a folder of CSV files: all or nothing per file, every bad row named, twice is harmless.

A file says what is so from now on. Rows are found again by their codes; what agrees is left alone.
Calendars, the routes and the recipe of a tile, and the changeover rules are stated as a whole: what
their file leaves out is gone. Receipts of opening stock and lines of the order book are facts: they
are taken in once, and a row that says something else later is a warning.

A file may be missing where the database has its rows already or where the plant can live without:
materials, suppliers, recipes, stock, purchase orders, customers, contracts and orders.
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from tileplan.accounts import service as accounts
from tileplan.catalog import service as catalog
from tileplan.contracts import service as contracts
from tileplan.customers import queries as customer_queries
from tileplan.customers import service as customers
from tileplan.exchange import queries, rules
from tileplan.exchange.rules import Context, Fault, FileReport, FileState, Judged, Report, Table
from tileplan.kernel import clock
from tileplan.kernel.errors import Problem
from tileplan.kernel.keeping import Kept
from tileplan.kernel.words import Text, say
from tileplan.materials import service as materials
from tileplan.orders import service as orders
from tileplan.plant import service as plant
from tileplan.stock import service as stock

Transaction = Callable[[], AbstractContextManager[None]]
LARGEST_FILE = 100 * 1024 * 1024


@dataclass
class Outcome:
    """What storing a file's rows did; `kept` is None where only new rows can be counted."""

    kept: Kept | None = None
    warnings: list[Fault] = field(default_factory=list)


def load(
    folder: Path,
    *,
    commit_each: Transaction,
    shift_days: int = 0,
    files: Collection[str] | None = None,
) -> Report:
    """Load a folder, each file in a transaction of its own that the caller provides.

    `shift_days` moves every date in the files. `files` names the tables to load; without it all.
    """
    wanted = [t for t in rules.TABLES if files is None or t.name in files or t.file in files]
    reports: dict[str, FileReport] = {}
    for table in wanted:
        path = folder / table.file
        blocker = _blocker(table, reports, commit_each)
        if not path.is_file():
            reports[table.name] = _missing(table, commit_each)
        elif blocker:
            reports[table.name] = FileReport(table.file, FileState.SKIPPED, sentence=blocker)
        else:
            reports[table.name] = _load_file(table, path, commit_each, timedelta(days=shift_days))
    return Report(str(folder), tuple(reports.values()), tuple(_strangers(folder)))


def _load_file(table: Table, path: Path, commit_each: Transaction, shift: timedelta) -> FileReport:
    """Judge one file and store it if nothing is wrong with it."""
    if path.stat().st_size > LARGEST_FILE:
        message = say("The file is too large. Split it into parts and load one after the other.")
        return rules.refused(table.file, [Fault(table.file, message)])
    content = path.read_bytes()
    judged = Judged()
    try:
        with commit_each():
            context = Context(queries.known(), clock.today(), shift)
            judged = rules.judge(table, content, context)
            if judged.faults:
                return _refused(table, judged)
            before = queries.count(table.name)
            outcome = _STORE[table.name](judged)
            new = queries.count(table.name) - before
    except Problem as problem:
        # Nothing of the file is stored: the transaction has been undone.
        judged.faults.append(Fault(table.file, problem.message, column=_field(problem)))
        return _refused(table, judged)
    return _loaded(table, judged, outcome, new)


def _refused(table: Table, judged: Judged) -> FileReport:
    return rules.refused(table.file, judged.faults, rows=judged.lines, warnings=judged.warnings)


def _loaded(table: Table, judged: Judged, outcome: Outcome, new: int) -> FileReport:
    warnings = [*judged.warnings, *outcome.warnings]
    return FileReport(
        table.file,
        FileState.LOADED,
        rows=judged.lines,
        new=outcome.kept.new if outcome.kept else new,
        changed=outcome.kept.changed if outcome.kept else None,
        gone=outcome.kept.gone if outcome.kept else None,
        warnings=tuple(warnings[: rules.MOST_FAULTS]),
        warning_count=len(warnings),
    )


def _missing(table: Table, commit_each: Transaction) -> FileReport:
    """Say whether a file that is not there is needed."""
    with commit_each():
        has_rows = queries.count(table.name) > 0
    if has_rows:
        sentence = say("The file is not there; what is stored stays.")
    elif table.may_be_absent:
        sentence = say("The file is not there; the plant can be planned without.")
    else:
        sentence = say("The file is not there, and nothing of it is stored. Add it to the folder.")
    is_wanted = not has_rows and not table.may_be_absent
    return FileReport(table.file, FileState.MISSING, sentence=sentence, is_wanted=is_wanted)


def _blocker(table: Table, reports: dict[str, FileReport], commit_each: Transaction) -> Text | None:
    """Say which file before this one stands in its way."""
    for name in (*table.needs, *table.reads):
        report = reports.get(name)
        if report and report.state in {FileState.REFUSED, FileState.SKIPPED}:
            return say(
                "%(file)s was not loaded, and this file depends on it. Mend that one first.",
                file=report.file,
            )
    for name in table.needs:
        with commit_each():
            is_empty = queries.count(name) == 0
        if is_empty:
            return say(
                "This file depends on %(file)s, which is not there. Add it to the folder.",
                file=f"{name}.csv",
            )
    return None


def _strangers(folder: Path) -> list[Text]:
    """Name the CSV files that nobody reads."""
    known = {table.file for table in rules.TABLES}
    return [
        say("%(file)s is not a file that tileplan knows; it was left out.", file=path.name)
        for path in sorted(folder.glob("*.csv"))
        if path.name not in known
    ]


def _field(problem: Problem) -> str:
    return getattr(problem, "field", None) or ""


def _kept(keep: Callable[[Sequence[Any]], Kept | None]) -> Callable[[Judged], Outcome]:
    """Store rows by another slice's function that counts what it kept, or does not."""
    return lambda judged: Outcome(keep(judged.items))


def _store_stock(judged: Judged) -> Outcome:
    kept, differing = stock.keep_opening(judged.items)
    warnings = [
        Fault("stock_lots.csv", message, row.line, "boxes", row.cells["boxes"])
        for index, message in differing
        for row in [judged.rows[index]]
    ]
    return Outcome(kept, warnings)


def _store_customers(judged: Judged) -> Outcome:
    """Keep customers; who changes hands takes contracts and orders along, as by hand."""
    codes = [row.code for row in judged.items]
    before = {code: known.owner_id for code, known in customer_queries.by_code(codes).items()}
    kept = customers.keep(judged.items)
    after = customer_queries.by_code(before)
    moved = sorted(code for code in before if after[code].owner_id != before[code])
    for code in moved:
        orders.follow_customer(code)
    return Outcome(kept, [Fault("customers.csv", _moved(code)) for code in moved])


def _moved(code: str) -> Text:
    return say(
        "Customer %(code)s has another salesperson now, with all contracts and orders.", code=code
    )


def _store_orders(judged: Judged) -> Outcome:
    warnings = [Fault("orderbook.csv", text) for text in orders.take_over(judged.items)]
    return Outcome(None, warnings)


_STORE: dict[str, Callable[[Judged], Outcome]] = {
    "tiles": _kept(catalog.keep),
    "stages": _kept(plant.keep_stages),
    "calendars": _kept(plant.keep_calendars),
    "resources": _kept(plant.keep_resources),
    "routes": _kept(plant.keep_routes),
    "yields": _kept(plant.keep_yields),
    "changeover_rules": _kept(plant.keep_changeover_rules),
    "materials": _kept(materials.keep_materials),
    "suppliers": _kept(materials.keep_suppliers),
    "bom": _kept(materials.keep_recipes),
    "material_stock": _kept(materials.keep_stock),
    "open_purchase_orders": _kept(materials.expect),
    "stock_lots": _store_stock,
    "users": _kept(accounts.keep),
    "customers": _store_customers,
    "contracts": _kept(contracts.keep),
    "orderbook": _store_orders,
}
