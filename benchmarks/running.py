"""Starts a run's process, waits for it, and makes a row of whatever became of it."""

import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.instances import Instance
from benchmarks.results import Row

ROOT = Path(__file__).resolve().parents[1]
GRACE_SECONDS = 300.0  # beyond twice the budget: models are built and plans are judged meanwhile


@dataclass(frozen=True, slots=True)
class Run:
    """One engine on one instance with one seed and a budget of wall seconds."""

    instance: Instance
    engine: str
    seed: int
    seconds: float

    @property
    def key(self) -> tuple[str, str, str, int, float]:
        """What makes a run the same as one that is in the table already."""
        family, name = self.instance.family, self.instance.name
        return family, name, self.engine, self.seed, self.seconds


def run(asked: Run, workers: int) -> tuple[Row, bool]:
    """Run in a new process; give the row, and whether it is worth keeping."""
    with TemporaryDirectory(prefix="benchmarks-") as folder:
        answer, errors = Path(folder) / "answer.json", Path(folder) / "errors.txt"
        ask = {"seconds": asked.seconds, "seed": asked.seed, "workers": workers}
        told = {
            "family": asked.instance.family,
            "path": str(asked.instance.path.resolve()),
            "engine": asked.engine,
            "answer": str(answer),
            "ask": ask,
        }
        ended = _wait(json.dumps(told), errors, 2 * asked.seconds + GRACE_SECONDS)
        if answer.exists():
            found = json.loads(answer.read_text())
        else:
            lines = errors.read_text(errors="replace").strip().splitlines()
            found = {"note": f"{ended}: {lines[-1] if lines else 'no word why'}"}
    is_kept = not found.pop("is_missing", False)
    return _row(asked, found), is_kept


def _row(asked: Run, found: dict[str, object]) -> Row:
    known = {
        "family": asked.instance.family,
        "instance": asked.instance.name,
        "engine": asked.engine,
        "seed": asked.seed,
        "seconds": asked.seconds,
        "best_known": asked.instance.best_known,
    }
    return Row.read({**known, **found})


def _wait(told: str, errors: Path, seconds: float) -> str:
    """Wait for the child; say how it ended. Whatever interrupts us ends it too."""
    command = [sys.executable, "-m", "benchmarks.child", told]
    with errors.open("wb") as file:
        child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=file)
        try:
            code = child.wait(seconds)
        except subprocess.TimeoutExpired:
            return f"ended after {seconds:g} seconds"
        finally:
            child.kill()
            child.wait()
    return f"killed ({signal.strsignal(-code)})" if code < 0 else f"failed ({code})"
