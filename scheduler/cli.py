"""The command line: solve, check and bench over files, and the planner's questions (`asking`).

`solve` tells its progress on stderr, one JSON object a line: `seconds`, `iterations`, `total`,
`parts` (cents by part), `late_orders`, `dispatch_total`, `bound` (null or name and cents). The
first line comes right after dispatch; a last line has `status` (and `messages` and `clashes` if infeasible, or
if the problem is invalid).
"""

import argparse
import json
import sys
from dataclasses import fields
from pathlib import Path

from scheduler import asking, bench
from scheduler.arguments import count, new_file, seconds, whole, workers
from scheduler.parsing import Unreadable, parse_file
from scheduler.plan import InvalidPlan, Status, read_plan_file
from scheduler.problem import InvalidProblem
from scheduler.reading import read_problem_file
from scheduler.referee import faults
from scheduler.running import Running
from scheduler.solve import DEFAULT_SECONDS, solve
from scheduler.warming import warm

FINE, FAULTY, UNREADABLE = 0, 1, 2
EPILOG = (
    "Exit codes: 0 fine, 1 the plan has faults, 2 unreadable input or no plan exists, 130 or 143 "
    "a signal came before there was an answer."
)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; give its exit code."""
    given = _parser().parse_args(arguments)
    try:
        return int(given.run(given))
    except InvalidProblem as error:
        print(f"The problem cannot be planned as it is written:\n{error}", file=sys.stderr)
    except InvalidPlan as error:
        print(f"The plan cannot be read: {error}", file=sys.stderr)
    except asking.WRONGLY_ASKED as error:
        print(error, file=sys.stderr)
    except (OSError, UnicodeDecodeError) as error:
        print(f"A file cannot be read or written: {error}", file=sys.stderr)
    return UNREADABLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scheduler", description=__doc__, epilog=EPILOG)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_solve(commands.add_parser("solve", help="plan a problem", epilog=EPILOG))
    _add_check(commands.add_parser("check", help="have the referee judge a plan", epilog=EPILOG))
    asking.add(commands, EPILOG)
    _add_warm(commands.add_parser("warm", help="compile the search, so that nobody waits for it"))
    _add_bench(commands.add_parser("bench", help="plan a folder of problems, one after another"))
    return parser


def _add_solve(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Plan PROBLEM.json and write PLAN.json; while it runs, the best plan so far is there too, "
        "at most a second old. SIGTERM or SIGINT stops the search and keeps its best plan."
    )
    parser.add_argument("problem", type=Path, metavar="PROBLEM.json")
    parser.add_argument(
        "--out", type=new_file, metavar="PLAN.json", help="(default: standard output)"
    )
    parser.add_argument("--seconds", type=seconds, help=f"wall time (default {DEFAULT_SECONDS:g})")
    parser.add_argument(
        "--iterations", type=count, help="candidate moves instead of seconds: the same plan always"
    )
    parser.add_argument("--seed", type=whole, default=1, help="of the random numbers (default 1)")
    parser.add_argument("--workers", type=workers, default=1, help="CP-SAT's threads (default 1)")
    parser.add_argument(
        "--start", type=Path, metavar="PLAN.json", help="a sound plan to start from"
    )
    parser.set_defaults(run=_solve)


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.description = "Judge PLAN.json against PROBLEM.json: one line for each violation."
    parser.add_argument("problem", type=Path, metavar="PROBLEM.json")
    parser.add_argument("plan", type=Path, metavar="PLAN.json")
    parser.add_argument("--json", action="store_true", help="write each violation as JSON")
    parser.set_defaults(run=_check)


def _add_bench(parser: argparse.ArgumentParser) -> None:
    parser.description = "Plan every problem of a folder and print a table against ATCS."
    parser.add_argument("--data", type=Path, required=True, help="folder of problem files")
    parser.add_argument("--seconds", type=seconds, default=10.0, help="for each (default 10)")
    parser.add_argument("--seed", type=whole, default=1)
    parser.add_argument("--csv", type=new_file, help="write the table there too")
    parser.set_defaults(run=_bench)


def _add_warm(parser: argparse.ArgumentParser) -> None:
    parser.description = "Compile the search and keep it on disk; done before, it takes a second."
    parser.set_defaults(run=_warm)


def _solve(given: argparse.Namespace) -> int:
    if given.seconds is not None and given.iterations is not None:
        print("Give --seconds or --iterations, not both.", file=sys.stderr)
        return UNREADABLE
    with Running(given.out) as running:
        problem = read_problem_file(given.problem)
        start = None if given.start is None else read_plan_file(given.start)
        plan = solve(
            problem,
            seconds=given.seconds,
            iterations=given.iterations,
            seed=given.seed,
            workers=given.workers,
            start=start,
            on_progress=running.tell,
            should_stop=running.listen(),
        )
        running.finish(plan)
    return UNREADABLE if plan.status is Status.INFEASIBLE else FINE


def _warm(_given: argparse.Namespace) -> int:
    is_compiled = warm()
    print("The search is compiled." if is_compiled else "There is no compiler; the search is slow.")
    return FINE


def _check(given: argparse.Namespace) -> int:
    problem = read_problem_file(given.problem)
    try:
        row = parse_file(given.plan)
    except Unreadable as error:
        raise InvalidPlan(str(error)) from error
    if not isinstance(row, dict):
        raise InvalidPlan(f"{given.plan.name} holds no JSON object")
    found = faults(problem, row)
    for fault in found:
        names = {name: getattr(fault, name) for name in fault.__slots__}
        print(json.dumps(names) if given.json else fault)
    return FAULTY if found else FINE


def _bench(given: argparse.Namespace) -> int:
    names = [field.name for field in fields(bench.Row)]
    print("  ".join(names))
    done = []
    for row in bench.rows(given.data, given.seconds, given.seed):
        done.append(row)
        print("  ".join(f"{getattr(row, name)!s:>{len(name)}}" for name in names), flush=True)
    if given.csv is not None:
        bench.write_csv(given.csv, done)
    return FAULTY if any(row.faults for row in done) else FINE
