"""What is read of tiles."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, or_, select

from tileplan.catalog.models import Tile
from tileplan.kernel.db import session
from tileplan.kernel.errors import NotFound
from tileplan.kernel.paging import Page, page
from tileplan.kernel.words import say

_FORMAT = re.compile(r"([0-9]{1,5})x([0-9]{1,5})")


@dataclass(frozen=True)
class Facets:
    """What the tiles differ in, to narrow a list down."""

    formats: list[str]
    bodies: list[str]
    finishes: list[str]


def tile(code: str) -> Tile:
    """The tile with a code."""
    found = session.scalars(select(Tile).where(Tile.code == code)).one_or_none()
    if found is None:
        raise NotFound(say("There is no tile %(code)s.", code=code))
    return found


def tiles() -> list[Tile]:
    """All tiles, by code."""
    return list(session.scalars(select(Tile).order_by(Tile.code)))


def tiles_by_id(ids: Iterable[int]) -> dict[int, Tile]:
    """These tiles, by their key."""
    rows = session.scalars(select(Tile).where(Tile.id.in_(sorted(set(ids)))))
    return {row.id: row for row in rows}


def search(
    text: str, after: str | None, *, size: str = "", body: str = "", finish: str = ""
) -> Page[Tile]:
    """A page of tiles by code, found by code or name and narrowed by format, body and finish."""
    return page(_matching(text, size, body, finish), Tile.code, after)


def listed(text: str, *, size: str = "", body: str = "", finish: str = "") -> list[Tile]:
    """All tiles that a search shows, for its export."""
    return list(session.scalars(_matching(text, size, body, finish).order_by(Tile.code)))


def facets() -> Facets:
    """The formats, bodies and finishes that there are."""
    rows = session.execute(
        select(Tile.width_mm, Tile.length_mm, Tile.body, Tile.finish).distinct()
    ).all()
    sizes = sorted({(row.width_mm, row.length_mm) for row in rows})
    return Facets(
        [f"{width}x{length}" for width, length in sizes],
        sorted({row.body for row in rows}),
        sorted({row.finish for row in rows}),
    )


def _matching(text: str, size: str, body: str, finish: str) -> Select[Tile]:
    statement = select(Tile)
    for word in text.split():
        statement = statement.where(
            or_(
                *(
                    column.icontains(word, autoescape=True)
                    for column in (Tile.code, Tile.name_en, Tile.name_zh)
                )
            )
        )
    format_ = _FORMAT.fullmatch(size)
    if format_:
        width, length = (int(part) for part in format_.groups())
        statement = statement.where(Tile.width_mm == width, Tile.length_mm == length)
    if body:
        statement = statement.where(Tile.body == body)
    if finish:
        statement = statement.where(Tile.finish == finish)
    return statement
