"""Days and folders that no plant can have are refused in one line."""

import csv

import pytest

from tests.cli.test_cli import Place, smaller
from tileplan import paths


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path / "data")


@pytest.mark.parametrize(
    "day", ["yesterday", "0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31", "2026-02-30"]
)
def test_a_day_that_no_plant_knows_is_one_clear_line(place, day):
    for command in (["plan"], ["load", paths.DEMO_PLANT]):
        answer = place.run(*command, "--as-of", day)
        assert (answer.returncode, answer.stdout) == (2, "")
        (line,) = answer.stderr.splitlines()
        assert line.startswith(f"tileplan {command[0]}: ")
        assert f"{day} is no day from 2000-01-01 to 2099-12-31" in line


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_an_order_of_an_unbelievable_day_does_not_set_the_clock(place, tmp_path, day):
    folder = tmp_path / "plant"
    smaller(folder)
    book = folder / "orderbook.csv"
    rows = list(csv.DictReader(book.read_text(encoding="utf-8").splitlines()))
    for row in rows:
        row["order_date"] = day
    with book.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    answer = place.run("load", folder)
    assert answer.returncode in {0, 1}
    assert "Traceback" not in answer.stderr
    assert "orderbook.csv:" in answer.stdout


def test_a_folder_with_nothing_to_load_is_refused_and_makes_no_tables(place, tmp_path):
    (tmp_path / "notes.csv").write_text("a,b\n")
    assert "has none of the files" in place.fails("load", tmp_path)
    assert not (place.folder / "tileplan.db").exists()
