"""Wishes that clash, each kind in a sentence of its own, and kept so that any language can say it."""

from datetime import datetime

import pytest

from scheduler.clash import Wish, WishKind
from tileplan.planning.rules.wants import kept, reason_of
from tileplan.planning.translate.clashes import clash_words

EPOCH = datetime.fromisoformat("2026-11-23T06:00:00+08:00")


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (Wish(WishKind.PIN, "L1", "fire"), "lot L1 pinned in Firing"),
        (Wish(WishKind.PIN, "L1", "fire", "K1"), "lot L1 pinned in Firing on K1"),
        (
            Wish(WishKind.PIN, "L1", "fire", start=60),
            "lot L1 pinned in Firing from 11-23 07:00",
        ),
        (
            Wish(WishKind.FROZEN, "L1", "sort", "S1", 0),
            "work fixed at its hour: lot L1 in Grading and packing on S1 from 11-23 06:00",
        ),
        (Wish(WishKind.RELEASE, "L1", start=1440), "lot L1 has its material from 11-24 06:00 on"),
        (Wish(WishKind.FROZEN_TIME, end=120), "nothing else may start before 11-23 08:00"),
        (
            Wish(WishKind.CLOSURE, resource="K1", start=0, end=60),
            "K1 is closed from 11-23 06:00 to 11-23 07:00",
        ),
    ],
)
def test_each_kind_of_wish_is_named(wish, words):
    assert clash_words([{"wishes": [wish.to_dict()]}], EPOCH) == words


def test_clashes_stand_beside_each_other_and_keep_their_parts():
    one, other = (Wish(WishKind.PIN, lot, "fire", "K1", 0).to_dict() for lot in ("L1", "L2"))
    said = clash_words([{"wishes": [one, other]}, {"wishes": [other]}], EPOCH)
    assert said.count("L2") == 2
    again = reason_of(kept(said))
    assert (again, again.msgid) == (said, "%(one)s. Besides: %(other)s")
    assert again.params["one"].params["one"].params["lot"] == "L1"
