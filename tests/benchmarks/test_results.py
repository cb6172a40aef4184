"""The CSV that a later run goes on with, and the table's means."""

from dataclasses import replace

import pytest

from benchmarks import table
from benchmarks.results import COLUMNS, NotOurTable, Row, Table

ROW = Row(
    family="hfsp",
    instance="1",
    lots=50,
    engine="tileplan",
    seed=1,
    seconds=2.5,
    objective=1010,
    best_known=1000,
    atcs=2020,
    first_plan_seconds=0.125,
    used_seconds=2.6,
    peak_mb=120,
    violations=0,
    iterations=700,
    note='said "so", twice',
)


def lines(rows):
    return list(table.summary(rows))


def test_a_row_comes_back_from_the_file_as_it_went_in(tmp_path):
    path = tmp_path / "t.csv"
    bare = replace(ROW, seed=2, objective=None, atcs=None, iterations=None, peak_mb=None)
    for row in (ROW, bare):
        Table(path).add(row)
    assert Table(path).rows == [ROW, bare]
    assert path.read_text().count("family") == 1


@pytest.mark.parametrize("torn", ["hfsp,2,50,tilepl", "hfsp,2,50,tileplan,1,2.5,99", '"hfs'])
def test_a_torn_last_line_is_cut_away_and_the_next_row_stands_on_its_own(tmp_path, torn):
    path = tmp_path / "t.csv"
    Table(path).add(ROW)
    with path.open("a") as file:
        file.write(torn)
    Table(path).add(replace(ROW, seed=3))
    assert Table(path).rows == [ROW, replace(ROW, seed=3)]


def test_a_head_that_was_torn_off_is_written_anew(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(",".join(COLUMNS)[:20])
    Table(path).add(ROW)
    assert Table(path).rows == [ROW]


def test_a_file_with_other_columns_is_left_alone(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("name,age\nAda,36\n")
    with pytest.raises(NotOurTable):
        Table(path)
    assert path.read_text() == "name,age\nAda,36\n"


def test_what_is_not_worth_keeping_is_shown_but_not_written(tmp_path):
    kept = Table(tmp_path / "t.csv")
    kept.add(ROW, is_kept=False)
    assert kept.rows == [ROW]
    assert Table(tmp_path / "t.csv").rows == []


def test_the_gap_is_counted_from_the_best_known_and_is_0_where_0_is_reached():
    assert ROW.gap_percent == 1.0
    assert ROW.better_percent == 50.0
    assert ROW.cents_per_lot == 20.2
    assert replace(ROW, best_known=0, objective=0).gap_percent == 0.0
    assert replace(ROW, best_known=0, objective=5).gap_percent is None
    assert replace(ROW, objective=None).gap_percent is None


def test_the_mean_is_over_instances_of_the_median_over_seeds():
    rows = [
        replace(ROW, instance=name, seed=seed, objective=objective)
        for name, objectives in (("1", (1010, 1020, 1900)), ("2", (1000, 1040, 1040)))
        for seed, objective in enumerate(objectives, 1)
    ]
    assert lines(rows) == [
        "hfsp, 2.5 s, tileplan: 3.00 % above the best known, mean over 2 of 2 instances; "
        "0 hard violations"
    ]


def test_a_best_known_of_0_that_is_missed_is_listed_and_left_out_of_the_mean():
    rows = [
        ROW,
        replace(ROW, instance="2", best_known=0, objective=0),
        replace(ROW, instance="3", best_known=0, objective=7),
    ]
    (said,) = lines(rows)
    assert "0.50 % above the best known, mean over 2 of 3 instances" in said
    assert said.endswith("left out (nothing to count by): 3")


def test_an_opponent_is_compared_on_the_instances_it_planned():
    theirs = replace(ROW, engine="cpsat", objective=1100)
    rows = [
        ROW,
        replace(ROW, instance="2", objective=1500),
        theirs,
        replace(theirs, instance="2", objective=None),
    ]
    said = lines(rows)[1]
    assert "cpsat: 10.00 % above" in said
    assert "no plan on 2" in said
    assert said.endswith("ours on the same: 1.00 %")


def test_a_line_stands_under_its_head_and_says_where_there_is_no_plan():
    head, line = table.head("hfsp"), table.line(ROW)
    assert line[head.index("engine") :].startswith("tileplan")
    assert head.index("gap %") + len("gap %") == line.index("1.00") + len("1.00")
    assert "no plan" in table.line(replace(ROW, objective=None))
    assert "< ATCS %" in table.head("plant")
