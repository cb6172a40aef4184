"""Cells into values: each parser says in one sentence how to mend what it can't read."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from tileplan.kernel.units import Packing
from tileplan.kernel.words import Text, say

E = TypeVar("E", bound=StrEnum)

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_WHOLE = re.compile(r"-?[0-9]+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"([0-9]{2}):([0-9]{2})")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LONGEST_NUMBER = 40
_FIRST_YEAR, _LAST_YEAR = 1990, 2199
_HOURS, _MINUTES = 24, 60


class Bad(Exception):
    """A cell that can't be read; the message says how to mend it."""

    def __init__(self, message: Text) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Agreement:
    """What the loader knows of a contract: whose it is, and its phases."""

    customer: str
    phases: frozenset[str]


@dataclass(frozen=True)
class Known:
    """What is stored already, for references from one file to another."""

    tiles: Mapping[str, Packing] = field(default_factory=dict)
    stages: frozenset[str] = frozenset()
    calendars: frozenset[str] = frozenset()
    resources: Mapping[str, str] = field(default_factory=dict)
    materials: Mapping[str, str] = field(default_factory=dict)
    suppliers: frozenset[str] = frozenset()
    salespeople: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    customers: frozenset[str] = frozenset()
    contracts: Mapping[str, Agreement] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """What a cell is read against: what is known, today, and how far dates are moved."""

    known: Known
    today: date
    shift: timedelta = timedelta(0)


Parser = Callable[[str, Context], Any]


def text(most: int, *, required: bool = True) -> Parser:
    """A text on one line; runs of blanks and line breaks become one blank."""

    def parse(cell: str, _context: Context) -> str:
        value = " ".join(cell.split())
        return _checked(value, most, required=required)

    return parse


def code(most: int = 40) -> Parser:
    """A code by which other rows and addresses of pages name the thing."""

    def parse(cell: str, _context: Context) -> str:
        value = _checked(cell.strip(), most, required=True)
        if "/" in value or "\n" in value or "\r" in value:
            raise Bad(say("A code has no slash and no line break. Write a hyphen instead."))
        return value

    return parse


def _checked(value: str, most: int, *, required: bool) -> str:
    if required and not value:
        raise Bad(say("This cell is empty. Fill it in."))
    if _CONTROL.search(value):
        raise Bad(say("There are invisible control characters here. Type the text anew."))
    if len(value) > most:
        raise Bad(say("This is too long: at most %(most)s characters.", most=most))
    return value


def decimal(
    places: int,
    *,
    least: Decimal | int = 0,
    most: Decimal | int = 10**9,
    above: bool = False,
) -> Parser:
    """A number with at most so many decimals; `above` refuses the least itself."""

    def parse(cell: str, _context: Context) -> Decimal:
        value = _within(_number(cell), Decimal(least), Decimal(most), above=above)
        if value != round(value, places):
            raise Bad(say("Write at most %(places)s digits after the point.", places=places))
        return value

    return parse


def whole(least: int = 0, most: int = 1_000_000_000) -> Parser:
    """A whole number."""

    def parse(cell: str, _context: Context) -> int:
        if not _WHOLE.fullmatch(cell.strip()):
            _number(cell)
            raise Bad(say("Write a whole number, such as 12."))
        return int(_within(_number(cell), Decimal(least), Decimal(most), above=False))

    return parse


def _number(cell: str) -> Decimal:
    written = cell.strip()
    if not written:
        raise Bad(say("This cell is empty. Fill it in."))
    if not _NUMBER.fullmatch(written):
        raise Bad(
            say("This is not a number. Write digits with a point for decimals, such as 1250.5.")
        )
    if len(written) > _LONGEST_NUMBER:
        raise Bad(say("This number is too large. Check its digits."))
    return Decimal(written)


def _within(value: Decimal, least: Decimal, most: Decimal, *, above: bool) -> Decimal:
    if value > most:
        raise Bad(say("This number is too large: at most %(most)s.", most=most))
    if above and value <= least:
        raise Bad(say("Write a number more than %(least)s.", least=least))
    if value < least:
        raise Bad(say("This number is too small: at least %(least)s.", least=least))
    return value


def day(cell: str, context: Context) -> date:
    """A date written as 2026-11-30, moved as far as all dates of this load."""
    written = cell.strip()
    if not written:
        raise Bad(say("This cell is empty. Fill it in."))
    if not _DAY.fullmatch(written):
        raise Bad(say("Write the date as year-month-day, such as 2026-11-30."))
    try:
        value = date.fromisoformat(written)
    except ValueError:
        raise Bad(say("There is no such day. Check month and day.")) from None
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise Bad(say("Check the year."))
    return value + context.shift


@dataclass(frozen=True)
class Dated:
    """A date as the file has it, and as moved."""

    written: date
    moved: date


def dated(cell: str, context: Context) -> Dated:
    """A date of which it also matters how the file has it."""
    moved = day(cell, context)
    return Dated(moved - context.shift, moved)


def minute(cell: str, _context: Context) -> int:
    """A time of day as a minute: 00:00 is 0, 24:00 is 1440."""
    match = _CLOCK.fullmatch(cell.strip())
    hours, minutes = (int(part) for part in match.groups()) if match else (_HOURS, 1)
    if minutes >= _MINUTES or hours * _MINUTES + minutes > _HOURS * _MINUTES:
        raise Bad(say("Write a time from 00:00 to 24:00, such as 08:30."))
    return hours * _MINUTES + minutes


def one_of(values: Iterable[E]) -> Parser:
    """One word of a fixed list, as its enumeration's member."""
    known = {str(value.value): value for value in values}

    def parse(cell: str, _context: Context) -> E:
        found = known.get(cell.strip())
        if found is None:
            raise Bad(say("Write one of: %(known)s.", known=", ".join(known)))
        return found

    return parse


def word_of(words: Iterable[str]) -> Parser:
    """One word of a fixed list."""
    known = tuple(words)

    def parse(cell: str, _context: Context) -> str:
        if cell.strip() not in known:
            raise Bad(say("Write one of: %(known)s.", known=", ".join(known)))
        return cell.strip()

    return parse


def yes_no(cell: str, _context: Context) -> bool:
    """True or false."""
    written = cell.strip().lower()
    if written not in {"true", "false"}:
        raise Bad(say("Write true or false."))
    return written == "true"


def optional(parser: Parser, default: object = None) -> Parser:
    """A cell that may be empty."""

    def parse(cell: str, context: Context) -> Any:
        return parser(cell, context) if cell.strip() else default

    return parse


def listed(most: int) -> Parser:
    """Names separated by semicolons, each once."""

    def parse(cell: str, _context: Context) -> tuple[str, ...]:
        names = tuple(part.strip() for part in cell.split(";") if part.strip())
        if len(set(names)) < len(names):
            raise Bad(say("A name stands twice here. Leave one out."))
        for name in names:
            _checked(name, most, required=True)
        return names

    return parse


def named(kind: str, file: str) -> Parser:
    """The code of something that another file lists; `kind` is a field of `Known`."""

    def parse(cell: str, context: Context) -> str:
        value = cell.strip()
        if not value:
            raise Bad(say("This cell is empty. Fill it in."))
        if value not in getattr(context.known, kind):
            raise Bad(say("This is not known. Add it to %(file)s or correct it here.", file=file))
        return value

    return parse
