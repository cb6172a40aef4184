"""The page of an order, the reviewer's card, and the steps of its life."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tileplan.kernel import clock
from tileplan.kernel.documents import journal
from tileplan.kernel.numbers import seen_version
from tileplan.kernel.words import Text, say
from tileplan.orders import queries, service
from tileplan.orders.models import Order
from tileplan.orders.rules import KIND_LABELS, ORDER, PATH, PRIORITY_LABELS, OrderState, offered_to
from tileplan.orders.views.beyond import tell_beyond
from tileplan.orders.views.blueprint import pages
from tileplan.stock import queries as stock
from tileplan.web.access import needs
from tileplan.web.language import translated

DONE: dict[str, Text] = {
    "submit": say("The order is submitted. Somebody else looks it over next."),
    "approve": say("The order is approved and confirmed. The planner sees it now."),
    "approve_only": say("The order is approved. The salesperson confirms it next."),
    "confirm": say("The order is confirmed. The planner sees it now."),
    "return": say("The order is a draft again; the reason stands in its journal."),
    "withdraw": say("The order is a draft again. Change it and submit it anew."),
    "cancel": say("The order is cancelled; what it held is free again."),
}
_REVIEWED = (OrderState.SUBMITTED, OrderState.APPROVED)


@pages.get("/<number>")
@needs("orders.see")
def show(number: str) -> ResponseReturnValue:
    """One order."""
    order = queries.order(number)
    return render_template(
        "orders/show.html",
        order=order,
        workflow=ORDER,
        path=PATH,
        kinds=KIND_LABELS,
        priorities=PRIORITY_LABELS,
        reservations=stock.reservations_of(item.ref for item in order.items),
        findings=queries.findings(order) if _is_to_review(order) else [],
        is_own=_is_own(order),
        offered=offered_to(is_own=_is_own(order), is_reviewer=current_user.may("orders.review")),
        returned=queries.returned([order]).get(number),
        references=queries.references(order) if current_user.may("orders.prices") else {},
        today=clock.today(),
        journal=journal(ORDER.kind, number),
    )


@pages.post("/<number>/<action>")
@needs("orders.edit")
def act(number: str, action: str) -> ResponseReturnValue:
    """Take a step of an order's life; the workflow says who may."""
    order = service.act(
        number,
        action,
        by=current_user,
        reason=request.form.get("reason"),
        version=seen_version(request.form.get("version")),
    )
    flash(translated(DONE[action]))
    if action == "submit":
        tell_beyond(order)
    return redirect(url_for(".show", number=number), code=303)


@pages.post("/hand-over/<code>")
@needs("orders.review")
def hand_over(code: str) -> ResponseReturnValue:
    """Let another salesperson look after a customer, with contracts and orders."""
    customer = service.hand_over(code, request.form.get("owner", ""), by=current_user)
    flash(
        translated(say("%(name)s is handed over, with contracts and orders.", name=customer.name))
    )
    return redirect(url_for("customers.show", code=code), code=303)


def _is_own(order: Order) -> bool:
    return current_user.id in {order.made_by_id, order.submitted_by_id}


def _is_to_review(order: Order) -> bool:
    return order.state in _REVIEWED and bool(order.items) and current_user.may("orders.review")
