"""What is done with contracts: written, signed, called off, given back, amended."""

from tileplan.contracts.service.amounts import agree, call_off, give_back, take_over
from tileplan.contracts.service.papers import act, hand_over, keep, rewrite, write

__all__ = [
    "act",
    "agree",
    "call_off",
    "give_back",
    "hand_over",
    "keep",
    "rewrite",
    "take_over",
    "write",
]
