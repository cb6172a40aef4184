"""The pages of finished stock, and what a salesperson must not learn there."""

import pytest
from sqlalchemy import event

from tests import factories
from tileplan.kernel import clock
from tileplan.stock import queries, service
from tileplan.stock.rules import Opening


@pytest.fixture
def held_lot(database):
    """A lot from which somebody's order has reserved."""
    lot = factories.lot(factories.tile("P66-CEM-M", name_zh="水泥灰"), 400, shade="C13")
    service.reserve(lot.id, "SO-00042/3", 100)
    return lot


def test_the_list_shows_what_is_there_reserved_and_free_in_both_units(sign_in, held_lot):
    page = sign_in("warehouse").get("/stock/").text
    assert all(
        words in page for words in ("C13 / R", "144.00 m²", "36.00 m²", "108.00 m²", "75 boxes")
    )


def test_the_list_speaks_chinese(sign_in, held_lot):
    page = sign_in(factories.user("warehouse"), language="zh").get("/stock/").text
    assert all(words in page for words in ("库存批次", "水泥灰", "已预留"))


def test_a_search_without_a_match_says_what_to_do(sign_in, held_lot):
    assert "No lot matches." in sign_in("sales").get("/stock/?q=nothing").text


def test_the_export_has_every_lot_of_the_search_with_whole_numbers(sign_in, held_lot):
    factories.lot(factories.tile("W36"), 100, shade="C14")
    answer = sign_in("sales").get("/stock/export.csv?q=c13")
    lines = answer.text.lstrip("\ufeff").splitlines()
    assert len(lines) == 2
    assert lines[1].endswith(",400,100,300,108.00")


def test_a_planner_sees_whose_the_reservations_are(sign_in, held_lot):
    page = sign_in("planner").get(f"/stock/{held_lot.id}").text
    assert "SO-00042/3" in page
    assert "/orders/SO-00042" in page


@pytest.mark.parametrize("role", ["sales", "warehouse", "quality"])
def test_others_see_that_pieces_are_kept_and_not_for_whom(sign_in, held_lot, role):
    page = sign_in(role).get(f"/stock/{held_lot.id}").text
    assert "SO-00042" not in page
    assert "100 pieces are kept for 1 order item." in page


def test_a_lot_that_is_not_there_is_not_found(sign_in):
    assert sign_in("sales").get("/stock/4711").status_code == 404


def test_the_list_asks_the_same_number_of_questions_for_ten_lots_and_for_fifty(sign_in, database):
    person = sign_in("warehouse")

    def questions():
        asked = []
        event.listen(database.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
        assert person.get("/stock/").status_code == 200
        return len(asked)

    for _ in range(10):
        factories.lot(factories.tile(), 100)
    few = questions()
    for _ in range(40):
        factories.lot(factories.tile(), 100)
    assert questions() == few


def test_a_receipt_of_opening_stock_names_no_key_and_its_clerk_in_words(sign_in, database):
    factories.tile("T1")
    day = clock.today()
    service.keep_opening([Opening("T1", "A", "A26", "5", "WH1", 3, day, day)])
    [lot] = queries.listed("T1")
    page = sign_in(factories.user("warehouse"), language="zh").get(f"/stock/{lot.id}").text
    assert "opening" not in page
    assert all(words in page for words in ("期初库存", "期初导入"))
