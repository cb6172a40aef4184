"""The pages of the plant: resources by stage, a resource, changeover rules and matrices, a tile's way."""

from datetime import timedelta
from itertools import groupby

from flask import render_template
from flask.typing import ResponseReturnValue

from tileplan.catalog import queries as catalog
from tileplan.kernel import clock
from tileplan.kernel.documents import journal
from tileplan.plant import queries, rules
from tileplan.plant.models import Resource
from tileplan.plant.views.blueprint import pages
from tileplan.web.access import needs

_AHEAD = timedelta(days=30)


@pages.get("/")
@needs("plant.see")
def index() -> ResponseReturnValue:
    """The resources by stage, each with its next closure."""
    resources = queries.resources()
    now = clock.now()
    closures = queries.closures(resources, now, now + _AHEAD)
    return render_template(
        "plant/index.html",
        stages=[
            (rules.stage_label(code), list(rows))
            for code, rows in groupby(resources, lambda r: r.stage)
        ],
        lags={stage.code: stage for stage in queries.stages()},
        closures=closures,
        counted=[resource for resource in resources if queries.has_changeovers(resource)],
        now=now,
    )


@pages.get("/resources/<code>")
@needs("plant.see")
def resource(code: str) -> ResponseReturnValue:
    """A resource: its calendar, its closures of the next month, what it makes."""
    found = queries.resource(code)
    now = clock.now()
    return render_template(
        "plant/resource.html",
        resource=found,
        stage=rules.stage_label(found.stage),
        weekdays=rules.WEEKDAYS,
        closures=queries.closures([found], now, now + _AHEAD)[found.code],
        own=queries.closures_of(found.id),
        rules=rules,
        entries=journal(rules.RESOURCE.kind, found.code),
        routes=queries.routes_on(found.id),
        has_changeovers=queries.has_changeovers(found),
        now=now,
    )


@pages.get("/rules")
@needs("plant.see")
def changeover_rules() -> ResponseReturnValue:
    """The changeover rules, crew by crew."""
    found = sorted(queries.changeover_rules(), key=lambda r: rules.CREWS.index(r.crew))
    return render_template(
        "plant/rules.html",
        crews=[(rules.CREW_LABELS[c], list(rows)) for c, rows in groupby(found, lambda r: r.crew)],
        attributes=rules.ATTRIBUTE_LABELS,
        counted=_counted(),
    )


@pages.get("/matrix/<code>")
@needs("plant.see")
def matrix(code: str) -> ResponseReturnValue:
    """What every change of tile costs on one resource."""
    found = queries.resource(code)
    families = queries.changeovers(found)
    return render_template(
        "plant/matrix.html",
        resource=found,
        families=families,
        members=[
            [tile for tile, family in families.family.items() if family == index]
            for index in range(len(families.names))
        ],
        counted=_counted(),
    )


@pages.get("/tiles/<code>")
@needs("plant.see")
def tile(code: str) -> ResponseReturnValue:
    """A tile's way through the plant: who can make it how fast, and what is lost on the way."""
    found = catalog.tile(code)
    return render_template(
        "plant/tile.html",
        tile=found,
        routes=queries.routes_of(found.id),
        losses=queries.yields().get(found.id),
        stage_label=rules.stage_label,
    )


def _counted() -> list[Resource]:
    """The resources whose changeovers are counted."""
    return [resource for resource in queries.resources() if queries.has_changeovers(resource)]
