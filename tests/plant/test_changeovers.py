"""Changeover rules of the demo plant: what each change costs, and matrices that lose nothing."""

from decimal import Decimal
from itertools import product

import pytest

from tests.plant.demo import RULES, TILES, as_said
from tileplan.plant import rules
from tileplan.plant.rules import NewRule

BY_CODE = {tile.code: tile for tile in TILES}


def test_there_are_forty_tiles_and_every_rule_of_the_demo_plant():
    assert len(TILES) == 40
    assert len(RULES) == 27


@pytest.mark.parametrize("crew", rules.CREWS)
def test_every_pair_of_tiles_costs_a_crew_what_the_readme_says(crew):
    for before, after in product(TILES, TILES):
        assert rules.crew_minutes(crew, before, after, RULES) == as_said(crew, before, after), (
            before.code,
            after.code,
        )


@pytest.mark.parametrize("buffer", [0, 20, 90, 480])
def test_a_kiln_matrix_gives_back_the_minutes_of_every_pair(buffer):
    families = rules.kiln_families(TILES, RULES, buffer)
    for before, after in product(TILES, TILES):
        expected = max(
            as_said("kiln", before, after),
            max(as_said(crew, before, after) for crew in ("press", "body", "glaze")) - buffer,
            0,
        )
        assert rules.kiln_minutes(before, after, RULES, buffer) == expected
        assert families.between(before.code, after.code) == expected


@pytest.mark.parametrize(
    ("crew", "matrix"),
    [("finishing", rules.finishing_families), ("packing", rules.sorting_families)],
)
def test_a_crew_matrix_gives_back_the_minutes_of_every_pair(crew, matrix):
    families = matrix(TILES, RULES)
    for before, after in product(TILES, TILES):
        assert families.between(before.code, after.code) == as_said(crew, before, after)


def test_tiles_that_behave_alike_share_a_family():
    kiln = rules.kiln_families(TILES, RULES, 90)
    assert len(kiln.names) < len(TILES)
    assert kiln.family["W36-WHT-G"] == kiln.family["W36-CAR-G"]
    assert len(kiln.minutes) == len(kiln.names) == len(set(kiln.names))
    assert all(len(row) == len(kiln.names) for row in kiln.minutes)
    assert all(row[i] == 0 for i, row in enumerate(kiln.minutes))
    assert len(rules.sorting_families(TILES, RULES).names) < len(kiln.names)


def test_only_a_change_of_design_costs_the_glaze_crew_its_twenty_minutes():
    white, carrara, beige = (BY_CODE[c] for c in ("W36-WHT-G", "W36-CAR-G", "W36-BEI-M"))
    assert rules.crew_minutes("glaze", white, carrara, RULES) == 20
    assert rules.crew_minutes("glaze", white, beige, RULES) == 120
    assert rules.crew_minutes("glaze", white, white, RULES) == 0


def test_a_big_buffer_hides_the_crews_ahead_but_not_the_kilns_own_work():
    wall = BY_CODE["W36-WHT-G"]
    porcelain = next(t for t in TILES if t.body == "PG")
    assert rules.kiln_minutes(wall, porcelain, RULES, 480) == 360
    assert rules.kiln_minutes(wall, porcelain, RULES, 0) == 360


def test_a_rule_that_names_one_tile_is_still_reproduced_for_every_pair():
    special = [*RULES, NewRule("kiln", "design", "W36-WHT-G", "any", 77)]
    families = rules.kiln_families(TILES, special, 90)
    for before, after in product(TILES, TILES):
        assert families.between(before.code, after.code) == rules.kiln_minutes(
            before, after, special, 90
        )
    assert rules.kiln_minutes(BY_CODE["W36-WHT-G"], BY_CODE["W36-CAR-G"], special, 90) == 77


def test_a_tile_change_that_the_buffer_does_not_hide_stands_beside_the_matrix():
    families = rules.kiln_families(TILES, RULES, 5)
    assert families.tile_change == 15
    assert families.between("W36-WHT-G", "W36-CAR-G") == 15
    assert families.between("W36-WHT-G", "W36-WHT-G") == 0


@pytest.mark.parametrize(
    ("attribute", "before", "after", "minutes"),
    [
        ("cycle_up_to_5_min", 40, 45, 7),
        ("cycle_up_to_5_min", 45, 40, 7),
        ("cycle_up_to_5_min", 40, 46, 0),
        ("cycle_up_to_5_min", 40, 40, 0),
        ("cycle_over_5_min", 40, 46, 7),
        ("cycle_over_5_min", 40, 45, 0),
    ],
)
def test_a_change_of_the_kiln_cycle_is_small_up_to_five_minutes(attribute, before, after, minutes):
    tile = TILES[0]
    old, new = (rules.TileLook(**{**vars_of(tile), "cycle_minutes": m}) for m in (before, after))
    rule = NewRule("kiln", attribute, "any", "any", 7)
    assert rules.crew_minutes("kiln", old, new, [rule]) == minutes


def test_a_thickness_may_be_named_in_any_way_of_writing_it():
    thin, thick = (
        rules.TileLook(**{**vars_of(TILES[0]), "thickness": Decimal(mm)}) for mm in ("9.5", "18")
    )
    assert (
        rules.crew_minutes("press", thin, thick, [NewRule("press", "thickness", "9.50", "18.0", 9)])
        == 9
    )
    assert (
        rules.crew_minutes("press", thick, thin, [NewRule("press", "thickness", "9.5", "18", 9)])
        == 0
    )


@pytest.mark.parametrize(
    ("rule", "column"),
    [
        (("cook", "format", "any", "any"), "crew"),
        (("press", "colour", "any", "any"), "attribute"),
        (("kiln", "paver_18mm", "18", "any"), "from"),
        (("kiln", "firing_curve", "any", "C2"), None),
        (("press", "thickness", "any", "thick"), "to"),
        (("body", "body", "porcelain", "WB"), None),
    ],
)
def test_an_unknown_crew_attribute_or_value_is_a_clear_fault(rule, column):
    fault = rules.rule_fault(*rule)
    assert (fault and fault[0]) == column


def vars_of(tile):
    return {name: getattr(tile, name) for name in tile.__dataclass_fields__}
