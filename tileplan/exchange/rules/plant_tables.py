"""The files of a plant: stages, calendars, resources, routes, yields, changeover rules."""

import re
from collections.abc import Iterator

from tileplan.exchange.rules.parsing import (
    Context,
    code,
    day,
    decimal,
    minute,
    named,
    one_of,
    optional,
    text,
    whole,
    word_of,
)
from tileplan.exchange.rules.tables import Finding, Row, Table, Values
from tileplan.kernel.words import say
from tileplan.plant.rules import (
    CREWS,
    NewResource,
    NewRoute,
    NewRule,
    NewStage,
    NewWindow,
    NewYield,
    StageCode,
    WindowKind,
    rule_fault,
)

_WEEK = 7 * 24 * 60
_GREEN_BUFFER = re.compile(r"green buffer\s+([0-9]{1,5})\s*min")
_SHARE = decimal(6, most=1, above=True)


def _check_window(row: Values, _context: Context) -> Iterator[Finding]:
    if row["from"] >= row["to"]:
        yield Finding(
            "to",
            say("It must end after it begins. Split what goes over midnight at 24:00 and 00:00."),
        )
    if row["kind"] is WindowKind.CLOSED_ONCE:
        if row["date"] is None:
            yield Finding("date", say("A single closure needs its date, such as 2026-11-30."))
        if row["weekday"] is not None:
            yield Finding(
                "weekday", say("A single closure has a date and no weekday. Leave it empty.")
            )
    else:
        if row["weekday"] is None:
            yield Finding("weekday", say("Write the weekday: 1 is Monday, 7 is Sunday."))
        if row["date"] is not None:
            yield Finding("date", say("What happens every week has no date. Leave it empty."))


def _check_calendars(rows: list[Row], _context: Context) -> Iterator[tuple[int, Finding]]:
    """Warn of a calendar that never opens."""
    opening = {r.values["calendar"] for r in rows if r.values["kind"] is WindowKind.WEEKLY}
    seen = set(opening)
    for row in rows:
        name = row.values["calendar"]
        if name not in seen:
            seen.add(name)
            message = say("This calendar never opens: it has no row of kind weekly.")
            yield row.line, Finding("calendar", message, is_warning=True)


def _window(row: Values) -> NewWindow:
    return NewWindow(
        calendar=row["calendar"],
        kind=row["kind"],
        weekday=row["weekday"],
        day=row["date"],
        from_minute=row["from"],
        to_minute=row["to"],
        reason=row["reason"],
    )


def _check_resource(row: Values, _context: Context) -> Iterator[Finding]:
    if row["stage"] == StageCode.FIRING and not _GREEN_BUFFER.search(row["note"]):
        message = say(
            "No green buffer is named, so every changeover stops this kiln. "
            "Write a note such as: green buffer 90 min."
        )
        yield Finding("note", message, is_warning=True)


def _resource(row: Values) -> NewResource:
    buffer = _GREEN_BUFFER.search(row["note"])
    return NewResource(
        code=row["code"],
        stage=row["stage"],
        name=row["name"],
        rate=row["rate"],
        rate_unit=row["rate_unit"],
        note=row["note"],
        green_buffer_minutes=int(buffer.group(1)) if buffer else 0,
        calendar=row["calendar"],
    )


def _check_route(row: Values, context: Context) -> Iterator[Finding]:
    stage = context.known.resources[row["resource"]]
    if row["stage"] != stage:
        yield Finding("stage", say("This resource belongs to stage %(stage)s.", stage=stage))
    kiln = row["feeds_kiln"]
    if kiln and context.known.resources[kiln] != StageCode.FIRING:
        yield Finding("feeds_kiln", say("This is not a kiln. Name a resource of stage firing."))
    if row["stage"] == StageCode.FORMING and not kiln:
        yield Finding("feeds_kiln", say("Name the kiln that this forming line feeds."))


def _check_rule(row: Values, _context: Context) -> Iterator[Finding]:
    fault = rule_fault(row["crew"], row["attribute"], row["from"], row["to"])
    if fault:
        yield Finding(*fault)
    elif row["from"] == row["to"] and row["from"] not in {"any", "porcelain"}:
        message = say("Nothing changes from a value to itself: this rule never counts.")
        yield Finding("to", message, is_warning=True)


def _rule(row: Values) -> NewRule:
    return NewRule(row["crew"], row["attribute"], row["from"], row["to"], row["minutes"])


STAGES = Table(
    name="stages",
    columns={
        "stage": code(30),
        "position": whole(1, 100),
        "lag_start_min": whole(0, _WEEK),
        "lag_end_min": whole(0, _WEEK),
        "note": text(200, required=False),
    },
    key=("stage",),
    make=lambda row: NewStage(
        row["stage"], row["position"], row["lag_start_min"], row["lag_end_min"], row["note"]
    ),
    check_table=lambda rows, _context: _same_positions(rows),
)

CALENDARS = Table(
    name="calendars",
    columns={
        "calendar": code(),
        "kind": one_of(WindowKind),
        "weekday": optional(whole(1, 7)),
        "from": minute,
        "to": minute,
        "date": optional(day),
        "reason": text(120, required=False),
    },
    key=("calendar", "kind", "weekday", "from", "to", "date"),
    make=_window,
    check_row=_check_window,
    check_table=_check_calendars,
)

RESOURCES = Table(
    name="resources",
    columns={
        "code": code(30),
        "stage": code(30),
        "name": text(80),
        "rate": optional(decimal(4, above=True)),
        "rate_unit": text(40, required=False),
        "note": text(300, required=False),
        "calendar": named("calendars", "calendars.csv"),
    },
    key=("code",),
    make=_resource,
    needs=("calendars",),
    reads=("stages",),
    check_row=_check_resource,
)

ROUTES = Table(
    name="routes",
    columns={
        "sku": named("tiles", "tiles.csv"),
        "stage": named("stages", "stages.csv"),
        "resource": named("resources", "resources.csv"),
        "m2_per_hour": decimal(4, above=True, most=1_000_000),
        "feeds_kiln": optional(named("resources", "resources.csv"), ""),
    },
    key=("sku", "resource"),
    make=lambda row: NewRoute(row["sku"], row["resource"], row["m2_per_hour"], row["feeds_kiln"]),
    needs=("tiles", "stages", "resources"),
    check_row=_check_route,
)

YIELDS = Table(
    name="yields",
    columns={
        "sku": named("tiles", "tiles.csv"),
        "forming": _SHARE,
        "glazing": _SHARE,
        "firing": _SHARE,
        "finishing": _SHARE,
        "grade_a_share": _SHARE,
    },
    key=("sku",),
    make=lambda row: NewYield(
        row["sku"],
        row["forming"],
        row["glazing"],
        row["firing"],
        row["finishing"],
        row["grade_a_share"],
    ),
    needs=("tiles",),
)

CHANGEOVER_RULES = Table(
    name="changeover_rules",
    columns={
        "crew": word_of(CREWS),
        "attribute": code(),
        "from": text(40),
        "to": text(40),
        "minutes": whole(0, _WEEK),
    },
    key=("crew", "attribute", "from", "to"),
    make=_rule,
    check_row=_check_rule,
)


def _same_positions(rows: list[Row]) -> Iterator[tuple[int, Finding]]:
    """Refuse two stages at one place of the flow."""
    first: dict[int, str] = {}
    for row in rows:
        other = first.setdefault(row.values["position"], row.values["stage"])
        if other != row.values["stage"]:
            message = say("Stage %(stage)s has this position already.", stage=other)
            yield row.line, Finding("position", message)
