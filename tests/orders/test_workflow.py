"""Every action from every state of an order, for every role that may come near one."""

import pytest

from tests import factories
from tileplan.accounts.rules import Role
from tileplan.kernel.errors import Conflict, NotAllowed
from tileplan.orders import queries, service
from tileplan.orders.rules import ORDER, OrderState

ACTIONS = sorted({arrow.action for arrow in ORDER.arrows})
STEPS = {(arrow.state, arrow.action): arrow for arrow in ORDER.arrows}


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("state", list(OrderState))
def test_from_this_state_exactly_the_steps_of_the_table_can_be_taken(state):
    manager, seller = factories.user("sales_manager"), factories.user("sales")
    for action in ACTIONS:
        order = factories.order(state=state, owner=seller)
        arrow = STEPS.get((state, action))
        if arrow is None:
            with pytest.raises(Conflict):
                service.act(order.number, action, by=manager, reason="why not")
            assert queries.order(order.number).state is state
        else:
            by = seller if action == "withdraw" else manager
            service.act(order.number, action, by=by, reason="why not")
            assert queries.order(order.number).state is arrow.to


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("role", [Role.SALES, Role.PLANNER, Role.FINANCE, Role.SUPERVISOR])
def test_nobody_takes_a_step_without_its_permission(role):
    somebody = factories.user(role)
    for (state, action), arrow in STEPS.items():
        order = factories.order(state=state)
        if somebody.may(arrow.permission):
            service.act(order.number, action, by=somebody, reason="why not")
        else:
            with pytest.raises(NotAllowed):
                service.act(order.number, action, by=somebody, reason="why not")
