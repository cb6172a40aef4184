"""What a crew must change between two tiles: the check-list of a changeover."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from tileplan.kernel.words import Text, say


class Look(Protocol):
    """The attributes of a tile that crews set their machines to."""

    @property
    def code(self) -> str:
        """The tile, and so its design file."""

    @property
    def format(self) -> str:
        """The size, such as 600x1200."""

    @property
    def thickness_mm(self) -> Decimal:
        """The thickness in mm."""

    @property
    def surface(self) -> str:
        """The relief of the punch."""

    @property
    def body(self) -> str:
        """The body, and so the powder."""

    @property
    def glaze(self) -> str:
        """The glaze."""

    @property
    def firing_curve(self) -> str:
        """The firing curve."""

    @property
    def finishing(self) -> str:
        """The way of finishing."""

    @property
    def pieces_per_box(self) -> int:
        """Tiles in a box."""


@dataclass(frozen=True)
class Change:
    """One attribute at a changeover; `before` is empty where nothing is known to stand there."""

    label: Text
    before: str
    after: str

    @property
    def is_change(self) -> bool:
        """True where the crew has something to do."""
        return self.before != self.after


_LABELS: dict[str, Text] = {
    "format": say("Format (mould)"),
    "thickness": say("Thickness"),
    "surface": say("Surface (punch)"),
    "body": say("Body (powder)"),
    "glaze": say("Glaze"),
    "design": say("Design (print file)"),
    "curve": say("Firing curve"),
    "finishing": say("Finishing"),
    "packing": say("Pieces per box"),
}
_AT_KILN = ("format", "thickness", "surface", "body", "glaze", "design", "curve")
_LATER: dict[str, tuple[str, ...]] = {
    "finishing": ("format", "thickness", "finishing"),
    "sorting": ("format", "thickness", "design", "packing"),
}


def changes(stage: str, before: Look | None, after: Look) -> list[Change]:
    """List what this stage sets for a tile, compared with the tile before it."""
    old = _settings(before) if before else {}
    new = _settings(after)
    return [
        Change(_LABELS[name], old.get(name, ""), new[name]) for name in _LATER.get(stage, _AT_KILN)
    ]


def _settings(tile: Look) -> dict[str, str]:
    return {
        "format": tile.format,
        "thickness": f"{tile.thickness_mm.normalize():f} mm",
        "surface": tile.surface,
        "body": tile.body,
        "glaze": tile.glaze,
        "design": tile.code,
        "curve": tile.firing_curve,
        "finishing": tile.finishing,
        "packing": str(tile.pieces_per_box),
    }
