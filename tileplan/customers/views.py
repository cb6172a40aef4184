"""The pages of customers: list, page, form, and what an order form asks while somebody types."""

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tileplan.accounts import queries as accounts
from tileplan.accounts.models import User
from tileplan.customers import queries, service
from tileplan.customers.forms import CustomerForm
from tileplan.customers.rules import KIND_LABELS
from tileplan.kernel.documents import journal
from tileplan.kernel.errors import Outdated, Refused
from tileplan.kernel.words import say
from tileplan.web import csvfile
from tileplan.web.access import needs
from tileplan.web.language import own_name, translated
from tileplan.web.overtaken import overtaken

pages = Blueprint("customers", __name__, url_prefix="/customers")

_COLUMNS = (
    say("Code"), say("Name"), say("Kind"), say("Region"), say("Tier"), say("Telephone"),
    say("Address"), say("Credit limit"), say("Payment days"), say("Salesperson"),
)  # fmt: skip


@pages.get("/")
@needs("customers.see")
def index() -> ResponseReturnValue:
    """The list of customers."""
    text, kind = request.args.get("q", "").strip(), request.args.get("kind", "")
    return render_template(
        "customers/index.html",
        page=queries.search(text, request.args.get("after"), kind=kind),
        args={"q": text, "kind": kind},
        kinds=KIND_LABELS,
    )


@pages.get("/export.csv")
@needs("customers.see")
def export() -> ResponseReturnValue:
    """The customers of a search as a file."""
    rows = queries.listed(request.args.get("q", "").strip(), kind=request.args.get("kind", ""))
    return csvfile.answer(
        "customers",
        _COLUMNS,
        (
            (
                row.code, row.name, KIND_LABELS[row.kind], row.region, row.tier, row.phone,
                row.address, row.credit_limit, row.payment_days, own_name(row.owner),
            )
            for row in rows
        ),
    )  # fmt: skip


@pages.get("/find")
@needs("customers.see")
def find() -> ResponseReturnValue:
    """The first customers that somebody may mean while typing a name, telephone or code."""
    found = queries.find(request.args.get("q", ""), kind=request.args.get("kind", ""))
    return jsonify(
        [
            {"code": row.code, "name": row.name, "phone": row.phone, "kind": translated(KIND_LABELS[row.kind])}
            for row in found
        ]
    )  # fmt: skip


@pages.route("/new", methods=["GET", "POST"])
@needs("customers.edit")
def new() -> ResponseReturnValue:
    """Add a customer."""
    form = CustomerForm()
    _offer(form, people=accounts.salespeople() if current_user.scope_owner is None else None)
    if form.validate_on_submit():
        try:
            made = service.add(form.new_customer(), by=current_user)
        except Refused as refusal:
            form.show(refusal)
        else:
            flash(
                translated(
                    say(
                        "Customer %(name)s is written down as %(code)s.",
                        name=made.name,
                        code=made.code,
                    )
                )
            )
            return redirect(url_for(".show", code=made.code), code=303)
    page = render_template("customers/edit.html", form=form, customer=None, faster=None)
    return page, 422 if form.errors else 200


@pages.get("/<code>")
@needs("customers.see")
def show(code: str) -> ResponseReturnValue:
    """One customer; their contracts and orders are fetched from those who keep them."""
    return render_template(
        "customers/show.html",
        customer=queries.customer(code),
        kinds=KIND_LABELS,
        people=accounts.salespeople() if current_user.may("orders.review") else [],
        journal=journal("customer", code),
    )


@pages.route("/<code>/edit", methods=["GET", "POST"])
@needs("customers.edit")
def edit(code: str) -> ResponseReturnValue:
    """Change a customer."""
    found = queries.customer(code)
    form = CustomerForm(obj=found)
    _offer(form, people=None)
    faster = None
    if form.validate_on_submit():
        try:
            service.change(
                code, form.new_customer(code), version=form.seen_version(), by=current_user
            )
        except Refused as refusal:
            form.show(refusal)
        except Outdated:
            stored = CustomerForm(formdata=None, obj=found)
            _offer(stored, people=None)
            faster = overtaken(form, stored, "customer", code)
        else:
            flash(translated(say("The changes are kept.")))
            return redirect(url_for(".show", code=code), code=303)
    page = render_template("customers/edit.html", form=form, customer=found, faster=faster)
    return page, 409 if faster else 422 if form.errors else 200


def _offer(form: CustomerForm, *, people: list[User] | None) -> None:
    form.offer(gives_credit=service.may_give_credit(current_user), people=people)
    form.offer_regions(current_user.own_regions, accounts.regions())
