"""What is done with materials: keeping what the files say, in each material's own unit."""

from collections.abc import Sequence
from dataclasses import asdict

from tileplan.catalog import queries as catalog
from tileplan.kernel import keeping
from tileplan.kernel.keeping import Kept
from tileplan.materials import queries
from tileplan.materials.models import (
    ExpectedDelivery,
    Material,
    MaterialBatch,
    RecipeLine,
    Supplier,
)
from tileplan.materials.rules import (
    NewBatch,
    NewDelivery,
    NewMaterial,
    NewRecipeLine,
    NewSupplier,
    convert,
    rounded,
)


def keep_materials(rows: Sequence[NewMaterial]) -> Kept:
    """Add these materials or bring them up to date."""
    return keeping.keep(Material, _materials(), {row.code: asdict(row) for row in rows})


def keep_suppliers(rows: Sequence[NewSupplier]) -> Kept:
    """Add these suppliers or bring them up to date."""
    stored = {supplier.code: supplier for supplier in queries.suppliers()}
    return keeping.keep(Supplier, stored, {row.code: asdict(row) for row in rows})


def keep_recipes(rows: Sequence[NewRecipeLine]) -> Kept:
    """Let the recipe of each of these tiles be the lines given: a line left out is gone."""
    tiles = {tile.code: tile.id for tile in catalog.tiles()}
    materials = _materials()
    wanted = {}
    for row in rows:
        tile_id, material = tiles[row.tile], materials[row.material]
        convert(row.quantity_per_m2, row.unit, material.unit)
        wanted[tile_id, material.id] = {
            "tile_id": tile_id,
            "material_id": material.id,
            "quantity_per_m2": row.quantity_per_m2,
            "unit": row.unit,
        }
    ours = {tile_id for tile_id, _ in wanted}
    stored = {
        (line.tile_id, line.material_id): line
        for tile_id, lines in queries.recipes().items()
        if tile_id in ours
        for line in lines
    }
    return keeping.keep(RecipeLine, stored, wanted, whole=True)


def keep_stock(rows: Sequence[NewBatch]) -> Kept:
    """Add these batches or bring their quantities up to date."""
    materials = _materials()
    stored = {(b.material_id, b.batch, b.received_on): b for b in queries.batches()}
    wanted = {}
    for row in rows:
        material = materials[row.material]
        wanted[material.id, row.batch, row.received_on] = {
            "material_id": material.id,
            "batch": row.batch,
            "quantity": rounded(convert(row.quantity, row.unit, material.unit)),
            "received_on": row.received_on,
        }
    return keeping.keep(MaterialBatch, stored, wanted)


def expect(rows: Sequence[NewDelivery]) -> Kept:
    """Take down what purchasing says is to come, by purchase order and material."""
    materials = _materials()
    suppliers = {supplier.code: supplier.id for supplier in queries.suppliers()}
    stored = {(d.purchase_order, d.material_id): d for d in queries.expected()}
    wanted = {}
    for row in rows:
        material = materials[row.material]
        wanted[row.purchase_order, material.id] = {
            "purchase_order": row.purchase_order,
            "material_id": material.id,
            "supplier_id": suppliers[row.supplier],
            "quantity": rounded(convert(row.quantity, row.unit, material.unit)),
            "expected_on": row.expected_on,
        }
    return keeping.keep(ExpectedDelivery, stored, wanted)


def _materials() -> dict[str, Material]:
    return {material.code: material for material in queries.materials()}
