"""Bad input: everything that is wrong is told at once, with its place, and nothing crashes."""

import json
import re
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.checks import flaws_in
from scheduler.cli import main
from scheduler.limits import FILE_BYTES, FLAWS_TOLD
from scheduler.plan import InvalidPlan, read_plan
from scheduler.problem import InvalidProblem, Pin, Published
from scheduler.reading import read_problem, read_problem_file
from scheduler.referee import faults
from tests.scheduler import factories
from tests.scheduler.factories import TABLE, lot, peg, problem, random_problem, resource, step
from tests.scheduler.plans import saved


def ordinary() -> dict:
    two = lot("L1", step("fire", ("K1", 100)), step("sort", ("S1", 50), lag_end=5))
    whole = problem(two, resources=(resource(), resource("S1", "sort")))
    return whole.to_dict() | {"pins": [{"lot": "L1", "stage": "fire", "start": 0}]}


def flaws(row) -> dict[str, str]:
    with pytest.raises(InvalidProblem) as caught:
        read_problem(row)
    return {flaw.place: flaw.message for flaw in caught.value.flaws}


def text(row=None, **changes) -> str:
    return json.dumps((row or ordinary()) | changes)


def test_a_byte_order_mark_is_let_pass():
    assert read_problem(b"\xef\xbb\xbf" + text().encode()) == read_problem(ordinary())
    assert read_problem("\ufeff" + text()) == read_problem(ordinary())


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"", "not JSON"),
        ('{"name": "抛光砖"}'.encode("gb18030"), "UTF-8"),
        (text().encode("utf-16"), "UTF-8"),
        ("[" * 100_000, "too deep"),
        ('{"format": ' + "9" * 5000 + "}", "more than 18 digits"),
        (" " * (FILE_BYTES + 1), "32 MB"),
        ("[1, 2]", "object"),
        (17, "object"),
        (None, "object"),
    ],
)
def test_what_cannot_be_read_is_one_flaw_with_its_reason(raw, word):
    with pytest.raises(InvalidProblem) as caught:
        read_problem(raw)
    (flaw,) = caught.value.flaws
    assert flaw.place == "problem"
    assert word in flaw.message


def test_no_more_of_a_file_is_loaded_than_may_be_read(tmp_path):
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)  # 200 MB that take no room on the disk
    with pytest.raises(InvalidProblem, match="larger than 32 MB"):
        read_problem_file(path)
    path.write_text(text(), encoding="utf-8")
    assert read_problem_file(path) == read_problem(ordinary())


def test_a_key_that_is_there_twice_is_refused_with_its_place():
    raw = text().replace('"tile": "T1"', '"tile": "T1", "tile": "T2"', 1)
    raw = raw.replace('"horizon"', '"horizon": 5, "horizon"')
    raw = raw.replace('"open": {', '"open": {"off": [], "resumable": true}, "open": {', 1)
    assert set(flaws(raw)) == {"lots[0].tile", "horizon", "calendars.open"}


def with_value(value, *path):
    row = deepcopy(ordinary())
    here = row
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = value
    return row


MINUTES = ("lots", 0, "steps", 0, "options", 0, "minutes")


@pytest.mark.parametrize(
    "value",
    [
        -1,
        0,
        2.5,
        3.0,
        "9",
        None,
        True,
        [],
        {},
        float("nan"),
        float("inf"),
        10**9,
        10**400,
        -(10**400),
    ],
)
def test_minutes_that_are_no_plain_positive_number_are_refused(value):
    assert set(flaws(with_value(value, *MINUTES))) == {"lots[0].steps[0].options[0].minutes"}


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e3", "1.0"])
def test_numbers_that_json_or_python_know_and_the_format_does_not_are_refused(word):
    raw = text().replace('"horizon": 10000', f'"horizon": {word}')
    assert set(flaws(raw)) == {"horizon"}


@pytest.mark.parametrize("value", ["", "a\nb", "\x00", "\ud800", "x" * 201, 7, None, ["K1"]])
def test_a_name_is_a_short_text_that_can_be_written(value):
    assert "lots[0].tile" in flaws(with_value(value, "lots", 0, "tile"))
    assert "name" in flaws(with_value(value, "name"))


def test_a_name_may_be_chinese():
    assert (
        read_problem(with_value("抛釉砖　800×800", "lots", 0, "tile")).lots[0].tile
        == "抛釉砖　800×800"
    )


@pytest.mark.parametrize("due", [0, -5, -(10**8)])
def test_a_due_before_the_epoch_is_allowed(due):
    whole = read_problem(with_value(due, "lots", 0, "pegs", 0, "due"))
    assert faults(whole, factories.solve(whole, iterations=5)) == []


@pytest.mark.parametrize(
    ("value", "path", "place"),
    [
        ([[0, 0]], ("changeovers", "free", "minutes"), "changeovers.free.minutes"),
        ([[0], [0]], ("changeovers", "free", "minutes"), "changeovers.free.minutes"),
        ([[-1]], ("changeovers", "free", "minutes"), "changeovers.free.minutes[0][0]"),
        ([], ("changeovers", "free", "families"), "changeovers.free.families"),
        ([], ("lots", 0, "steps"), "lots[0].steps"),
        ([], ("lots", 0, "steps", 0, "options"), "lots[0].steps[0].options"),
        ([7], ("lots", 0, "steps", 0, "options"), "lots[0].steps[0].options[0]"),
        (-1, ("lots", 0, "steps", 0, "family"), "lots[0].steps[0].family"),
        ([[1, 2, 3]], ("calendars", "open", "off"), "calendars.open.off[0]"),
        ("no", ("calendars", "open", "resumable"), "calendars.open.resumable"),
        ([], ("calendars",), "calendars"),
        (-1, ("lots", 0, "pegs", 0, "cents_per_minute_late"), "lots[0].pegs[0].cents_per_minute_late"),
        (10**10, ("lots", 0, "pegs", 0, "m2"), "lots[0].pegs[0].m2"),
        ("soon", ("epoch",), "epoch"),
        ([{"lot": "L1", "stage": "fire", "start": -1}], ("pins",), "pins[0].start"),
        ([{"lot": "L1", "stage": "fire", "resource": "K9"}], ("pins",), "pins[0].resource"),
        ([{"lot": "L9", "stage": "fire"}], ("pins",), "pins[0].lot"),
        ([{"lot": "L1", "stage": "glaze"}], ("pins",), "pins[0].stage"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_with_its_place(value, path, place):
    assert place in flaws(with_value(value, *path))


def test_a_resource_that_is_an_option_twice_is_refused():
    options = ordinary()["lots"][0]["steps"][0]["options"] * 2
    told = flaws(with_value(options, "lots", 0, "steps", 0, "options"))
    assert set(told) == {"lots[0].steps[0].options[1].resource"}


def test_many_flaws_are_cut_short_and_counted():
    row = ordinary()
    row |= {"lots": [{}] * 1000, "pins": []}
    with pytest.raises(InvalidProblem) as caught:
        read_problem(row)
    told = caught.value.flaws
    assert len(told) == FLAWS_TOLD + 1
    assert told[-1].message == f"and {1000 * 7 - FLAWS_TOLD} more flaws"


TOO_LARGE = {
    "work that never ends": (problem(lot(release=10**8)), "lots"),
    "lateness": (problem(lot(pegs=[peg(due=-(10**8), rate=10**9)])), "lots"),
    "stock": (problem(lot(pegs=[peg(m2=10**9, due=10**8)]), holding_cents_per_m2_day=10**6),
              "holding_cents_per_m2_day"),
    "makespan": (problem(lot(), makespan_cents_per_minute=10**14), "makespan_cents_per_minute"),
    "changeovers": (problem(lot(), changeovers={"free": factories.FREE,
                    "table": replace(TABLE, cents_per_minute=10**14)}), "changeovers"),
    "pins": (problem(lot(), pins=(Pin("L1", "fire"),) * 100_001), "pins"),
    "published": (problem(lot(), published=(Published("gone", "fire", "K1", 0, 9),) * 100_001),
                  "published"),
}  # fmt: skip


@pytest.mark.parametrize("name", TOO_LARGE)
def test_what_could_overflow_is_refused_before_anybody_counts(name):
    whole, place = TOO_LARGE[name]
    assert place in {flaw.place for flaw in flaws_in(whole)}


def test_the_largest_that_is_let_in_is_planned_and_priced_truly():
    late = lot("L1", pegs=[peg(due=0, rate=10**9)])
    slow = lot("L2", step("fire", ("K1", 700_000)), pegs=[peg(m2=10**6, due=90_000_000)])
    pins = (Pin("L2", "fire", start=0),)
    whole = problem(late, slow, holding_cents_per_m2_day=4_000, pins=pins)
    assert flaws_in(whole) == []
    plan = factories.solve(whole, iterations=20)
    assert faults(whole, plan) == []
    assert plan.price.total > 10**14


def test_a_window_that_is_empty_closes_nothing_and_one_that_ends_before_it_starts_is_refused():
    assert (
        read_problem(with_value([[5, 5]], "calendars", "open", "off")).calendars["open"].off == ()
    )
    told = flaws(with_value([[5, 4]], "calendars", "open", "off"))
    assert "not after the end" in told["calendars.open.off[0]"]


# --- plans --------------------------------------------------------------------------------------


def plan_row(**changes) -> dict:
    return factories.solve(read_problem(ordinary()), iterations=0).to_dict() | changes


BAD_PLANS = {
    "a start that nobody can count": ({"start": 10**30}, "operations[0].start"),
    "an end right beyond the limit": ({"end": 10**8 + 1}, "operations[0].end"),
    "a bound of too many cents": ({"bound": {"name": "x", "cents": 10**15 + 1}}, "bound.cents"),
    "messages that are a number": ({"messages": 5}, "messages"),
    "messages that are a text": ({"messages": "no"}, "messages"),
    "messages that are numbers": ({"messages": [5]}, "messages"),
    "clashes that are a text": ({"clashes": "abc"}, "clashes"),
    "no seed": ({"seed": None}, "seed"),
}


@pytest.mark.parametrize("name", BAD_PLANS)
def test_a_plan_of_another_shape_is_refused_with_the_place(name):
    changes, place = BAD_PLANS[name]
    row = plan_row()
    (row["operations"][0] if set(changes) & {"start", "end"} else row).update(changes)
    with pytest.raises(InvalidPlan, match=re.escape(place)):
        read_plan(json.dumps(row))


SHAPES = {
    "messages": 5,
    "clashes": "abc",
    "seed": None,
    "iterations": 1.5,
    "seconds": "9",
}


@pytest.mark.parametrize("key", SHAPES)
def test_the_referee_reports_what_is_beside_the_operations_as_a_fault_of_shape(key):
    whole = read_problem(ordinary())
    assert faults(whole, plan_row()) == []
    (fault,) = faults(whole, plan_row(**{key: SHAPES[key]}))
    assert fault.kind == "shape"
    assert key in fault.sentence


def test_a_clash_without_wishes_or_sentence_is_a_fault_of_shape():
    for clash in ({"wishes": []}, {"sentence": "x"}, {"wishes": [5], "sentence": "x"}):
        (fault,) = faults(read_problem(ordinary()), plan_row(clashes=[clash]))
        assert fault.kind == "shape"


@pytest.mark.parametrize(
    "raw", ["[" * 100_000, '{"id": ' + "9" * 5000 + "}", '{"id": "N", "id": "N"}', ""]
)
def test_a_lot_file_that_cannot_be_read_is_said_in_words(tmp_path, capsys, raw):
    files, new = saved(tmp_path, problem(lot("A"))), tmp_path / "lot.json"
    new.write_text(raw, encoding="utf-8")
    assert main(["promise", *files, "--lot", str(new)]) == 2
    told = capsys.readouterr().err
    assert "Traceback" not in told
    assert "set_int_max_str_digits" not in told
    assert len(told) < 2000


def test_no_more_of_a_plan_or_a_lot_file_is_loaded_than_may_be_read(tmp_path, capsys):
    question, plan = saved(tmp_path, problem(lot("A")))
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(200 * 2**20)
    for words in (["check", question], ["explain", "--order", "O-A", question]):
        assert main([*words, str(huge)]) == 2
        assert "huge.json is larger than 32 MB" in capsys.readouterr().err
    assert main(["promise", question, plan, "--lot", str(huge)]) == 2
    assert "huge.json is larger than 32 MB" in capsys.readouterr().err


ARGUMENTS = {
    ("--iterations", "x"): "must be a whole number of at most 18 digits; it is 'x'",
    ("--iterations", "-1"): "must be at least 0",
    ("--seed", "9" * 5000): "must be a whole number of at most 18 digits",
    ("--seconds", "nan"): "must be a number from 0 to below a billion",
    ("--seconds", "x"): "must be a number from 0 to below a billion",
    ("--workers", "1" + "0" * 12): "must be from 1 to 256",
    ("--out", "/nope/x.json"): "there is no folder /nope",
    ("--out", "/tmp"): "/tmp is a folder",
}


@pytest.mark.parametrize("words", ARGUMENTS)
def test_a_wrong_argument_is_refused_before_any_search_with_what_is_wanted(tmp_path, capsys, words):
    with pytest.raises(SystemExit) as ended:
        main(["solve", saved(tmp_path, problem(lot()))[0], *words])
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert ARGUMENTS[words] in told
    assert len(told) < 1000


def test_more_workers_than_a_solve_may_have_are_refused():
    with pytest.raises(ValueError, match="workers 1 to 256"):
        factories.solve(problem(lot()), iterations=0, workers=10**12)


# --- garbage anywhere ---------------------------------------------------------------------------

GARBAGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 300),
    st.sampled_from([10**8, -(10**8), 10**12, 10**30, -1, 2**63, 1.5, float("nan"), float("inf")]),
    st.sampled_from(
        ["", "K1", "S1", "L1", "fire", "sort", "finish", "open", "free", "T1", "\ud800"]
    ),
    st.text(max_size=3),
    st.sampled_from([[], {}, [[]], [{}], [[0, 10]], [[5, 5], [3, 9]], {"K1": {}}]),
)


def places(value, path=()):
    """Give the path of every value in a JSON object."""
    yield path
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, one in inside:
        yield from places(one, (*path, key))


WHOLE = json.loads(
    replace(
        random_problem(7, most_lots=4),
        pins=(Pin("L0", "fire", None, 300),),
        published=(Published("L1", "fire", "R0", 10, 90),),
        frozen_until=20,
    ).to_json()
)
PLACES = [path for path in places(WHOLE) if path]


def put(row, path, value) -> None:
    """Put a value at a place, unless garbage before it has taken the place away."""
    *way, last = path
    with suppress(KeyError, IndexError, TypeError):
        for key in way:
            row = row[key]
        row[last] = value


@given(st.lists(st.tuples(st.sampled_from(PLACES), GARBAGE), min_size=1, max_size=3))
@settings(
    max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
def test_garbage_anywhere_is_refused_with_its_place_or_planned(garbage):
    row = deepcopy(WHOLE)
    for path, value in garbage:
        put(row, path, value)
    told = told_of(json.dumps(row))
    assert all(flaw.place and flaw.message and len(str(flaw)) < 600 for flaw in told)
    if not told:
        whole = read_problem(json.dumps(row))
        plan = factories.solve(whole, iterations=50)
        assert plan.messages or faults(whole, plan) == []


def told_of(raw):
    try:
        read_problem(raw)
    except InvalidProblem as refused:
        return refused.flaws or [None]
    return ()
