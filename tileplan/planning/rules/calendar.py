"""Due days as a calendar that other programs read (RFC 5545): text in, text out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

# A line of a calendar ends with CRLF and is at most so many octets long.
MOST_OCTETS = 75
_END = "\r\n"
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DueDay:
    """An order item on the day when it is due; `name` is the same in every plan."""

    name: str
    on: date
    title: str
    note: str
    is_late: bool


def calendar(title: str, entries: Iterable[DueDay], *, at: datetime, edition: int) -> str:
    """A calendar of whole days; a later edition takes the place of an earlier one."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tileplan//due days//EN", "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH", f"X-WR-CALNAME:{escaped(title)}",
    ]  # fmt: skip
    for entry in entries:
        lines += _event(entry, at, edition)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}{_END}" for line in lines)


def _event(entry: DueDay, at: datetime, edition: int) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{quote(entry.name, safe='')}@due.tileplan"
    yield f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"SEQUENCE:{edition}"
    yield f"DTSTART;VALUE=DATE:{entry.on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{entry.on + _DAY:%Y%m%d}"
    yield f"SUMMARY:{escaped(entry.title)}"
    yield f"DESCRIPTION:{escaped(entry.note)}"
    yield f"CATEGORIES:{'LATE' if entry.is_late else 'DUE'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def escaped(text: str) -> str:
    """A text whose commas, semicolons and new lines mean nothing to a calendar; other controls go."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(sign for sign in plain if sign.isprintable() or sign == "\n")
    for sign, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        kept = kept.replace(sign, written)
    return kept


def folded(line: str) -> str:
    """A line in pieces of at most 75 octets, cut between letters; each next piece begins with a space."""
    pieces, octets = [""], 0
    for sign in line:
        wide = len(sign.encode())
        if octets + wide > MOST_OCTETS:
            pieces.append(" ")
            octets = 1
        pieces[-1] += sign
        octets += wide
    return _END.join(pieces)
