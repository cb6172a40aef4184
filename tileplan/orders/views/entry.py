"""Writing an order down: retail, dealer or from a contract."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tileplan.accounts import queries as accounts
from tileplan.contracts import queries as contracts
from tileplan.contracts.models import Contract
from tileplan.kernel import clock
from tileplan.kernel.errors import Outdated, Refused
from tileplan.kernel.words import say
from tileplan.orders import queries, service
from tileplan.orders.forms import OrderForm
from tileplan.orders.rules import KIND_LABELS, ORDER, OrderKind, OrderState
from tileplan.orders.views.beyond import tell_beyond
from tileplan.orders.views.blueprint import pages
from tileplan.web.access import needs
from tileplan.web.language import translated
from tileplan.web.overtaken import Overtaken, overtaken


@pages.route("/new", methods=["GET", "POST"])
@needs("orders.edit")
def new() -> ResponseReturnValue:
    """Write a new order; a project order begins with its contract."""
    form = OrderForm(
        kind=request.args.get("kind", OrderKind.RETAIL),
        customer=request.args.get("customer", ""),
        contract=request.args.get("contract", ""),
    )
    if form.order_kind() is OrderKind.PROJECT and not form.contract.data:
        return _choose_contract()
    return _written(form, None)


@pages.route("/<number>/edit", methods=["GET", "POST"])
@needs("orders.edit")
def edit(number: str) -> ResponseReturnValue:
    """Change a draft."""
    found = queries.order(number)
    if found.state is not OrderState.DRAFT and request.method == "GET":
        return redirect(url_for(".show", number=number))
    form = OrderForm.of(found) if request.method == "GET" else OrderForm()
    return _written(form, number)


def _choose_contract() -> ResponseReturnValue:
    text = request.args.get("q", "").strip() or request.args.get("customer", "")
    has_left = request.args.get("left") != "none"
    return render_template(
        "orders/choose_contract.html",
        page=contracts.to_draw_from(text, request.args.get("after"), has_left=has_left),
        args={"kind": "project", "q": text, "left": "" if has_left else "none"},
        kinds=KIND_LABELS,
    )


def _written(form: OrderForm, number: str | None) -> ResponseReturnValue:
    """Keep what the form says, or show it again with what is wrong."""
    contract = contracts.contract(form.contract.data) if form.contract.data else None
    if contract and request.method == "GET" and number is None:
        form.address.data = contract.site
    faster = None
    if form.is_submitted() and form.wants_line():
        form.add_line()
    elif form.validate_on_submit():
        try:
            kept = _kept(form, number)
        except Refused as refusal:
            form.show(refusal)
        except Outdated:
            faster = _overtaken(form, str(number))
        else:
            flash(
                translated(
                    say(
                        "Order %(number)s is kept as a draft. Look it over and submit it.",
                        number=kept,
                    )
                )
            )
            tell_beyond(queries.order(kept))
            return redirect(url_for(".show", number=kept), code=303)
    page = _page(form, number, contract, faster)
    return page, 409 if faster else 422 if form.errors else 200


def _page(
    form: OrderForm, number: str | None, contract: Contract | None, faster: Overtaken | None
) -> str:
    form.offer_phases(contract)
    form.offer_regions(current_user.own_regions, accounts.regions())
    return render_template(
        "orders/edit.html",
        form=form,
        faster=faster,
        workflow=ORDER,
        number=number,
        contract=contract,
        kind=form.order_kind(),
        kinds=KIND_LABELS,
        today=clock.today(),
    )


def _overtaken(form: OrderForm, number: str) -> Overtaken:
    stored = OrderForm.of(queries.order(number))
    stored.offer_regions(current_user.own_regions, accounts.regions())
    return overtaken(form, stored, ORDER.kind, number)


def _kept(form: OrderForm, number: str | None) -> str:
    order = form.new_order()
    if number is None:
        return service.place(order, by=current_user).number
    return service.rewrite(number, order, version=form.seen_version(), by=current_user).number
