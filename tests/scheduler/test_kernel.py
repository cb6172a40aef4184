"""The compiled search and the same source interpreted: one plan, and nobody waits for a compiler."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scheduler.kernel.compiled import IS_COMPILED
from scheduler.kernel.sorting import sort
from scheduler.warming import warm
from tests.scheduler.factories import random_problem

ROOT = Path(__file__).resolve().parents[2]


def solved(path, *arguments, **environment):
    """Solve in a process of its own; the plan's bytes and what it told."""
    done = subprocess.run(
        [sys.executable, "-m", "scheduler", "solve", str(path), *arguments],
        capture_output=True, check=True, env={**os.environ, **environment},
    )  # fmt: skip
    return done.stdout


@pytest.mark.parametrize(
    ("seed", "lots", "moves"), [(5, 12, 3000), (7, 45, 3000), (5, 45, 100), (3, 130, 300)]
)
def test_without_the_compiler_the_same_source_gives_the_same_plan(tmp_path, seed, lots, moves):
    path = tmp_path / "problem.json"
    path.write_text(random_problem(seed, most_lots=lots, is_fixed=False).to_json())
    arguments = ("--iterations", str(moves), "--seed", "4")
    compiled = solved(path, *arguments)
    assert b'"status"' in compiled
    assert solved(path, *arguments, NUMBA_DISABLE_JIT="1") == compiled


def test_warming_says_whether_there_is_a_compiler():
    assert warm() is IS_COMPILED


def test_nothing_is_compiled_anew_after_warming(tmp_path):
    warm()
    watching = (
        "import numba.core.caching as c; from scheduler.warming import warm; "
        "saved = []; c.CompileResultCacheImpl.reduce = lambda *a: saved.append(a); "
        "warm(); raise SystemExit(len(saved))"
    )
    done = subprocess.run([sys.executable, "-c", watching], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr


def test_no_answer_loads_anything_that_warming_has_not_loaded():
    asking = [sys.executable, "-m", "tests.scheduler.loaded"]
    done = subprocess.run(asking, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_sort_sorts_the_first_keys_and_leaves_the_rest():
    keys = [5, 3, 9, 3, 1, 0]
    if IS_COMPILED:
        import numpy as np

        keys = np.array(keys)
    sort(keys, 5)
    assert list(keys) == [1, 3, 3, 5, 9, 0]
