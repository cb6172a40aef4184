"""Forms: fields and their shape; they yield values and show a refusal beside its field."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, DecimalField, Field, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from tileplan.kernel.errors import Refused
from tileplan.kernel.numbers import whole
from tileplan.kernel.words import Text, clean, say
from tileplan.web.language import translated

NOT_A_NUMBER = say("Please enter a number, for example 12.5.")
TOO_LARGE = say("This number is too large.")
NOT_WHOLE = say("Please enter a whole number.")
NOT_A_DATE = say("Please enter a date as 2026-11-30.")
MISSING = say("Please fill this in.")
NO_CHOICE = say("Please choose one of the list.")

# No exponents: 1E-9000000 is a number too, and costs a minute to multiply.
_PLAIN = re.compile(r"[+-]?([0-9]*)\.?[0-9]{0,12}(?<=[0-9])")
MOST_DIGITS = 12


class Form(FlaskForm):
    """A form of tileplan."""

    class Meta(FlaskForm.Meta):
        """Sentences come from our own translations."""

        locales = ("en",)

    def show(self, refusal: Refused) -> None:
        """Write a refusal beside its field, or above the form."""
        field = self._fields.get(refusal.field or "")
        if field is None:
            self.form_errors.append(translated(refusal.message))
        else:
            field.errors = [*field.errors, translated(refusal.message)]


class Number(DecimalField):
    """An exact decimal; commas between thousands are forgiven, NaN is not."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number or say what one looks like."""
        raw = (valuelist[0] if valuelist else "").strip().replace(",", "").replace("，", "")
        if not raw:
            self.data = None
            return
        self.data = None
        written = _PLAIN.fullmatch(raw)
        if written is None:
            raise ValueError(translated(NOT_A_NUMBER))
        if len(written[1].lstrip("0")) > MOST_DIGITS:
            raise ValueError(translated(TOO_LARGE))
        self.data = Decimal(raw)

    def _value(self) -> str:
        """What stands in the field: as typed, else every decimal of the number and none more."""
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data.normalize():f}"


class Whole(IntegerField):
    """A whole number."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number or say what one looks like."""
        raw = (valuelist[0] if valuelist else "").strip()
        if not raw:
            self.data = None
            return
        number = whole(raw.lstrip("-−"))
        if number is None:
            raise ValueError(translated(NOT_WHOLE))
        # What is below 0 is a number too: the service says which it takes.
        self.data = -number if raw[0] in "-−" else number


class Day(DateField):
    """A date written as 2026-11-30."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the date or say what one looks like."""
        try:
            super().process_formdata([value for value in valuelist if value])
        except ValueError:
            raise ValueError(translated(NOT_A_DATE)) from None


class Line(StringField):
    """A line of text, trimmed and without invisible characters, at most so many characters."""

    def __init__(
        self, label: str, *, most: int = 200, is_required: bool = False, **kwargs: Any
    ) -> None:
        checks = [
            Length(max=most, message=say("Too long: at most %(most)s characters.", most=most))
        ]
        if is_required:
            checks.insert(0, required())
        super().__init__(label, validators=checks, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Trim what was typed."""
        super().process_formdata([clean(value) for value in valuelist])


class Choice(SelectField):
    """One of a list of (value, sentence) pairs."""

    def __init__(self, label: str, choices: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        offered = [SelectChoice(value, label) for value, label in choices]
        super().__init__(label, choices=offered, **kwargs)

    def pre_validate(self, form: Any) -> None:
        """Say in the reader's language that the value is not in the list."""
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError(translated(NO_CHOICE)) from None

    def iter_choices(self) -> Any:
        """Offer the choices in the reader's language."""
        for choice in super().iter_choices():
            yield choice._replace(label=translated(choice.label))


class _Required(InputRequired):
    """A field that must be filled in."""

    def __call__(self, form: Any, field: Field) -> None:
        """Say so in the reader's language."""
        self.message = translated(MISSING)
        super().__call__(form, field)


def required() -> InputRequired:
    """The check that a field is filled in."""
    return _Required()


def filled(value: Any) -> Any:
    """The data of a field that validation has shown to be there."""
    if value is None:
        raise Refused(MISSING)
    return value


__all__ = ["Choice", "Day", "Form", "Line", "Number", "Text", "Whole", "filled", "required"]
