"""The pages of finished stock: lots by tile, shade and calibre, and one lot with its movements."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from tileplan.kernel.words import say
from tileplan.stock import queries
from tileplan.stock.rules import KIND_LABELS, reference_label
from tileplan.web import csvfile
from tileplan.web.access import needs
from tileplan.web.language import own_name

pages = Blueprint("stock", __name__, url_prefix="/stock")

_COLUMNS = (
    say("Tile"), say("Name"), say("Grade"), say("Shade"), say("Calibre"), say("Warehouse"),
    say("Received on"), say("Pieces on hand"), say("Pieces reserved"), say("Pieces free"),
    say("m² free"),
)  # fmt: skip


@pages.get("/")
@needs("stock.see")
def index() -> ResponseReturnValue:
    """The list of lots."""
    args = _args()
    return render_template(
        "stock/index.html",
        page=queries.lot_list(
            args["q"],
            request.args.get("after"),
            grade=args["grade"],
            only_free=bool(args["free"]),
        ),
        totals=queries.totals(args["q"], grade=args["grade"], only_free=bool(args["free"])),
        args=args,
        grades=queries.grades(),
    )


@pages.get("/export.csv")
@needs("stock.see")
def export() -> ResponseReturnValue:
    """The lots of a search as a file."""
    args = _args()
    rows = queries.listed(args["q"], grade=args["grade"], only_free=bool(args["free"]))
    return csvfile.answer(
        "stock",
        _COLUMNS,
        (
            (
                lot.tile.code, own_name(lot.tile), lot.grade, lot.shade, lot.calibre,
                lot.warehouse, lot.received_on, lot.on_hand, lot.reserved, lot.free,
                lot.tile.packing.area(lot.free),
            )
            for lot in rows
        ),
    )  # fmt: skip


@pages.get("/<int(max=999999999):lot_id>")
@needs("stock.see")
def show(lot_id: int) -> ResponseReturnValue:
    """A lot: what is there, who holds it, what came and went.

    Whose the reservations are is shown to those who see the whole plan only: a salesperson must
    not learn of another's order.
    """
    lot = queries.lot(lot_id)
    return render_template(
        "stock/show.html",
        lot=lot,
        reservations=queries.reservations_in(lot_id),
        reservation_count=queries.reservation_count(lot_id),
        page=queries.movements(lot_id, request.args.get("after")),
        kinds=KIND_LABELS,
        named=reference_label,
    )


def _args() -> dict[str, str]:
    return {name: request.args.get(name, "").strip() for name in ("q", "grade", "free")}
