"""What the entry form fetches while somebody types: tiles, a customer's details, stock by lot."""

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tileplan.catalog import queries as catalog
from tileplan.catalog.models import Tile
from tileplan.contracts import queries as contracts
from tileplan.contracts.models import ContractItem
from tileplan.customers import queries as customers
from tileplan.orders import queries
from tileplan.orders.views.blueprint import pages
from tileplan.stock import queries as stock
from tileplan.stock import service as stock_service
from tileplan.web.access import needs
from tileplan.web.language import own_name

MOST_FOUND = 8


@pages.get("/tiles")
@needs("orders.edit")
def tiles() -> ResponseReturnValue:
    """The first tiles that somebody may mean, with packing and price; `contract` and `phase` lock it."""
    text = request.args.get("q", "").strip()
    agreed = _agreed(request.args.get("contract", ""), request.args.get("phase", ""))
    found = {code: item.tile for code, item in agreed.items() if _is_meant(item.tile, text)}
    if text:
        found |= {tile.code: tile for tile in catalog.search(text, None).rows}
    exact = sorted(found.values(), key=lambda tile: tile.code.upper() != text.upper())
    told = [_tile(tile, agreed.get(tile.code)) for tile in exact[:MOST_FOUND]]
    if request.args.get("contract"):
        for known in told:
            item = agreed.get(str(known["code"]))
            known["leftPieces"] = item.left if item else 0
    return jsonify(told)


@pages.get("/customer/<code>")
@needs("orders.edit")
def customer(code: str) -> ResponseReturnValue:
    """What an order form fills in once the customer is known."""
    found = customers.customer(code)
    return jsonify(
        code=found.code,
        name=found.name,
        phone=found.phone,
        region=found.region,
        address=found.address,
        tiles=[_tile(tile, None) for tile in queries.recent_tiles(found.id)],
    )


@pages.get("/credit/<code>")
@needs("orders.prices")
def credit_of_customer(code: str) -> ResponseReturnValue:
    """How far a customer's credit is used, as a part of their page."""
    return render_template("orders/credit.html", credit=queries.credit(customers.customer(code)))


@pages.get("/lots")
@needs("orders.edit")
def lots() -> ResponseReturnValue:
    """The free stock of a tile by lot, and whether one lot serves so many pieces."""
    tile = catalog.tile(request.args.get("tile", "").upper())
    raw = request.args.get("pieces", "")
    pieces = int(raw) if raw.isdecimal() and len(raw) < 10 else 0
    return render_template(
        "orders/lots.html",
        tile=tile,
        pieces=pieces,
        lots=[lot for lot in stock.lots_of(tile.id) if lot.free],
        fit=stock_service.best_fit(tile.id, pieces) if pieces else None,
    )


def _agreed(number: str, phase: str) -> dict[str, ContractItem]:
    """What a contract has agreed for a phase, by tile."""
    if not number:
        return {}
    contract = contracts.contract(number)
    return {item.tile.code: item for item in contract.items if item.phase.name == phase}


def _is_meant(tile: Tile, text: str) -> bool:
    return text.casefold() in f"{tile.code} {tile.name_en} {tile.name_zh}".casefold()


def _tile(tile: Tile, agreed: ContractItem | None) -> dict[str, object]:
    """A tile as the form needs it; a price only for those who see prices."""
    known: dict[str, object] = {
        "code": tile.code,
        "name": own_name(tile),
        "format": tile.format,
        "piecesPerBox": tile.pieces_per_box,
        "boxArea": f"{tile.box_area.normalize():f}",
    }
    if current_user.may("orders.prices"):
        known["price"] = f"{(agreed.price if agreed else tile.list_price).normalize():f}"
    if agreed:
        known["left"] = f"{tile.packing.area(agreed.left)}"
    return known
