"""Bytes into lines of cells: encoding, separators, header, ragged rows; nothing of what cells mean."""

import csv
import difflib
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tileplan.exchange.rules.report import Fault
from tileplan.kernel.words import Text, say

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Line:
    """One row: the line of the file on which it begins, and its cells by column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """What a file says; its faults, if any, stand for rows that could not be read."""

    lines: tuple[Line, ...] = ()
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    has_header: bool = True


def read(file: str, content: bytes, columns: Collection[str]) -> Sheet:
    """Read a file that should have these columns."""
    text = _decoded(file, content)
    if isinstance(text, Fault):
        return Sheet(faults=(text,), has_header=False)
    rows = _rows(file, text)
    first = next(rows, None)
    if isinstance(first, Fault) or first is None:
        return Sheet(faults=(first or _empty(file),), has_header=False)
    header = [name.strip() for name in first[1]]
    faults = _header_faults(file, header, columns)
    if faults:
        return Sheet(faults=tuple(faults), has_header=False)
    read_rows = [row if isinstance(row, Fault) else _line(file, header, row) for row in rows]
    return Sheet(
        lines=tuple(row for row in read_rows if isinstance(row, Line)),
        faults=tuple(row for row in read_rows if isinstance(row, Fault)),
        warnings=tuple(_unknown(file, header, columns)),
    )


def _decoded(file: str, content: bytes) -> str | Fault:
    """Decode UTF-8, or say in which encoding the file seems to be."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Fault(file, _save_as("UTF-16"))
    try:
        return content.removeprefix(BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        message = say("This is not UTF-8 text. Save the file as “CSV UTF-8” and load it again.")
        return Fault(file, message, line)
    return Fault(file, _save_as("GBK"), line)


def _save_as(encoding: str) -> Text:
    return say(
        "The file seems to be in %(encoding)s. Save it as “CSV UTF-8” and load it again.",
        encoding=encoding,
    )


def _rows(file: str, text: str) -> Iterator[tuple[int, list[str]] | Fault]:
    """Yield each row that is not blank with its first line; quoted cells may hold line breaks."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Fault(file, _unreadable(error), number)
            return
        if any(cell.strip() for cell in cells):
            yield number, cells


def _unreadable(error: csv.Error) -> Text:
    if "field limit" in str(error):
        return say(
            "A cell that begins in this row is longer than %(most)s characters. "
            "Is its last quote missing?",
            most=csv.field_size_limit(),
        )
    return say("The quotes of this row do not match. Write a quote inside a cell twice.")


def _line(file: str, header: list[str], row: tuple[int, list[str]]) -> Line | Fault:
    number, cells = row
    if len(cells) == len(header):
        return Line(number, dict(zip(header, cells, strict=True)))
    message = say(
        "This row has %(cells)s cells, the header has %(columns)s. "
        "Put quotes around a text that has a comma in it, and leave no cell out.",
        cells=len(cells),
        columns=len(header),
    )
    return Fault(file, message, number, value=",".join(cells)[:80])


def _empty(file: str) -> Fault:
    return Fault(file, say("The file is empty. It needs a header and rows."))


def _header_faults(file: str, header: list[str], columns: Collection[str]) -> list[Fault]:
    """Say which columns are missing or stand twice."""
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        message = say("The cells are not separated by commas. Save the file as “CSV UTF-8”.")
        return [Fault(file, message, 1, value=header[0][:80])]
    faults = [
        Fault(file, say("This column stands twice. Leave one out."), 1, name)
        for name in dict.fromkeys(header)
        if name in columns and header.count(name) > 1
    ]
    return faults + [_missing(file, name, header) for name in columns if name not in header]


def _missing(file: str, name: str, header: list[str]) -> Fault:
    near = difflib.get_close_matches(name.lower(), [h.lower() for h in header], n=1, cutoff=0.8)
    if near:
        written = next(h for h in header if h.lower() == near[0])
        message = say(
            "This column is missing. Is it the one called %(near)s? Rename it.", near=written
        )
        return Fault(file, message, 1, name)
    return Fault(file, say("This column is missing. Add it to the header."), 1, name)


def _unknown(file: str, header: list[str], columns: Collection[str]) -> Iterator[Fault]:
    for name in header:
        if name not in columns:
            yield Fault(file, say("This column is not known and was left out."), 1, name)
