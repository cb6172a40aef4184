"""Loading a folder: all or nothing per file, what depends on a refused file waits, twice is harmless."""

import csv
import json
import shutil
import time
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tileplan import paths
from tileplan.accounts import queries as accounts
from tileplan.accounts.models import User
from tileplan.catalog import queries as catalog
from tileplan.customers.models import Customer
from tileplan.exchange import service
from tileplan.exchange.rules import TABLES, FileState
from tileplan.kernel import db
from tileplan.kernel.db import session
from tileplan.orders.models import Order, OrderItem
from tileplan.plant import queries as plant
from tileplan.stock.models import Lot, Movement

pytestmark = pytest.mark.usefixtures("database")


def load(folder, **more):
    return service.load(folder, commit_each=db.transaction, **more)


SHORT = 60


@pytest.fixture
def whole_plant(tmp_path):
    """The demo plant's files, to be changed at will."""
    target = tmp_path / "plant"
    shutil.copytree(paths.DEMO_PLANT, target)
    return target


@pytest.fixture
def folder(whole_plant):
    """The demo plant with the first lines of its order book only."""
    book = whole_plant / "orderbook.csv"
    lines = book.read_text(encoding="utf-8").splitlines(keepends=True)
    book.write_text("".join(lines[: SHORT + 1]), encoding="utf-8")
    return whole_plant


def spoil(path, old, new, count=1):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def count(model):
    return session.scalar(select(func.count()).select_from(model))


def test_the_demo_plant_is_loaded_whole_and_a_second_time_changes_nothing(whole_plant):
    folder = whole_plant
    began = time.monotonic()
    first = load(folder)
    assert time.monotonic() - began < 30
    assert first.is_ok, [str(fault) for file in first.files for fault in file.faults]
    assert {file.state for file in first.files} == {FileState.LOADED}
    assert (count(OrderItem), count(Order)) == (2000, 621)
    boxes = sum(
        int(row.split(",")[5]) * catalog.tile(row.split(",")[0]).pieces_per_box
        for row in (folder / "stock_lots.csv").read_text().splitlines()[1:]
    )
    assert session.scalar(select(func.sum(Lot.on_hand))) == boxes
    assert (count(Movement), count(Lot)) == (319, 313)
    session.rollback()
    second = load(folder)
    assert second.is_ok
    assert {(file.new, file.changed or 0, file.gone or 0) for file in second.files} == {(0, 0, 0)}
    assert session.scalar(select(func.sum(Lot.on_hand))) == boxes
    assert count(OrderItem) == 2000


def test_the_report_is_plain_json_with_every_file(folder):
    (folder / "orderbook.csv").unlink()
    plain = json.loads(json.dumps(load(folder).to_json()))
    assert plain["ok"] is True
    assert [file["file"] for file in plain["files"]] == [table.file for table in TABLES]
    assert plain["files"][0] | {"warnings": []} == {
        "file": "tiles.csv", "state": "loaded", "rows": 40, "new": 40, "changed": 0, "gone": 0,
        "sentence": None, "fault_count": 0, "faults": [], "warning_count": 0, "warnings": [],
    }  # fmt: skip


def test_one_bad_row_keeps_its_whole_file_out_and_what_depends_on_it(folder):
    spoil(
        folder / "tiles.csv", "W36-CAR-G,Carrara gloss wall,卡拉拉亮光墙砖,300", "W36-CAR-G,x,x,-3"
    )
    report = load(folder)
    assert not report.is_ok
    assert catalog.tiles() == []
    [fault] = report.file("tiles").faults
    assert (fault.file, fault.line, fault.column, fault.value) == ("tiles.csv", 3, "width_mm", "-3")
    states = {file.file: file.state for file in report.files}
    for name in ("routes", "yields", "bom", "stock_lots", "orderbook"):
        assert states[f"{name}.csv"] is FileState.SKIPPED
        assert "tiles.csv" in report.file(name).sentence
    for name in ("stages", "calendars", "resources", "changeover_rules", "materials", "customers"):
        assert states[f"{name}.csv"] is FileState.LOADED


def test_a_mended_file_is_loaded_over_what_is_there(folder):
    spoil(folder / "tiles.csv", ",300,600,", ",-300,600,")
    (folder / "orderbook.csv").unlink()
    assert not load(folder).is_ok
    spoil(folder / "tiles.csv", ",-300,600,", ",300,600,")
    assert load(folder).is_ok
    assert len(catalog.tiles()) == 40


def test_a_skipped_file_keeps_out_what_depends_on_it_in_turn(folder):
    spoil(folder / "users.csv", ",sales,", ",king,")
    report = load(folder)
    assert [report.file(n).state for n in ("customers", "contracts", "orderbook")] == [
        FileState.SKIPPED
    ] * 3
    assert count(OrderItem) == 0


def test_changed_values_are_taken_over_and_counted(folder):
    (folder / "orderbook.csv").unlink()
    load(folder)
    spoil(folder / "tiles.csv", "White gloss wall,", "Snow gloss wall,")
    spoil(folder / "calendars.csv", "kiln_1,closed_once,,08:00", "kiln_1,closed_once,,06:00")
    spoil(folder / "changeover_rules.csv", "kiln,format,any,any,10\n", "")
    report = load(folder)
    assert (report.file("tiles").new, report.file("tiles").changed) == (0, 1)
    assert report.file("calendars").changed == 1
    assert report.file("changeover_rules").gone == 1
    assert catalog.tile("W36-WHT-G").name_en == "Snow gloss wall"
    assert len(plant.changeover_rules()) == 26


def test_a_customer_given_to_another_salesperson_takes_orders_along_and_is_told_of(folder):
    load(folder)
    order = session.scalars(select(Order).where(Order.customer_id.is_not(None))).first()
    buyer = session.get(Customer, order.customer_id)
    now = session.get(User, buyer.owner_id).login
    other = next(person.login for person in accounts.salespeople() if person.login != now)
    text = (folder / "customers.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    for row in rows:
        row["sales"] = other if row["code"] == buyer.code else row["sales"]
    with (folder / "customers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    report = load(folder, files=["customers"])
    assert any(buyer.code in str(warning) for warning in report.file("customers").warnings)
    owner_id = session.get(Order, order.id).owner_id
    assert owner_id == session.get(Customer, buyer.id).owner_id
    assert session.get(User, owner_id).login == other


def test_a_route_that_is_left_out_is_gone(folder):
    (folder / "orderbook.csv").unlink()
    load(folder)
    spoil(folder / "routes.csv", "W36-WHT-G,forming,FG2,386,K1\n", "")
    assert load(folder).file("routes").gone == 1
    made_by = {r.resource.code for r in plant.routes() if r.tile.code == "W36-WHT-G"}
    assert made_by == {"FG1", "K1", "SP1"}


def test_stages_may_change_places(folder):
    load(folder, files=["stages"])
    text = (folder / "stages.csv").read_text()
    (folder / "stages.csv").write_text(
        text.replace("firing,2", "firing,3").replace("finishing,3", "finishing,2")
    )
    assert load(folder, files=["stages"]).file("stages").changed == 2
    assert [stage.code for stage in plant.stages()] == ["forming", "finishing", "firing", "sorting"]


def test_a_receipt_that_says_something_else_later_is_a_warning(folder):
    load(folder, files=["tiles", "stock_lots"])
    spoil(folder / "stock_lots.csv", ",2337,", ",9999,")
    report = load(folder, files=["tiles", "stock_lots"]).file("stock_lots")
    assert (report.state, report.new) == (FileState.LOADED, 0)
    assert [(w.line, w.column, w.value) for w in report.warnings] == [(2, "boxes", "9999")]
    assert session.scalar(select(func.max(Lot.on_hand))) < 9999 * 8


def test_equal_rows_are_receipts_of_their_own_once(folder):
    path = folder / "stock_lots.csv"
    path.write_text(
        path.read_text().splitlines()[0] + "\nW36-WHT-G,A,C13,7,WH1,10,2026-06-02" * 3 + "\n"
    )
    for _ in range(2):
        load(folder, files=["tiles", "stock_lots"])
    assert session.scalars(select(Lot.on_hand)).all() == [3 * 10 * 8]
    assert count(Movement) == 3


def test_files_that_are_missing_are_named_and_only_the_needed_ones_matter(folder):
    for name in ("orderbook", "contracts", "open_purchase_orders"):
        (folder / f"{name}.csv").unlink()
    report = load(folder)
    assert report.is_ok
    assert report.file("contracts").state is FileState.MISSING
    assert "without" in report.file("contracts").sentence


def test_a_missing_file_that_others_need_is_a_failure(folder):
    (folder / "tiles.csv").unlink()
    report = load(folder)
    assert not report.is_ok
    assert report.file("tiles").state is FileState.MISSING
    assert report.file("routes").state is FileState.SKIPPED
    assert "tiles.csv" in report.file("routes").sentence


def test_a_file_alone_is_enough_where_the_rest_is_stored(folder, tmp_path):
    load(folder)
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(folder / "orderbook.csv", alone)
    spoil(alone / "orderbook.csv", "SO-00001,1,", "SO-99001,1,")
    report = load(alone)
    assert report.is_ok
    assert report.file("orderbook").new == 1


def test_an_empty_folder_is_a_failure(tmp_path):
    assert not load(tmp_path).is_ok


def test_a_stranger_among_the_files_is_a_warning(folder):
    (folder / "prices.csv").write_text("a,b\n1,2\n")
    report = load(folder, files=["tiles"])
    assert report.is_ok
    assert "prices.csv" in report.warnings[0]


def test_dates_move_together_and_receipts_are_not_taken_in_twice(folder):
    load(folder, shift_days=30)
    first = session.scalars(select(Order).order_by(Order.number)).first()
    assert first.ordered_on == date(2026, 11, 12) + timedelta(days=30)
    session.rollback()
    assert load(folder, shift_days=31, files=["stock_lots"]).file("stock_lots").new == 0
    assert count(Movement) == 319


def test_past_due_dates_and_credit_limits_warn_and_never_refuse(folder):
    report = load(folder, shift_days=-60)
    assert report.file("orderbook").state is FileState.LOADED
    assert report.file("orderbook").warning_count > 0
    assert count(OrderItem) == SHORT
