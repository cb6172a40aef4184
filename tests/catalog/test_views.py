"""The pages of tiles: found by code, name and facet; prices only for those who sell."""

import pytest

from tests import factories
from tileplan.catalog import queries, service
from tileplan.catalog.rules import NewTile, SupplyPolicy
from tileplan.kernel.errors import NotFound


@pytest.fixture
def tiles(database):
    return [
        factories.tile("P66-CEM-M", name_en="Cement grey", name_zh="水泥灰"),
        factories.tile("W36-WHT-G", name_en="White gloss", name_zh="纯白亮光", width_mm=300, body="WB"),
        factories.tile("G612-CAR-P", name_en="Carrara", name_zh="卡拉拉白", length_mm=1200, finish="polished"),
    ]  # fmt: skip


def codes(**wanted):
    return [tile.code for tile in queries.search(wanted.pop("text", ""), None, **wanted).rows]


def test_tiles_are_found_by_code_and_by_both_names(tiles):
    assert codes(text="cem") == codes(text="水泥") == codes(text="cement GREY") == ["P66-CEM-M"]
    assert codes(text="100%") == []


def test_tiles_are_narrowed_by_format_body_and_finish(tiles):
    assert codes(size="600x600") == ["P66-CEM-M"]
    assert codes(body="WB") == ["W36-WHT-G"]
    assert codes(finish="polished") == ["G612-CAR-P"]
    assert codes(size="nonsense") == ["G612-CAR-P", "P66-CEM-M", "W36-WHT-G"]


def test_facets_are_what_there_is(tiles):
    found = queries.facets()
    assert found.formats == ["300x600", "600x600", "600x1200"]
    assert (found.bodies, found.finishes) == (["PG", "WB"], ["matt", "polished"])


def test_a_long_list_is_read_page_by_page(database):
    for number in range(55):
        factories.tile(f"T{number:02d}")
    first = queries.search("", None)
    second = queries.search("", first.after)
    assert [t.code for t in (*first.rows, *second.rows)] == [f"T{n:02d}" for n in range(55)]
    assert second.after is None


def test_a_tile_that_is_not_there_is_not_found(database):
    with pytest.raises(NotFound):
        queries.tile("nothing")


@pytest.mark.parametrize(
    ("role", "sees"), [("sales", True), ("planner", False), ("supervisor", False)]
)
def test_list_prices_are_for_those_who_sell(sign_in, tiles, role, sees):
    person = sign_in(role)
    assert ("26.00" in person.get("/catalog/").text) is sees
    assert ("26.00" in person.get("/catalog/P66-CEM-M").text) is sees
    assert (",26.0000" in person.get("/catalog/export.csv").text) is sees


def test_a_tile_is_named_in_the_readers_language(sign_in, tiles):
    user = factories.user("sales")
    assert "纯白亮光" in sign_in(user, language="zh").get("/catalog/").text
    assert "White gloss" in sign_in(user, language="en").get("/catalog/").text


def test_a_tiles_page_links_only_where_its_reader_may_go(sign_in, tiles):
    page = sign_in("sales").get("/catalog/P66-CEM-M").text
    assert "/stock/?q=P66-CEM-M" in page
    assert "/plant/" not in page
    assert "/plant/tiles/P66-CEM-M" in sign_in("planner").get("/catalog/P66-CEM-M").text


def test_keeping_a_tile_again_changes_only_what_differs(database):
    row = NewTile(
        code="T1", name_en="a", name_zh="一", width_mm=600, length_mm=600, thickness_mm=9, body="PG",
        family="f", finish="matt", glaze="g", glaze_family="gf", surface="smooth", firing_curve="C2",
        kiln_cycle_minutes=48, shade_variation="V2", is_rectified=True, finishing="none",
        pieces_per_box=4, box_area=1, box_weight=30, boxes_per_pallet=40, list_price=26,
        supply_policy=SupplyPolicy.TO_STOCK, minimum_run_area=0, safety_stock_area=0,
    )  # fmt: skip
    assert (service.keep([row]).new, service.keep([row]).new) == (1, 0)
    other = NewTile(**{**vars(row), "name_en": "b"})
    kept = service.keep([other])
    assert (kept.new, kept.changed) == (0, 1)
    assert queries.tile("T1").name_en == "b"


def test_a_tile_has_its_name_in_the_readers_language_only(sign_in, database):
    factories.tile("T1", name_en="Cement grey", name_zh="水泥灰")
    page = sign_in(factories.user("planner"), language="zh").get("/catalog/T1").text
    assert "水泥灰" in page
    assert "Cement grey" not in page
