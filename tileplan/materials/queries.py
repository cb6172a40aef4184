"""What is read of materials: the master, recipes, stock, what is expected."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from tileplan.catalog.models import Tile
from tileplan.kernel.db import session
from tileplan.kernel.errors import NotFound
from tileplan.kernel.paging import Page, page
from tileplan.kernel.words import say
from tileplan.materials.models import (
    ExpectedDelivery,
    Material,
    MaterialBatch,
    RecipeLine,
    Supplier,
)


def materials() -> list[Material]:
    """All materials, by code."""
    return list(session.scalars(select(Material).order_by(Material.code)))


def material(code: str) -> Material:
    """The material with a code."""
    found = session.scalars(select(Material).where(Material.code == code)).one_or_none()
    if found is None:
        raise NotFound(say("There is no material %(code)s.", code=code))
    return found


def search(text: str, after: str | None) -> Page[Material]:
    """A page of materials by code, found by code or name."""
    return page(_matching(text), Material.code, after)


def listed(text: str) -> list[Material]:
    """All materials that a search shows, for its export."""
    return list(session.scalars(_matching(text).order_by(Material.code)))


def _matching(text: str) -> Select[Material]:
    statement = select(Material)
    columns = (Material.code, Material.name_en, Material.name_zh)
    for word in text.split():
        statement = statement.where(
            or_(*(column.icontains(word, autoescape=True) for column in columns))
        )
    return statement


def suppliers() -> list[Supplier]:
    """All suppliers, by code."""
    return list(session.scalars(select(Supplier).order_by(Supplier.code)))


def recipes() -> dict[int, list[RecipeLine]]:
    """The recipe of every tile, with its materials."""
    statement = (
        select(RecipeLine)
        .join(RecipeLine.material)
        .options(joinedload(RecipeLine.material))
        .order_by(RecipeLine.tile_id, Material.code)
    )
    lines: defaultdict[int, list[RecipeLine]] = defaultdict(list)
    for line in session.scalars(statement):
        lines[line.tile_id].append(line)
    return dict(lines)


def recipe_of(tile_id: int) -> list[RecipeLine]:
    """The recipe of one tile, with its materials."""
    statement = (
        select(RecipeLine)
        .where(RecipeLine.tile_id == tile_id)
        .join(RecipeLine.material)
        .options(joinedload(RecipeLine.material))
        .order_by(Material.code)
    )
    return list(session.scalars(statement))


def uses(material_id: int, after: str | None) -> Page[RecipeLine]:
    """A page of the recipe lines that take a material, by tile."""
    statement = (
        select(RecipeLine)
        .where(RecipeLine.material_id == material_id)
        .join(RecipeLine.tile)
        .options(joinedload(RecipeLine.tile))
    )
    return page(statement, Tile.code, after, of=lambda line: line.tile.code)


def on_hand(ids: Iterable[int] | None = None) -> dict[int, Decimal]:
    """What is in stock of each material, in its own unit; 0 where there is none."""
    statement = (
        select(Material.id, func.sum(MaterialBatch.quantity))
        .outerjoin(MaterialBatch, MaterialBatch.material_id == Material.id)
        .group_by(Material.id)
    )
    if ids is not None:
        statement = statement.where(Material.id.in_(sorted(set(ids))))
    return {key: total or Decimal(0) for key, total in session.execute(statement)}


def batches() -> list[MaterialBatch]:
    """Every batch in stock."""
    return list(session.scalars(select(MaterialBatch).order_by(MaterialBatch.id)))


def batches_of(material_id: int) -> list[MaterialBatch]:
    """The latest batches in stock of one material, oldest first."""
    statement = (
        select(MaterialBatch)
        .where(MaterialBatch.material_id == material_id)
        .order_by(MaterialBatch.received_on.desc(), MaterialBatch.id.desc())
        .limit(100)
    )
    return list(reversed(session.scalars(statement).all()))


def expected(ids: Iterable[int] | None = None) -> list[ExpectedDelivery]:
    """What is to come, by day, with material and supplier."""
    statement = (
        select(ExpectedDelivery)
        .options(joinedload(ExpectedDelivery.material), joinedload(ExpectedDelivery.supplier))
        .order_by(ExpectedDelivery.expected_on, ExpectedDelivery.id)
    )
    if ids is not None:
        statement = statement.where(ExpectedDelivery.material_id.in_(sorted(set(ids))))
    return list(session.scalars(statement))
