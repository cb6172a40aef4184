"""The import contracts hold, and each is seen to bite on a planted fault."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
    )


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code to plant faults in."""
    folder = tmp_path_factory.mktemp("house")
    for name in ("tileplan", "scheduler"):
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "plant")
        )
        if name == "tileplan":
            shutil.copytree(
                ROOT / "tileplan/plant",
                folder / "tileplan/plant",
                ignore=shutil.ignore_patterns("__pycache__"),
            )
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_contracts_hold(house):
    answer = lint(house)
    assert answer.returncode == 0, answer.stdout + answer.stderr


PLANTED = [
    (
        "tileplan/orders/service.py",
        "from tileplan.planning import queries as planted",
        "Slices are a one-way street",
    ),
    ("tileplan/helpers.py", "HELP = 1", "Slices are a one-way street"),
    ("tileplan/orders/helpers.py", "HELP = 1", "Inside a slice"),
    (
        "tileplan/orders/models.py",
        "from tileplan.orders import queries as planted",
        "Inside a slice",
    ),
    (
        "tileplan/production/service.py",
        "from tileplan.planning import views as planted",
        "Only the assembly knows",
    ),
    ("tileplan/orders/views.py", "import sqlalchemy as planted", "Pages never touch the database"),
    (
        "tileplan/orders/queries.py",
        "import flask as planted",
        "Services, queries and models know no web",
    ),
    ("tileplan/orders/rules.py", "import sqlalchemy as planted", "Rules are pure"),
    ("scheduler/decode.py", "import tileplan.kernel as planted", "The scheduler knows nothing"),
    (
        "tileplan/production/queries.py",
        "import scheduler as planted",
        "Only planning talks to the scheduler",
    ),
    (
        "scheduler/referee.py",
        "from scheduler import decode as planted",
        "The referee shares no code",
    ),
    ("scheduler/price.py", "import ortools as planted", "OR-Tools lives in scheduler.model"),
]


@pytest.mark.parametrize(
    ("place", "fault", "contract"), PLANTED, ids=[p[2] + " " + p[0] for p in PLANTED]
)
def test_a_planted_fault_breaks_its_contract(house, place, fault, contract):
    path = house / place
    if path.with_suffix("").is_dir():
        path = path.with_suffix("") / "__init__.py"
    before = path.read_text() if path.exists() else None
    path.write_text((before or '"""Planted."""\n') + f"\n{fault}\n")
    try:
        answer = lint(house)
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_text(before)
    assert answer.returncode != 0
    broken = [line for line in answer.stdout.splitlines() if contract in line and "BROKEN" in line]
    assert (
        broken
        or contract in answer.stdout
        or "Missing layer" in answer.stdout
        or "undeclared" in answer.stdout.lower()
    )
