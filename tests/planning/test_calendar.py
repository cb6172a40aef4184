"""Due days as other programs read them: RFC 5545, in Chinese too."""

from datetime import UTC, date, datetime

import pytest

from tileplan.planning.rules.calendar import MOST_OCTETS, DueDay, calendar, escaped, folded

AT = datetime(2026, 11, 28, 9, 30, 5, tzinfo=UTC)


def day(**values: object) -> DueDay:
    ordinary = {
        "name": "SO-00012/1",
        "on": date(2026, 12, 31),
        "title": "SO-00012/1 due",
        "note": "Lots: L1",
        "is_late": False,
    }
    return DueDay(**{**ordinary, **values})  # type: ignore[arg-type]


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_a_due_day_is_an_event_of_the_whole_day_that_ends_on_the_next() -> None:
    lines = unfolded(calendar("Due dates", [day()], at=AT, edition=7))
    for line in (
        "DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270101", "DTSTAMP:20261128T093005Z",
        "UID:SO-00012%2F1@due.tileplan", "SEQUENCE:7", "SUMMARY:SO-00012/1 due", "CATEGORIES:DUE",
    ):  # fmt: skip
        assert line in lines


def test_every_line_ends_with_crlf_and_nothing_else() -> None:
    text = calendar("Due dates", [day(note="a\r\nb\rc\nd")], at=AT, edition=1)
    assert text.endswith("END:VCALENDAR\r\n")
    assert text.replace("\r\n", "").isprintable()
    assert "DESCRIPTION:a\\nb\\nc\\nd" in unfolded(text)


@pytest.mark.parametrize("sign", ["a", "窑", "é", "🧱"])
def test_a_long_line_is_folded_at_75_octets_between_letters(sign: str) -> None:
    line = "DESCRIPTION:" + sign * 200
    pieces = folded(line).split("\r\n")
    assert len(pieces) > 1
    assert all(len(piece.encode()) <= MOST_OCTETS for piece in pieces)
    assert all(piece.startswith(" ") for piece in pieces[1:])
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line


def test_a_line_of_75_octets_is_not_folded_and_one_more_is() -> None:
    assert folded("x" * MOST_OCTETS) == "x" * MOST_OCTETS
    assert folded("x" * (MOST_OCTETS + 1)) == "x" * MOST_OCTETS + "\r\n x"


def test_what_has_a_meaning_for_a_calendar_is_escaped_and_controls_are_left_out() -> None:
    assert escaped("a,b;c\\d\ne") == "a\\,b\\;c\\\\d\\ne"
    assert escaped("a\x00\x07b\tc") == "abc"


def test_a_name_cannot_bring_an_event_of_its_own() -> None:
    hostile = "x\r\nEND:VEVENT\r\nBEGIN:VEVENT"
    text = calendar(hostile, [day(title=hostile, name=hostile)], at=AT, edition=1)
    assert unfolded(text).count("BEGIN:VEVENT") == 1


def test_a_late_day_says_so() -> None:
    text = calendar("Due dates", [day(is_late=True)], at=AT, edition=1)
    assert "CATEGORIES:LATE" in unfolded(text)
