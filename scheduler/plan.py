"""The scheduler's answer: tileplan-plan/1, both ways (minutes from the problem's epoch, cents)."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from scheduler.clash import Clash, read_clash
from scheduler.limits import DEAREST, MINUTES
from scheduler.parsing import Doubled, Unreadable, parse, parse_file, shown

FORMAT = "tileplan-plan/1"


class InvalidPlan(ValueError):
    """The JSON given is no tileplan-plan/1; the message says where."""


class Status(StrEnum):
    """How the search ended; only an infeasible answer has no operations."""

    FEASIBLE = "feasible"  # the budget was used up
    OPTIMAL = "optimal"  # the price equals a proven bound
    STOPPED = "stopped"  # somebody stopped it: the best plan until then
    INFEASIBLE = "infeasible"  # pins and frozen work leave no plan; `messages` say why


@dataclass(frozen=True, slots=True)
class Operation:
    """One step of one lot on one resource, from `start` to `end` (minutes)."""

    lot: str
    stage: str
    resource: str
    start: int
    end: int

    def to_dict(self) -> dict[str, Any]:
        """Give the operation as it stands in the file."""
        return {key: getattr(self, key) for key in ("lot", "stage", "resource", "start", "end")}


@dataclass(frozen=True, slots=True)
class Price:
    """What a plan costs, by part, in cents."""

    tardiness: int = 0
    earliness: int = 0
    changeover: int = 0
    idle: int = 0
    campaign: int = 0
    stability: int = 0
    makespan: int = 0

    @property
    def total(self) -> int:
        """The sum of the parts (cents)."""
        return sum(getattr(self, field.name) for field in fields(self))

    def to_dict(self) -> dict[str, int]:
        """Give the six parts and their total; the makespan too, where it costs anything."""
        parts = asdict(self)
        if not self.makespan:
            del parts["makespan"]
        return {**parts, "total": self.total}


@dataclass(frozen=True, slots=True)
class Bound:
    """A proven lower bound on the total (cents), and the name of the argument behind it."""

    name: str
    cents: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Every operation with its times, the price, and where the plan came from.

    `problem` is the problem's name; `bound` null or `{"name", "cents"}`; `seconds` is null when
    the budget was given as iterations; `messages` (written only if any) say why no plan exists or
    was found; `clashes` (written only if any) are the wishes proven to clash, one for a message.
    """

    problem: str
    operations: tuple[Operation, ...]
    price: Price
    bound: Bound | None
    status: Status
    seed: int
    iterations: int
    seconds: int | None
    messages: tuple[str, ...] = ()
    clashes: tuple[Clash, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give the plan as the JSON object of tileplan-plan/1."""
        return {
            "format": FORMAT,
            "problem": self.problem,
            "operations": [operation.to_dict() for operation in self.operations],
            "price": self.price.to_dict(),
            "bound": None if self.bound is None else asdict(self.bound),
            "status": self.status.value,
            "seed": self.seed,
            "iterations": self.iterations,
            "seconds": self.seconds,
            **({"messages": list(self.messages)} if self.messages else {}),
            **({"clashes": [one.to_dict() for one in self.clashes]} if self.clashes else {}),
        }

    def to_json(self) -> str:
        """Give the plan as JSON with sorted keys and a closing newline: equal plans, equal bytes."""
        return json.dumps(self.to_dict(), sort_keys=True, indent=1) + "\n"


def _row(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidPlan(f"{place} must be an object")
    if isinstance(value, Doubled):
        raise InvalidPlan(f"{place} has a key twice: {', '.join(map(shown, value.names))}")
    return value


def _whole(row: Mapping[str, Any], key: str, place: str, most: int | None = None) -> int:
    """Give a whole number, from -most to most where that is given."""
    value = row.get(key)
    if type(value) is not int:
        raise InvalidPlan(f"{place}.{key} must be a whole number")
    if most is not None and abs(value) > most:
        text = f"{place}.{key} must be a whole number from -{most} to {most}"
        raise InvalidPlan(f"{text}; it is {shown(value)}")
    return value


def _text(row: Mapping[str, Any], key: str, place: str) -> str:
    value = row.get(key)
    if not isinstance(value, str):
        raise InvalidPlan(f"{place}.{key} must be text")
    return value


def _operation(value: object, place: str) -> Operation:
    row = _row(value, place)
    return Operation(
        lot=_text(row, "lot", place),
        stage=_text(row, "stage", place),
        resource=_text(row, "resource", place),
        start=_whole(row, "start", place, MINUTES),
        end=_whole(row, "end", place, MINUTES),
    )


def _price(value: object) -> Price:
    row = _row(value, "price")
    row = {"makespan": 0, **row}
    price = Price(*(_whole(row, field.name, "price", DEAREST) for field in fields(Price)))
    if _whole(row, "total", "price") != price.total:
        raise InvalidPlan("price.total must be the sum of its parts")
    return price


def _bound(value: object) -> Bound | None:
    if value is None:
        return None
    row = _row(value, "bound")
    return Bound(_text(row, "name", "bound"), _whole(row, "cents", "bound", DEAREST))


def _list(row: Mapping[str, Any], key: str) -> list[Any]:
    value = row.get(key)
    if not isinstance(value, list | tuple):
        raise InvalidPlan(f"{key} must be a list")
    return list(value)


def _texts(row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Give a list of texts, none where the key is absent."""
    value = row.get(key, ())
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise InvalidPlan(f"{key} must be a list of texts")
    return tuple(value)


def _status(row: Mapping[str, Any]) -> Status:
    try:
        return Status(_text(row, "status", "plan"))
    except ValueError as error:
        known = ", ".join(Status)
        raise InvalidPlan(f"plan.status must be one of {known}") from error


def _clashes(row: Mapping[str, Any]) -> tuple[Clash, ...]:
    try:
        return tuple(map(read_clash, row.get("clashes", ())))
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidPlan("clashes must be a list of wishes with a sentence") from error


def read_plan(raw: str | bytes | Mapping[str, Any]) -> Plan:
    """Read a tileplan-plan/1 (JSON text or its object); raise InvalidPlan where it is none.

    Minutes beyond ±10**8 and cents beyond ±10**15 are refused: no problem has such plans.
    """
    try:
        value = parse(raw) if isinstance(raw, str | bytes) else raw
    except Unreadable as error:
        raise InvalidPlan(f"this {error}") from error
    row = _row(value, "plan")
    if row.get("format") != FORMAT:
        raise InvalidPlan(f"plan.format must be {FORMAT!r}")
    rows = enumerate(_list(row, "operations"))
    return Plan(
        problem=_text(row, "problem", "plan"),
        operations=tuple(_operation(some, f"operations[{i}]") for i, some in rows),
        price=_price(row.get("price")),
        bound=_bound(row.get("bound")),
        status=_status(row),
        seed=_whole(row, "seed", "plan"),
        iterations=_whole(row, "iterations", "plan"),
        seconds=None if row.get("seconds") is None else _whole(row, "seconds", "plan"),
        messages=_texts(row, "messages"),
        clashes=_clashes(row),
    )


def read_plan_file(path: Path) -> Plan:
    """Read a tileplan-plan/1 from a file, of which no more is loaded than may be read.

    Raises InvalidPlan as `read_plan` does, OSError where the file cannot be read.
    """
    try:
        return read_plan(parse_file(path))
    except Unreadable as error:
        raise InvalidPlan(str(error)) from error
