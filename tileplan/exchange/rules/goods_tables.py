"""The files of goods: tiles, materials, suppliers, recipes, material stock, finished stock."""

from collections.abc import Iterator
from decimal import Decimal

from tileplan.catalog.rules import NewTile, SupplyPolicy
from tileplan.exchange.rules.parsing import (
    Context,
    code,
    dated,
    day,
    decimal,
    named,
    one_of,
    text,
    whole,
    word_of,
    yes_no,
)
from tileplan.exchange.rules.tables import Finding, Table, Values
from tileplan.kernel.errors import Refused
from tileplan.kernel.units import Unit
from tileplan.kernel.words import say
from tileplan.materials.rules import (
    UNITS,
    NewBatch,
    NewDelivery,
    NewMaterial,
    NewRecipeLine,
    NewSupplier,
    is_convertible,
)
from tileplan.stock.rules import Opening

_UNIT = word_of(UNITS)
_MATERIAL = named("materials", "materials.csv")
_TILE = named("tiles", "tiles.csv")
_AREA = 100_000_000
_YEARS = 3650


def _tile(row: Values) -> NewTile:
    return NewTile(
        code=row["sku"],
        name_en=row["name_en"],
        name_zh=row["name_zh"],
        width_mm=row["width_mm"],
        length_mm=row["length_mm"],
        thickness_mm=row["thickness_mm"],
        body=row["body"],
        family=row["family"],
        finish=row["finish"],
        glaze=row["glaze"],
        glaze_family=row["glaze_family"],
        surface=row["surface"],
        firing_curve=row["firing_curve"],
        kiln_cycle_minutes=row["kiln_cycle_min"],
        shade_variation=row["shade_variation"],
        is_rectified=row["rectified"],
        finishing=row["finishing"],
        pieces_per_box=row["pieces_per_box"],
        box_area=row["m2_per_box"],
        box_weight=row["kg_per_box"],
        boxes_per_pallet=row["boxes_per_pallet"],
        list_price=row["list_price_cny_per_m2"],
        supply_policy=row["supply_policy"],
        minimum_run_area=row["minimum_run_m2"],
        safety_stock_area=row["safety_stock_m2"],
    )


def _check_tile(row: Values, _context: Context) -> Iterator[Finding]:
    """Warn of packing that can't be right: m² of a box differ from its pieces' size by over a tenth."""
    area = row["width_mm"] * row["length_mm"] * row["pieces_per_box"]
    if not 0.9 < float(row["m2_per_box"]) * 1_000_000 / area < 1.1:
        message = say("A box of these pieces would not have these m². Check size and packing.")
        yield Finding("m2_per_box", message, is_warning=True)


def _check_unit(row: Values, context: Context) -> Iterator[Finding]:
    unit = context.known.materials[row["material"]]
    if not is_convertible(row["uom"], unit):
        message = say(
            "This material is kept in %(unit)s, which this can't be turned into.", unit=unit
        )
        yield Finding("uom", message)


def _check_boxes(row: Values, context: Context) -> Iterator[Finding]:
    try:
        context.known.tiles[row["sku"]].pieces(Decimal(row["boxes"]), Unit.BOX)
    except Refused as refusal:
        yield Finding("boxes", refusal.message)


def _opening(row: Values) -> Opening:
    return Opening(
        tile=row["sku"],
        grade=row["grade"],
        shade=row["shade"],
        calibre=row["calibre"],
        warehouse=row["warehouse"],
        boxes=row["boxes"],
        received_on=row["received_on"].moved,
        written_on=row["received_on"].written,
    )


TILES = Table(
    name="tiles",
    columns={
        "sku": code(),
        "name_en": text(120),
        "name_zh": text(120),
        "width_mm": whole(1, 10_000),
        "length_mm": whole(1, 10_000),
        "thickness_mm": decimal(2, above=True, most=1000),
        "body": text(20),
        "family": text(60),
        "finish": text(40),
        "glaze": text(40),
        "firing_curve": text(20),
        "kiln_cycle_min": whole(1, 10_000),
        "shade_variation": text(10),
        "rectified": yes_no,
        "finishing": text(40),
        "pieces_per_box": whole(1, 10_000),
        "m2_per_box": decimal(4, above=True, most=10_000),
        "kg_per_box": decimal(3, above=True, most=10_000),
        "boxes_per_pallet": whole(1, 10_000),
        "list_price_cny_per_m2": decimal(4, most=1_000_000),
        "supply_policy": one_of(SupplyPolicy),
        "glaze_family": text(40),
        "surface": text(40),
        "minimum_run_m2": decimal(2, most=_AREA),
        "safety_stock_m2": decimal(2, most=_AREA),
    },
    key=("sku",),
    make=_tile,
    check_row=_check_tile,
)

MATERIALS = Table(
    name="materials",
    columns={
        "code": code(30),
        "name_en": text(120),
        "name_cn": text(120),
        "uom": _UNIT,
        "price_rmb": decimal(4),
        "lead_time_d": whole(0, _YEARS),
        "safety_days": whole(0, _YEARS),
        "group": text(40),
        "order_multiple": decimal(3),
    },
    key=("code",),
    make=lambda row: NewMaterial(
        row["code"],
        row["name_en"],
        row["name_cn"],
        row["uom"],
        row["price_rmb"],
        row["lead_time_d"],
        row["safety_days"],
        row["group"],
        row["order_multiple"],
    ),
    may_be_absent=True,
)

SUPPLIERS = Table(
    name="suppliers",
    columns={"code": code(), "name": text(160), "payment_days": whole(0, _YEARS)},
    key=("code",),
    make=lambda row: NewSupplier(row["code"], row["name"], row["payment_days"]),
    may_be_absent=True,
)

BOM = Table(
    name="bom",
    columns={
        "sku": _TILE,
        "material": _MATERIAL,
        "qty_per_m2": decimal(8, most=1_000_000),
        "uom": _UNIT,
    },
    key=("sku", "material"),
    make=lambda row: NewRecipeLine(row["sku"], row["material"], row["qty_per_m2"], row["uom"]),
    needs=("tiles", "materials"),
    may_be_absent=True,
    check_row=_check_unit,
)

MATERIAL_STOCK = Table(
    name="material_stock",
    columns={
        "material": _MATERIAL,
        "batch": text(60),
        "quantity": decimal(4),
        "uom": _UNIT,
        "received_on": day,
    },
    key=("material", "batch", "received_on"),
    make=lambda row: NewBatch(
        row["material"], row["batch"], row["quantity"], row["uom"], row["received_on"]
    ),
    needs=("materials",),
    may_be_absent=True,
    check_row=_check_unit,
)

OPEN_PURCHASE_ORDERS = Table(
    name="open_purchase_orders",
    columns={
        "purchase_order": code(),
        "material": _MATERIAL,
        "supplier": named("suppliers", "suppliers.csv"),
        "quantity": decimal(4, above=True),
        "uom": _UNIT,
        "expected_on": day,
    },
    key=("purchase_order", "material"),
    make=lambda row: NewDelivery(
        row["purchase_order"],
        row["material"],
        row["supplier"],
        row["quantity"],
        row["uom"],
        row["expected_on"],
    ),
    needs=("materials", "suppliers"),
    may_be_absent=True,
    check_row=_check_unit,
)

STOCK_LOTS = Table(
    name="stock_lots",
    columns={
        "sku": _TILE,
        "grade": text(10),
        "shade": text(20),
        "calibre": text(10),
        "warehouse": text(20),
        "boxes": whole(1, 10_000_000),
        "received_on": dated,
    },
    key=(),
    make=_opening,
    needs=("tiles",),
    may_be_absent=True,
    check_row=_check_boxes,
)
