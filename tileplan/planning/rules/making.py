"""Whether and where a tile can be made: what is missing is said in words a planner can act on."""

from dataclasses import dataclass
from decimal import Decimal

from tileplan.kernel.words import Text, say


@dataclass(frozen=True)
class Way:
    """A resource of a stage that can make a tile, at so many m² of kiln output an hour."""

    resource: str
    area_per_hour: Decimal


@dataclass(frozen=True)
class Ways:
    """Every way of making one tile; `forming` names the lines that feed each kiln."""

    code: str
    forming: dict[str, tuple[str, ...]]
    firing: tuple[Way, ...]
    finishing: tuple[Way, ...]
    sorting: tuple[Way, ...]
    needs_finishing: bool
    has_recipe: bool
    has_yield: bool

    @property
    def kilns(self) -> tuple[Way, ...]:
        """The kilns that fire the tile and have a forming line that feeds them with it."""
        return tuple(way for way in self.firing if self.forming.get(way.resource))


def missing(ways: Ways) -> Text | None:
    """Why a tile cannot be made, or None where it can."""
    gaps = (
        (
            ways.firing,
            say("No kiln has a rate for %(tile)s. Add it to the routes.", tile=ways.code),
        ),
        (
            ways.kilns,
            say(
                "No forming line feeds a kiln with %(tile)s. Add it to the routes.", tile=ways.code
            ),
        ),
        (
            ways.finishing or not ways.needs_finishing,
            say("No finishing line can take %(tile)s. Add it to the routes.", tile=ways.code),
        ),
        (
            ways.sorting,
            say("No sorting line can take %(tile)s. Add it to the routes.", tile=ways.code),
        ),
        (
            ways.has_recipe,
            say("There is no recipe for %(tile)s. Add it to the recipes.", tile=ways.code),
        ),
        (
            ways.has_yield,
            say("No yields are known for %(tile)s. Add them to the yields.", tile=ways.code),
        ),
    )
    return next((reason for is_there, reason in gaps if not is_there), None)
