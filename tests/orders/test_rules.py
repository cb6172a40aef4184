"""What may be written in an order, what a reviewer is told, what must be of one shade."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tileplan.kernel.errors import Refused, Several
from tileplan.kernel.units import Unit
from tileplan.orders.rules import (
    ORDER,
    OTHERS_ORDER,
    OWN_ORDER,
    BookLine,
    CreditFacts,
    Earlier,
    Homogeneity,
    ItemFacts,
    NewItem,
    NewOrder,
    OrderKind,
    OrderState,
    Wanted,
    check_four_eyes,
    check_line,
    check_new_order,
    check_region,
    check_withdrawal,
    homogeneity_of,
    offered_to,
    phase_of,
    review,
    share_out,
)

TODAY = date(2026, 11, 21)


def item(**values):
    facts = {
        "tile": "P66-GRY-M",
        "quantity": Decimal(10),
        "unit": Unit.BOX,
        "price": Decimal(26),
        "due_on": TODAY + timedelta(days=20),
    }
    return NewItem(**{**facts, **values})


def order(*items, **values):
    facts = {
        "kind": OrderKind.RETAIL,
        "customer_name": "王女士",
        "phone": "13800001111",
        "region": "GD",
    }
    return NewOrder(items=items or (item(),), **{**facts, **values})


@pytest.mark.parametrize(
    "wanted",
    [
        order(),
        order(item(due_on=TODAY)),
        order(item(price=None)),
        order(phone="+86 (757) 8222-1234"),
        order(item(price=Decimal(0))),
        order(customer="R001", customer_name="", phone="", region=""),
        order(kind=OrderKind.DEALER, customer="D001"),
        order(item(phase="1号楼"), kind=OrderKind.PROJECT, contract="PC-0001"),
    ],
)
def test_an_ordinary_order_is_accepted(wanted):
    check_new_order(wanted, ordered_on=TODAY)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (order(customer_name=" "), "customer_name"),
        (order(phone=""), "phone"),
        (order(phone="abc"), "phone"),
        (order(phone="1380"), "phone"),
        (order(phone="1" * 21), "phone"),
        (order(customer="R001", phone="13800001111x"), "phone"),
        (order(region=""), "region"),
        (order(kind=OrderKind.DEALER), "customer"),
        (order(kind=OrderKind.PROJECT), "contract"),
        (order(kind=OrderKind.PROJECT, contract="PC-0001"), "items-0-phase"),
        (order(item(), item(tile="")), "items-1-tile"),
        (order(item(due_on=None)), "items-0-due_on"),
        (order(item(due_on=TODAY - timedelta(days=1))), "items-0-due_on"),
        (order(item(due_on=date(2062, 1, 1))), "items-0-due_on"),
        (order(item(price=Decimal("-0.01"))), "items-0-price"),
        (order(item(price=Decimal("1.00001"))), "items-0-price"),
        (order(item(quantity=Decimal("1.00001"))), "items-0-quantity"),
        (order(item(priority=0)), "items-0-priority"),
        (order(item(priority=5)), "items-0-priority"),
        (order(note="x" * 2001), "note"),
        (order(customer_name="王" * 161), "customer_name"),
    ],
)
def test_an_order_that_cannot_be_delivered_is_refused_beside_its_field(wanted, field):
    with pytest.raises(Refused) as refused:
        check_new_order(wanted, ordered_on=TODAY)
    assert refused.value.field == field


def test_everything_that_is_wrong_is_told_at_once_each_beside_its_field():
    wrong = order(
        item(tile="", due_on=None), item(priority=9), customer_name="", phone="x", region=""
    )
    with pytest.raises(Several) as refused:
        check_new_order(wrong, ordered_on=TODAY)
    assert [one.field for one in refused.value.refusals] == [
        "phone",
        "customer_name",
        "region",
        "items-0-tile",
        "items-0-due_on",
        "items-1-priority",
    ]


def test_a_region_that_nobody_looks_after_is_refused_with_those_that_there_are():
    check_region("GD", {"GD", "GX"})
    check_region("", {"GD"})
    check_region("ZZ", set())
    with pytest.raises(Refused, match="ZZ; there are: GD, GX") as refused:
        check_region("ZZ", {"GX", "GD"})
    assert refused.value.field == "region"


def test_an_order_without_tiles_is_refused():
    empty = NewOrder(
        kind=OrderKind.RETAIL, customer_name="王女士", phone="138", region="GD", items=()
    )
    with pytest.raises(Refused):
        check_new_order(empty, ordered_on=TODAY)


def test_a_building_site_shares_its_shade_by_phase_others_by_item():
    assert homogeneity_of(OrderKind.PROJECT) is Homogeneity.ONE_LOT_PER_PHASE
    assert homogeneity_of(OrderKind.RETAIL) is Homogeneity.ONE_LOT
    assert homogeneity_of(OrderKind.DEALER) is Homogeneity.ONE_LOT
    assert phase_of(Homogeneity.ONE_LOT_PER_PHASE, 7) == 7
    assert phase_of(Homogeneity.ONE_LOT, 7) is None


def test_four_eyes_refuse_the_writer_and_the_submitter_only():
    check_four_eyes(1, 2, 3)
    check_four_eyes(1, None, None)
    for others in ((1, 2), (2, 1)):
        with pytest.raises(Refused):
            check_four_eyes(1, *others)


def test_whoever_wrote_an_order_is_offered_no_approval():
    allowed = {"orders.edit", "orders.review"}
    offered = {arrow.action for arrow in OWN_ORDER.actions(OrderState.SUBMITTED, allowed)}
    assert offered == {"return", "withdraw", "cancel"}
    assert offered < {arrow.action for arrow in ORDER.actions(OrderState.SUBMITTED, allowed)}


def test_a_reviewer_returns_anothers_order_and_withdraws_only_their_own():
    assert offered_to(is_own=False, is_reviewer=True) is OTHERS_ORDER
    assert offered_to(is_own=False, is_reviewer=False) is ORDER
    assert offered_to(is_own=True, is_reviewer=True) is OWN_ORDER
    assert "withdraw" not in {arrow.action for arrow in OTHERS_ORDER.arrows}
    check_withdrawal(1, 2, 3, is_reviewer=False)
    check_withdrawal(1, 1, None, is_reviewer=True)
    with pytest.raises(Refused):
        check_withdrawal(1, 2, 3, is_reviewer=True)


# ---- the order book ----------------------------------------------------------------------------


def line(**values):
    facts = {
        "order": "SO-00001",
        "line": 1,
        "kind": "retail",
        "customer": "",
        "customer_name": "零售客户",
        "region": "GD",
        "contract": "",
        "phase": "",
        "tile": "P66-GRY-M",
        "quantity": Decimal(9),
        "unit": Unit.BOX,
        "price": Decimal(28),
        "ordered_on": TODAY,
        "due_on": TODAY,
        "homogeneity": "ONE_LOT",
        "priority": 3,
    }
    return BookLine(**{**facts, **values})


def test_an_ordinary_line_of_a_book_is_accepted():
    check_line(line())
    check_line(line(kind="project", customer="P001", contract="PC-0001", phase="1号楼"))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"order": ""}, "order"),
        ({"order": "SO/1"}, "order"),
        ({"line": 0}, "line"),
        ({"kind": "gift"}, "kind"),
        ({"homogeneity": "ANY"}, "homogeneity"),
        ({"customer_name": ""}, "customer_name"),
        ({"kind": "project"}, "contract"),
        ({"contract": "PC-0001"}, "phase"),
        ({"phase": "1号楼"}, "contract"),
        ({"region": ""}, "region"),
        ({"quantity": Decimal("1.00001")}, "quantity"),
        ({"price": Decimal(-1)}, "price"),
        ({"due_on": TODAY - timedelta(days=1)}, "due_on"),
        ({"priority": 9}, "priority"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused_by_its_column(values, field):
    with pytest.raises(Refused) as refused:
        check_line(line(**values))
    assert refused.value.field == field


# ---- the reviewer's card -----------------------------------------------------------------------


def facts(**values):
    known = {
        "position": 1,
        "area": Decimal("14.40"),
        "loose_pieces": 0,
        "price": Decimal(26),
        "reference": Decimal(26),
        "due_on": TODAY,
        "beyond": Decimal(0),
        "lot": "A1/R WH1",
        "can_be_made": True,
    }
    return ItemFacts(**{**known, **values})


def lights(items=None, credit=None, *, is_project=False):
    found = review(items or [facts()], credit, is_project=is_project, today=TODAY)
    return {str(finding.subject): finding.light.name for finding in found}


def test_an_order_with_nothing_to_remark_is_green_throughout():
    assert lights() == {
        "Specification": "GREEN",
        "Selling price": "GREEN",
        "Credit": "GREEN",
        "Stock": "GREEN",
        "Due dates": "GREEN",
    }


@pytest.mark.parametrize(
    ("values", "subject", "light"),
    [
        ({"loose_pieces": 3}, "Specification", "AMBER"),
        ({"price": Decimal("23.40")}, "Selling price", "GREEN"),
        ({"price": Decimal("23.39")}, "Selling price", "AMBER"),
        ({"price": Decimal("20.80")}, "Selling price", "AMBER"),
        ({"price": Decimal("20.79")}, "Selling price", "RED"),
        ({"price": Decimal(0)}, "Selling price", "RED"),
        ({"price": Decimal(40)}, "Selling price", "GREEN"),
        ({"lot": None}, "Stock", "AMBER"),
        ({"lot": None, "can_be_made": False}, "Stock", "RED"),
        ({"due_on": TODAY - timedelta(days=1)}, "Due dates", "AMBER"),
    ],
)
def test_each_thing_to_look_at_has_its_light(values, subject, light):
    assert lights([facts(), facts(**values, position=2)] if values else None)[subject] == light


@pytest.mark.parametrize(
    ("values", "subject", "light"),
    [
        ({}, "Contract", "GREEN"),
        ({"beyond": Decimal("1.44")}, "Contract", "AMBER"),
        ({"price": Decimal(25)}, "Selling price", "AMBER"),
        ({"price": Decimal(26)}, "Selling price", "GREEN"),
    ],
)
def test_a_project_order_is_held_against_its_contract(values, subject, light):
    assert lights([facts(**values)], is_project=True)[subject] == light


@pytest.mark.parametrize(
    ("used", "light"), [(0, "GREEN"), (700, "GREEN"), (801, "AMBER"), (900, "AMBER"), (901, "RED")]
)
def test_credit_is_red_only_over_the_limit(used, light):
    credit = CreditFacts(limit=Decimal(1000), used=Decimal(used), amount=Decimal(100))
    assert lights(credit=credit)["Credit"] == light


def test_a_project_customer_without_a_contract_is_remarked_on():
    def lights_of(**known):
        found = review([facts()], None, is_project=False, today=TODAY, **known)
        return {str(finding.subject): finding.light.name for finding in found}

    assert lights_of(buys_for_sites=True)["Contract"] == "AMBER"
    assert "Contract" not in lights_of()


def test_items_that_leave_their_lot_are_named():
    moved = review([facts(moves=("SO-00001/1",))], None, is_project=True, today=TODAY)
    assert any("SO-00001/1" in finding.words for finding in moved)


# ---- one shade ---------------------------------------------------------------------------------


def first_fit(tile_id, pieces, free):
    return next(
        (lot for lot, left in free.items() if left >= pieces and lot // 10 == tile_id), None
    )


def served(wanted, earlier=(), free=None):
    return {
        item.ref: share.lot_id
        for share in share_out(wanted, earlier, free or {}, first_fit)
        for item in share.wanted
    }


def test_items_of_their_own_share_out_what_is_left():
    wanted = [Wanted("A/1", 1, 60, None), Wanted("A/2", 1, 60, None), Wanted("A/3", 1, 30, None)]
    assert served(wanted, free={10: 100, 11: 50}) == {"A/1": 10, "A/2": None, "A/3": 10}


def test_a_phase_is_served_whole_or_not_at_all():
    wanted = [Wanted("A/1", 1, 60, 7), Wanted("A/2", 1, 60, 7)]
    assert served(wanted, free={10: 100, 11: 119}) == {"A/1": None, "A/2": None}
    assert served(wanted, free={10: 100, 11: 120}) == {"A/1": 11, "A/2": 11}


def test_two_phases_may_be_of_two_shades():
    wanted = [Wanted("A/1", 1, 60, 7), Wanted("A/2", 1, 60, 8)]
    assert served(wanted, free={10: 60, 11: 60}) == {"A/1": 10, "A/2": 11}


@pytest.mark.parametrize("earlier", [{"lot_id": None}, {"is_begun": True}])
def test_a_phase_that_is_being_made_takes_nothing_from_stock(earlier):
    facts = {
        "ref": "B/1",
        "tile_id": 1,
        "pieces": 5,
        "phase_id": 7,
        "lot_id": 10,
        "is_begun": False,
    }
    before = Earlier(**{**facts, **earlier})
    assert served([Wanted("A/1", 1, 10, 7)], [before], {10: 100}) == {"A/1": None}


def test_earlier_items_of_another_phase_or_tile_bind_nobody():
    before = [
        Earlier("B/1", 1, 5, 8, None, is_begun=True),
        Earlier("B/2", 2, 5, 7, None, is_begun=True),
    ]
    assert served([Wanted("A/1", 1, 10, 7)], before, {10: 100}) == {"A/1": 10}


def test_earlier_items_move_along_when_their_lot_is_too_small():
    before = Earlier("B/1", 1, 50, 7, 10, is_begun=False)
    (share,) = share_out([Wanted("A/1", 1, 60, 7)], [before], {10: 0, 11: 110}, first_fit)
    assert (share.lot_id, share.moved) == (11, (before,))
    (share,) = share_out([Wanted("A/1", 1, 60, 7)], [before], {10: 59, 11: 109}, first_fit)
    assert (share.lot_id, share.moved) == (None, (before,))
    (share,) = share_out([Wanted("A/1", 1, 60, 7)], [before], {10: 60, 11: 200}, first_fit)
    assert (share.lot_id, share.moved) == (10, ())
