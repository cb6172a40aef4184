"""Every sentence that a person may read exists in Chinese."""

import re
from pathlib import Path

from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from tileplan import paths

ROOT = Path(__file__).parents[2]
KEYWORDS = {"say": None, "_": None, "gettext": None, "ngettext": (1, 2)}


def spoken() -> dict[str, str]:
    """Every sentence of the code and the templates, and where it stands."""
    found: dict[str, str] = {}
    for pattern, method in (
        ("tileplan/**/*.py", "python"),
        ("templates/**/*.html", "jinja2.ext:babel_extract"),
    ):
        for path in sorted(ROOT.glob(pattern)):
            options = {"encoding": "utf-8", "trimmed": "false"}
            for _line, message, _comments, _context in extract_from_file(
                method, str(path), KEYWORDS, options=options
            ):
                for text in message if isinstance(message, tuple) else (message,):
                    if text:
                        found.setdefault(text, str(path.relative_to(ROOT)))
    return found


def chinese() -> dict[str, str]:
    sentences: dict[str, str] = {}
    for path in sorted((paths.TRANSLATIONS / "zh").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="zh", abort_invalid=True):
                for text in (message.id,) if isinstance(message.id, str) else message.id:
                    if text:
                        sentences[text] = message.string
    return sentences


def test_every_sentence_has_chinese_words():
    known = chinese()
    missing = {text: place for text, place in spoken().items() if not known.get(text)}
    assert missing == {}


def test_chinese_sentences_keep_their_parts():
    parts = re.compile(r"%\((\w+)\)")
    wrong = [
        text
        for text, said in chinese().items()
        if isinstance(said, str) and set(parts.findall(text)) != set(parts.findall(said))
    ]
    assert wrong == []


def test_no_sentence_is_said_in_two_ways():
    seen: dict[str, tuple[str, str]] = {}
    clashes = []
    for path in sorted((paths.TRANSLATIONS / "zh").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="zh"):
                if not message.id or not isinstance(message.id, str):
                    continue
                before = seen.setdefault(message.id, (message.string, path.name))
                if before[0] != message.string:
                    clashes.append((message.id, before, path.name))
    assert clashes == []
