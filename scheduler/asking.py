"""The planner's questions on the command line: replan, move, promise and explain."""

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from scheduler.arguments import count, new_file, seconds, whole
from scheduler.difference import Difference
from scheduler.explain import UnknownOrder, explained
from scheduler.move import UnknownOperation, move
from scheduler.parsing import Unreadable, parse_file
from scheduler.plan import Plan, Price, Status, read_plan_file
from scheduler.problem import Flaw, InvalidProblem, Problem
from scheduler.promise import TRIALS, Offer, promise
from scheduler.reading import read_problem, read_problem_file
from scheduler.replan import SECONDS, Mode, replan
from scheduler.running import Running, write_whole
from scheduler.standing import PlanDoesNotFit

FINE, IMPOSSIBLE, UNREADABLE = 0, 1, 2
WRONGLY_ASKED = (UnknownOrder, UnknownOperation, PlanDoesNotFit)
NAMED = 20  # orders and operations named at most in plain text


def add(commands: Any, epilog: str) -> None:
    """Add the questions to the command line's sub-commands."""
    again = commands.add_parser("replan", help="plan anew from a published plan", epilog=epilog)
    _add_replan(again)
    _add_move(commands.add_parser("move", help="put one operation elsewhere", epilog=epilog))
    _add_promise(commands.add_parser("promise", help="say when a new lot is ready", epilog=epilog))
    _add_explain(commands.add_parser("explain", help="say why an order is late", epilog=epilog))


def _add_replan(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Plan PROBLEM.json anew, whose `published` is the plan in force, and say what moves: "
        "repair keeps every order and resource, stable changes little, free looks for the best."
    )
    parser.add_argument("problem", type=Path, metavar="PROBLEM.json")
    parser.add_argument("--mode", choices=list(Mode), type=Mode, default=Mode.STABLE)
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument("--seconds", type=seconds, help=f"wall time (default {SECONDS:g})")
    budget.add_argument("--iterations", type=count, help="candidate moves instead of seconds")
    parser.add_argument("--seed", type=whole, default=1)
    _end(parser, _replan)


def _add_move(parser: argparse.ArgumentParser) -> None:
    parser.description = "Put a lot's operation to a resource and a minute; the rest gives way."
    _plan_of(parser)
    parser.add_argument("--lot", required=True)
    parser.add_argument("--stage", required=True)
    parser.add_argument("--resource", required=True)
    parser.add_argument("--start", type=whole, required=True, help="minute from the epoch")
    _end(parser, _move)


def _add_promise(parser: argparse.ArgumentParser) -> None:
    parser.description = "Say when a new lot (LOT.json: one of a problem's `lots`) could be ready."
    _plan_of(parser)
    parser.add_argument("--lot", type=Path, required=True, metavar="LOT.json")
    parser.add_argument("--limit", type=whole, default=TRIALS, help="places tried exactly")
    parser.add_argument(
        "--offer", choices=["earliest", "harmless"], default="harmless", help="the plan for --out"
    )
    _end(parser, _promise)


def _add_explain(parser: argparse.ArgumentParser) -> None:
    parser.description = "Say in plain words why an order ends when it does, and what saves it."
    _plan_of(parser)
    parser.add_argument("--order", required=True, help="the order, as it stands in the pegs")
    parser.add_argument("--json", action="store_true", help="write one JSON object")
    parser.set_defaults(run=_explain)


def _plan_of(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("problem", type=Path, metavar="PROBLEM.json")
    parser.add_argument("plan", type=Path, metavar="PLAN.json")


def _end(parser: argparse.ArgumentParser, run: Any) -> None:
    parser.add_argument(
        "--out", type=new_file, metavar="PLAN.json", help="write the new plan there"
    )
    parser.add_argument("--json", action="store_true", help="write the answer as one JSON object")
    parser.set_defaults(run=run)


def _read(given: argparse.Namespace) -> tuple[Problem, Plan]:
    return read_problem_file(given.problem), read_plan_file(given.plan)


def _replan(given: argparse.Namespace) -> int:
    with Running(given.out) as running:
        problem = read_problem_file(given.problem)
        found = replan(
            problem,
            given.mode,
            seconds=given.seconds,
            iterations=given.iterations,
            seed=given.seed,
            on_progress=running.tell,
            should_stop=running.listen(),
        )
        if given.out:
            running.finish(found.plan)
    lines = [*found.plan.messages, *_told(found.difference)]
    _say(given, found, lines)
    return UNREADABLE if found.plan.status is Status.INFEASIBLE else FINE


def _move(given: argparse.Namespace) -> int:
    problem, plan = _read(given)
    found = move(problem, plan, given.lot, given.stage, given.resource, given.start)
    lines = [reason.sentence for reason in found.reasons]
    if found.landed is not None:
        at = found.landed
        where = f"on {at.resource} from {at.start} to {at.end}"
        lines.insert(0, f"Lot {at.lot} in {at.stage} is {where}.")
    else:
        lines.insert(0, "That is not possible.")
    _say(given, found, lines + _told(found.difference))
    _keep(given, found.plan)
    return IMPOSSIBLE if found.plan is None else FINE


def _promise(given: argparse.Namespace) -> int:
    problem, plan = _read(given)
    try:
        new = parse_file(given.lot)
    except Unreadable as error:
        raise InvalidProblem((Flaw("lot", str(error)),)) from error
    whole = problem.to_dict()
    asked = read_problem({**whole, "lots": [*whole["lots"], new]})
    found = promise(problem, plan, asked.lots[-1], limit=max(given.limit, 1))
    lines = [*found.messages]
    for what, offer in (("Earliest", found.earliest), ("Without harm", found.harmless)):
        if offer is not None:
            lines += [f"{what}: ready {offer.end}.", *_told(offer.difference)]
    _say(given, found, lines)
    chosen: Offer | None = getattr(found, given.offer)
    _keep(given, None if chosen is None else chosen.plan)
    return FINE if found.earliest or found.harmless else UNREADABLE


def _explain(given: argparse.Namespace) -> int:
    problem, plan = _read(given)
    found = explained(problem, plan, given.order)
    _say(given, found, found.sentences())
    return FINE


def _keep(given: argparse.Namespace, plan: Plan | None) -> None:
    if given.out and plan is not None:
        write_whole(given.out, plan.to_json())


def _say(given: argparse.Namespace, answer: object, lines: Iterable[str]) -> None:
    text = json.dumps(as_json(answer)) if given.json else "\n".join(lines)
    sys.stdout.write(text + "\n")


def _told(difference: Difference | None) -> list[str]:
    """Tell a difference in a few lines."""
    if difference is None:
        return []
    cents = difference.cents
    price = "" if cents is None else f", {abs(cents)} cents {'more' if cents >= 0 else 'less'}"
    differ = (
        f"{len(difference.moved)} operations differ, {difference.resource_changes} of them on "
        f"another resource, {difference.shifted} moved beyond the tolerance."
    )
    lines = [
        f"Price {difference.after.total}{price}.",
        differ,
        f"Late orders: {difference.late_before} before, {difference.late_after} now.",
    ]
    for what, orders in (
        ("Late now", difference.became_late),
        ("No longer late", difference.no_longer_late),
    ):
        if orders:
            more = f" and {len(orders) - NAMED} more" if len(orders) > NAMED else ""
            lines.append(f"{what}: {', '.join(orders[:NAMED])}{more}.")
    return lines


def as_json(value: Any) -> Any:
    """Give an answer as plain JSON values: problems and plans left out, sentences and totals in."""
    if isinstance(value, Price):
        return value.to_dict()
    if is_dataclass(value):
        named = {one.name: getattr(value, one.name) for one in fields(value)}
        kept = {key: one for key, one in named.items() if not isinstance(one, Problem | Plan)}
        for extra in ("sentence", "saves", "cents"):
            if hasattr(value, extra):
                kept[extra] = getattr(value, extra)
        return {key: as_json(one) for key, one in kept.items()}
    if isinstance(value, tuple | list):
        return [as_json(one) for one in value]
    return value
