"""The pages of tiles: the list, a tile, the list as a file."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tileplan.catalog import queries
from tileplan.catalog.models import Tile
from tileplan.catalog.rules import POLICY_LABELS
from tileplan.kernel.words import say
from tileplan.web import csvfile
from tileplan.web.access import needs
from tileplan.web.language import own_name

pages = Blueprint("catalog", __name__, url_prefix="/catalog")

_COLUMNS = (
    say("Tile"), say("Name"), say("Format"), say("Thickness, mm"), say("Body"), say("Surface finish"),
    say("Pieces per box"), say("m² per box"), say("Boxes per pallet"), say("Supply"),
)  # fmt: skip
_PRICE = say("List price per m²")


@pages.get("/")
@needs("catalog.see")
def index() -> ResponseReturnValue:
    """The list of tiles."""
    args = _args()
    return render_template(
        "catalog/index.html",
        page=queries.search(
            args["q"],
            request.args.get("after"),
            size=args["size"],
            body=args["body"],
            finish=args["finish"],
        ),
        args=args,
        facets=queries.facets(),
        policies=POLICY_LABELS,
    )


@pages.get("/export.csv")
@needs("catalog.see")
def export() -> ResponseReturnValue:
    """The tiles of a search as a file."""
    args = _args()
    rows = queries.listed(args["q"], size=args["size"], body=args["body"], finish=args["finish"])
    sees_prices = current_user.may("orders.prices")
    heads = (*_COLUMNS, _PRICE) if sees_prices else _COLUMNS
    return csvfile.answer("tiles", heads, (_cells(row, sees_prices=sees_prices) for row in rows))


@pages.get("/<code>")
@needs("catalog.see")
def show(code: str) -> ResponseReturnValue:
    """A tile: what it is, how it is packed, how it is supplied."""
    return render_template("catalog/show.html", tile=queries.tile(code), policies=POLICY_LABELS)


def _args() -> dict[str, str]:
    names = ("q", "size", "body", "finish")
    return {name: request.args.get(name, "").strip() for name in names}


def _cells(row: Tile, *, sees_prices: bool) -> tuple[csvfile.Cell, ...]:
    cells: tuple[csvfile.Cell, ...] = (
        row.code, own_name(row), row.format, row.thickness_mm, row.body, row.finish,
        row.pieces_per_box, row.box_area, row.boxes_per_pallet, POLICY_LABELS[row.supply_policy],
    )  # fmt: skip
    return (*cells, row.list_price) if sees_prices else cells
