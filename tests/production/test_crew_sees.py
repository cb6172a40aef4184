"""What the crew reads on its pages: why work stands still, its number, what came from before."""

import pytest

from tests import factories
from tests.production import plans
from tileplan.production import service


@pytest.fixture
def works(app):
    """One published lot on K1: its work orders' numbers by stage."""
    tile = factories.tile()
    factories.plant(tile, kilns=1)
    plan = plans.plan()
    plans.lot(plan, tile)
    service.publish(plan.number, by=factories.user("planner"), reason="the week")
    factories.user("supervisor", login="foreman", regions="K1")
    return {one.stage: one.number for one in plans.work()}


@pytest.fixture
def tablet(works, sign_in):
    return sign_in("foreman")


def test_the_card_and_the_work_order_say_why_it_stands_still(tablet, works, sign_in):
    number = works["firing"]
    tablet.act(f"/production/{number}/start")
    for code in ("K01", "K02"):
        tablet.act(f"/production/{number}/pause", data={"reason": code})
        tablet.act(f"/production/{number}/resume")
    running = tablet.get("/production/").text
    assert 'class="why"' not in running
    tablet.act(f"/production/{number}/pause", data={"reason": "K02"})
    for path in ("/production/", f"/production/{number}"):
        assert '<b class="why">K02 Broken roller</b>' in tablet.get(path).text
    chinese = sign_in("foreman", language="zh").get("/production/").text
    assert '<b class="why">K02 Broken roller</b>' not in chinese
    assert '<b class="why">K02 ' in chinese


def test_every_card_shows_its_work_orders_number(tablet, works):
    page = tablet.get("/production/").text
    for number in works.values():
        assert f'<span class="number">{number}</span>' in page


def test_sorting_begins_from_what_firing_reported_and_reports_no_more(tablet, works):
    firing, sorting = works["firing"], works["sorting"]
    tablet.act(f"/production/{firing}/start")
    tablet.act(f"/production/{firing}/finish", data={"area_a": "1000.8", "sure_of": "1000.8"})
    tablet.act(f"/production/{sorting}/start")
    page = tablet.get(f"/production/{sorting}/finish").text
    assert 'data-planned="960.48"' in page, "96 % of 1,000.80 m² in whole boxes"
    marks = {"shade": "A48", "calibre": "R", "warehouse": "WH1"}
    data = {"area_a": "960.48", "area_b": "41.76", **marks}
    answer = tablet.act(f"/production/{sorting}/finish", data=data)
    assert answer.status_code == 422
    assert 'id="area_a-error"' in answer.text
    assert f"({firing}) reported 1000.80 m² as good" in answer.text
    data["area_b"] = "40.32"
    assert tablet.act(f"/production/{sorting}/finish", data=data).status_code == 303


def test_sorting_ends_with_nothing_where_all_broke_in_the_kiln(tablet, works):
    firing, sorting = works["firing"], works["sorting"]
    tablet.act(f"/production/{firing}/start")
    tablet.act(
        f"/production/{firing}/finish", data={"area_a": "0", "area_scrap": "900", "sure_of": "900"}
    )
    tablet.act(f"/production/{sorting}/start")
    assert 'data-planned="0.00"' in tablet.get(f"/production/{sorting}/finish").text
    answer = tablet.act(f"/production/{sorting}/finish", data={"area_a": "0"})
    assert answer.status_code == 303


def test_starting_a_second_firing_says_on_its_page_which_one_runs(tablet, app):
    tile = factories.tile()
    plan = plans.plan()
    plans.lot(plan, tile, "L9-001", start=30)
    plans.lot(plan, tile, "L9-002", start=50)
    service.release(plan, by=None)
    first, second = (
        one.number for one in plans.work() if one.lot_code > "L9" and one.stage == "firing"
    )
    tablet.act(f"/production/{first}/start")
    answer = tablet.act(f"/production/{second}/start")
    assert answer.status_code == 422
    assert f"K1 is running {first}. Pause or finish it first." in answer.text
