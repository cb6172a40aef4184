"""What a table is: its columns, its key, what its rows become; and how a sheet is judged by it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tileplan.exchange.rules.parsing import Bad, Context, Parser
from tileplan.exchange.rules.reading import Line, Sheet, read
from tileplan.exchange.rules.report import Fault
from tileplan.kernel.words import say

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """What a check over a whole row or table has to say; a warning never refuses."""

    column: str
    message: str
    is_warning: bool = False


@dataclass(frozen=True)
class Row:
    """A row whose every cell could be read: its line, its cells as written and as values."""

    line: int
    cells: Mapping[str, str]
    values: Values


RowCheck = Callable[[Values, Context], Iterable[Finding]]
TableCheck = Callable[[list[Row], Context], Iterable[tuple[int, Finding]]]


@dataclass(frozen=True)
class Table:
    """One file's shape.

    `needs` must be there and loaded, `reads` must not have been refused; both are files that come
    before. A table that `may_be_absent` may also have no rows.
    """

    name: str
    columns: Mapping[str, Parser]
    key: tuple[str, ...]
    make: Callable[[Values], Any]
    needs: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    may_be_absent: bool = False
    check_row: RowCheck | None = None
    check_table: TableCheck | None = None

    @property
    def file(self) -> str:
        """The name of the file."""
        return f"{self.name}.csv"


@dataclass
class Judged:
    """A file's rows, or why it is refused."""

    rows: list[Row] = field(default_factory=list)
    items: list[Any] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    lines: int = 0


def judge(table: Table, content: bytes, context: Context) -> Judged:
    """Read a file and say of every row what is wrong with it; all faults, not only the first."""
    sheet = read(table.file, content, table.columns)
    judged = Judged(
        faults=list(sheet.faults), warnings=list(sheet.warnings), lines=len(sheet.lines)
    )
    _fill(table, sheet, context, judged)
    if sheet.has_header and not sheet.lines and not sheet.faults and not table.may_be_absent:
        judged.faults.append(Fault(table.file, say("The file has a header, but no rows.")))
    judged.faults.sort(key=lambda fault: fault.line or 0)
    judged.warnings.sort(key=lambda warning: warning.line or 0)
    if not judged.faults:
        judged.items = [table.make(row.values) for row in judged.rows]
    return judged


def _fill(table: Table, sheet: Sheet, context: Context, judged: Judged) -> None:
    for line in sheet.lines:
        row = _row(table, line, context, judged.faults)
        if row:
            judged.rows.append(row)
    judged.faults.extend(_doubles(table, judged.rows))
    for row in judged.rows:
        for finding in table.check_row(row.values, context) if table.check_row else ():
            _take_down(table, row, finding, judged)
    by_line = {row.line: row for row in judged.rows}
    for number, finding in table.check_table(judged.rows, context) if table.check_table else ():
        _take_down(table, by_line[number], finding, judged)


def _row(table: Table, line: Line, context: Context, faults: list[Fault]) -> Row | None:
    """Read the cells of a row, or take down each that can't be read."""
    values: dict[str, Any] = {}
    for column, parser in table.columns.items():
        cell = line.cells[column]
        try:
            values[column] = parser(cell, context)
        except Bad as bad:
            faults.append(Fault(table.file, bad.message, line.number, column, cell[:80]))
    return Row(line.number, line.cells, values) if len(values) == len(table.columns) else None


def _doubles(table: Table, rows: list[Row]) -> Iterator[Fault]:
    """Name the rows whose key stood before."""
    first: dict[tuple[Any, ...], int] = {}
    for row in rows if table.key else ():
        key = tuple(row.values[column] for column in table.key)
        if key in first:
            message = say("This already stands on line %(line)s. Leave one out.", line=first[key])
            value = ",".join(row.cells[column] for column in table.key)
            yield Fault(table.file, message, row.line, ",".join(table.key), value[:80])
        first.setdefault(key, row.line)


def _take_down(table: Table, row: Row, finding: Finding, judged: Judged) -> None:
    value = row.cells.get(finding.column, "")[:80]
    fault = Fault(table.file, finding.message, row.line, finding.column, value)
    (judged.warnings if finding.is_warning else judged.faults).append(fault)
