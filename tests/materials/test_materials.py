"""Materials: units that turn into each other, stock in the material's own unit, the pages."""

from datetime import date
from decimal import Decimal

import pytest

from tests import factories
from tileplan.kernel.errors import Refused
from tileplan.materials import queries, rules, service
from tileplan.materials.rules import (
    NewBatch,
    NewDelivery,
    NewMaterial,
    NewRecipeLine,
    NewSupplier,
)

DAY = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("quantity", "unit", "into", "result"),
    [
        ("1500", "kg", "t", "1.5"),
        ("1.5", "t", "kg", "1500"),
        ("250", "g", "kg", "0.25"),
        ("3", "pc", "pc", "3"),
        ("2", "MWh", "kWh", "2000"),
        ("500", "l", "m3", "0.5"),
    ],
)
def test_a_unit_turns_exactly_into_another_of_its_kind(quantity, unit, into, result):
    assert rules.convert(Decimal(quantity), unit, into) == Decimal(result)


@pytest.mark.parametrize(
    ("unit", "into"), [("kg", "pc"), ("t", "kWh"), ("lorry", "t"), ("m2", "m")]
)
def test_units_of_different_kinds_do_not_turn_into_each_other(unit, into):
    assert not rules.is_convertible(unit, into)
    with pytest.raises(Refused):
        rules.convert(Decimal(1), unit, into)


@pytest.fixture
def clay(database):
    """A tile with clay in its recipe, clay in stock and clay to come."""
    tile = factories.tile("T1")
    service.keep_materials(
        [
            NewMaterial("RM1", "Clay", "黑泥", "t", Decimal(260), 7, 10, "body", Decimal(60)),
            NewMaterial("RM2", "Carton", "纸箱", "pc", Decimal(2), 5, 5, "packaging", Decimal(0)),
        ]
    )
    service.keep_suppliers([NewSupplier("S1", "Clay works", 30)])
    service.keep_recipes([NewRecipeLine("T1", "RM1", Decimal("2.89888"), "kg")])
    service.keep_stock(
        [
            NewBatch("RM1", "B1", Decimal(1500), "kg", DAY),
            NewBatch("RM1", "B2", Decimal(2), "t", DAY),
        ]
    )
    service.expect([NewDelivery("PO-1", "RM1", "S1", Decimal(900), "t", date(2026, 11, 23))])
    return tile


def test_stock_is_summed_in_the_materials_own_unit(clay):
    by_code = {material.code: material.id for material in queries.materials()}
    assert queries.on_hand() == {by_code["RM1"]: Decimal("3.5"), by_code["RM2"]: Decimal(0)}


def test_a_recipe_left_out_line_is_gone_and_other_tiles_stay(clay):
    other = factories.tile("T2")
    service.keep_recipes([NewRecipeLine("T2", "RM1", Decimal(1), "kg")])
    kept = service.keep_recipes([NewRecipeLine("T1", "RM2", Decimal(1), "pc")])
    assert (kept.new, kept.gone) == (1, 1)
    recipes = queries.recipes()
    assert [line.material.code for line in recipes[clay.id]] == ["RM2"]
    assert [line.material.code for line in recipes[other.id]] == ["RM1"]


def test_keeping_stock_and_deliveries_again_changes_nothing(clay):
    assert (
        service.keep_stock([NewBatch("RM1", "B1", Decimal("1.5"), "t", DAY)])
        == type(service.keep_stock([]))()
    )
    kept = service.expect([NewDelivery("PO-1", "RM1", "S1", Decimal(800), "t", date(2026, 11, 23))])
    assert (kept.new, kept.changed) == (0, 1)
    assert [d.quantity for d in queries.expected()] == [Decimal(800)]


def test_the_list_shows_stock_and_the_next_delivery(sign_in, clay):
    page = sign_in("purchasing").get("/materials/").text
    assert all(words in page for words in ("RM1", "3.5 t", "900 t", "2026-11-23"))
    assert "黑泥" in sign_in(factories.user("purchasing"), language="zh").get("/materials/").text


def test_a_materials_page_shows_batches_deliveries_and_the_tiles_that_take_it(sign_in, clay):
    page = sign_in("purchasing").get("/materials/RM1").text
    assert all(words in page for words in ("B1", "B2", "PO-1", "Clay works", "T1", "2.89888 kg"))


def test_purchase_prices_are_for_those_who_buy_and_plan(sign_in, clay):
    assert "Price per unit" in sign_in("purchasing").get("/materials/RM1").text
    assert "Price per unit" not in sign_in("warehouse").get("/materials/RM1").text


def test_a_tiles_recipe_is_shown_and_an_empty_one_says_where_it_comes_from(sign_in, clay):
    factories.tile("T2")
    planner = sign_in("planner")
    assert "2.89888 kg" in planner.get("/materials/recipes/T1").text
    assert "bom.csv" in planner.get("/materials/recipes/T2").text


def test_the_export_has_the_materials_of_the_search(sign_in, clay):
    answer = sign_in("purchasing").get("/materials/export.csv?q=clay")
    assert len(answer.text.splitlines()) == 2
    assert "RM1,Clay,Body,t,3.5000,900.0000,2026-11-23,7,10" in answer.text


def test_what_is_not_there_is_not_found(sign_in):
    person = sign_in("purchasing")
    assert person.get("/materials/RM9").status_code == 404
    assert person.get("/materials/recipes/T9").status_code == 404
