"""A form that was tampered with: an order keeps its kind and contract, and its writers never approve it."""

from tests import factories
from tests.web.test_garbage import order_of
from tileplan.kernel.db import session
from tileplan.orders import queries
from tileplan.orders.rules import OrderState


def test_a_draft_changes_neither_its_kind_nor_its_contract(sign_in):
    seller = factories.user("sales", "seller", regions="GD")
    tile = factories.tile()
    contract = factories.contract(factories.customer(seller), tile)
    person = sign_in(seller)
    assert person.post("/orders/new", data=order_of(tile.code, "10")).status_code == 303
    data = order_of(tile.code, "10") | {"version": "1"}
    project = data | {"kind": "project", "contract": contract.number, "items-0-phase": "1号楼"}
    assert person.post("/orders/SO-00001/edit", data=project).status_code == 409
    assert person.post("/orders/new", data=project).status_code == 303
    assert person.post("/orders/SO-00002/edit", data=data).status_code == 409
    session.rollback()
    assert queries.order("SO-00002").contract.number == contract.number


def test_who_once_wrote_an_order_does_not_approve_it_though_others_changed_it_since(sign_in):
    factories.user("sales", "seller", regions="GD")
    tile = factories.tile()
    manager, seller = sign_in("sales_manager"), sign_in("seller")
    assert manager.post("/orders/new", data=order_of(tile.code, "10")).status_code == 303
    session.rollback()
    order = queries.order("SO-00001")
    version = str(order.version)
    seller.post("/orders/SO-00001/edit", data=order_of(tile.code, "20") | {"version": version})
    seller.act("/orders/SO-00001/submit")
    answer = manager.act("/orders/SO-00001/approve")
    assert answer.status_code == 422
    session.rollback()
    assert queries.order("SO-00001").state is OrderState.SUBMITTED
