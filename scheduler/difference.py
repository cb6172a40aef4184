"""What one plan does differently from another: who moved, who becomes late, what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from scheduler.changeovers import changeover_minutes
from scheduler.decode import Slot
from scheduler.plan import Price
from scheduler.price import price
from scheduler.problem import Peg
from scheduler.retime import NOWHERE
from scheduler.shop import Shop
from scheduler.standing import Standing


@dataclass(frozen=True, slots=True)
class Moved:
    """An operation that stands elsewhere, at another time, or is new (`from_*` are None then).

    Times are minutes; `changeover_before` and `changeover_after` are the minutes of changeover
    right before and right after it where it stands now.
    """

    lot: str
    stage: str
    from_resource: str | None
    resource: str
    from_start: int | None
    start: int
    end: int
    changeover_before: int
    changeover_after: int


@dataclass(frozen=True, slots=True)
class Slip:
    """An order that ends later than before: minutes, and what its lateness costs more (cents)."""

    order: str
    minutes: int
    cents: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that changed.

    `resource_changes` counts operations on another resource, `shifted` those whose start moved by
    more than the tolerance, `moves` those of which either is true (new ones in none of them);
    `late_before` and `late_after` count late orders; `became_late` and `no_longer_late` name
    them; `before` is the price of what stood (None where it was no whole plan), `after` the new
    one's; `cents` what it costs more.
    """

    moved: tuple[Moved, ...]
    resource_changes: int
    shifted: int
    moves: int
    late_before: int
    late_after: int
    became_late: tuple[str, ...]
    no_longer_late: tuple[str, ...]
    slips: tuple[Slip, ...]
    before: Price | None
    after: Price

    @property
    def cents(self) -> int | None:
        """What the new plan costs more than the old one; None where that was no whole plan."""
        return None if self.before is None else self.after.total - self.before.total


def difference(
    standing: Standing, slots: Sequence[Slot], after: Price, before: Price | None = None
) -> Difference:
    """Compare new slots, and their price, with a standing plan and its price (made if not given)."""
    shop, old = standing.shop, standing.slots
    if before is None and NOWHERE not in old:
        before = price(shop, old)
    changed = [index for index, slot in enumerate(slots) if slot != old[index]]
    known = [index for index in changed if old[index] is not NOWHERE]
    elsewhere = {index for index in known if slots[index][0] != old[index][0]}
    tolerance = shop.problem.stability.tolerance_minutes
    shifted = {index for index in known if abs(slots[index][1] - old[index][1]) > tolerance}
    late_before, late_after = late_orders(shop, old), late_orders(shop, slots)
    return Difference(
        moved=_moved(shop, old, slots, changed),
        resource_changes=len(elsewhere),
        shifted=len(shifted),
        moves=len(elsewhere | shifted),
        late_before=len(late_before),
        late_after=len(late_after),
        became_late=tuple(sorted(late_after - late_before)),
        no_longer_late=tuple(sorted(late_before - late_after)),
        slips=_slips(shop, old, slots),
        before=before,
        after=after,
    )


def late_orders(shop: Shop, slots: Sequence[Slot]) -> set[str]:
    """Give the orders with a peg whose lot ends after the peg's due; neither lots nowhere nor the stock."""
    ends = ((job, slots[job.tasks[-1].index][2]) for job in shop.jobs)
    return {peg.order for job, end in ends for peg in job.pegs if peg.order and end > peg.due}


def late_cents(peg: Peg, end: int) -> int:
    """Give what a peg pays for its lateness when its lot's last step ends at a minute."""
    return max(0, end - peg.due) * peg.cents_per_minute_late


def _moved(
    shop: Shop, old: Sequence[Slot], new: Sequence[Slot], changed: Sequence[int]
) -> tuple[Moved, ...]:
    around = _changeovers(shop, new)
    rows = []
    for index in changed:
        task, was, (machine, start, end) = shop.tasks[index], old[index], new[index]
        is_new = was is NOWHERE
        rows.append(
            Moved(
                lot=shop.jobs[task.lot].lot.id,
                stage=shop.problem.stages[task.stage],
                from_resource=None if is_new else shop.machines[was[0]].resource.id,
                resource=shop.machines[machine].resource.id,
                from_start=None if is_new else was[1],
                start=start,
                end=end,
                changeover_before=around[index][0],
                changeover_after=around[index][1],
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.start, row.lot, row.stage)))


def _changeovers(shop: Shop, slots: Sequence[Slot]) -> list[tuple[int, int]]:
    """Give every task's changeover minutes right before and right after it."""
    before, after = [0] * len(shop.tasks), [0] * len(shop.tasks)
    lines: list[list[int]] = [[] for _ in shop.machines]
    for index in sorted(range(len(slots)), key=lambda index: slots[index][1]):
        lines[slots[index][0]].append(index)
    for machine, line in zip(shop.machines, lines, strict=True):
        on = machine.resource
        stood = (on.last_family, on.last_tile)
        for index in line:
            task = shop.tasks[index]
            before[index] = changeover_minutes(machine.table, *stood, task.family, task.tile)
            stood = (task.family, task.tile)
        for first, then in pairwise(line):
            after[first] = before[then]
    return list(zip(before, after, strict=True))


def _slips(shop: Shop, old: Sequence[Slot], new: Sequence[Slot]) -> tuple[Slip, ...]:
    minutes: dict[str, int] = {}
    cents: dict[str, int] = {}
    for job in shop.jobs:
        was, now = old[job.tasks[-1].index], new[job.tasks[-1].index]
        if was is NOWHERE or now[2] <= was[2]:
            continue
        for peg in filter(lambda peg: peg.order, job.pegs):
            more = late_cents(peg, now[2]) - late_cents(peg, was[2])
            minutes[peg.order] = max(minutes.get(peg.order, 0), now[2] - was[2])
            cents[peg.order] = cents.get(peg.order, 0) + more
    dearest = sorted(minutes, key=lambda order: (-cents[order], -minutes[order], order))
    return tuple(Slip(order, minutes[order], cents[order]) for order in dearest)
