"""Forms with lines: a grid whose empty rows don't count and whose refusals stand in their row."""

import re
from collections.abc import Iterator
from typing import Any

from flask import request
from wtforms import FieldList, FormField

from tileplan.kernel.errors import Refused, Several
from tileplan.kernel.numbers import whole
from tileplan.kernel.words import say
from tileplan.web.forms import Form
from tileplan.web.language import translated

MOST_LINES = 200
_PLACE = re.compile(r"items-(\d+)-(\w+)")


class Rows(FieldList):
    """The rows of a grid; a name with any other place than a small number is no row."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        """The places that the sent names have."""
        skip = len(prefix) + 1
        for name in formdata:
            place = whole(name[skip:].split("-")[0]) if name.startswith(prefix) else None
            if place is not None:
                yield place

    def count_sent(self, formdata: Any) -> int:
        """How many rows were sent, whether or not so many are read."""
        return len(set(self._extract_indices(self.name, formdata)))


class LineForm(Form):
    """One row of a grid; `decides` names the fields that make a row count."""

    decides: tuple[str, ...] = ("tile", "quantity")

    class Meta(Form.Meta):
        """The form around it carries the token."""

        csrf = False

    def is_empty(self) -> bool:
        """True for a row that nobody has written into."""
        return not any((self._fields[name].raw_data or [""])[0].strip() for name in self.decides)


class LinesForm(Form):
    """A form with a grid called `items`."""

    items: Rows

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse more rows than are read, so that none is lost in silence."""
        is_valid = bool(super().validate(extra_validators))
        if self.items.count_sent(request.form) <= MOST_LINES:
            return is_valid
        self.show(Refused(say("At most %(most)s lines.", most=MOST_LINES)))
        return False

    def written(self) -> list[Any]:
        """The rows that somebody has written into."""
        return [entry.form for entry in self.items if not entry.form.is_empty()]

    def wants_line(self) -> bool:
        """True where the button that adds a row was pressed in a browser without scripts."""
        return "add_line" in request.form

    def add_line(self) -> None:
        """Offer one more empty row."""
        if len(self.items) < MOST_LINES:
            self.items.append_entry()

    def show(self, refusal: Refused) -> None:
        """Write a refusal beside its field, in its row; several at once each beside its own."""
        if isinstance(refusal, Several):
            for one in refusal.refusals:
                self.show(one)
            return
        place = _PLACE.fullmatch(refusal.field or "")
        if place is None:
            super().show(refusal)
            return
        field = self.written()[int(place[1])]._fields[place[2]]
        field.errors = [*field.errors, translated(refusal.message)]
        self.items.errors = [translated(refusal.message)]


def lines(row: type[LineForm]) -> Rows:
    """A grid of such rows, one empty row to begin with."""
    return Rows(FormField(row), min_entries=1, max_entries=MOST_LINES)
