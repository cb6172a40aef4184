"""What pins and frozen work have decided before any search: resources, starts, and quarrels."""

from dataclasses import dataclass

from scheduler.problem import Lot, Pin, Problem

Key = tuple[str, str]  # lot, stage


@dataclass(frozen=True, slots=True)
class Decisions:
    """The resource and the start decided for (lot, stage), and a sentence for each conflict."""

    resource: dict[Key, str]
    start: dict[Key, int]
    conflicts: tuple[str, ...]


class FrozenPin(Pin):
    """Frozen work as a pin of resource and start; nobody has pinned it, so it is called by its name."""

    __slots__ = ()


def frozen_pins(problem: Problem) -> list[FrozenPin]:
    """Give frozen work, published to start before `frozen_until`, as pins of resource and start."""
    return [
        FrozenPin(row.lot, row.stage, row.resource, row.start)
        for row in problem.published
        if row.start < problem.frozen_until
    ]


def decisions(problem: Problem) -> Decisions:
    """Put pins and frozen work together; where two disagree, the first stays and a word is said."""
    resource: dict[Key, str] = {}
    start: dict[Key, int] = {}
    conflicts: list[str] = []
    lots = {lot.id: lot for lot in problem.lots}
    for pin in (*problem.pins, *frozen_pins(problem)):
        if pin.lot in lots:
            conflicts += _decide(pin, lots[pin.lot], resource, start)
    return Decisions(resource, start, tuple(conflicts))


def _decide(pin: Pin, lot: Lot, resource: dict[Key, str], start: dict[Key, int]) -> list[str]:
    steps = [step for step in lot.steps if step.stage == pin.stage]
    if not steps:
        return []
    what = "frozen work" if isinstance(pin, FrozenPin) else "pin"
    key, name = (pin.lot, pin.stage), f"{what} of lot {pin.lot} in {pin.stage}"
    quarrels = []
    if pin.resource is not None:
        if pin.resource not in {option.resource for option in steps[0].options}:
            return [f"The {name} names {pin.resource}, which cannot do this step."]
        if resource.setdefault(key, pin.resource) != pin.resource:
            quarrels.append(f"The {name} names {pin.resource}, but {resource[key]} is pinned too.")
    if pin.start is not None and start.setdefault(key, pin.start) != pin.start:
        quarrels.append(f"The {name} starts at {pin.start}, but {start[key]} is pinned too.")
    return quarrels
