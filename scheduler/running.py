"""A solve as a child process: progress on stderr, the best plan always in its file, signals heeded."""

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import monotonic
from types import FrameType, TracebackType
from typing import Any, Self

from scheduler.plan import Plan
from scheduler.problem import InvalidProblem
from scheduler.solve import Progress
from scheduler.stopping import STOPPING

MOST_FLAWS = 20
WRITE_SECONDS = 0.95  # the least time between two plans written while solving


class Running:
    """Tells and keeps the progress of one solve until it is finished or a signal stops it."""

    def __init__(self, out: Path | None) -> None:
        """Take the file for the plan; None means standard output, at the end only."""
        self.out = out
        self.written_total: int | None = None
        self.written_at = 0.0
        self._is_stopped = False
        self._signals = ExitStack()

    def __enter__(self) -> Self:
        """Begin; until `listen` a signal does what it did before."""
        return self

    def listen(self) -> Callable[[], bool]:
        """From now on take SIGTERM and SIGINT as the wish to stop; give what says whether one came."""
        for number in STOPPING:
            self._signals.callback(signal.signal, number, signal.signal(number, self._stop))
        return self.is_stopped

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the signals back; tell a faulty problem's first flaws to whoever reads the lines."""
        self._signals.close()
        if isinstance(error, InvalidProblem):
            _line({"status": "invalid", "messages": [str(one) for one in error.flaws[:MOST_FLAWS]]})

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._is_stopped = True

    def is_stopped(self) -> bool:
        """Say whether a signal asked to stop."""
        return self._is_stopped

    def tell(self, progress: Progress) -> None:
        """Write a line of progress, and the plan where it is better and the last one is old."""
        bound = progress.bound
        _line(
            {
                "seconds": round(progress.seconds, 2),
                "iterations": progress.iterations,
                "total": progress.price.total,
                "parts": progress.price.to_dict(),
                "late_orders": progress.late_orders,
                "dispatch_total": progress.dispatch_total,
                "bound": None if bound is None else {"name": bound.name, "cents": bound.cents},
            }
        )
        is_better = progress.price.total != self.written_total
        if self.out and is_better and monotonic() - self.written_at >= WRITE_SECONDS:
            write_whole(self.out, progress.plan.to_json())
            self.written_total, self.written_at = progress.price.total, monotonic()

    def finish(self, plan: Plan) -> None:
        """Write the plan for good, and a last line with its status."""
        if self.out:
            write_whole(self.out, plan.to_json())
        else:
            sys.stdout.write(plan.to_json())
        last: dict[str, Any] = {"status": plan.status.value, "total": plan.price.total}
        if plan.messages:
            last["messages"] = plan.messages
        if plan.clashes:
            last["clashes"] = [clash.to_dict() for clash in plan.clashes]
        _line(last)


def _line(row: dict[str, Any]) -> None:
    sys.stderr.write(json.dumps(row) + "\n")
    sys.stderr.flush()


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader, or a crash, finds the old one or the new one, never half."""
    with NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
