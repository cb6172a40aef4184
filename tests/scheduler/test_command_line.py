"""The command line as the web application and people use it: a child process over files."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scheduler.cli import main
from scheduler.plan import read_plan
from scheduler.problem import Pin
from scheduler.referee import faults
from tests.scheduler.factories import lot, peg, problem, random_problem

ROOT = Path(__file__).parents[2]


@pytest.fixture
def question(tmp_path):
    path = tmp_path / "problem.json"
    path.write_text(random_problem(7, most_lots=40).to_json(), encoding="utf-8")
    return path


def command(*words, **environment) -> list[str]:
    del environment
    return [sys.executable, "-m", "scheduler", *map(str, words)]


def start(*words, **environment) -> subprocess.Popen:
    return subprocess.Popen(
        command(*words),
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def is_sound(plan_path) -> bool:
    whole = random_problem(7, most_lots=40)
    return faults(whole, read_plan(plan_path.read_text(encoding="utf-8"))) == []


def test_solve_writes_a_plan_and_tells_its_progress(question, tmp_path, capsys):
    out = tmp_path / "plan.json"
    assert main(["solve", str(question), "--seconds", "1.2", "--out", str(out)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert set(lines[0]) == {
        "seconds", "iterations", "total", "parts", "late_orders", "dispatch_total", "bound",
    }  # fmt: skip
    assert lines[0]["iterations"] == 0
    assert lines[-1]["status"] == "feasible"
    assert is_sound(out)
    assert main(["check", str(question), str(out)]) == 0
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_without_a_file_the_plan_goes_to_standard_output(question, capsys):
    assert main(["solve", str(question), "--iterations", "20"]) == 0
    assert json.loads(capsys.readouterr().out)["seconds"] is None


def test_iterations_give_the_same_bytes_whatever_the_hash_seed(question, tmp_path):
    plans = []
    for hash_seed in ("0", "1", "random"):
        out = tmp_path / f"{hash_seed}.json"
        child = start(
            "solve", question, "--iterations", 4000, "--out", out, PYTHONHASHSEED=hash_seed
        )
        assert child.communicate()[1]
        assert child.returncode == 0
        plans.append(out.read_bytes())
    assert plans[0] == plans[1] == plans[2]
    assert json.loads(plans[0])["iterations"] >= 4000


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("after", [0.3, 1.1])
def test_a_signal_stops_the_search_and_keeps_its_best_plan(question, tmp_path, number, after):
    out = tmp_path / "plan.json"
    child = start("solve", question, "--seconds", 60, "--out", out)
    child.stderr.readline()  # the first plan is there
    time.sleep(after)
    child.send_signal(number)
    begun = time.monotonic()
    errors = child.communicate()[1]
    assert time.monotonic() - begun < 5  # well under a second on an idle machine
    assert child.returncode == 0, errors
    assert read_plan(out.read_text(encoding="utf-8")).status == "stopped"
    assert is_sound(out)


def test_a_signal_is_heard_by_a_search_that_counts_moves(question, tmp_path):
    out = tmp_path / "plan.json"
    child = start("solve", question, "--iterations", 2_000_000, "--out", out)
    child.stderr.readline()
    time.sleep(0.5)
    child.terminate()
    child.communicate()
    assert child.returncode == 0


def test_a_killed_search_leaves_a_whole_plan(question, tmp_path):
    out = tmp_path / "plan.json"
    child = start("solve", question, "--seconds", 60, "--out", out)
    for _ in range(3):
        child.stderr.readline()
    child.kill()
    child.communicate()
    assert is_sound(out)


def test_check_prints_a_line_for_each_violation(question, tmp_path, capsys):
    out = tmp_path / "plan.json"
    main(["solve", str(question), "--iterations", "0", "--out", str(out)])
    row = json.loads(out.read_text(encoding="utf-8"))
    del row["operations"][0]
    row["problem"] = "x"
    out.write_text(json.dumps(row), encoding="utf-8")
    capsys.readouterr()
    assert main(["check", str(question), str(out)]) == 1
    kinds = [line.split(":")[0] for line in capsys.readouterr().out.splitlines()]
    assert {"problem", "missing"} <= set(kinds)
    assert main(["check", str(question), str(out), "--json"]) == 1
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["kind"] for one in told] == kinds


@pytest.mark.parametrize("text", ["", "[]", "{", '"plan"'])
def test_what_cannot_be_read_is_said_and_ends_with_2(question, tmp_path, capsys, text):
    broken = tmp_path / "broken.json"
    broken.write_text(text, encoding="utf-8")
    assert main(["check", str(question), str(broken)]) == 2
    assert main(["solve", str(broken)]) == 2
    assert main(["solve", str(tmp_path / "nowhere.json")]) == 2
    assert main(["explain", str(question), str(broken), "--order", "O1"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_flawed_problem_is_refused_with_every_flaw(tmp_path, capsys):
    path = tmp_path / "problem.json"
    path.write_text('{"format": "tileplan-problem/1"}', encoding="utf-8")
    assert main(["solve", str(path)]) == 2
    assert len(capsys.readouterr().err.splitlines()) > 10


def test_no_plan_is_an_answer_with_its_reasons(tmp_path, capsys):
    whole = problem(lot(), pins=(Pin("L1", "fire", start=3), Pin("L1", "fire", start=4)))
    path, out = tmp_path / "problem.json", tmp_path / "plan.json"
    path.write_text(whole.to_json(), encoding="utf-8")
    assert main(["solve", str(path), "--out", str(out)]) == 2
    last = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert last["status"] == "infeasible"
    assert "L1" in last["messages"][0]
    assert read_plan(out.read_text(encoding="utf-8")).messages == tuple(last["messages"])


def test_explain_says_why_an_order_is_late(tmp_path, capsys):
    dear = lot("L1", pegs=[peg("A", due=0, rate=9)])
    cheap = lot("L2", release=20, pegs=[peg("B", due=150)])
    path, out = tmp_path / "problem.json", tmp_path / "plan.json"
    path.write_text(problem(dear, cheap).to_json(), encoding="utf-8")
    assert main(["solve", str(path), "--iterations", "50", "--out", str(out)]) == 0
    capsys.readouterr()
    assert main(["explain", str(path), str(out), "--order", "B"]) == 0
    told = capsys.readouterr().out
    for words in ("50 minutes late", "only K1 can", "L1 run", "waits 80 minutes", "only at 20"):
        assert words in told
    assert main(["explain", str(path), str(out), "--order", "Z"]) == 2


def test_bench_tables_a_folder(tmp_path, capsys):
    data = tmp_path / "data"
    data.mkdir()
    for seed in (1, 2):
        whole = random_problem(seed, is_fixed=False)
        (data / f"{seed}.json").write_text(whole.to_json(), encoding="utf-8")
    table = tmp_path / "table.csv"
    assert main(["bench", "--data", str(data), "--seconds", "0.3", "--csv", str(table)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
    assert table.read_text(encoding="utf-8").startswith("problem,lots,atcs,ours")


@pytest.mark.parametrize("words", [["--help"], ["solve", "--help"], ["check", "--help"]])
def test_help_is_there(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 0
    assert "Exit codes" in capsys.readouterr().out
