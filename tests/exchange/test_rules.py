"""Every kind of bad row: named by line and column, with what stands there and how to mend it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tileplan.exchange import rules
from tileplan.exchange.rules import Agreement, Context, Known
from tileplan.exchange.rules.newest import newest_order_day
from tileplan.kernel.units import Packing

KNOWN = Known(
    tiles={"T1": Packing(4, Decimal("1.44")), "T2": Packing(8, Decimal("1.44"))},
    stages=frozenset({"forming", "firing", "finishing", "sorting"}),
    calendars=frozenset({"24x7"}),
    resources={"K1": "firing", "FG1": "forming", "SP1": "sorting"},
    materials={"RM1": "t", "RM2": "pc", "RM3": "kWh"},
    suppliers=frozenset({"S1"}),
    salespeople=frozenset({"sales1"}),
    regions=frozenset({"GD"}),
    customers=frozenset({"D1", "P1"}),
    contracts={"PC-1": Agreement("P1", frozenset({"1号楼"}))},
)
TABLES = {table.name: table for table in rules.TABLES}
# One good row of each file, by column.
GOOD = {
    "tiles": {
        "sku": "T9", "name_en": "Grey", "name_zh": "灰", "width_mm": "600", "length_mm": "600",
        "thickness_mm": "9.5", "body": "PG", "family": "porcelain", "finish": "matt",
        "glaze": "GL-1", "firing_curve": "C2", "kiln_cycle_min": "48", "shade_variation": "V2",
        "rectified": "true", "finishing": "none", "pieces_per_box": "4", "m2_per_box": "1.44",
        "kg_per_box": "31.7", "boxes_per_pallet": "40", "list_price_cny_per_m2": "26.5",
        "supply_policy": "MTS", "glaze_family": "matt", "surface": "smooth",
        "minimum_run_m2": "3000", "safety_stock_m2": "0",
    },
    "stages": {
        "stage": "firing", "position": "2", "lag_start_min": "60", "lag_end_min": "60", "note": "",
    },
    "calendars": {
        "calendar": "c", "kind": "weekly", "weekday": "1", "from": "00:00", "to": "24:00",
        "date": "", "reason": "",
    },
    "resources": {
        "code": "K9", "stage": "firing", "name": "Kiln 9", "rate": "", "rate_unit": "",
        "note": "green buffer 90 min", "calendar": "24x7",
    },
    "routes": {
        "sku": "T1", "stage": "forming", "resource": "FG1", "m2_per_hour": "386", "feeds_kiln": "K1",
    },
    "yields": {
        "sku": "T1", "forming": "0.985", "glazing": "0.99", "firing": "0.985", "finishing": "1.0",
        "grade_a_share": "0.96",
    },
    "changeover_rules": {
        "crew": "press", "attribute": "format", "from": "any", "to": "any", "minutes": "150",
    },
    "materials": {
        "code": "RM9", "name_en": "Clay", "name_cn": "黑泥", "uom": "t", "price_rmb": "260",
        "lead_time_d": "7", "safety_days": "10", "group": "body", "order_multiple": "60",
    },
    "suppliers": {"code": "S9", "name": "Clay works", "payment_days": "30"},
    "bom": {"sku": "T1", "material": "RM1", "qty_per_m2": "2.89888", "uom": "kg"},
    "material_stock": {
        "material": "RM1", "batch": "B1", "quantity": "12.5", "uom": "t", "received_on": "2026-10-27",
    },
    "open_purchase_orders": {
        "purchase_order": "PO-1", "material": "RM1", "supplier": "S1", "quantity": "900.0",
        "uom": "t", "expected_on": "2026-11-23",
    },
    "stock_lots": {
        "sku": "T1", "grade": "A", "shade": "C13", "calibre": "R", "warehouse": "WH1",
        "boxes": "2337", "received_on": "2026-06-02",
    },
    "users": {
        "user": "li.wei", "name_en": "Li Wei", "name_zh": "李伟", "role": "sales", "regions": "GX;FJ",
    },
    "customers": {
        "code": "D9", "name": "福建德泰建材有限公司", "type": "dealer", "region": "SC", "tier": "B",
        "credit_limit_cny": "500000", "payment_days": "30", "sales": "sales1",
        "phone": "13225522956", "address": "四川省高新区建材路177号",
    },
    "contracts": {
        "contract": "PC-9", "customer_code": "P1", "site": "城市广场", "signed_on": "2026-11-14",
        "deposit_percent": "20", "retention_percent": "3", "phases": "1号楼;2号楼",
        "late_penalty_per_day": "0.001", "late_penalty_cap": "0.05",
    },
    "orderbook": {
        "order_ref": "SO-1", "line_no": "1", "order_type": "project", "customer_code": "P1",
        "customer_name": "景城", "region": "JS", "contract": "PC-1", "phase": "1号楼", "sku": "T1",
        "quantity": "653.76", "unit": "m2", "unit_price_cny_per_m2": "30.6",
        "order_date": "2026-11-14", "due_date": "2026-12-01", "homogeneity": "ONE_LOT_PER_PHASE",
        "priority": "1",
    },
}  # fmt: skip


def quoted(cell):
    return '"' + cell.replace('"', '""') + '"' if any(c in cell for c in ',"\n\r') else cell


def content(*rows):
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    return "\n".join(",".join(quoted(cell) for cell in line) for line in lines).encode() + b"\n"


def judge(table, raw, shift=0):
    return rules.judge(
        TABLES[table], raw, Context(KNOWN, date(2026, 11, 21), timedelta(days=shift))
    )


def changed(table, **cells):
    return judge(table, content(GOOD[table] | cells))


@pytest.mark.parametrize("table", GOOD)
def test_a_good_row_of_every_file_is_read_without_fault_or_warning(table):
    judged = judge(table, content(GOOD[table]))
    assert (judged.faults, judged.warnings) == ([], [])
    assert len(judged.items) == 1


def test_every_file_has_a_good_row_here_with_exactly_its_columns():
    assert {name: list(GOOD[name]) for name in TABLES} == {
        name: list(table.columns) for name, table in TABLES.items()
    }


BAD_CELLS = [
    # empty, negative, not a number, not finite, huge, too precise
    ("tiles", "sku", "", "Fill it in"),
    ("tiles", "sku", "a/b", "no slash"),
    ("tiles", "sku", "x" * 41, "at most 40"),
    ("tiles", "name_zh", "\x00灰", "control characters"),
    ("tiles", "width_mm", "-600", "at least 1"),
    ("tiles", "width_mm", "600.5", "whole number"),
    ("tiles", "width_mm", "99999999999", "too large"),
    ("tiles", "thickness_mm", "0", "more than 0"),
    ("tiles", "thickness_mm", "NaN", "not a number"),
    ("tiles", "thickness_mm", "9,5", "not a number"),
    ("tiles", "m2_per_box", "Infinity", "not a number"),
    ("tiles", "m2_per_box", "1e3", "not a number"),
    ("tiles", "m2_per_box", "1.44000001", "4 digits"),
    ("tiles", "m2_per_box", "１.44", "not a number"),
    ("tiles", "list_price_cny_per_m2", "-1", "at least 0"),
    ("tiles", "list_price_cny_per_m2", "9" * 60, "too large"),
    ("tiles", "rectified", "ja", "true or false"),
    ("tiles", "supply_policy", "MTX", "MTS, MTO"),
    ("stages", "position", "0", "at least 1"),
    ("stages", "lag_end_min", "sixty", "not a number"),
    ("calendars", "weekday", "8", "at most 7"),
    ("calendars", "weekday", "0", "at least 1"),
    ("calendars", "weekday", "", "1 is Monday"),
    ("calendars", "kind", "monthly", "weekly, closed_weekly, closed_once"),
    ("calendars", "to", "25:00", "00:00 to 24:00"),
    ("calendars", "to", "24:01", "00:00 to 24:00"),
    ("calendars", "to", "8:60", "00:00 to 24:00"),
    ("calendars", "to", "00:00", "after it begins"),
    ("calendars", "date", "2026-12-03", "no date"),
    ("resources", "calendar", "nights", "calendars.csv"),
    ("resources", "rate", "-1", "more than 0"),
    ("routes", "sku", "T7", "tiles.csv"),
    ("routes", "stage", "baking", "stages.csv"),
    ("routes", "stage", "firing", "stage forming"),
    ("routes", "resource", "FG7", "resources.csv"),
    ("routes", "m2_per_hour", "0", "more than 0"),
    ("routes", "feeds_kiln", "SP1", "not a kiln"),
    ("routes", "feeds_kiln", "", "Name the kiln"),
    ("yields", "firing", "0", "more than 0"),
    ("yields", "grade_a_share", "1.01", "at most 1"),
    ("changeover_rules", "crew", "cook", "press, body, glaze"),
    ("changeover_rules", "attribute", "colour", "no such attribute"),
    ("changeover_rules", "minutes", "-5", "at least 0"),
    ("materials", "uom", "lorry", "kg"),
    ("materials", "price_rmb", "", "Fill it in"),
    ("suppliers", "payment_days", "soon", "not a number"),
    ("bom", "material", "RM7", "materials.csv"),
    ("bom", "uom", "pc", "kept in t"),
    ("bom", "uom", "pound", "kg"),
    ("bom", "qty_per_m2", "-2", "at least 0"),
    ("material_stock", "uom", "kWh", "kept in t"),
    ("material_stock", "received_on", "2026-02-30", "no such day"),
    ("material_stock", "received_on", "27/10/2026", "2026-11-30"),
    ("material_stock", "received_on", "0026-10-27", "year"),
    ("open_purchase_orders", "supplier", "S7", "suppliers.csv"),
    ("open_purchase_orders", "quantity", "0", "more than 0"),
    ("stock_lots", "sku", "T7", "tiles.csv"),
    ("stock_lots", "boxes", "0", "at least 1"),
    ("stock_lots", "boxes", "12.5", "whole number"),
    ("stock_lots", "shade", "", "Fill it in"),
    ("users", "role", "king", "sales_manager"),
    ("users", "user", "Li Wei", "sign-in name"),
    ("customers", "sales", "sales7", "users.csv"),
    ("customers", "type", "friend", "retail, dealer, project"),
    ("customers", "credit_limit_cny", "-1", "at least 0"),
    ("contracts", "customer_code", "P7", "customers.csv"),
    ("contracts", "phases", "", "at least one phase"),
    ("contracts", "phases", "1号楼;1号楼", "stands twice"),
    ("contracts", "deposit_percent", "101", "at most 100"),
    ("contracts", "late_penalty_cap", "1.5", "at most 1"),
    ("orderbook", "sku", "T7", "tiles.csv"),
    ("orderbook", "quantity", "0", "more than 0"),
    ("orderbook", "unit", "ton", "m2, box, piece"),
    ("orderbook", "customer_code", "P7", "customers.csv"),
    ("orderbook", "customer_code", "D1", "belongs to customer P1"),
    ("orderbook", "contract", "PC-7", "contracts.csv"),
    ("orderbook", "phase", "9号楼", "no such phase"),
    ("orderbook", "due_date", "2026-13-01", "no such day"),
    ("orderbook", "homogeneity", "ANY", "ONE_LOT"),
    ("orderbook", "priority", "0", "at least 1"),
    ("orderbook", "line_no", "one", "not a number"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "column", "cell", "mend"), BAD_CELLS)
def test_a_bad_cell_is_named_with_line_column_value_and_how_to_mend_it(table, column, cell, mend):
    judged = judge(table, content(GOOD[table], GOOD[table] | {column: cell}))
    faults = [fault for fault in judged.faults if "already stands on line" not in fault.message]
    assert faults, "the bad cell was taken"
    assert any(mend in fault.message for fault in faults), faults
    assert {(fault.file, fault.line) for fault in faults} == {(f"{table}.csv", 3)}
    named = next(fault for fault in faults if mend in fault.message)
    assert named.column in {column, "contract"}
    assert judged.items == []


def test_boxes_and_pieces_are_whole():
    judged = changed("orderbook", unit="box", quantity="2.5")
    assert [(f.column, f.value) for f in judged.faults] == [("quantity", "2.5")]


def test_a_single_closure_needs_a_day_and_no_weekday():
    judged = changed("calendars", kind="closed_once")
    assert {fault.column for fault in judged.faults} == {"date", "weekday"}


def test_a_walk_in_needs_a_region_that_somebody_looks_after():
    walk_in = {
        "order_type": "retail", "customer_code": "", "contract": "", "phase": "",
        "homogeneity": "ONE_LOT",
    }  # fmt: skip
    assert changed("orderbook", **walk_in, region="GD").faults == []
    [fault] = changed("orderbook", **walk_in, region="XX").faults
    assert (fault.column, fault.value) == ("region", "XX")


def test_the_lines_of_one_order_agree_about_its_customer_and_contract():
    other = {
        "line_no": "2",
        "customer_code": "D1",
        "contract": "",
        "phase": "",
        "order_type": "dealer",
    }
    judged = judge("orderbook", content(GOOD["orderbook"], GOOD["orderbook"] | other))
    assert {(f.line, f.column) for f in judged.faults} == {
        (3, "order_type"), (3, "customer_code"), (3, "contract"),
    }  # fmt: skip


def test_every_fault_is_listed_not_only_the_first():
    bad = GOOD["tiles"] | {"width_mm": "x", "length_mm": "-1", "rectified": "?"}
    judged = judge("tiles", content(bad, GOOD["tiles"], bad | {"sku": "T8"}))
    assert [(f.line, f.column) for f in judged.faults] == [
        (2, "width_mm"), (2, "length_mm"), (2, "rectified"),
        (4, "width_mm"), (4, "length_mm"), (4, "rectified"),
    ]  # fmt: skip


def test_at_most_two_hundred_faults_are_listed_and_all_are_counted():
    bad = [GOOD["suppliers"] | {"code": f"S{n}", "payment_days": "x"} for n in range(250)]
    report = rules.refused("suppliers.csv", judge("suppliers", content(*bad)).faults)
    assert (len(report.faults), report.fault_count) == (200, 250)


@pytest.mark.parametrize("table", [name for name, t in TABLES.items() if t.key])
def test_a_row_that_stands_twice_is_named_with_the_line_of_the_first(table):
    judged = judge(table, content(GOOD[table], GOOD[table]))
    assert [(f.line, "line 2" in f.message) for f in judged.faults] == [(3, True)]


def test_lots_may_be_received_in_two_equal_rows():
    judged = judge("stock_lots", content(GOOD["stock_lots"], GOOD["stock_lots"]))
    assert (judged.faults, len(judged.items)) == ([], 2)


@pytest.mark.parametrize("column", GOOD["suppliers"])
def test_a_missing_column_is_named(column):
    row = {name: cell for name, cell in GOOD["suppliers"].items() if name != column}
    [fault] = judge("suppliers", content(row)).faults
    assert (fault.line, fault.column) == (1, column)


def test_a_column_that_is_nearly_right_is_pointed_out():
    row = {name.replace("payment_days", "Payment_day"): c for name, c in GOOD["suppliers"].items()}
    [fault] = judge("suppliers", content(row)).faults
    assert "Payment_day" in fault.message


def test_a_column_that_is_not_known_is_a_warning_only():
    judged = judge("suppliers", content(GOOD["suppliers"] | {"colour": "red"}))
    assert (judged.faults, [w.column for w in judged.warnings]) == ([], ["colour"])


def test_a_column_that_stands_twice_is_refused():
    [fault] = judge("suppliers", b"code,name,payment_days,name\nS1,x,30,y\n").faults
    assert fault.column == "name"


HEADER = b"code,name,payment_days\n"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"\xef\xbb\xbf" + HEADER + b"S1,Clay,30\n", id="BOM"),
        pytest.param(HEADER.replace(b"\n", b"\r\n") + b"S1,Clay,30\r\n", id="CRLF"),
        pytest.param(HEADER + b"S1,Clay,30", id="no last line break"),
        pytest.param(HEADER + b"\n\nS1,Clay,30\n,,\n\n", id="blank lines"),
        pytest.param(b"code, name ,payment_days\nS1, Clay , 30 \n", id="blanks around"),
        pytest.param(HEADER + b'"S1","Clay","30"\n', id="quotes"),
    ],
)
def test_harmless_ways_of_writing_are_read_alike(raw):
    judged = judge("suppliers", raw)
    assert judged.faults == []
    assert [(s.code, s.name, s.payment_days) for s in judged.items] == [("S1", "Clay", 30)]


def test_a_line_break_inside_quotes_is_part_of_the_cell_and_lines_are_counted_on():
    judged = judge("suppliers", HEADER + b'S1,"Clay\nworks",30\nS2,Frit,soon\n')
    assert [(f.line, f.value) for f in judged.faults] == [(4, "soon")]
    judged = judge("suppliers", HEADER + b'S1,"Clay\r\nworks",30\r\n')
    assert [s.name for s in judged.items] == ["Clay works"]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"code;name;payment_days\nS1;Clay;30\n", "separated by commas"),
        (b"code\tname\tpayment_days\nS1\tClay\t30\n", "separated by commas"),
        ("code,name,payment_days\nS1,黑泥,30\n".encode("gbk"), "GBK"),
        ("code,name,payment_days\nS1,黑泥,30\n".encode("utf-16"), "UTF-16"),
        (HEADER + b"S1,\xff\xff,30\n", "not UTF-8"),
        (HEADER + b"S1,30\n", "2 cells"),
        (HEADER + b"S1,Clay, Foshan,30\n", "4 cells"),
        (HEADER + b'S1,"Clay,30\nS2,Frit,30\n', "quotes"),
        (HEADER + b'S1,"Clay"x,30\n', "quotes"),
        (HEADER + b'S1,"' + 140_000 * b"Clay", "longer than 131072 characters"),
    ],
)
def test_a_file_that_is_no_such_table_says_so(raw, words):
    judged = judge("suppliers", raw)
    assert judged.items == []
    assert any(words in fault.message for fault in judged.faults), judged.faults


def test_a_ragged_row_does_not_hide_the_faults_after_it():
    judged = judge("suppliers", HEADER + b"S1\nS2,Frit,soon\n")
    assert [fault.line for fault in judged.faults] == [2, 3]


def test_a_header_without_rows_is_refused_only_where_rows_are_needed():
    assert judge("tiles", content(GOOD["tiles"]).split(b"\n")[0] + b"\n").faults
    assert judge("suppliers", HEADER).faults == []


def test_the_green_buffer_is_read_from_a_kilns_note():
    assert changed("resources", note="green buffer 480 min").items[0].green_buffer_minutes == 480
    judged = changed("resources", note="")
    assert (judged.faults, [w.column for w in judged.warnings]) == ([], ["note"])
    assert judged.items[0].green_buffer_minutes == 0


def test_a_calendar_that_never_opens_is_a_warning():
    judged = changed("calendars", kind="closed_weekly")
    assert (judged.faults, [w.column for w in judged.warnings]) == ([], ["calendar"])


def test_two_salespeople_cannot_own_one_region():
    rows = [GOOD["users"], GOOD["users"] | {"user": "wang", "regions": "GX"}]
    [fault] = judge("users", content(*rows)).faults
    assert (fault.line, fault.column) == (3, "regions")


def test_dates_are_moved_by_the_days_asked_for_and_lots_remember_the_written_one():
    [line] = judge("orderbook", content(GOOD["orderbook"]), shift=10).items
    assert (line.ordered_on, line.due_on) == (date(2026, 11, 24), date(2026, 12, 11))
    [lot] = judge("stock_lots", content(GOOD["stock_lots"]), shift=10).items
    assert (lot.received_on, lot.written_on) == (date(2026, 6, 12), date(2026, 6, 2))


@pytest.mark.parametrize("tail", [140_000 * b"x", b""])
def test_the_newest_order_day_is_found_before_a_row_that_is_no_csv(tail):
    book = b'order_no,order_date\n1,2026-11-20\n2,2026-11-21\n3,"' + tail
    assert newest_order_day(book) == date(2026, 11, 21)
