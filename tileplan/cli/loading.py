"""`tileplan load`: read a folder of CSV files, all or nothing per file."""

import argparse
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

from tileplan.cli import days
from tileplan.cli.answer import Answer, opened, stopped_on
from tileplan.config import Config
from tileplan.exchange import service as exchange
from tileplan.exchange.rules import TABLES, FileReport, FileState
from tileplan.exchange.rules.newest import newest_order_day
from tileplan.kernel.db import transaction
from tileplan.kernel.errors import Refused
from tileplan.kernel.words import say


def add_to(commands: Any) -> None:
    """Offer the command."""
    command = commands.add_parser("load", help="load a folder of CSV files; twice is harmless")
    command.add_argument("folder", type=Path, metavar="DIR")
    command.add_argument(
        "--as-of", type=days.day, metavar="DATE",
        help="the day the files speak of (default: the newest order date in them)",
    )  # fmt: skip
    command.set_defaults(run=load)


def load(arguments: argparse.Namespace) -> Answer:
    """Load a folder; exit code 1 if any file was refused."""
    folder: Path = arguments.folder
    config = Config.from_env()
    if not folder.is_dir():
        raise Refused(say("There is no folder %(folder)s.", folder=folder))
    if not any((folder / table.file).is_file() for table in TABLES):
        raise Refused(
            say(
                "%(folder)s has none of the files that are loaded, such as tiles.csv or orderbook.csv.",
                folder=folder,
            )
        )
    as_of = arguments.as_of or _newest_in(folder / "orderbook.csv")
    with opened(config, makes_tables=True), stopped_on(as_of) if as_of else nullcontext():
        report = exchange.load(folder, commit_each=transaction)
    lines = [line for file in report.files for line in _lines(file)]
    lines.extend(f"warning: {warning}" for warning in report.warnings)
    loaded = sum(file.state is FileState.LOADED for file in report.files)
    lines.append(f"{loaded} of {len(report.files)} files loaded.")
    data = {**report.to_json(), "as_of": as_of.isoformat() if as_of else None}
    return Answer(data, lines, code=0 if report.is_ok else 1)


def _newest_in(book: Path) -> date | None:
    """The newest order date, or None where there is none that can be believed or read."""
    is_readable = book.is_file() and book.stat().st_size <= exchange.LARGEST_FILE
    day = newest_order_day(book.read_bytes()) if is_readable else None
    return day if day and days.is_usable(day) else None


def _lines(file: FileReport) -> list[str]:
    """Every fault first, then what became of the file."""
    lines = [f"fault: {fault}" for fault in file.faults]
    lines.extend(_more(file.fault_count, len(file.faults), "faults"))
    lines.extend(f"warning: {warning}" for warning in file.warnings)
    lines.extend(_more(file.warning_count, len(file.warnings), "warnings"))
    sentence = f": {file.sentence}" if file.sentence else ""
    lines.append(f"{file.file}: {file.state}, {file.rows} rows, {file.new} new{sentence}")
    return lines


def _more(count: int, shown: int, what: str) -> list[str]:
    return [f"and {count - shown} more {what}"] if count > shown else []
