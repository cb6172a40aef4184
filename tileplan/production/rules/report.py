"""What a report from the floor may say, and what it means in pieces."""

import re
from dataclasses import dataclass
from decimal import Decimal

from tileplan.kernel.errors import Refused
from tileplan.kernel.units import HUNDREDTH, Packing
from tileplan.kernel.words import say
from tileplan.production.rules.stages import stage_label

GOOD = "good"
SCRAP = "scrap"
# More than half as much again as planned is a slip of the finger, not a good day.
MOST = Decimal("1.5")
# What adds up to less, or more, of what came in may be true, but is asked about first.
LIKELY_LEAST, LIKELY_MOST = Decimal("0.80"), Decimal("1.05")
_MARK = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]*")
# A shade is judged against the master: 0 is what is typed where nobody has looked.
_NO_SHADE = re.compile(r"[0.-]*")


@dataclass(frozen=True)
class Report:
    """What came out, in m² by grade; shade, calibre and warehouse are known at sorting only.

    Before sorting nobody can tell grade A from B: `area_a` is what is good so far.
    """

    area_a: Decimal
    area_b: Decimal = Decimal(0)
    area_scrap: Decimal = Decimal(0)
    shade: str = ""
    calibre: str = ""
    warehouse: str = ""

    @property
    def areas(self) -> dict[str, Decimal]:
        """The areas by the name of their field."""
        return {"area_a": self.area_a, "area_b": self.area_b, "area_scrap": self.area_scrap}

    @property
    def total(self) -> Decimal:
        """All that came out, scrap too."""
        return sum(self.areas.values(), Decimal(0))


@dataclass(frozen=True)
class Outcome:
    """Whole pieces of one grade."""

    grade: str
    pieces: int


@dataclass(frozen=True)
class CameOut:
    """What the stage before reported as good: no more can come out of this one."""

    number: str
    stage: str
    pieces: int
    packing: Packing

    @property
    def area(self) -> Decimal:
        """Its m²."""
        return self.packing.area(self.pieces)

    @property
    def most(self) -> Decimal:
        """The m² that are believed: half a box more, since people count in boxes and round."""
        return self.area + self.packing.box_area / 2


def check_report(
    report: Report, *, planned: Decimal, is_sorting: bool, came: CameOut | None = None
) -> None:
    """Refuse what cannot have come out of a machine, beside the field that says it.

    The first stage is held against the plan, a later one against what the stage before reported.
    """
    most = came.most if came else (planned * MOST).quantize(HUNDREDTH)
    too_much = _more_than_came(came) if came else _too_much(planned, most)
    for field, area in report.areas.items():
        if not area.is_finite() or area < 0:
            raise Refused(say("m² must be 0 or more."), field=field)
        if area > most:
            raise Refused(too_much, field=field)
    if report.total > most:
        raise Refused(too_much, field="area_a")
    # Where everything broke in the stage before, nothing is what there is to report.
    if report.total == 0 and (came is None or came.pieces):
        raise Refused(say("Please enter how many m² came out."), field="area_a")
    if is_sorting and report.area_a + report.area_b > 0:
        _check_marks(report)


def check_pieces(report: Report, packing: Packing) -> None:
    """Refuse an area that is not one piece: it would end the work with nothing in words of something."""
    for field, area in report.areas.items():
        if area > 0 and not packing.nearest_pieces(area):
            raise Refused(
                say("That is less than one piece. Enter 0 where nothing came out."), field=field
            )


def check_balance(
    report: Report, *, planned: Decimal, came: CameOut | None, sure_of: Decimal | None
) -> None:
    """Ask about a report that does not add up to what came in, unless the crew is sure of its sum."""
    came_in = came.area if came else planned
    if came_in * LIKELY_LEAST <= report.total <= came_in * LIKELY_MOST or sure_of == report.total:
        return
    parts = {"came": f"{came_in:,.2f}", "told": f"{report.total:,.2f}"}
    if came is None:
        question = say("%(came)s m² were planned, you report %(told)s. Is that right?", **parts)
    else:
        question = say("%(came)s m² came in, you report %(told)s. Is that right?", **parts)
    raise Refused(question, field="sure_of")


def _too_much(planned: Decimal, most: Decimal) -> str:
    return say(
        "That is too much: %(planned)s m² were planned, at most %(most)s m² can be reported.",
        planned=planned,
        most=most,
    )


def _more_than_came(came: CameOut) -> str:
    return say(
        "“%(stage)s” (%(number)s) reported %(came)s m² as good: no more can come out here.",
        stage=stage_label(came.stage),
        number=came.number,
        came=came.area,
    )


def _check_marks(report: Report) -> None:
    marks = {"shade": report.shade, "calibre": report.calibre, "warehouse": report.warehouse}
    for field, mark in marks.items():
        if not mark:
            raise Refused(say("Please fill this in: it names the lot."), field=field)
        if len(mark) > 10 or not _MARK.fullmatch(mark):
            raise Refused(say("Letters and digits only, at most 10, for example A48."), field=field)
    if _NO_SHADE.fullmatch(report.shade):
        raise Refused(
            say("That is no shade. Enter the shade's code, for example A48."), field="shade"
        )


def outcomes(report: Report, packing: Packing, *, is_sorting: bool) -> list[Outcome]:
    """Say the report in whole pieces, the nearest number to what was counted in m²."""
    grades = {"area_a": "A" if is_sorting else GOOD, "area_b": "B", "area_scrap": SCRAP}
    return [
        Outcome(grades[field], packing.nearest_pieces(area))
        for field, area in report.areas.items()
        if area > 0
    ]


def likely_good(came: CameOut, share: Decimal, *, is_sorting: bool) -> int:
    """Pieces that a stage leaves of what came, by its yield; at sorting whole boxes of grade A."""
    pieces = int(came.pieces * share)
    return pieces - pieces % came.packing.pieces_per_box if is_sorting else pieces


def prefilled(
    area: Decimal,
    good_pieces: int | None,
    packing: Packing,
    *,
    calibre: str = "",
    warehouse: str = "",
    is_sorting: bool,
) -> Report:
    """Split an area as likely: good pieces first (None: all), then B in whole boxes, then scrap."""
    area_a = area if good_pieces is None else packing.area(good_pieces)
    if not is_sorting:
        return Report(area_a, area_scrap=max(area - area_a, Decimal(0)))
    boxes = max((area - area_a) // packing.box_area, Decimal(0))
    area_b = packing.area(int(boxes) * packing.pieces_per_box)
    scrap = max(area - area_a - area_b, Decimal(0))
    return Report(area_a, area_b, scrap, calibre=calibre, warehouse=warehouse)
