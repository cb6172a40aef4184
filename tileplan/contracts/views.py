"""The pages of project contracts: list, page, form, steps of their life."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tileplan.contracts import queries, service
from tileplan.contracts.forms import ContractForm
from tileplan.contracts.rules import CONTRACT, ContractState
from tileplan.customers import queries as customers
from tileplan.kernel.documents import journal
from tileplan.kernel.errors import Outdated, Refused
from tileplan.kernel.numbers import seen_version
from tileplan.kernel.words import Text, say
from tileplan.web.access import needs
from tileplan.web.language import translated
from tileplan.web.overtaken import overtaken

pages = Blueprint("contracts", __name__, url_prefix="/contracts")

DONE: dict[str, Text] = {
    "sign": say("The contract is signed. Orders can now be drawn from it."),
    "close": say("The contract is closed. No more orders can be drawn from it."),
    "cancel": say("The draft is cancelled."),
}


@pages.get("/")
@needs("contracts.see")
def index() -> ResponseReturnValue:
    """The list of contracts, newest first."""
    text, state = request.args.get("q", "").strip(), request.args.get("state", "")
    return render_template(
        "contracts/index.html",
        page=queries.search(text, request.args.get("after"), state=state),
        args={"q": text, "state": state},
        workflow=CONTRACT,
    )


@pages.get("/of-customer/<code>")
@needs("contracts.see")
def of_customer(code: str) -> ResponseReturnValue:
    """The contracts of a customer, as a part of their page."""
    customers.customer(code)
    return render_template(
        "contracts/part.html", contracts=queries.of_customer(code), workflow=CONTRACT
    )


@pages.route("/new", methods=["GET", "POST"])
@needs("contracts.edit")
def new() -> ResponseReturnValue:
    """Write a new contract."""
    form = ContractForm(customer=request.args.get("customer", ""))
    return _written(form, None)


@pages.get("/<number>")
@needs("contracts.see")
def show(number: str) -> ResponseReturnValue:
    """One contract: its terms, and what is agreed, called off and left in each phase."""
    found = queries.contract(number)
    return render_template(
        "contracts/show.html",
        contract=found,
        workflow=CONTRACT,
        path=list(ContractState),
        journal=journal(CONTRACT.kind, number),
    )


@pages.route("/<number>/edit", methods=["GET", "POST"])
@needs("contracts.edit")
def edit(number: str) -> ResponseReturnValue:
    """Change a draft."""
    found = queries.contract(number)
    if found.state is not ContractState.DRAFT and request.method == "GET":
        return redirect(url_for(".show", number=number))
    form = ContractForm.of(found) if request.method == "GET" else ContractForm()
    return _written(form, number)


@pages.post("/<number>/<action>")
@needs("contracts.see")
def act(number: str, action: str) -> ResponseReturnValue:
    """Take a step of a contract's life; the workflow says who may."""
    service.act(
        number,
        action,
        by=current_user,
        reason=request.form.get("reason"),
        version=seen_version(request.form.get("version")),
    )
    flash(translated(DONE[action]))
    return redirect(url_for(".show", number=number), code=303)


def _written(form: ContractForm, number: str | None) -> ResponseReturnValue:
    """Keep what the form says, or show it again with what is wrong."""
    faster = None
    if form.is_submitted() and form.wants_line():
        form.add_line()
    elif form.validate_on_submit():
        try:
            kept = _kept(form, number)
        except Refused as refusal:
            form.show(refusal)
        except Outdated:
            stored = ContractForm.of(queries.contract(str(number)))
            faster = overtaken(form, stored, CONTRACT.kind, str(number))
        else:
            flash(
                translated(
                    say("Contract %(number)s is kept as a draft. Have it signed next.", number=kept)
                )
            )
            return redirect(url_for(".show", number=kept), code=303)
    page = render_template(
        "contracts/edit.html", form=form, number=number, faster=faster, workflow=CONTRACT
    )
    return page, 409 if faster else 422 if form.errors else 200


def _kept(form: ContractForm, number: str | None) -> str:
    row = form.new_contract()
    if number is None:
        return service.write(row, by=current_user).number
    return service.rewrite(number, row, version=form.seen_version(), by=current_user).number
