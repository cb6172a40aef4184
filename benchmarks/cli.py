"""The command line: which instances, which engines, how long, and where the table is kept."""

import argparse
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks import instances, table
from benchmarks.engines import OPPONENTS, OURS
from benchmarks.instances import PLANT, Instance, NoData
from benchmarks.results import NotOurTable, Row, Table
from benchmarks.running import ROOT, Run, run

FINE, FAULTY, UNREADABLE = 0, 1, 2
DATA = ROOT.parent / "shared" / "benchmarks"
SAMPLE = 2  # instances of each classic family that opponents get
MOST_LOTS = 300  # of a plant that a model of the whole gets; beyond it none has ever found a plan
WHAT = "Let engines plan the same problems side by side, each run in a process of its own."
EPILOG = "Exit codes: 0 fine, 1 a plan has faults or we found none, 2 unreadable input."


def main(arguments: list[str] | None = None) -> int:
    """Run a comparison; give its exit code."""
    given = _parser().parse_args(arguments)
    try:
        return _compared(given, _chosen(given), Table(given.csv))
    except (NoData, NotOurTable) as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        print(
            "Stopped. What is in the table is kept; run the same again to go on.", file=sys.stderr
        )
    return UNREADABLE


def _compared(given: argparse.Namespace, chosen: list[Instance], kept: Table) -> int:
    """Run what is not in the table yet, and print all of it."""
    print(_machine(given))
    shown: list[Row] = []
    for row in _rows(given, chosen, kept):
        if not shown or shown[-1].family != row.family:
            print(f"\n{row.family}\n{table.head(row.family)}")
        shown.append(row)
        print(table.line(row), flush=True)
    print("\n" + "\n".join(table.summary(shown)))
    is_ours_missing = any(row.engine == OURS and row.objective is None for row in shown)
    return FAULTY if is_ours_missing or any(row.violations for row in shown) else FINE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=WHAT, epilog=EPILOG)
    parser.add_argument("kind", choices=("plant", "classic"), help="which benchmarks")
    parser.add_argument("--data", type=Path, help="their folder (default: the shared examples)")
    parser.add_argument(
        "--against",
        type=_opponents,
        default=[],
        metavar="NAME,…",
        help=f"of {', '.join(OPPONENTS)}; they get the first seed and a sample of "
        f"the instances (plants of {MOST_LOTS} lots at most for all but atcs)",
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="for each run (default 60)")
    parser.add_argument("--seeds", type=_seeds, default=[1], metavar="N,…", help="(default 1)")
    parser.add_argument("--only", type=_names, metavar="NAME,…", help="these instances or families")
    parser.add_argument("--csv", type=Path, help="the table; runs that are in it are not run again")
    parser.add_argument(
        "--sample",
        type=int,
        default=SAMPLE,
        help=f"instances of a classic family for opponents (default {SAMPLE}; 0: all)",
    )
    parser.add_argument(
        "--workers",
        type=int,
        default=os.cpu_count() or 1,
        help="threads of CP-SAT and PyJobShop (default: as many as the machine has; ours uses one)",
    )
    return parser


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _opponents(text: str) -> list[str]:
    unknown = [name for name in _names(text) if name not in OPPONENTS]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(OPPONENTS)}")
    return _names(text)


def _seeds(text: str) -> list[int]:
    try:
        return [int(name) for name in _names(text)] or [1]
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} are no whole numbers") from error


def _chosen(given: argparse.Namespace) -> list[Instance]:
    """Give the instances that are asked for."""
    folder = given.data or DATA / given.kind
    found = instances.plant(folder) if given.kind == PLANT else instances.classic(folder)
    if given.only is None:
        return found
    known = {name for each in found for name in (each.name, each.path.name, each.family)}
    unknown = [name for name in given.only if name not in known]
    if unknown:
        raise NoData(f"{folder} has no {', '.join(unknown)}.")
    named = set(given.only)
    return [each for each in found if named & {each.name, each.path.name, each.family}]


def _sampled(given: argparse.Namespace, chosen: Sequence[Instance]) -> list[Instance]:
    """Give the instances that opponents get: evenly spread over each family, unless named."""
    if given.only is not None or given.kind == PLANT or not given.sample:
        return list(chosen)
    sample = []
    for family in dict.fromkeys(each.family for each in chosen):
        own = [each for each in chosen if each.family == family]
        count = min(given.sample, len(own))
        sample += [own[(2 * i + 1) * len(own) // (2 * count)] for i in range(count)]
    return sample


def _runs(given: argparse.Namespace, chosen: Sequence[Instance]) -> Iterator[Run]:
    """Give the runs, instance by instance, ours first: it tells the ATCS reference."""
    sample = _sampled(given, chosen)
    for instance in chosen:
        for seed in given.seeds:
            yield Run(instance, OURS, seed, given.seconds)
        if instance in sample:
            for engine in given.against:
                yield Run(instance, engine, given.seeds[0], given.seconds)


def _rows(given: argparse.Namespace, chosen: Sequence[Instance], kept: Table) -> Iterator[Row]:
    """Give each run's row, from the table or from running it now."""
    for asked in _runs(given, chosen):
        done = {row.key: row for row in kept.rows}
        row = done.get(asked.key)
        if row is None:
            same = [each for each in kept.rows if each.key[:2] == asked.key[:2]]
            lots = max((each.lots for each in same), default=0)
            if _is_too_large(asked, lots):
                continue
            row, is_kept = run(asked, given.workers)
            atcs = [each.atcs for each in same if each.atcs is not None]
            row = replace(row, lots=row.lots or lots, atcs=row.atcs or next(iter(atcs), None))
            kept.add(row, is_kept=is_kept)
        yield row


def _is_too_large(asked: Run, lots: int) -> bool:
    return (
        asked.instance.family == PLANT
        and asked.engine in ("cpsat", "pyjobshop")
        and lots > MOST_LOTS
    )


def _machine(given: argparse.Namespace) -> str:
    """Say on what the figures were taken."""
    parts = [
        f"{given.seconds:g} s a run",
        f"seeds {','.join(map(str, given.seeds))}",
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        f"Python {platform.python_version()}",
        *(f"{name} {_version(name)}" for name in ("ortools", "numba", "pyjobshop")),
    ]
    return "; ".join(parts)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
