"""The scheduler's answer as the factory's rows: lots, pegs and operations with their moments."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from scheduler.changeovers import changeover_minutes
from scheduler.plan import Operation, Plan
from scheduler.problem import Lot, Problem
from tileplan.planning.models import Peg, PlannedLot, PlannedOperation
from tileplan.planning.queries.capability import Capability
from tileplan.planning.rules.drafts import Draft
from tileplan.planning.rules.wants import late_minutes
from tileplan.planning.translate.bars import settle
from tileplan.planning.translate.minutes import Axis
from tileplan.planning.translate.names import PLANT_STAGES
from tileplan.plant.rules import StageCode


@dataclass(frozen=True)
class Answer:
    """A problem, its plan, and what they were made of."""

    problem: Problem
    plan: Plan
    axis: Axis
    capability: Capability
    standing: dict[str, PlannedLot]

    @cached_property
    def changes(self) -> dict[tuple[str, str], int]:
        """Minutes of the changeover before each operation, by lot and stage."""
        return changeovers(self.problem, self.plan)

    @cached_property
    def by_lot(self) -> dict[str, list[Operation]]:
        """The operations of each lot."""
        found: dict[str, list[Operation]] = {}
        for operation in self.plan.operations:
            found.setdefault(operation.lot, []).append(operation)
        return found


def answer(found: Answer, drafts: Sequence[Draft]) -> list[PlannedLot]:
    """The rows of a plan's lots; work under way keeps its code and what the floor has told."""
    lots = [_lot(draft, found.by_lot.get(draft.code, []), found) for draft in drafts]
    settle([row for lot in lots for row in lot.operations])
    return lots


# What a plan says of an operation, and of a lot; the rest is told by the floor.
_OF_OPERATION = (
    "resource",
    "start_at",
    "end_at",
    "changeover_minutes",
    "forming_lines",
    "forming_start_at",
    "forming_end_at",
)
_OF_LOT = ("kiln", "due_at", "late_minutes")


def told_again(lot: PlannedLot, draft: Draft, found: Answer) -> None:
    """Bring the rows of a lot to where a plan has it now; what runs or is finished stays told."""
    planned = found.by_lot[draft.code]
    fresh = _lot(draft, planned, replace(found, standing={draft.code: lot, **found.standing}))
    for name in _OF_LOT:
        setattr(lot, name, getattr(fresh, name))
    rows = {row.stage: row for row in lot.operations}
    for new in fresh.operations:
        row = rows[new.stage]
        if row.started_at is None or row.paused_at:
            for name in _OF_OPERATION:
                setattr(row, name, getattr(new, name))
    told = {peg.item_ref: peg for peg in fresh.pegs}
    for peg in lot.pegs:
        peg.due_at, peg.late_minutes = told[peg.item_ref].due_at, told[peg.item_ref].late_minutes


def changeovers(problem: Problem, plan: Plan) -> dict[tuple[str, str], int]:
    """Minutes of the changeover that stands before each operation, by lot and stage."""
    lots = {lot.id: lot for lot in problem.lots}
    queues: dict[str, list[Operation]] = {}
    for operation in sorted(plan.operations, key=lambda one: one.start):
        queues.setdefault(operation.resource, []).append(operation)
    minutes: dict[tuple[str, str], int] = {}
    for resource in problem.resources:
        family, tile = resource.last_family, resource.last_tile
        for operation in queues.get(resource.id, []):
            lot = lots[operation.lot]
            after = _family(lot, operation.stage)
            table = problem.changeovers[resource.changeover]
            minutes[operation.lot, operation.stage] = changeover_minutes(
                table, family, tile, after, lot.tile
            )
            family, tile = after, lot.tile
    return minutes


def _family(lot: Lot, stage: str) -> int:
    return next(step.family for step in lot.steps if step.stage == stage)


def _lot(draft: Draft, planned: Sequence[Operation], found: Answer) -> PlannedLot:
    before = _told(found.standing[draft.code]) if draft.is_carried else {}
    rows = {stage: _as_it_was(old) for stage, old in before.items()}
    for operation in planned:
        stage = PLANT_STAGES[operation.stage]
        change = found.changes[operation.lot, operation.stage]
        rows[stage] = _operation(operation, draft, change, found, before.get(stage))
    ready_at = max(row.end_at for row in rows.values())
    pegs = [
        Peg(
            item_id=peg.item_id,
            item_ref=peg.ref,
            pieces=peg.pieces,
            due_at=peg.due_at,
            late_minutes=late_minutes(ready_at, peg.due_at),
        )
        for peg in draft.pegs
    ]
    ordered = [peg for peg in pegs if peg.item_id] or pegs
    return PlannedLot(
        code=draft.code,
        tile_id=draft.tile_id,
        kiln=rows[StageCode.FIRING.value].resource,
        good_pieces=draft.good_pieces,
        kiln_area=draft.kiln_area,
        due_at=min(peg.due_at for peg in ordered),
        late_minutes=max(peg.late_minutes for peg in ordered),
        pegs=pegs,
        operations=list(rows.values()),
    )


def _told(lot: PlannedLot) -> dict[str, PlannedOperation]:
    """The operations of a lot that the floor has begun."""
    return {row.stage: row for row in lot.operations if row.started_at}


def _as_it_was(old: PlannedOperation) -> PlannedOperation:
    """What the floor has begun or finished, as a row of the new plan."""
    start_at = old.started_at or old.start_at
    end_at = old.finished_at or old.end_at
    return PlannedOperation(
        stage=old.stage,
        resource=old.resource,
        start_at=start_at,
        end_at=end_at if end_at > start_at else start_at + timedelta(minutes=1),
        changeover_minutes=old.changeover_minutes,
        forming_lines=old.forming_lines,
        # Its press and glaze lines ran as much earlier or later as the kiln did.
        forming_start_at=old.forming_start_at and old.forming_start_at + (start_at - old.start_at),
        forming_end_at=old.forming_end_at and old.forming_end_at + (end_at - old.end_at),
        started_at=old.started_at,
        paused_at=old.paused_at,
        stood_minutes=old.stood_minutes,
        finished_at=old.finished_at,
    )


def _operation(
    operation: Operation,
    draft: Draft,
    change: int,
    found: Answer,
    old: PlannedOperation | None,
) -> PlannedOperation:
    """A row of one planned operation, with what the floor has told of it."""
    row = PlannedOperation(
        stage=PLANT_STAGES[operation.stage],
        resource=operation.resource,
        start_at=found.axis.moment(operation.start),
        end_at=found.axis.moment(operation.end),
        changeover_minutes=change,
        forming_lines="",
    )
    if old is not None:
        row.started_at, row.paused_at = old.started_at, old.paused_at
        row.stood_minutes = old.stood_minutes
        row.changeover_minutes = old.changeover_minutes
    if row.stage == StageCode.FIRING:
        _form(row, draft, found.capability)
    return row


def _form(row: PlannedOperation, draft: Draft, capability: Capability) -> None:
    """Say when the press and glaze lines that feed the kiln run: a lead before it, at both ends."""
    stage = capability.stages[StageCode.FIRING]
    row.forming_lines = ", ".join(capability.forming(draft.tile_id).get(row.resource, ()))
    row.forming_start_at = row.start_at - timedelta(minutes=stage.lag_start_minutes)
    row.forming_end_at = row.end_at - timedelta(minutes=stage.lag_end_minutes)
