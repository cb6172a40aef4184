"""A form that somebody else has overtaken: what was typed stays, what is stored now is told above it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from wtforms import Field, FieldList, HiddenField

from tileplan.kernel.documents import JournalEntry, journal
from tileplan.kernel.words import say
from tileplan.web.forms import Choice, Form
from tileplan.web.language import translated
from tileplan.web.lines import LineForm, LinesForm

GONE = say("taken away")


@dataclass(frozen=True)
class Overtaken:
    """Who was faster, and what is stored now where it differs from what was typed."""

    latest: JournalEntry | None
    differences: tuple[tuple[str, str], ...]


def overtaken(form: Any, stored: Any, kind: str, number: str) -> Overtaken:
    """Let a form go on from what is stored now; sending it again is then meant."""
    form.version.data = stored.version.data
    latest = next(iter(journal(kind, number)), None)
    return Overtaken(latest, tuple(_differences(form, stored)))


def _differences(form: Form, stored: Form) -> Iterator[tuple[str, str]]:
    """What is stored of each field that was sent with something else in it."""
    for field in stored:
        if isinstance(field, FieldList) and isinstance(form, LinesForm):
            yield from _lines(form.written(), [entry.form for entry in field])
        elif not isinstance(field, HiddenField) and _differs(form, field):
            yield translated(field.label.text), _said(field) or "–"


def _lines(typed: list[LineForm], stored: list[LineForm]) -> Iterator[tuple[str, str]]:
    for number, (mine, theirs) in enumerate(zip_longest(typed, stored), start=1):
        label = f"{translated(say('Line no.'))} {number}"
        if theirs is None:
            yield label, translated(GONE)
        elif mine is None or any(_differs(mine, field) for field in theirs):
            yield label, " · ".join(filter(None, map(_said, theirs)))


def _differs(form: Form, stored: Field) -> bool:
    typed = form._fields.get(stored.short_name)
    return typed is not None and bool(typed.raw_data) and _value(typed) != _value(stored)


def _value(field: Field) -> str:
    return str(field.data or "") if isinstance(field, Choice) else " ".join(_said(field).split())


def _said(field: Field) -> str:
    """What stands in a field, as its reader sees it."""
    if isinstance(field, Choice):
        labels = {choice.value: choice.label for choice in field.iter_choices()}
        return str(labels.get(field.data, field.data) or "")
    if isinstance(field.data, Decimal):
        return f"{field.data.normalize():f}"
    return "" if field.data is None else str(field.data)
