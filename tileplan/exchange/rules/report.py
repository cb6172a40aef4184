"""What came of loading a folder: file by file, every bad row named and how to mend it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tileplan.kernel.words import Text

MOST_FAULTS = 200


class FileState(StrEnum):
    """What became of a file."""

    LOADED = "loaded"
    REFUSED = "refused"
    SKIPPED = "skipped"
    MISSING = "missing"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where it stands, what stands there, and how to mend it."""

    file: str
    message: str
    line: int | None = None
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        """One line for a terminal."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        column = f" {self.column}" if self.column else ""
        value = f" {self.value!r}" if self.value else ""
        return f"{place}{column}{value}: {self.message}"


@dataclass(frozen=True)
class FileReport:
    """What became of one file; `changed` and `gone` are None where they are not counted.

    At most 200 faults and warnings are listed; `fault_count` and `warning_count` count them all.
    `is_wanted` says that a missing file is one that the others or the plant need.
    """

    file: str
    state: FileState
    rows: int = 0
    new: int = 0
    changed: int | None = 0
    gone: int | None = 0
    faults: tuple[Fault, ...] = ()
    fault_count: int = 0
    warnings: tuple[Fault, ...] = ()
    warning_count: int = 0
    sentence: Text | None = None
    is_wanted: bool = True

    @property
    def is_ok(self) -> bool:
        """True where nothing is left to mend."""
        return self.state is FileState.LOADED or not self.is_wanted

    def to_json(self) -> dict[str, object]:
        """Plain values for scripts."""
        return {
            "file": self.file,
            "state": str(self.state),
            "rows": self.rows,
            "new": self.new,
            "changed": self.changed,
            "gone": self.gone,
            "sentence": self.sentence,
            "fault_count": self.fault_count,
            "faults": [_plain(fault) for fault in self.faults],
            "warning_count": self.warning_count,
            "warnings": [_plain(warning) for warning in self.warnings],
        }


@dataclass(frozen=True)
class Report:
    """What came of loading a folder."""

    folder: str
    files: tuple[FileReport, ...]
    warnings: tuple[Text, ...] = ()

    @property
    def is_ok(self) -> bool:
        """True where every file that was there, and every file that was needed, is loaded."""
        return all(file.is_ok for file in self.files)

    def file(self, name: str) -> FileReport:
        """The report of one file, by its name with or without .csv."""
        wanted = name if name.endswith(".csv") else f"{name}.csv"
        return next(report for report in self.files if report.file == wanted)

    def to_json(self) -> dict[str, object]:
        """Plain values for scripts."""
        return {
            "ok": self.is_ok,
            "folder": self.folder,
            "warnings": list(self.warnings),
            "files": [file.to_json() for file in self.files],
        }


def refused(
    file: str, faults: Sequence[Fault], *, rows: int = 0, warnings: Sequence[Fault] = ()
) -> FileReport:
    """The report of a file of which nothing was stored."""
    return FileReport(
        file,
        FileState.REFUSED,
        rows=rows,
        faults=tuple(faults[:MOST_FAULTS]),
        fault_count=len(faults),
        warnings=tuple(warnings[:MOST_FAULTS]),
        warning_count=len(warnings),
    )


def _plain(fault: Fault) -> dict[str, object]:
    return {
        "file": fault.file,
        "line": fault.line,
        "column": fault.column,
        "value": fault.value,
        "message": fault.message,
    }
