"""Every reason and every remedy of the scheduler, as a planner reads it in either language."""

import re
from dataclasses import fields, replace
from datetime import datetime

import pytest
from flask import Flask, g

from scheduler.explain import Remedy, Way
from scheduler.reasons import Kind, Reason
from tileplan.kernel.words import Text
from tileplan.planning.translate import Axis, Names, reason_text, remedy_text
from tileplan.planning.translate.naming import LotName, duration, orders
from tileplan.web.language import translated

NAMES = Names(
    Axis(datetime.fromisoformat("2026-11-23T06:00:00+08:00")),
    lines={"K1": "K1 一号"},
    tiles={"L1": "P66-A", "L2": "P66-B"},
)
WHOLE = Reason(
    Kind.PIN,
    "L1",
    "fire",
    "K1",
    lots=("L2",),
    start=60,
    end=4567,
    minutes=4567,
    text="Lot L1 in fire is fixed at 4567, too soon behind its step in sort, fixed at 4567.",
)
REMEDY = Remedy(
    way=Way.OPEN, lot="L1", ready=4567, minutes_late=0, cents=1, became_late=(), problem=None,
    plan=None, stage="sort", resource="K1", other="L2", start=60, end=4567,
)  # fmt: skip


def in_language(text: Text, language: str) -> str:
    app = Flask(__name__)
    with app.test_request_context():
        g.language = language
        return translated(text)


def no_machine_talk(said: str, language: str) -> None:
    assert "4567" not in said
    assert "%(" not in said
    assert not re.search(r"\bminute\b|\bfire\b|\bsort\b", said)
    if language == "zh":
        assert not re.search(r"[A-Za-z]{3,}", said), said
    else:
        assert not re.search(r"[\u4e00-\u9fff]", said.replace("K1 一号", "K1")), said


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", list(Kind))
def test_each_reason_is_a_sentence_with_names_and_dates(kind: Kind, language: str) -> None:
    """With everything given, with nothing but what the kind cannot do without, and of a campaign."""
    minutes = 2 if kind is Kind.CLOSED else 4567  # a closure counts how often
    shapes = [
        replace(WHOLE, kind=kind, minutes=minutes),
        replace(WHOLE, kind=kind, minutes=1),
        replace(WHOLE, kind=kind, minutes=minutes, campaign="F-9"),
    ]
    if kind in (Kind.PIN, Kind.RULE):
        shapes += [
            replace(WHOLE, kind=kind, resource=resource, start=start)
            for resource in (None, "K1")
            for start in (None, 60)
        ]
    for shape in shapes:
        said = in_language(reason_text(shape, NAMES), language)
        assert said.endswith(("。", ".")), said
        no_machine_talk(said, language)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("way", list(Way))
def test_each_way_says_what_to_do(way: Way, language: str) -> None:
    no_machine_talk(in_language(remedy_text(replace(REMEDY, way=way), NAMES), language), language)


@pytest.mark.parametrize(
    ("reason", "english", "chinese"),
    [
        (
            Reason(Kind.WAITS, "L1", "fire", "K1", start=60, minutes=200),
            "In Firing it could begin at 11-23 07:00, but waits 3 h 20 min for K1 一号.",
            "烧成本可在 11-23 07:00 开始，但在 K1 一号 前要等 3 小时 20 分。",
        ),
        (
            Reason(Kind.AHEAD, "L1", "fire", "K1", ("L9", "L3", "L4", "L2"), "F-9", end=1440),
            "Ahead of it on K1 一号, until 11-24 06:00, all on firing curve F-9: "
            "L3, L4, L2 (P66-B) and 1 more.",
            "K1 一号 上排在前面、同为烧成曲线 F-9 的批次做到 11-24 06:00："
            "L3、L4、L2（P66-B）及另外 1 个。",
        ),
        (
            Reason(Kind.CLOSED, "L1", "sort", "SP1", start=0, end=480, minutes=3),
            "SP1 is closed 3 times meanwhile, last from 11-23 06:00 to 11-23 14:00.",
            "SP1 其间停用 3 次，最后一次 11-23 06:00 至 11-23 14:00。",
        ),
        (
            Reason(Kind.ONLY, "L1", "fire", "K1, K4"),
            "In Firing only K1 一号, K4 can do it.",
            "烧成只有 K1 一号、K4 能做。",
        ),
    ],
)
def test_a_reason_reads_like_a_planner_speaks(reason: Reason, english: str, chinese: str) -> None:
    text = reason_text(reason, NAMES)
    assert in_language(text, "en") == english
    assert in_language(text, "zh") == chinese


def test_the_machine_s_own_english_is_never_said() -> None:
    for kind in (Kind.CONFLICT, Kind.RULE):
        said = reason_text(replace(WHOLE, kind=kind), NAMES)
        assert "too soon" not in in_language(said, "zh") + in_language(said, "en")
        assert WHOLE.text not in map(str, said.params.values())


def test_every_part_of_a_reason_is_thought_of() -> None:
    """A part that the scheduler adds has to find its words here."""
    known = {"kind", "lot", "stage", "resource", "lots", "campaign", "start", "end", "minutes"}
    assert {one.name for one in fields(Reason)} == known | {"text"}


def test_a_lot_in_a_sentence_can_be_found_by_a_page() -> None:
    text = reason_text(replace(WHOLE, kind=Kind.AHEAD), NAMES)
    lots = text.params["lots"]
    assert isinstance(lots, Text)
    assert isinstance(lots.params["lot"], LotName)


@pytest.mark.parametrize(
    ("minutes", "english", "chinese"),
    [
        (40, "40 min", "40 分钟"),
        (180, "3 h", "3 小时"),
        (200, "3 h 20 min", "3 小时 20 分"),
        (-200, "3 h 20 min", "3 小时 20 分"),
        (2879, "47 h 59 min", "47 小时 59 分"),
        (2880, "2 d", "2 天"),
        (3060, "2 d 3 h", "2 天 3 小时"),
        (4319, "3 d", "3 天"),
    ],
)
def test_lengths_of_time(minutes: int, english: str, chinese: str) -> None:
    assert in_language(duration(minutes), "en") == english
    assert in_language(duration(minutes), "zh") == chinese


def test_many_orders_are_counted() -> None:
    said = orders(["SO-1/1", "SO-2/1", "SO-3/1", "SO-4/1", "SO-5/1"])
    assert said == "SO-1/1, SO-2/1, SO-3/1 and 2 more"
    assert orders(["SO-1/1"]) == "SO-1/1"
