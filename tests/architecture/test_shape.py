"""The shape of the house: sizes, one reader of the environment, templates that mirror slices."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*ROOT.glob("tileplan/**/*.py"), *ROOT.glob("scheduler/**/*.py")])
TEMPLATES = sorted(ROOT.glob("templates/**/*.html"))
MOST_LINES = 300
MOST_FUNCTION_LINES = 40


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_a_file_is_at_most_300_lines(path):
    assert len(path.read_text().splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_a_function_is_at_most_40_lines(path):
    tree = ast.parse(path.read_text())
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1}"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > MOST_FUNCTION_LINES
    ]
    assert long == []


def calls(path: Path) -> set[str]:
    """The dotted names that a file calls or reads."""
    return {
        ast.unparse(node)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
    }


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_only_the_config_reads_the_environment(path):
    allowed = {"tileplan/config.py", "tileplan/supervisor.py"}
    reads = {"os.environ", "os.getenv"} & calls(path)
    assert (
        not reads
        or short(path) in allowed
        or (reads == {"os.environ"} and short(path).startswith("tileplan/planning/"))
    )


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_only_the_clock_asks_the_machine_for_the_time(path):
    asked = {"datetime.now", "datetime.utcnow", "date.today", "datetime.today"} & calls(path)
    assert not asked or short(path) == "tileplan/kernel/clock.py"


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_rows_are_never_fetched_past_the_scope(path):
    if "from flask import" in path.read_text():  # there `session` is the browser's cookie
        return
    assert not {"session.get", "session.get_one", "session.bulk_save_objects"} & calls(path)


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_nothing_is_imported_inside_a_function(path):
    tree = ast.parse(path.read_text())
    hidden = [
        node.lineno
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_a_template_has_no_inline_script_style_or_unescaped_text(path):
    text = path.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text)
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son[a-z]+=", text)
    assert not re.search(r"\|\s*safe\b", text)
    assert not re.search(r"(src|href)=\"(https?:)?//", text)


def test_every_template_is_used_and_by_its_own_slice():
    named: dict[str, set[str]] = {}
    for path in [*SOURCES, *TEMPLATES]:
        for name in re.findall(r"[\"']([a-z_]+/[a-z_]+\.html)[\"']", path.read_text()):
            named.setdefault(name, set()).add(short(path))
    kept = {str(path.relative_to(ROOT / "templates")) for path in TEMPLATES}
    assert kept - set(named) == set()
    assert set(named) - kept == set()
    for name, users in named.items():
        slice_name = name.split("/")[0]
        if slice_name == "web":
            continue
        assert all(f"/{slice_name}/" in user for user in users), (name, users)


def test_static_scripts_and_styles_are_named_by_some_page():
    pages = "\n".join(
        path.read_text() for path in [*TEMPLATES, *SOURCES, *ROOT.glob("static/**/*.js")]
    )
    unused = [short(path) for path in ROOT.glob("static/**/*.*") if path.name not in pages]
    assert unused == []


OWN_HOSTS = ("127.0.0.1", "{arguments.host}", "www.w3.org", "evil.example")


def kept_texts() -> dict[str, str]:
    """Every text of the project, the locks included."""
    patterns = (
        "*.md",
        "*.toml",
        "Makefile",
        ".ci/*",
        "docs/**/*",
        "requirements/*",
        "migrations/**/*.py",
    )
    folders = ("templates", "static", "tests", "tileplan", "scheduler", "benchmarks")
    places = [
        path
        for pattern in (*patterns, *(f"{folder}/**/*" for folder in folders))
        for path in ROOT.glob(pattern)
        if path.is_file() and path.suffix not in (".png", ".pyc", ".nbc", ".nbi")
    ]
    return {short(path): path.read_text(errors="ignore") for path in places}


def test_the_project_names_no_host_but_its_own():
    hosts = re.compile(r"https?://([^/\s\"'`)>:;]+)")
    found = [
        (place, host)
        for place, text in kept_texts().items()
        for host in hosts.findall(text)
        if place != "tests/architecture/test_shape.py" and host not in OWN_HOSTS
    ]
    assert found == []


def test_the_project_names_no_folder_of_the_machine_it_lies_on():
    around = {str(ROOT), f"{ROOT.parent}/"} - {"//", "/tmp/", "/srv/", "/opt/", "/usr/", "/home/"}
    texts = kept_texts()
    # The guides tell operators where to put things; somebody may keep a checkout just there.
    code = {place: text for place, text in texts.items() if not place.endswith((".md", ".service"))}
    code = {place: text for place, text in code.items() if not place.startswith("docs/")}
    assert [place for place, text in code.items() if any(path in text for path in around)] == []
    locks = {place: text for place, text in texts.items() if place.startswith("requirements/")}
    assert [
        place for place, text in locks.items() if "://" in text or re.search(r"\s/\w", text)
    ] == []


def test_nothing_reaches_out_of_the_project():
    allowed = {
        "docs/deploy/compose.yaml",
        "tests/accounts/test_rules.py",
        "tests/architecture/test_shape.py",
    }
    climbing = re.compile(r"\.\./")
    assert {place for place, text in kept_texts().items() if climbing.search(text)} <= allowed
