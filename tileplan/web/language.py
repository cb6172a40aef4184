"""Chinese and English: which one this reader reads, and every sentence in it."""

import re
from functools import cache
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel
from flask_login import current_user

from tileplan import paths
from tileplan.kernel.words import Text

LANGUAGES = {"zh": "中文", "en": "English"}

# The first number or code in words of the plant: the 1 of "Kiln 1", of "forming_1", the K1 of "feeds K1".
_CARRIED = re.compile(r"(?<![^\s_])[^\s_]*\d[^\s_]*")


@cache
def catalogue(code: str) -> NullTranslations:
    """All sentences of one language, read from the .po files of every slice: no build step."""
    translations: NullTranslations = Translations()
    for path in sorted((paths.TRANSLATIONS / code).glob("*.po")):
        with path.open("rb") as file:
            content = read_po(file, locale=code)
        compiled = BytesIO()
        write_mo(compiled, content)
        compiled.seek(0)
        part = Translations(compiled)
        part.add_fallback(translations)
        translations = part
    return translations


def install(app: Flask, timezone: str) -> None:
    """Let every page choose its reader's language and the plant's time zone."""
    app.config["BABEL_DEFAULT_TIMEZONE"] = timezone
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    Babel(
        app,
        locale_selector=_locale,
        timezone_selector=lambda: timezone,
        configure_jinja=False,
    )
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: catalogue(language()).ugettext(text),
        lambda one, many, number: catalogue(language()).ungettext(one, many, number),
        newstyle=True,
    )


def language() -> str:
    """The reader's language: zh or en."""
    if not has_request_context():
        return "en"
    if "language" not in g:
        g.language = _chosen()
    return str(g.language)


def _chosen() -> str:
    kept = current_user.language if current_user.is_authenticated else None
    for wanted in (session.get("language"), kept):
        if wanted in LANGUAGES:
            return str(wanted)
    return request.accept_languages.best_match(list(LANGUAGES)) or "zh"


def _locale() -> str:
    return "zh_Hans_CN" if language() == "zh" else "en"


def translated(text: str) -> str:
    """A sentence of `say` in the reader's language; other strings as they are."""
    if not isinstance(text, Text) or not text.msgid:
        return str(text)
    sentence = catalogue(language()).ugettext(text.msgid)
    if not text.params:
        return sentence
    parts = {
        name: translated(part) if isinstance(part, str) else part
        for name, part in text.params.items()
    }
    return sentence % parts


def trade_word(value: str) -> str:
    """A word of the plant's own files, such as a finish, where we know it; else as written.

    What differs only in a number or a code is known once, with "…" in its place: "Kiln …". Of
    several words, parted by "; ", each is looked up.
    """
    if "; " in value:
        return "; ".join(map(trade_word, value.split("; ")))
    known = catalogue(language()).ugettext
    carried = _CARRIED.search(value)
    if not value or known(value) != value or carried is None:
        return known(value) if value else value
    shape = f"{value[: carried.start()]}…{value[carried.end() :]}"
    return known(shape).replace("…", carried[0])


def own_name(thing: object) -> str:
    """The name of a thing in the reader's language, from `name_zh` and `name_en`."""
    return str(getattr(thing, "name_zh" if language() == "zh" else "name_en"))
