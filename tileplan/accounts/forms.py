"""The forms of signing in, of people and of passwords."""

from typing import Any

from wtforms import HiddenField, PasswordField

from tileplan.accounts.rules import LONGEST_PASSWORD, ROLE_LABELS, NewUser
from tileplan.kernel.words import say
from tileplan.web.forms import Choice, Form, Line, required

ROLES = [(str(role), label) for role, label in ROLE_LABELS.items()]


class Password(PasswordField):
    """A password: never shown again, never trimmed."""

    def __init__(self, label: str, *, autocomplete: str, **kwargs: Any) -> None:
        attributes = {"autocomplete": autocomplete, "maxlength": LONGEST_PASSWORD}
        super().__init__(label, validators=[required()], render_kw=attributes, **kwargs)


class SignInForm(Form):
    """Sign-in name and password."""

    login = Line(
        say("Sign-in name"),
        most=60,
        is_required=True,
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = Password(say("Password"), autocomplete="current-password")
    next = HiddenField()


class UserForm(Form):
    """A person and a first password."""

    login = Line(say("Sign-in name"), most=40, is_required=True, render_kw={"autocomplete": "off"})
    name_zh = Line(say("Name in Chinese"), most=80, is_required=True)
    name_en = Line(say("Name in English"), most=80, is_required=True)
    role = Choice(say("Role"), ROLES)
    regions = Line(say("Regions or lines"), most=200)
    password = Password(say("First password"), autocomplete="new-password")

    def new_user(self) -> NewUser:
        """The person as written."""
        values: dict[str, Any] = {
            name: str(self._fields[name].data or "")
            for name in ("login", "name_en", "name_zh", "role", "regions")
        }
        return NewUser(**values)


class ResetForm(Form):
    """Another password for somebody."""

    password = Password(say("New password"), autocomplete="new-password")


class OwnPasswordForm(Form):
    """Another password for oneself."""

    old_password = Password(say("Present password"), autocomplete="current-password")
    password = Password(say("New password"), autocomplete="new-password")
