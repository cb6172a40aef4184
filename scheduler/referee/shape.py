"""Reads whatever calls itself a plan, keeps what can be judged, and names the rest."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scheduler.problem import Lot, Problem, Resource, Step
from scheduler.referee.fault import Fault
from scheduler.referee.head import shown


@dataclass(frozen=True, slots=True)
class Work:
    """One sound operation with the parts of the problem it belongs to."""

    lot: Lot
    step: Step
    resource: Resource
    start: int
    end: int
    minutes: int | None  # its working minutes there; None where the resource is no option


Key = tuple[str, str]  # lot, stage


class Shape:
    """The operations that can be judged, and the faults of those that cannot."""

    def __init__(self, problem: Problem, row: Mapping[str, Any]) -> None:
        """Read the plan's rows one by one."""
        self.lots = {lot.id: lot for lot in problem.lots}
        self.resources = {resource.id: resource for resource in problem.resources}
        self.stages = set(problem.stages)
        self.works: dict[Key, Work] = {}
        self.faults: list[Fault] = []
        for i, operation in enumerate(row["operations"]):
            self.faults += self._take(i, operation)
        self.faults += self._missing(problem)

    def _take(self, i: int, row: object) -> list[Fault]:
        if not isinstance(row, Mapping):
            return [Fault("shape", f"Operation {i} is no object but {shown(row)}.")]
        unknown = self._unknown(i, row) + self._misnumbered(i, row)
        if unknown:
            return unknown
        return self._keep(row)

    def _unknown(self, i: int, row: Mapping[str, Any]) -> list[Fault]:
        faults = []
        for key, known in (
            ("lot", self.lots),
            ("stage", self.stages),
            ("resource", self.resources),
        ):
            name = row.get(key)
            if not isinstance(name, str) or name not in known:
                faults.append(
                    Fault(
                        f"unknown {key}", f"Operation {i} names {key} {shown(name)}, unknown here."
                    )
                )
        return faults

    def _misnumbered(self, i: int, row: Mapping[str, Any]) -> list[Fault]:
        faults = []
        for key in ("start", "end"):
            value = row.get(key)
            what = f"Operation {i} of lot {shown(row.get('lot'))} has the {key} {shown(value)}"
            if type(value) is not int:
                faults.append(Fault("number", f"{what}, which is no whole number."))
            elif value < 0:
                faults.append(Fault("negative", f"{what}, before minute 0.", minutes=-value))
        return faults

    def _keep(self, row: Mapping[str, Any]) -> list[Fault]:
        lot, stage, resource = self.lots[row["lot"]], row["stage"], self.resources[row["resource"]]
        steps = [step for step in lot.steps if step.stage == stage]
        if not steps:
            sentence = f"Lot {lot.id} has no step in {stage}."
            return [Fault("unknown stage", sentence, lot.id, stage)]
        if (lot.id, stage) in self.works:
            return [Fault("twice", f"Lot {lot.id} is in {stage} twice.", lot.id, stage)]
        options = {option.resource: option.minutes for option in steps[0].options}
        minutes = options.get(resource.id)
        work = Work(lot, steps[0], resource, row["start"], row["end"], minutes)
        self.works[lot.id, stage] = work
        if minutes is None:
            sentence = f"{resource.id} cannot do {stage} of lot {lot.id}."
            return [Fault("option", sentence, lot.id, stage, resource.id)]
        return []

    def _missing(self, problem: Problem) -> Iterator[Fault]:
        for lot in problem.lots:
            for step in lot.steps:
                if (lot.id, step.stage) not in self.works:
                    sentence = f"Lot {lot.id} has no sound operation in {step.stage}."
                    yield Fault("missing", sentence, lot.id, step.stage)
