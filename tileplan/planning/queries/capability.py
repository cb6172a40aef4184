"""What the plant can make, as planning sees it: one reading of routes, yields, recipes and rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tileplan.catalog import queries as catalog
from tileplan.catalog.models import Tile
from tileplan.catalog.rules import SupplyPolicy
from tileplan.materials import queries as materials
from tileplan.planning.rules.lotting import Making
from tileplan.planning.rules.making import Way, Ways
from tileplan.plant import queries as plant
from tileplan.plant.models import ChangeoverRule, Resource, Route, Stage, Yield
from tileplan.plant.rules import StageCode

NO_FINISHING = "none"
ZERO = Decimal(0)


@dataclass(frozen=True)
class Capability:
    """The plant at one moment: who makes what, how fast, with which yields and changeovers."""

    stages: dict[str, Stage]
    resources: list[Resource]
    routes: dict[tuple[int, str], list[Route]]
    yields: dict[int, Yield]
    changeover_rules: list[ChangeoverRule]
    tiles: dict[int, Tile]
    with_recipe: frozenset[int]

    def ways(self, tile_id: int) -> Ways:
        """Every way of making one tile."""
        tile = self.tiles[tile_id]
        return Ways(
            code=tile.code,
            forming=self.forming(tile_id),
            firing=self._ways(tile_id, StageCode.FIRING),
            finishing=self._ways(tile_id, StageCode.FINISHING),
            sorting=self._ways(tile_id, StageCode.SORTING),
            needs_finishing=tile.finishing != NO_FINISHING,
            has_recipe=tile_id in self.with_recipe,
            has_yield=tile_id in self.yields,
        )

    def forming(self, tile_id: int) -> dict[str, tuple[str, ...]]:
        """The press and glaze lines that feed each kiln with a tile."""
        lines: dict[str, tuple[str, ...]] = {}
        for route in self.routes.get((tile_id, StageCode.FORMING), []):
            fed = lines.get(route.feeds_kiln, ())
            lines[route.feeds_kiln] = (*fed, route.resource.code)
        return lines

    def making(self, tile_id: int) -> Making:
        """What lotting must know of a tile that can be made."""
        tile, found = self.tiles[tile_id], self.yields[tile_id]
        return Making(
            tile_id=tile_id,
            packing=tile.packing,
            minimum_run_area=tile.minimum_run_area,
            safety_stock_area=tile.safety_stock_area if is_to_stock(tile) else ZERO,
            good_share=Fraction(found.finishing) * Fraction(found.grade_a_share),
            fastest_rate=max(way.area_per_hour for way in self.ways(tile_id).kilns),
        )

    def _ways(self, tile_id: int, stage: str) -> tuple[Way, ...]:
        return tuple(
            Way(route.resource.code, route.area_per_hour)
            for route in self.routes.get((tile_id, stage), [])
        )


def capability() -> Capability:
    """Read what the plant can make, in a number of statements that never grows."""
    return Capability(
        stages={stage.code: stage for stage in plant.stages()},
        resources=plant.resources(),
        routes=_by_tile_and_stage(plant.routes()),
        yields=plant.yields(),
        changeover_rules=plant.changeover_rules(),
        tiles={tile.id: tile for tile in catalog.tiles()},
        with_recipe=frozenset(materials.recipes()),
    )


def is_to_stock(tile: Tile) -> bool:
    """True where a tile is kept above its safety stock."""
    return tile.supply_policy is SupplyPolicy.TO_STOCK


def _by_tile_and_stage(routes: Iterable[Route]) -> dict[tuple[int, str], list[Route]]:
    found: dict[tuple[int, str], list[Route]] = {}
    for route in routes:
        found.setdefault((route.tile_id, route.resource.stage), []).append(route)
    return found
