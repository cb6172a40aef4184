"""The scheduler as a child process: bounded in memory, polite, and gone when its worker is gone."""

import ctypes
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any

from tileplan.kernel.jobs import Cancelled
from tileplan.kernel.words import Text
from tileplan.planning.rules import Outcome
from tileplan.planning.service.endings import Ending, judge
from tileplan.planning.translate.clashes import clash_words

# The child looks at a signal twice a second; one that does not is killed.
STOPS_WITHIN_SECONDS = 10.0
BEAT_SECONDS = 1.0
# Beyond its budget the child still reads, judges and writes; past this it hangs.
GRACE_SECONDS = 120.0
SEED = 1
_PREFIX = "tileplan-"
_START = "start.json"
# Longer than any search: whoever wrote there was killed.
_LEFT_SECONDS = 2 * 3600
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_LOWEST_PRIORITY = 19
_MEGABYTE = 1024 * 1024
# Each thread of a numeric library reserves memory of its own; one solve has one thread.
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}

Progress = dict[str, Any]
OnBeat = Callable[[Progress], None]


@dataclass(frozen=True)
class Solved:
    """What the scheduler found; `is_stopped` where somebody stopped it before its time."""

    plan: str
    progress: Progress
    is_stopped: bool

    @property
    def outcome(self) -> Outcome:
        """The one word for how it ended."""
        return Outcome.STOPPED if self.is_stopped else Outcome.FOUND


class _Wait(Enum):
    """Why nobody waits for the child any more."""

    ENDED = auto()
    STOPPED = auto()
    OVERDUE = auto()


@dataclass
class _Telling:
    """What the child has told on stderr: the newest progress, and words that were none."""

    lines: SimpleQueue[str] = field(default_factory=SimpleQueue)
    progress: Progress = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    most_mb: int = 0

    def read(self) -> None:
        """Take in what was told since."""
        while True:
            try:
                line = self.lines.get_nowait()
            except Empty:
                return
            try:
                row = json.loads(line)
            except ValueError:
                row = None
            if isinstance(row, dict):
                self.progress = {**self.progress, **row}
            else:
                self.words.append(line.rstrip())


@dataclass
class _Place:
    """Where the files of a search lie; set once by the worker or the command line."""

    folder: Path | None = None


_place = _Place()


def work_in(data_dir: Path) -> None:
    """Keep the files of searches under the data folder; what the killed left there goes."""
    _place.folder = data_dir / "solving"
    _place.folder.mkdir(exist_ok=True)
    for left in _place.folder.glob(f"{_PREFIX}*"):
        if time.time() - left.stat().st_mtime > _LEFT_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def solve(
    problem: str,
    *,
    seconds: int,
    memory_mb: int,
    on_beat: OnBeat,
    start: str | None = None,
    grace: float = GRACE_SECONDS,
) -> Solved:
    """Plan a problem in a child process, telling `on_beat` about every second how far it is.

    A plan to `start` from is never made worse.

    `on_beat` raises Cancelled to stop the search and keep its best plan; anything else it raises
    kills the child and goes on. A child that has not ended `grace` seconds after its budget is
    killed. Raises SolverFailed, with the best plan so far where there is one.
    """
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=_place.folder) as folder:
        place = Path(folder)
        _write(place, problem, start)
        with _child(place, seconds, memory_mb) as (child, telling):
            why = _wait(child, telling, seconds + grace, on_beat)
        telling.read()
        found = place / "plan.json"
        plan = found.read_text() if found.exists() else None
    ending = Ending(
        code=child.returncode,
        status=telling.progress.get("status"),
        messages=tuple(map(str, telling.progress.get("messages") or ())),
        clashes=_clashes(problem, telling.progress),
        words=tuple(telling.words),
        overdue=grace if why is _Wait.OVERDUE else None,
        most_mb=telling.most_mb,
        memory_mb=memory_mb,
    )
    return _judged(ending, plan, telling.progress, is_stopped=why is _Wait.STOPPED)


def _judged(ending: Ending, plan: str | None, progress: Progress, *, is_stopped: bool) -> Solved:
    """Give what a child has found, or raise what became of it."""
    # A search stopped before its time leaves its best plan, however slowly it obeyed.
    if is_stopped and not ending.is_refused:
        if plan is None:
            raise Cancelled  # so early that there was no plan yet
        return Solved(plan, progress, is_stopped=True)
    if ending.is_good and plan is not None:
        return Solved(plan, progress, is_stopped=False)
    raise judge(ending, plan, progress)


def _write(place: Path, problem: str, start: str | None) -> None:
    """Lay down what the child reads: the problem, and the plan to start from if there is one."""
    (place / "problem.json").write_text(problem)
    if start is not None:
        (place / _START).write_text(start)


def _clashes(problem: str, told: Progress) -> Text | None:
    """Name what clashes, where the scheduler has proven it."""
    rows = told.get("clashes")
    if not rows:
        return None
    return clash_words(rows, datetime.fromisoformat(json.loads(problem)["epoch"]))


@contextmanager
def _child(
    place: Path, seconds: int, memory_mb: int
) -> Iterator[tuple[subprocess.Popen[str], _Telling]]:
    """Start the scheduler; however this ends, it is gone afterwards and all its words are told."""
    child = subprocess.Popen(
        [
            sys.executable, "-m", "scheduler", "solve", str(place / "problem.json"),
            "--seconds", str(seconds), "--seed", str(SEED), "--out", str(place / "plan.json"),
            *(["--start", str(place / _START)] if (place / _START).exists() else []),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env={**os.environ, **_ONE_THREAD},
        # Between fork and exec: the limits must hold before the first line of the child runs.
        preexec_fn=lambda: _limit(memory_mb),  # noqa: PLW1509
    )  # fmt: skip
    telling = _Telling()
    assert child.stderr is not None  # noqa: S101 - it was asked for
    reader = threading.Thread(target=_listen, args=(child.stderr, telling), daemon=True)
    reader.start()
    try:
        yield child, telling
    finally:
        if child.poll() is None:
            child.kill()
        child.wait()
        reader.join()
        child.stderr.close()


def _limit(memory_mb: int) -> None:
    """In the child: polite, and with a cap on memory.

    The cap is on data, which is what a solve makes. A cap on addresses would also count the code
    of libraries and what compilers only reserve, some 300 MB that cost nothing.
    """
    be_polite()
    # A terminal that closes tells all its processes: this one hears of it from its parent.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    most = memory_mb * _MEGABYTE
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def be_polite() -> None:
    """In a child, before it begins: the lowest priority, and death with the thread that started it."""
    os.nice(_LOWEST_PRIORITY)
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _listen(stderr: IO[str], telling: _Telling) -> None:
    for line in stderr:
        telling.lines.put(line)


def _wait(
    child: subprocess.Popen[str],
    telling: _Telling,
    seconds: float,
    on_beat: OnBeat,
) -> _Wait:
    """Beat until the child ends, somebody stops it, or it has had its time."""
    beats_left = seconds / BEAT_SECONDS
    while beats_left > 0:
        telling.most_mb = max(telling.most_mb, _data_mb(child.pid))
        try:
            child.wait(BEAT_SECONDS)
        except subprocess.TimeoutExpired:
            beats_left -= 1
            telling.read()
        else:
            return _Wait.ENDED
        try:
            on_beat(telling.progress)
        except Cancelled:
            _stop(child)
            return _Wait.STOPPED
    child.kill()
    return _Wait.OVERDUE


def _data_mb(pid: int) -> int:
    """How much memory the child has for its data by now; 0 where nobody can say."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    kilobytes = [int(line.split()[1]) for line in lines if line.startswith("VmData:")]
    return sum(kilobytes) // 1024


def _stop(child: subprocess.Popen[str]) -> None:
    child.terminate()
    try:
        child.wait(STOPS_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
