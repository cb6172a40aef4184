"""The small supervisor behind `tileplan up`: it keeps web, worker and clock, and ends them together."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

log = logging.getLogger(__name__)

STOP_SECONDS = 15.0
_TICK_SECONDS = 0.2
# A vital child that ends so often within a minute won't be mended by starting it once more.
_MOST_STARTS = 5
_WITHIN_SECONDS = 60.0
# Others are started for ever, after a pause that doubles, so that what still works goes on.
_LONGEST_PAUSE = 60.0
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Child:
    """A process to be kept running; `orphaned` is sent to it when the supervisor is killed.

    Without a vital one the others are worth nothing: if it can't be kept alive, all end.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    orphaned: signal.Signals = signal.SIGTERM
    is_vital: bool = False


@dataclass
class _Running:
    """A child with its process, when it was started lately, and when it will be after a pause."""

    child: Child
    process: subprocess.Popen[bytes]
    starts: list[float] = field(default_factory=list)
    deaths: int = 0
    due_at: float | None = None

    @property
    def has_ended(self) -> bool:
        """True where the process is gone and nobody has seen to it yet."""
        return self.due_at is None and self.process.poll() is not None


class Supervisor:
    """Starts children, restarts those that die, and leaves nothing alive."""

    def __init__(self, children: Sequence[Child]) -> None:
        self._children = children
        self._running: list[_Running] = []
        self._signals = 0

    def run(self, when_up: Callable[[], None] = lambda: None) -> int:
        """Run until told to stop or until a vital child can't be kept alive; returns the exit code."""
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._note_signal)
        try:
            for child in self._children:
                self._running.append(_Running(child, _start(child), [time.monotonic()]))
            when_up()
            return self._watch()
        finally:
            self._stop()

    def _note_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1

    def _watch(self) -> int:
        while not self._signals:
            time.sleep(_TICK_SECONDS)
            for running in self._running:
                if running.has_ended and not self._restart(running):
                    return 1
                if running.due_at is not None and time.monotonic() >= running.due_at:
                    _start_again(running)
        return 0

    def _restart(self, running: _Running) -> bool:
        """See to a child that ended: True where it will be started again."""
        name, code = running.child.name, running.process.returncode
        now = time.monotonic()
        has_lasted = now - running.starts[-1] > _WITHIN_SECONDS
        running.deaths = 1 if has_lasted else running.deaths + 1
        running.starts = [start for start in running.starts if start > now - _WITHIN_SECONDS]
        _kill_group(running.process, signal.SIGKILL)
        if running.child.is_vital and len(running.starts) >= _MOST_STARTS:
            log.error("%s ended %s times within a minute; giving up", name, len(running.starts))
            return False
        pause = 0.0 if running.child.is_vital else _pause(running.deaths)
        if pause:
            log.error(
                "%s ended %s times in a row, now with code %s; starting it again in %.0f s",
                name, running.deaths, code, pause,
            )  # fmt: skip
        else:
            log.warning("%s ended with code %s; starting it again", name, code)
        running.due_at = now + pause
        return True

    def _stop(self) -> None:
        """Ask everybody to stop, wait, and kill what is still there; a second Ctrl-C kills at once."""
        asked = self._signals
        for running in self._running:
            running.process.send_signal(signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        while time.monotonic() < until and self._signals <= max(asked, 1):
            if all(running.process.poll() is not None for running in self._running):
                break
            time.sleep(_TICK_SECONDS / 4)
        for running in self._running:
            if running.due_at is None:  # the number of one long gone may be another's by now
                _kill_group(running.process, signal.SIGKILL)
            running.process.wait()
        _bury_orphans()


def _pause(deaths: int) -> float:
    """How long to wait after so many deaths in a row: not at all, then 1, 2, 4 … 60 seconds."""
    return 0.0 if deaths < 2 else min(2.0 ** min(deaths - 2, 10), _LONGEST_PAUSE)


def _start_again(running: _Running) -> None:
    running.process = _start(running.child)
    running.starts.append(time.monotonic())
    running.due_at = None


def _start(child: Child) -> subprocess.Popen[bytes]:
    parent = os.getpid()

    def prepare() -> None:
        """Lead a session of its own, and hear when the supervisor dies."""
        os.setsid()
        _prctl(_PR_SET_PDEATHSIG, child.orphaned)
        if os.getppid() != parent:
            os._exit(1)

    # The supervisor has one thread only, so running Python between fork and exec is safe.
    return subprocess.Popen(
        child.command,
        env={**os.environ, **child.environment},
        stdin=subprocess.DEVNULL,
        preexec_fn=prepare,  # noqa: PLW1509
    )


def _kill_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal a child and everything it started."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def _bury_orphans() -> None:
    """Kill grandchildren that left their group: having lost their parent, they are ours now."""
    if sys.platform != "linux":
        return
    own = str(os.getpid())
    for entry in Path("/proc").glob("[0-9]*"):
        if _parent_of(entry) == own:
            os.kill(int(entry.name), signal.SIGKILL)
    try:
        while os.waitpid(-1, 0):
            continue
    except ChildProcessError:
        return


def _parent_of(process: Path) -> str:
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[1]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _prctl(option: int, value: int) -> None:
    """Ask Linux for it; elsewhere only a killed supervisor leaves its children behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
