"""What is done with orders: written, reviewed, confirmed, taken over, told of by the floor."""

from tileplan.orders.service.book import take_over
from tileplan.orders.service.entry import place, rewrite
from tileplan.orders.service.facts import (
    follow_customer,
    hand_over,
    note_finished,
    note_short,
    note_started,
)
from tileplan.orders.service.judging import faults
from tileplan.orders.service.life import act

__all__ = [
    "act",
    "faults",
    "follow_customer",
    "hand_over",
    "note_finished",
    "note_short",
    "note_started",
    "place",
    "rewrite",
    "take_over",
]
