"""The material requirements of the published plan, by day and by material."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from tileplan.kernel import clock
from tileplan.kernel.errors import NotFound
from tileplan.kernel.words import say
from tileplan.materials import queries as materials
from tileplan.materials.models import Material
from tileplan.planning import queries as planning
from tileplan.planning.models import PlannedLot, PlannedOperation, PlanVersion
from tileplan.purchasing import rules
from tileplan.purchasing.rules import LedgerDay, Terms, Verdict, Window, Windows

Needs = Mapping[date, Decimal]


@dataclass(frozen=True)
class Requirement:
    """One material over the days of the plan; energy is drawn, not stocked, and has no verdict."""

    material: Material
    on_hand: Decimal
    need: Decimal
    terms: Terms
    days: list[LedgerDay]
    verdict: Verdict | None


@dataclass(frozen=True)
class DayLine:
    """What happens to one material on one day."""

    requirement: Requirement
    day: LedgerDay


@dataclass(frozen=True)
class DayList:
    """What is taken and comes on one day, and what must be ordered on it at the latest."""

    on: date
    lines: list[DayLine]
    to_order: list[Requirement]


@dataclass(frozen=True)
class Requirements:
    """All requirements of a plan, by the code of the material."""

    plan: PlanVersion
    lines: list[Requirement]

    def to_order(self) -> list[Requirement]:
        """List what must be ordered, the earliest latest day first."""
        wanted = [one for one in self.lines if one.verdict and one.verdict.suggested > 0]
        return sorted(wanted, key=_urgency)

    def by_urgency(self) -> list[Requirement]:
        """List all materials, those to order first."""
        wanted = self.to_order()
        codes = {one.material.code for one in wanted}
        return [*wanted, *(one for one in self.lines if one.material.code not in codes)]

    def by_day(self, first: date, days: int) -> list[DayList]:
        """List so many days with what happens on them; what is overdue is to be ordered today."""
        today = clock.today()
        orders: dict[date, list[Requirement]] = defaultdict(list)
        for one in self.to_order():
            if one.verdict and one.verdict.order_by:
                orders[max(one.verdict.order_by, today)].append(one)
        taken: dict[date, list[DayLine]] = defaultdict(list)
        for line in self.day_lines():
            taken[line.day.on].append(line)
        shown = [first + timedelta(days=n) for n in range(days)]
        return [DayList(on, taken[on], orders[on]) for on in shown if taken[on] or orders[on]]

    def day_lines(self) -> list[DayLine]:
        """List every day of every material on which something is taken or comes."""
        lines = [
            DayLine(one, row) for one in self.lines for row in one.days if row.need or row.expected
        ]
        return sorted(lines, key=lambda line: (line.day.on, line.requirement.material.code))

    def line(self, code: str) -> Requirement:
        """Find the requirement of one material."""
        found = next((one for one in self.lines if one.material.code == code), None)
        if found is None:
            raise NotFound(say("There is no material %(code)s.", code=code))
        return found


def _urgency(one: Requirement) -> tuple[bool, date, str]:
    assert one.verdict is not None  # noqa: S101 - to_order keeps those with a verdict
    return (not one.verdict.is_urgent, one.verdict.order_by or date.max, one.material.code)


def published() -> Requirements | None:
    """The requirements of the published plan, or None where no plan was published yet."""
    plan = planning.published()
    return requirements(plan) if plan else None


def requirements(plan: PlanVersion) -> Requirements:
    """The requirements of a plan, in a number of statements that does not grow with it."""
    first = _plant_day(plan.epoch_at)
    needs = _needs(planning.operations(plan), first)
    last = max((day for per_day in needs.values() for day in per_day), default=first)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    comes = _expected(first)
    there = materials.on_hand()
    return Requirements(
        plan,
        [
            _requirement(one, there.get(one.id, Decimal(0)), comes[one.id], needs[one.id], days)
            for one in materials.materials()
        ],
    )


def _plant_day(moment: datetime) -> date:
    return moment.astimezone(clock.plant_zone()).date()


def _requirement(
    material: Material, on_hand: Decimal, expected: Needs, needs: Needs, days: Sequence[date]
) -> Requirement:
    need = sum(needs.values(), Decimal(0))
    is_stocked = material.group != rules.ENERGY
    safety = rules.safety_stock(material.safety_days, need, len(days)) if is_stocked else Decimal(0)
    terms = Terms(material.lead_days, safety, material.order_multiple)
    rows = rules.ledger(days, on_hand, expected, needs, terms)
    verdict = rules.verdict(rows, terms, clock.today()) if is_stocked else None
    return Requirement(material, on_hand, need, terms, rows, verdict)


def _expected(first: date) -> defaultdict[int, dict[date, Decimal]]:
    """What is to come, by material and day; a delivery that is overdue is hoped for the first day."""
    comes: defaultdict[int, dict[date, Decimal]] = defaultdict(dict)
    for delivery in materials.expected():
        day = max(delivery.expected_on, first)
        per_day = comes[delivery.material_id]
        per_day[day] = per_day.get(day, Decimal(0)) + delivery.quantity
    return comes


def _needs(
    operations: Iterable[PlannedOperation], first: date
) -> defaultdict[int, dict[date, Decimal]]:
    """What the plan takes, by material and day; what should have been taken before is taken first."""
    recipes = materials.recipes()
    needs: defaultdict[int, dict[date, Decimal]] = defaultdict(dict)
    for lot, windows in _lots(operations):
        for line in recipes.get(lot.tile_id, []):
            quantity = rules.convert(
                line.quantity_per_m2 * lot.kiln_area, line.unit, line.material.unit
            )
            window = rules.taken(line.material.group, windows)
            per_day = needs[line.material_id]
            for day, share in rules.spread(quantity, window, clock.plant_zone()).items():
                when = max(day, first)
                per_day[when] = per_day.get(when, Decimal(0)) + share
    return needs


def _lots(operations: Iterable[PlannedOperation]) -> list[tuple[PlannedLot, Windows]]:
    by_lot: dict[int, dict[str, PlannedOperation]] = defaultdict(dict)
    for operation in operations:
        by_lot[operation.lot_id][operation.stage] = operation
    return [
        (stages["firing"].lot, _windows(stages)) for stages in by_lot.values() if "firing" in stages
    ]


def _windows(stages: Mapping[str, PlannedOperation]) -> Windows:
    firing = stages["firing"]
    fired = Window(firing.start_at, firing.end_at)
    formed = (
        Window(firing.forming_start_at, firing.forming_end_at)
        if firing.forming_start_at and firing.forming_end_at
        else fired
    )
    times = {code: Window(one.start_at, one.end_at) for code, one in stages.items()}
    return Windows(formed, fired, times.get("finishing"), times.get("sorting", fired))
