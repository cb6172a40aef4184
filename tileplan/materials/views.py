"""The pages of materials: the list, one material, the recipe of a tile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from tileplan.catalog import queries as catalog
from tileplan.kernel.words import say
from tileplan.materials import queries
from tileplan.materials.models import Material
from tileplan.materials.rules import GROUP_LABELS
from tileplan.web import csvfile
from tileplan.web.access import needs
from tileplan.web.language import own_name

pages = Blueprint("materials", __name__, url_prefix="/materials")

_COLUMNS = (
    say("Material"), say("Name"), say("Group"), say("Unit"), say("On hand"), say("On order"),
    say("Next delivery"), say("Lead time, days"), say("Safety stock, days"),
)  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """A material with what is there and what is to come, in its own unit."""

    material: Material
    on_hand: Decimal
    expected: Decimal
    next_on: date | None


@pages.get("/")
@needs("materials.see")
def index() -> ResponseReturnValue:
    """The list of materials."""
    text = request.args.get("q", "").strip()
    page = queries.search(text, request.args.get("after"))
    return render_template(
        "materials/index.html",
        page=page,
        rows=_standings(page.rows),
        args={"q": text},
        groups=GROUP_LABELS,
    )


@pages.get("/export.csv")
@needs("materials.see")
def export() -> ResponseReturnValue:
    """The materials of a search as a file."""
    rows = _standings(queries.listed(request.args.get("q", "").strip()))
    return csvfile.answer(
        "materials",
        _COLUMNS,
        (
            (
                row.material.code, own_name(row.material),
                GROUP_LABELS.get(row.material.group, row.material.group), row.material.unit,
                row.on_hand, row.expected, row.next_on,
                row.material.lead_days, row.material.safety_days,
            )
            for row in rows
        ),
    )  # fmt: skip


@pages.get("/<code>")
@needs("materials.see")
def show(code: str) -> ResponseReturnValue:
    """A material: its batches, what is to come, which tiles take it."""
    material = queries.material(code)
    return render_template(
        "materials/show.html",
        row=_standings([material])[0],
        batches=queries.batches_of(material.id),
        deliveries=queries.expected([material.id]),
        page=queries.uses(material.id, request.args.get("after")),
        groups=GROUP_LABELS,
    )


@pages.get("/recipes/<code>")
@needs("materials.see")
def recipe(code: str) -> ResponseReturnValue:
    """What one m² of a tile takes of every material."""
    tile = catalog.tile(code)
    return render_template("materials/recipe.html", tile=tile, lines=queries.recipe_of(tile.id))


def _standings(materials: Sequence[Material]) -> list[Standing]:
    """Add stock and deliveries to some materials, in two statements."""
    ids = [material.id for material in materials]
    on_hand = queries.on_hand(ids)
    coming = queries.expected(ids)
    return [
        Standing(
            material,
            on_hand[material.id],
            sum((d.quantity for d in coming if d.material_id == material.id), Decimal(0)),
            min((d.expected_on for d in coming if d.material_id == material.id), default=None),
        )
        for material in materials
    ]
