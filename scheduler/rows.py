"""JSON read row by row: what is wrong is noted with its place, and a harmless value stands in."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scheduler.limits import FLAWS_TOLD, MINUTES, TEXT_LENGTH
from scheduler.parsing import Doubled, shown
from scheduler.problem import Flaw

MISSING = object()
UNWRITABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")  # control characters, halves of a pair


class Notes:
    """The flaws found: the first FLAWS_TOLD in full, the others by their number."""

    def __init__(self) -> None:
        """Begin with none."""
        self.flaws: list[Flaw] = []
        self.more = 0

    def add(self, place: str, message: str) -> None:
        """Note one flaw; the whole problem is the place where none is named."""
        if len(self.flaws) < FLAWS_TOLD:
            self.flaws.append(Flaw(place or "problem", message))
        else:
            self.more += 1

    def extend(self, flaws: Iterable[Flaw]) -> None:
        """Note some flaws."""
        for flaw in flaws:
            self.add(flaw.place, flaw.message)

    def told(self) -> tuple[Flaw, ...]:
        """Give what was noted, and how many more there are."""
        rest = (Flaw("problem", f"and {self.more} more flaws"),) if self.more else ()
        return (*self.flaws, *rest)


class Row:
    """One JSON object at a place; what is wrong is noted, and a harmless value stands in."""

    def __init__(self, value: object, place: str, notes: Notes) -> None:
        """Take the object, or note that it is none."""
        self.place = place
        self.notes = notes
        self.fields: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        if not isinstance(value, Mapping):
            notes.add(place, f"must be an object {{…}}; it is {shown(value)}")
        if isinstance(value, Doubled):
            for name in value.names:
                notes.add(self.at(name), "is there twice; keep one")

    def at(self, key: str) -> str:
        """Name the place of a key."""
        name = key if len(key) <= TEXT_LENGTH else key[:TEXT_LENGTH] + "…"
        return f"{self.place}.{name}" if self.place else name

    def value(self, key: str) -> Any:
        """Give a required key's value; MISSING, and a flaw, where it is not there."""
        value = self.fields.get(key, MISSING)
        if value is MISSING:
            self.notes.add(self.at(key), "is missing; add it")
        return value

    def whole(self, key: str, least: int = -MINUTES, most: int = MINUTES) -> int:
        """Give a whole number from `least` to `most`."""
        return self._checked_whole(self.value(key), self.at(key), least, most)

    def _checked_whole(self, value: object, place: str, least: int, most: int) -> int:
        if value is MISSING:
            return max(least, 0)
        if type(value) is not int or not least <= value <= most:
            text = f"must be a whole number from {least} to {most}; it is {shown(value)}"
            self.notes.add(place, text)
            return max(least, 0)
        return value

    def text(self, key: str, least: int = 1) -> str:
        """Give a text of at least so many characters, not too long, that can be written."""
        value = self.value(key)
        if value is MISSING:
            return ""
        if not isinstance(value, str) or not least <= len(value) <= TEXT_LENGTH:
            rule = f"must be a text of {least} to {TEXT_LENGTH} characters"
            self.notes.add(self.at(key), f"{rule}; it is {shown(value)}")
            return ""
        if UNWRITABLE.search(value):
            self.notes.add(self.at(key), f"must have no control characters; it is {shown(value)}")
            return ""
        return value

    def maybe_text(self, key: str) -> str | None:
        """Give a text, or None where the key is absent or null."""
        return None if self.fields.get(key) is None else self.text(key)

    def maybe_whole(self, key: str, least: int, most: int = MINUTES) -> int | None:
        """Give a whole number, or None where the key is absent or null."""
        return None if self.fields.get(key) is None else self.whole(key, least, most)

    def whole_or_zero(self, key: str, most: int = MINUTES) -> int:
        """Give a whole number of at least 0; 0 where the key is absent or null."""
        return self.maybe_whole(key, 0, most) or 0

    def flag(self, key: str) -> bool:
        """Give true or false."""
        value = self.value(key)
        if value is not MISSING and not isinstance(value, bool):
            self.notes.add(self.at(key), f"must be true or false; it is {shown(value)}")
        return value is True

    def items(self, key: str, least: int = 0) -> list[tuple[str, Any]]:
        """Give a list's values with their places; it has at least `least` of them."""
        value = self.value(key)
        if value is MISSING:
            return []
        if not isinstance(value, list | tuple):
            self.notes.add(self.at(key), f"must be a list […]; it is {shown(value)}")
            return []
        if len(value) < least:
            self.notes.add(self.at(key), f"must have at least {least} entry; add one")
        return [(f"{self.at(key)}[{i}]", item) for i, item in enumerate(value)]

    def rows(self, key: str, least: int = 0) -> Iterator["Row"]:
        """Give a list's objects."""
        return (Row(item, place, self.notes) for place, item in self.items(key, least))

    def row(self, key: str) -> "Row":
        """Give the object under a key."""
        value = self.value(key)
        return Row({} if value is MISSING else value, self.at(key), self.notes)

    def named(self, key: str) -> Iterator[tuple[str, "Row"]]:
        """Give the objects under a key by their names."""
        table = self.row(key)
        for name in table.fields:
            made = Row({"": name}, f"{table.at(shown(name))} (its name)", self.notes).text("")
            if made:
                yield made, table.row(made)

    def texts(self, key: str) -> tuple[str, ...]:
        """Give a list of texts."""
        return tuple(
            Row({place: item}, "", self.notes).text(place) for place, item in self.items(key, 1)
        )

    def wholes(self, place: str, value: object, least: int) -> tuple[int, ...]:
        """Give a list of whole numbers that stands at a place of its own."""
        if not isinstance(value, list | tuple):
            self.notes.add(place, f"must be a list of whole numbers; it is {shown(value)}")
            return ()
        return tuple(
            self._checked_whole(one, f"{place}[{i}]", least, MINUTES) for i, one in enumerate(value)
        )
