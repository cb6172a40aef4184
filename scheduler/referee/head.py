"""What a plan says of itself before its operations: its format, its problem, how the search ended."""

import reprlib
from collections.abc import Iterator, Mapping
from typing import Any

from scheduler.plan import FORMAT, Status
from scheduler.problem import Problem
from scheduler.referee.fault import Fault


def shown(value: object) -> str:
    """Show a value of a plan in a few characters, however long it is."""
    if isinstance(value, int) and abs(value) > 10**18:
        return "a number of more than 18 digits"
    return reprlib.repr(value)


def format_faults(row: object) -> Iterator[Fault]:
    """Refuse what is no plan at all: nothing else of it can be judged."""
    if not isinstance(row, Mapping):
        yield Fault("format", f"A plan is an object; this is {shown(row)}.")
    elif "format" not in row:
        yield Fault("format", f"The plan's format is missing; it must be {FORMAT!r}.")
    elif row["format"] != FORMAT:
        yield Fault("format", f"The plan's format is {shown(row['format'])}, not {FORMAT!r}.")


def head_faults(problem: Problem, row: Mapping[str, Any]) -> Iterator[Fault]:
    """Refuse a plan of another problem, one without operations, and a status that cannot be."""
    name, status, operations = row.get("problem"), row.get("status"), row.get("operations")
    if name != problem.name:
        yield Fault("problem", f"The plan is for problem {shown(name)}, not {problem.name!r}.")
    if status not in list(Status):
        known = ", ".join(Status)
        yield Fault("status", f"The plan's status is {shown(status)}, none of {known}.")
    if not isinstance(operations, list | tuple):
        yield Fault("shape", "The plan has no list of operations.")
    elif status == Status.INFEASIBLE and operations:
        count = len(operations)
        yield Fault("status", f"The plan says that none exists, and has {count} operations.")
    elif status == Status.INFEASIBLE:
        yield Fault("status", "The answer is that no plan exists; there is nothing to judge.")


def optimum_faults(row: Mapping[str, Any], total: int) -> Iterator[Fault]:
    """Refuse a plan that calls itself optimal without a bound as high as its own price."""
    if row.get("status") != Status.OPTIMAL:
        return
    bound = row.get("bound")
    cents = bound.get("cents") if isinstance(bound, Mapping) else None
    if type(cents) is not int:
        yield Fault("status", "The plan calls itself optimal without a bound to prove it.")
    elif cents < total:
        sentence = f"The plan calls itself optimal at {total} cents; its bound is {cents}."
        yield Fault("status", sentence, minutes=total - cents)


def origin_faults(row: Mapping[str, Any]) -> Iterator[Fault]:
    """Refuse what a plan says of where it came from, or of wishes, in another shape than the format's."""
    for key, value in (("seed", row.get("seed")), ("iterations", row.get("iterations"))):
        if type(value) is not int:
            yield Fault("shape", f"The plan's {key} is {shown(value)}, no whole number.")
    seconds = row.get("seconds")
    if seconds is not None and type(seconds) is not int:
        yield Fault("shape", f"The plan's seconds are {shown(seconds)}, no whole number nor null.")
    messages, clashes = row.get("messages", []), row.get("clashes", [])
    if not _is_list(messages, str):
        yield Fault("shape", f"The plan's messages are {shown(messages)}, no list of texts.")
    if not _is_list(clashes, Mapping) or not all(map(_is_clash, clashes)):
        text = f"The plan's clashes are {shown(clashes)}, no list of wishes with a sentence."
        yield Fault("shape", text)


def _is_clash(row: Mapping[str, Any]) -> bool:
    return isinstance(row.get("sentence"), str) and _is_list(row.get("wishes"), Mapping)


def _is_list(value: object, of: type) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, of) for one in value)
