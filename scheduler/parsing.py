"""JSON text made into values: what cannot be read at all, and keys that are there twice."""

import json
import reprlib
from collections import Counter
from pathlib import Path
from typing import Any

from scheduler.limits import FILE_BYTES

SHOWN_DIGITS = 10**18  # a longer number is not shown
LONG_NUMBER = "a number of more than 18 digits"


class Unreadable(ValueError):
    """The text is no JSON that may be read; the message says why, as the end of a sentence."""


class Doubled(dict[str, Any]):
    """A JSON object some of whose keys were there twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        """Keep the last of each, as JSON does, and the names."""
        super().__init__(pairs)
        counts = Counter(name for name, _ in pairs)
        self.names = sorted(name for name, count in counts.items() if count > 1)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    return made if len(made) == len(pairs) else Doubled(pairs)


def parse(raw: str | bytes) -> Any:
    """Read JSON text, UTF-8 if bytes, with or without a byte order mark.

    Raises Unreadable for what is too long, no UTF-8, no JSON or nested too deep. An object with a
    key twice becomes a Doubled, for the reader to refuse with its place.
    """
    if len(raw) > FILE_BYTES:
        raise Unreadable(f"is larger than {FILE_BYTES // 2**20} MB, the most that is read")
    try:
        text = raw.decode() if isinstance(raw, bytes) else raw
        return json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_object)
    except UnicodeDecodeError as error:
        raise Unreadable(f"is not UTF-8 text (at byte {error.start}); save it as UTF-8") from error
    except RecursionError as error:
        raise Unreadable("is JSON nested too deep") from error
    except json.JSONDecodeError as error:
        raise Unreadable(f"is not JSON: {error}") from error
    except ValueError as error:  # Python reads no numbers of thousands of digits
        raise Unreadable(f"has {LONG_NUMBER}") from error


def parse_file(path: Path) -> Any:
    """Read JSON from a file as `parse` does, of which no more is loaded than may be read.

    The message of Unreadable begins with the file's name. Raises OSError where it cannot be read.
    """
    with path.open("rb") as file:
        raw = file.read(FILE_BYTES + 1)
    try:
        return parse(raw)
    except Unreadable as error:
        raise Unreadable(f"{path.name} {error}") from error


def shown(value: object) -> str:
    """Show a value in a few characters, whatever it is."""
    if isinstance(value, int) and abs(value) > SHOWN_DIGITS:
        return LONG_NUMBER
    return reprlib.repr(value)
