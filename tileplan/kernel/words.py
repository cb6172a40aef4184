"""Sentences for people, kept with their parts so that the page can say them in the reader's language."""

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

# Control characters, and those that only format: zero-width spaces, overrides of the writing direction.
_UNSEEN = ("Cc", "Cf")


def clean(text: str) -> str:
    """What somebody typed, trimmed, without characters that nobody can see."""
    return "".join(
        letter for letter in text if letter in "\n\t" or unicodedata.category(letter) not in _UNSEEN
    ).strip()


class Text(str):  # noqa: SLOT000 - a str subclass with parts cannot have slots
    """An English sentence that remembers its template and its parts."""

    msgid: str = ""
    params: Mapping[str, object] = MappingProxyType({})

    def __reduce__(self) -> tuple[object, ...]:
        """Survive pickling and copying with the parts."""
        return (_rebuilt, (self.msgid or str(self), dict(self.params)))


def say(msgid: str, /, **params: object) -> Text:
    """Write a sentence; `%(name)s` marks its parts."""
    return _rebuilt(msgid, params)


def _rebuilt(msgid: str, params: Mapping[str, object]) -> Text:
    text = Text(msgid % params if params else msgid)
    text.msgid = msgid
    text.params = params
    return text
