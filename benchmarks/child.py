"""One run in a process of its own, so that time, memory and accidents are its own too."""

import json
import resource
import sys
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import Any

from benchmarks.engines.ask import Answer, Ask, Unfit
from benchmarks.instances import Instance
from benchmarks.judging import Verdict, judge
from scheduler.warming import warm

STATUS = Path("/proc/self/status")
KIB = 1024


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run brought; `is_missing` says that the engine is not installed here."""

    lots: int = 0
    objective: int | None = None
    violations: int = 0
    first_plan_seconds: float | None = None
    used_seconds: float | None = None
    peak_mb: int | None = None
    iterations: int | None = None
    atcs: int | None = None
    note: str = ""
    is_missing: bool = False


def peak_mb() -> int:
    """Give the most memory that this process has held, in MB."""
    if STATUS.exists():
        # ru_maxrss also remembers the process that started this one; the kernel's own peak does not.
        peaks = [line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:")]
        return int(peaks[0].split()[1]) // KIB
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // KIB // (KIB if sys.platform == "darwin" else 1)


def outcome(instance: Instance, engine: str, ask: dict[str, Any]) -> Outcome:
    """Let an engine plan an instance, and have the referee judge what it says."""
    problem = instance.problem()
    lots = len(problem.lots)
    try:
        module = import_module(f"benchmarks.engines.{engine}")
    except ModuleNotFoundError as error:
        return Outcome(lots, note=f"not installed here: {error.name}", is_missing=True)
    warm()  # a waiting worker has the compiled search loaded too
    started = monotonic()
    try:
        answer: Answer = module.plan(problem, Ask(instance.family, **ask))
    except Unfit as error:
        answer = Answer(None, note=str(error))
    used, peak = monotonic() - started, peak_mb()
    verdict = Verdict(None, 0) if answer.plan is None else judge(problem, answer.plan)
    return Outcome(
        lots=lots,
        objective=verdict.objective,
        violations=verdict.violations,
        first_plan_seconds=answer.first_plan_seconds,
        used_seconds=used,
        peak_mb=peak,
        iterations=answer.iterations,
        atcs=answer.atcs,
        note=answer.note,
    )


def main(arguments: list[str]) -> None:
    """Run what the first argument (JSON) says; write the outcome to the file that it names."""
    asked = json.loads(arguments[0])
    instance = Instance(asked["family"], Path(asked["path"]))
    found = outcome(instance, asked["engine"], asked["ask"])
    Path(asked["answer"]).write_text(json.dumps(asdict(found)))


if __name__ == "__main__":
    main(sys.argv[1:])
