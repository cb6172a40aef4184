"""The command line as operators and checks use it: in processes of its own, on a folder of files."""

import contextlib
import csv
import io
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tileplan import paths
from tileplan.cli import main

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outcome:
    """What a command wrote and how it ended."""

    returncode: int
    stdout: str
    stderr: str


class Place:
    """A data folder, and the command line that works in it."""

    def __init__(self, folder):
        self.folder = folder

    def environment(self, settings):
        kept = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        return {**kept, "TILEPLAN_DATA_DIR": str(self.folder), **settings}

    def start(self, *arguments, **settings):
        """Run in a process of its own, as an operator does."""
        return subprocess.run(
            [sys.executable, "-m", "tileplan", *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
            env=self.environment(settings),
        )

    def run(self, *arguments, stdin="", **settings):
        """Run in this process, which is quicker."""
        out, err = io.StringIO(), io.StringIO()
        with (
            pytest.MonkeyPatch.context() as patch,
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            patch.setattr(os, "environ", self.environment(settings))
            patch.setattr(sys, "stdin", io.StringIO(stdin))
            try:
                code = main([str(argument) for argument in arguments])
            except SystemExit as asked_wrongly:
                code = asked_wrongly.code
        return Outcome(code, out.getvalue(), err.getvalue())

    def ask(self, *arguments, code=0, **settings):
        """Run with --json; standard output must be JSON and nothing else."""
        answer = self.run(*arguments, "--json", **settings)
        assert answer.returncode == code, answer.stderr
        return json.loads(answer.stdout)

    def fails(self, *arguments, code=1, stdin="", **settings):
        """Run what must be refused with one line and no traceback; returns the line."""
        answer = self.run(*arguments, stdin=stdin, **settings)
        assert answer.returncode == code, answer.stderr
        assert answer.stdout == ""
        assert "Traceback" not in answer.stderr
        last = answer.stderr.strip().splitlines()[-1]
        assert last.startswith("tileplan")
        return last


def smaller(folder, orders=60):
    """The demo plant with the first orders of its book only."""
    shutil.copytree(paths.DEMO_PLANT, folder)
    book = folder / "orderbook.csv"
    rows = list(csv.reader(book.read_text(encoding="utf-8").splitlines()))
    kept = [row for row in rows[1:] if int(row[0].split("-")[1]) <= orders]
    with book.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([rows[0], *kept])
    return len(kept)


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path / "data")


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """A small plant, loaded, planned and published once for several tests."""
    folder = tmp_path_factory.mktemp("planned")
    made = Place(folder / "data")
    made.lines = smaller(folder / "plant")
    made.loaded = made.ask("load", folder / "plant")
    made.again = made.ask("load", folder / "plant")
    planned = made.start("plan", "--seconds", 2, "--publish", "--json")
    assert planned.returncode == 0, planned.stderr
    made.plan = json.loads(planned.stdout)
    return made


def test_a_folder_is_loaded_and_loading_it_twice_is_harmless(planned):
    assert planned.loaded["ok"] is True
    assert {file["state"] for file in planned.loaded["files"]} == {"loaded"}
    book = next(file for file in planned.loaded["files"] if file["file"] == "orderbook.csv")
    assert book["new"] == planned.lines
    assert all(file["new"] == 0 for file in planned.again["files"])


def test_every_line_is_accounted_for_to_the_piece(planned):
    assert len(planned.plan["lines"]) == planned.lines
    for line in planned.plan["lines"]:
        assert line["from_stock"] + line["planned"] + line["refused"] == line["pieces"], line
    assert planned.plan["is_exact"] is True
    assert planned.plan["is_published"] is True
    assert planned.plan["work_orders"]["issued"] > 0
    assert planned.plan["price"]["total"] > 0


def test_an_unclosed_quote_in_the_order_book_is_named_with_its_row(planned, tmp_path):
    made, plant = Place(shutil.copytree(planned.folder, tmp_path / "copy")), tmp_path / "plant"
    plant.mkdir()
    source = (paths.DEMO_PLANT / "orderbook.csv").read_text(encoding="utf-8").splitlines()
    rows = [source[0], source[1].replace(",", ',"', 1), *source[2:]]
    (plant / "orderbook.csv").write_text("\n".join(rows), encoding="utf-8")
    answer = made.run("load", plant)
    assert answer.returncode == 1
    assert "orderbook.csv" in answer.stdout
    assert "quote" in answer.stdout
    assert "Traceback" not in answer.stderr


def test_the_plan_begins_on_the_day_of_the_newest_order(planned):
    assert planned.plan["as_of"] == planned.loaded["as_of"]


@pytest.mark.parametrize("wish", [signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_ended_keeps_its_best_plan_and_publishes_nothing(planned, tmp_path, wish):
    made = Place(shutil.copytree(planned.folder, tmp_path / "copy"))
    command = [sys.executable, "-m", "tileplan", "plan", "--seconds", "100", "--publish", "--json"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=made.environment({}),
    ) as process:
        next(line for line in process.stderr if "costs" in line)
        process.send_signal(wish)
        out, _ = process.communicate()
    answer = json.loads(out)
    assert process.returncode == 1
    assert (answer["state"], answer["is_published"]) == ("cancelled", False)
    assert answer["plan"] is not None
    assert list((made.folder / "solving").iterdir()) == []
    made.ask("check")


def test_the_published_data_holds(planned):
    answer = planned.ask("check")
    assert answer["findings"] == []
    assert len(answer["checked"]) >= 10
    lines = planned.run("check").stdout
    assert lines == f"{len(answer['checked'])} invariants checked, 0 broken.\n"


def test_broken_data_is_found_and_makes_the_check_fail(planned, tmp_path):
    copy = Place(tmp_path / "broken")
    shutil.copytree(planned.folder, copy.folder)
    with sqlite3.connect(copy.folder / "tileplan.db") as direct:
        direct.execute("UPDATE lot SET on_hand = on_hand + 1 WHERE id = 1")
    direct.close()
    answer = copy.ask("check", code=1)
    assert "I-1" in {finding["id"] for finding in answer["findings"]}
    told = copy.run("check")
    assert told.returncode == 1
    assert "lot 1: on hand" in told.stdout


def test_the_exported_plan_answers_the_exported_problem_as_stored(planned, tmp_path):
    problem, plan = tmp_path / "problem.json", tmp_path / "plan.json"
    size = planned.ask("export-problem", problem)["bytes"]
    assert size == problem.stat().st_size > 1000
    planned.ask("export-plan", plan)
    judged = subprocess.run(
        [sys.executable, "-m", "scheduler", "check", str(problem), str(plan)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert judged.returncode == 0, judged.stdout + judged.stderr
    before = plan.read_bytes()
    planned.ask("export-plan", plan)
    assert plan.read_bytes() == before


def test_people_read_plain_lines(planned):
    answer = planned.run("plan", "--seconds", 1)
    assert answer.returncode == 0, answer.stderr
    assert "run RUN-" in answer.stdout
    assert "ordered" in answer.stdout
    assert "{" not in answer.stdout


def test_a_bad_row_is_named_with_file_line_column_value_and_cure(planned, tmp_path):
    folder = tmp_path / "plant"
    smaller(folder)
    tiles = folder / "tiles.csv"
    tiles.write_text(tiles.read_text().replace(",300,600,9.5,", ",300,sixhundred,9.5,", 1))
    place = Place(tmp_path / "data")
    answer = place.run("load", folder)
    assert answer.returncode == 1
    assert "tiles.csv:2 length_mm 'sixhundred': " in answer.stdout
    assert "Traceback" not in answer.stderr
    told = place.ask("load", folder, code=1)
    assert told["ok"] is False


def test_commands_that_need_something_say_what_to_do_first(place, tmp_path):
    assert "tileplan upgrade" in place.fails("check")
    assert "tileplan load DIR" in place.fails("plan", "--seconds", 1)
    assert "There is no folder" in place.fails("load", tmp_path / "nowhere")
    assert "No plan is published" in place.fails("export-plan", tmp_path / "plan.json")
    assert place.ask("export-plan", "x.json", code=1)["error"].startswith("No plan is published")


def test_seconds_must_make_sense(planned):
    assert "seconds" in planned.fails("plan", "--seconds", 0)
    assert planned.run("plan", "--seconds", "soon").returncode == 2


def test_a_file_that_cannot_be_written_is_named(planned, tmp_path):
    line = planned.fails("export-plan", tmp_path / "no" / "plan.json")
    assert "Cannot write" in line


def test_upgrade_makes_the_tables_and_twice_is_harmless(place):
    assert place.ask("upgrade") == {"upgraded": True}
    assert place.ask("upgrade") == {"upgraded": True}
    assert place.ask("check")["findings"] == []


def test_a_person_is_added_with_a_password_from_standard_input(place):
    words = ["--role", "admin", "--name-en", "Wang Fang", "--name-zh", "王芳"]
    answer = place.run(
        "user", "add", "wang.fang", *words, "--password-stdin", stdin="the kiln burns all night\n"
    )
    assert answer.returncode == 0, answer.stderr
    assert "kiln burns" not in answer.stdout + answer.stderr
    again = place.fails("user", "add", "wang.fang", *words, stdin="the kiln burns all night\n")
    assert "already a user wang.fang" in again
    assert "12 to 128" in place.fails("user", "add", "li.wei", *words, stdin="short\n")
    wrong = ["--role", "boss", *words[2:]]
    line = place.fails("user", "add", "li.wei", *wrong, stdin="the kiln burns all night\n")
    assert "no role boss" in line


def test_a_person_without_names_is_called_by_the_sign_in_name(place):
    words = ["user", "add", "li", "--role", "planner"]
    answer = place.run(*words, stdin="the kiln burns all night\n")
    assert (answer.returncode, answer.stdout) == (0, "li may sign in as planner.\n")
    with contextlib.closing(sqlite3.connect(place.folder / "tileplan.db")) as direct:
        rows = direct.execute('SELECT login, name_en, name_zh, role FROM "user"').fetchall()
    assert rows == [("li", "li", "li", "planner")]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"TILEPLAN_PORT": "eighty"}, "TILEPLAN_PORT must be a whole number"),
        ({"TILEPLAN_ENV": "production"}, "TILEPLAN_SECRET_KEY must be at least 32"),
        ({"TILEPLAN_PLANT_TIMEZONE": "Mars/Olympus"}, "TILEPLAN_PLANT_TIMEZONE"),
        ({"TILEPLAN_DATABASE_URL": "oracle"}, "TILEPLAN_DATABASE_URL"),
        ({"TILEPLAN_BROKER_URL": "carrier-pigeon://"}, "TILEPLAN_BROKER_URL"),
    ],
)
def test_bad_settings_are_one_clear_line(place, settings, says):
    assert says in place.fails("check", code=2, **settings)


def test_a_process_of_its_own_answers_just_as_plainly(place):
    answer = place.start("check", TILEPLAN_PORT="eighty")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert (
        answer.stderr.strip()
        == "tileplan: settings: TILEPLAN_PORT must be a whole number, not 'eighty'"
    )


def test_a_database_that_does_not_answer_is_one_clear_line(place):
    url = "postgresql://nobody@127.0.0.1:1/none"
    assert "the database" in place.fails("check", TILEPLAN_DATABASE_URL=url)


def test_a_production_database_gets_no_demo_people(place):
    settings = {
        "TILEPLAN_ENV": "production",
        "TILEPLAN_SECRET_KEY": "k" * 40,
        "TILEPLAN_DATABASE_URL": f"sqlite:///{place.folder}/real.db",
        "TILEPLAN_BROKER_URL": f"safefs://{place.folder}/broker",
    }
    assert "no demo people" in place.fails("up", "--demo", code=2, **settings)
    assert not (place.folder / "real.db").exists()


def test_a_taken_port_is_said_before_anything_starts(place):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = place.fails("up", PORT=str(port))
        assert f"127.0.0.1:{port}" in line
        assert "PORT=8001" in line
