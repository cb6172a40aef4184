"""Lots as they are kept with a run between asking and answering: what is to be made, for whom."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tileplan.planning.rules.lotting import Batch
from tileplan.planning.rules.wants import Peg


@dataclass(frozen=True)
class Draft:
    """A production lot with its code; `is_carried` marks work under way, taken over as it stands."""

    code: str
    tile_id: int
    good_pieces: int
    kiln_area: Decimal
    pegs: tuple[Peg, ...]
    is_carried: bool = False

    @property
    def ordered(self) -> tuple[Peg, ...]:
        """The pegs of order items, without those for stock."""
        return tuple(peg for peg in self.pegs if peg.item_id)

    @property
    def spare_pieces(self) -> int:
        """Pieces that no order item has asked for."""
        return sum(peg.pieces for peg in self.pegs if not peg.item_id)

    def to_dict(self) -> dict[str, Any]:
        """Give the lot as it is kept with its run."""
        return {
            "code": self.code,
            "tile_id": self.tile_id,
            "good_pieces": self.good_pieces,
            "kiln_area": str(self.kiln_area),
            "is_carried": self.is_carried,
            "pegs": [_peg_row(peg) for peg in self.pegs],
        }


def draft_of(row: dict[str, Any]) -> Draft:
    """Read a kept lot back."""
    return Draft(
        code=row["code"],
        tile_id=row["tile_id"],
        good_pieces=row["good_pieces"],
        kiln_area=Decimal(row["kiln_area"]),
        is_carried=row["is_carried"],
        pegs=tuple(_peg_of(peg) for peg in row["pegs"]),
    )


def coded(batch: Batch, code: str) -> Draft:
    """Give a batch of lotting its code."""
    return Draft(code, batch.tile_id, batch.good_pieces, batch.kiln_area, batch.pegs)


def fingerprint(tile_id: int, pegs: tuple[Peg, ...]) -> tuple[Any, ...]:
    """What makes two lots the same lot: one tile for the same items with the same pieces."""
    return (tile_id, *sorted((peg.ref, peg.pieces) for peg in pegs))


def _peg_row(peg: Peg) -> dict[str, Any]:
    return {
        "item_id": peg.item_id,
        "ref": peg.ref,
        "pieces": peg.pieces,
        "due_at": peg.due_at.isoformat(),
        "priority": peg.priority,
    }


def _peg_of(row: dict[str, Any]) -> Peg:
    due_at = datetime.fromisoformat(row["due_at"])
    return Peg(row["item_id"], row["ref"], row["pieces"], due_at, row["priority"])
