"""Whether a tile can be made, and the words for what is missing."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tileplan.planning.rules.making import Way, Ways, missing

WAY = Way("K1", Decimal(600))
WHOLE = Ways(
    code="P66-T01-M",
    forming={"K1": ("FG1", "FG2")},
    firing=(WAY, Way("K2", Decimal(500))),
    finishing=(Way("PL1", Decimal(380)),),
    sorting=(Way("SP1", Decimal(700)),),
    needs_finishing=True,
    has_recipe=True,
    has_yield=True,
)


def test_a_tile_with_everything_can_be_made() -> None:
    assert missing(WHOLE) is None


def test_only_kilns_with_forming_lines_count() -> None:
    assert [way.resource for way in WHOLE.kilns] == ["K1"]


def test_a_tile_that_needs_no_finishing_needs_no_finishing_line() -> None:
    assert missing(replace(WHOLE, finishing=(), needs_finishing=False)) is None


@pytest.mark.parametrize(
    ("lack", "word"),
    [
        ({"firing": ()}, "No kiln"),
        ({"forming": {"K9": ("FG1",)}}, "No forming line"),
        ({"finishing": ()}, "No finishing line"),
        ({"sorting": ()}, "No sorting line"),
        ({"has_recipe": False}, "no recipe"),
        ({"has_yield": False}, "No yields"),
    ],
)
def test_what_is_missing_is_named_with_the_tile(lack: dict[str, Any], word: str) -> None:
    reason = missing(replace(WHOLE, **lack))
    assert reason is not None
    assert word in reason
    assert "P66-T01-M" in reason
