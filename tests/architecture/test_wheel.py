"""The wheel carries all it needs: built, unpacked elsewhere and run from there."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run(
        [*command, "--disable-pip-version-check", "-w", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_has_templates_static_migrations_words_and_the_demo_plant(unpacked):
    for name in (
        "tileplan/templates/web/base.html",
        "tileplan/static/web/app.css",
        "tileplan/migrations/versions/0001_first.py",
        "tileplan/translations/zh/web.po",
        "tileplan/demo/plant/tiles.csv",
        "scheduler/__main__.py",
    ):
        assert (unpacked / name).is_file(), name


def test_nothing_else_lands_at_the_top_level(unpacked):
    top = {path.name for path in unpacked.iterdir() if not path.name.endswith(".dist-info")}
    assert top == {"tileplan", "scheduler"}


def test_the_unpacked_wheel_makes_a_database_and_finds_it_clean(unpacked, tmp_path):
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); sys.argv[1:] = sys.argv[2:]\n"
        "import tileplan, tileplan.cli\n"
        "assert tileplan.__file__.startswith(sys.path[0]), tileplan.__file__\n"
        "sys.exit(tileplan.cli.main())\n"
    )
    for command in (["upgrade"], ["check", "--json"]):
        answer = subprocess.run(
            [sys.executable, "-c", script, str(unpacked), *command],
            cwd=tmp_path,
            env={"TILEPLAN_DATA_DIR": str(tmp_path / "data"), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert answer.returncode == 0, answer.stderr
