"""What is true of requirements: units, when a stage takes its material, what must be ordered when."""

from tileplan.purchasing.rules.ledger import (
    LedgerDay,
    Terms,
    Verdict,
    ledger,
    safety_stock,
    verdict,
)
from tileplan.purchasing.rules.sheet import safe_cell
from tileplan.purchasing.rules.timing import ENERGY, Window, Windows, spread, taken
from tileplan.purchasing.rules.units import convert

__all__ = [
    "ENERGY",
    "LedgerDay",
    "Terms",
    "Verdict",
    "Window",
    "Windows",
    "convert",
    "ledger",
    "safe_cell",
    "safety_stock",
    "spread",
    "taken",
    "verdict",
]
