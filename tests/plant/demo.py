"""The demo plant's tiles and rules, and the minutes of its README written out by hand."""

import csv
from decimal import Decimal

from tileplan import paths
from tileplan.plant.rules import NewRule, TileLook


def rows(name):
    with (paths.DEMO_PLANT / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _look(row):
    return TileLook(
        code=row["sku"],
        format=f"{row['width_mm']}x{row['length_mm']}",
        thickness=Decimal(row["thickness_mm"]),
        body=row["body"],
        finish=row["finish"],
        glaze=row["glaze"],
        glaze_family=row["glaze_family"],
        surface=row["surface"],
        firing_curve=row["firing_curve"],
        cycle_minutes=int(row["kiln_cycle_min"]),
    )


TILES = [_look(row) for row in rows("tiles")]
RULES = [
    NewRule(row["crew"], row["attribute"], row["from"], row["to"], int(row["minutes"]))
    for row in rows("changeover_rules")
]

_BODY = {
    ("PW", "PG"): 90, ("PG", "PD"): 90, ("PW", "PD"): 90,
    ("PD", "PG"): 240, ("PD", "PW"): 240, ("PG", "PW"): 240,
}  # fmt: skip


def as_said(crew, a, b):
    """What one crew needs from tile a to tile b, by plain conditions and without the rule engine."""
    if a == b:
        return 0
    return max(_CREWS[crew](a, b))


def _press(a, b):
    yield 0
    if a.format != b.format:
        yield 150
    if a.thickness != b.thickness:
        yield 45
    if {a.surface, b.surface} == {"smooth", "textured"}:
        yield 60


def _body(a, b):
    yield _BODY.get((a.body, b.body), 0)
    if (a.body == "WB") != (b.body == "WB"):
        yield 360


def _glaze(a, b):
    yield 20
    if a.glaze != b.glaze:
        yield 80
    if a.glaze_family != b.glaze_family:
        yield 120


def _kiln(a, b):
    yield 0
    if a.format != b.format:
        yield 10
    if a.cycle_minutes != b.cycle_minutes:
        yield 30 if abs(a.cycle_minutes - b.cycle_minutes) <= 5 else 60
    if a.firing_curve != b.firing_curve:
        yield 90
    if (a.thickness == 18) != (b.thickness == 18):
        yield 240
    if (a.body == "WB") != (b.body == "WB"):
        yield 360


def _finishing(a, b):
    yield 5
    if a.format != b.format:
        yield 75
    if a.finish != b.finish:
        yield 40


def _packing(a, b):
    yield 30 if a.format != b.format else 10


_CREWS = {
    "press": _press,
    "body": _body,
    "glaze": _glaze,
    "kiln": _kiln,
    "finishing": _finishing,
    "packing": _packing,
}
