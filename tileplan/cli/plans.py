"""`tileplan plan`, `export-problem` and `export-plan`: planning without web, worker or broker."""

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from pathlib import Path
from typing import Any

from tileplan.cli import days
from tileplan.cli.answer import Answer, opened, progress, stopped_on, told_to_stop
from tileplan.config import Config
from tileplan.kernel import clock
from tileplan.kernel.db import transaction
from tileplan.kernel.errors import NotFound, Refused
from tileplan.kernel.words import say
from tileplan.orders import queries as orders
from tileplan.planning import queries, service
from tileplan.planning.models import PlanVersion, Run
from tileplan.planning.rules import Outcome, RunState
from tileplan.planning.service import solver
from tileplan.production import service as production


def add_to(commands: Any) -> None:
    """Offer the commands."""
    command = commands.add_parser("plan", help="plan the confirmed demand in this process")
    command.add_argument(
        "--seconds", type=int, help="how long to search (default: TILEPLAN_SOLVER_SECONDS)"
    )
    command.add_argument(
        "--publish", action="store_true", help="publish the plan, issue its work orders"
    )
    command.add_argument(
        "--as-of", type=days.day, metavar="DATE",
        help="the day the plan begins (default: the newest order date; today means now)",
    )  # fmt: skip
    command.set_defaults(run=plan)
    for name, run, what in (
        ("export-problem", export_problem, "the problem that the published plan was solved for"),
        ("export-plan", export_plan, "the published plan"),
    ):
        command = commands.add_parser(name, help=f"write {what} to a file, as stored")
        command.add_argument("file", type=Path, metavar="FILE")
        command.set_defaults(run=run)


def plan(arguments: argparse.Namespace) -> Answer:
    """Plan, account for every order line, and publish if asked."""
    config = Config.from_env()
    seconds = config.solver_seconds if arguments.seconds is None else arguments.seconds
    solver.work_in(config.data_dir)
    with opened(config, makes_tables=True):
        as_of = arguments.as_of or _newest_order_day()
        epoch = None if as_of == clock.today() else service.epoch_on(as_of)
        with _clock_on(as_of), told_to_stop() as is_stop_wanted:
            number = service.plan_now(
                seconds,
                epoch=epoch,
                memory_mb=config.solver_memory_mb,
                transaction=transaction,
                lease_seconds=config.lease_seconds,
                on_progress=_teller(),
                is_stop_wanted=is_stop_wanted,
            )
            with transaction():
                run = queries.run(number)
                publishes = arguments.publish and run.outcome is not Outcome.STOPPED
                data = _result(run, publishes=publishes)
    data["as_of"] = as_of.isoformat()
    return Answer(data, _lines(data), code=0 if _is_well(data) else 1)


def _is_well(data: dict[str, Any]) -> bool:
    return bool(data["plan"] and data["is_exact"] and data["state"] == RunState.SOLVED)


def _newest_order_day() -> date:
    with transaction(writing=False):
        day = orders.newest_order_day()
    if day is None:
        raise Refused(say("There are no orders to plan. Load a folder first: tileplan load DIR"))
    if not days.is_usable(day):
        raise Refused(say("The newest order is of %(day)s. Say the day with --as-of.", day=day))
    return day


def _clock_on(day: date) -> AbstractContextManager[None]:
    """The clock of that day's first minute; today's goes on, for nothing can start in the past."""
    return nullcontext() if day == clock.today() else stopped_on(day)


def _teller() -> Callable[[dict[str, Any]], None]:
    """Tell every better plan, once."""
    told: list[Any] = [None]

    def tell(row: dict[str, Any]) -> None:
        if row.get("total") not in told:
            told[0] = row["total"]
            late = row.get("late_orders", "?")
            seconds = f"{row.get('seconds', 0):>7} s"
            progress(f"{seconds}: costs {row['total']}, late order lines {late}")

    return tell


def _result(run: Run, *, publishes: bool) -> dict[str, Any]:
    found = queries.plan_of(run.id)
    accounted = queries.accounting(run)
    issued = None
    if publishes and found is not None:
        if not accounted["is_exact"]:
            raise Refused(
                say("The pieces of some order lines do not add up; nothing is published.")
            )
        issued = production.publish(found.number, by=None, reason="tileplan plan --publish")
    return {
        **accounted,
        "state": str(run.state),
        "error": str(run.reason) if run.reason else None,
        "seconds": run.seconds,
        "epoch": run.epoch_at.isoformat(),
        "plan": found.number if found else None,
        "is_published": issued is not None,
        "price": found.price if found else None,
        "figures": found.figures if found else None,
        "work_orders": {
            "issued": issued.issued if issued else 0,
            "carried": issued.carried if issued else 0,
            "withdrawn": issued.withdrawn if issued else 0,
        },
    }


def _lines(data: dict[str, Any]) -> list[str]:
    if data["plan"] is None:
        return [f"run {data['run']}: {data['state']}", *([data["error"]] if data["error"] else [])]
    totals, work = data["totals"], data["work_orders"]
    lines = [
        f"run {data['run']}, plan {data['plan']}, beginning {data['epoch']}",
        *(
            f"{name.replace('_', ' '):<10} {part['lines']:>6} lines "
            f"{part['pieces']:>10} pieces {part['area']:>12} m2"
            for name, part in totals.items()
        ),
        *(f"{name}: {value}" for name, value in data["price"].items()),
    ]
    if data["state"] == RunState.CANCELLED:
        lines.append("stopped before its time: the best plan is kept as a draft, not published")
    if data["is_published"]:
        lines.append(
            f"published; {work['issued']} work orders issued, {work['withdrawn']} withdrawn"
        )
    if not data["is_exact"]:
        lines.append("the pieces of some order lines do not add up: tell the developers")
    return lines


def export_problem(arguments: argparse.Namespace) -> Answer:
    """Write the problem that the published plan was solved for."""
    with opened(Config.from_env()), transaction(writing=False):
        content = service.problem_of(_published())
    return _written(arguments.file, content)


def export_plan(arguments: argparse.Namespace) -> Answer:
    """Write the published plan."""
    with opened(Config.from_env()), transaction(writing=False):
        content = _published().plan
    return _written(arguments.file, content)


def _published() -> PlanVersion:
    found = queries.published()
    if found is None:
        raise NotFound(say("No plan is published. Run: tileplan plan --seconds 60 --publish"))
    return found


def _written(path: Path, content: str) -> Answer:
    try:
        path.write_bytes(content.encode())
    except OSError as error:
        raise Refused(
            say("Cannot write %(path)s: %(why)s", path=path, why=error.strerror or "")
        ) from None
    size = len(content.encode())
    return Answer({"file": str(path), "bytes": size}, [f"{path}: {size} bytes"])
