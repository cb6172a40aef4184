"""The files of sales: people, customers, contracts, the order book."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from tileplan.accounts.rules import NewUser, Role, check_user
from tileplan.contracts.rules import NewContract, check_contract
from tileplan.customers.rules import CustomerKind, NewCustomer, check_customer
from tileplan.exchange.rules.parsing import (
    Context,
    code,
    day,
    decimal,
    listed,
    named,
    one_of,
    optional,
    text,
    whole,
)
from tileplan.exchange.rules.tables import Finding, Row, Table, Values
from tileplan.kernel.errors import Refused
from tileplan.kernel.units import Unit
from tileplan.kernel.words import say
from tileplan.orders.rules import BookLine, Homogeneity, OrderKind, check_line

_SHARE = decimal(6, most=1)
_PERCENT = decimal(2, most=100)
_MONEY = decimal(2, most=10**13)


def _user(row: Values) -> NewUser:
    return NewUser(
        login=row["user"],
        name_en=row["name_en"],
        name_zh=row["name_zh"],
        role=str(row["role"].value),
        regions=";".join(row["regions"]),
    )


def _check_users(rows: list[Row], context: Context) -> Iterator[tuple[int, Finding]]:
    """One region, one salesperson; a supervisor's lines should be resources."""
    owner: dict[str, str] = {}
    for row in rows:
        login, role = row.values["user"], row.values["role"]
        for area in row.values["regions"]:
            if role is Role.SALES and owner.setdefault(area, login) != login:
                message = say(
                    "%(area)s already belongs to %(login)s. Walk-ins of a region have one owner.",
                    area=area,
                    login=owner[area],
                )
                yield row.line, Finding("regions", message)
            is_stray = role is Role.SUPERVISOR and area not in context.known.resources
            if is_stray and context.known.resources:
                message = say("%(area)s is no resource of resources.csv.", area=area)
                yield row.line, Finding("regions", message, is_warning=True)


def _customer(row: Values) -> NewCustomer:
    return NewCustomer(
        code=row["code"],
        name=row["name"],
        kind=str(row["type"].value),
        region=row["region"],
        tier=row["tier"],
        credit_limit=row["credit_limit_cny"],
        payment_days=row["payment_days"],
        owner=row["sales"],
        phone=row["phone"],
        address=row["address"],
    )


def _contract(row: Values) -> NewContract:
    return NewContract(
        number=row["contract"],
        customer=row["customer_code"],
        site=row["site"],
        signed_on=row["signed_on"],
        deposit_percent=row["deposit_percent"],
        retention_percent=row["retention_percent"],
        phases=row["phases"],
        late_penalty_per_day=row["late_penalty_per_day"],
        late_penalty_cap=row["late_penalty_cap"],
    )


def _line(row: Values) -> BookLine:
    return BookLine(
        order=row["order_ref"],
        line=row["line_no"],
        kind=str(row["order_type"].value),
        customer=row["customer_code"],
        customer_name=row["customer_name"],
        region=row["region"],
        contract=row["contract"],
        phase=row["phase"],
        tile=row["sku"],
        quantity=row["quantity"],
        unit=row["unit"],
        price=row["unit_price_cny_per_m2"],
        ordered_on=row["order_date"],
        due_on=row["due_date"],
        homogeneity=str(row["homogeneity"].value),
        priority=row["priority"],
    )


def _check_line(row: Values, context: Context) -> Iterator[Finding]:
    """What the orders' own rule says of a line, and whether what it names fits together."""
    yield from _of_a_rule(lambda: check_line(_line(row)), _LINE_COLUMNS)
    try:
        context.known.tiles[row["sku"]].pieces(row["quantity"], row["unit"])
    except Refused as refusal:
        yield Finding("quantity", refusal.message)
    if not row["customer_code"] and row["region"] not in context.known.regions:
        message = say("No salesperson of users.csv looks after this region; a walk-in needs one.")
        yield Finding("region", message)
    agreement = context.known.contracts.get(row["contract"])
    if agreement is None:
        return
    if agreement.customer != row["customer_code"]:
        yield Finding(
            "contract", say("This contract belongs to customer %(code)s.", code=agreement.customer)
        )
    if row["phase"] and row["phase"] not in agreement.phases:
        message = say("The contract has no such phase. Add it to contracts.csv or correct it here.")
        yield Finding("phase", message)


def _check_book(rows: list[Row], _context: Context) -> Iterator[tuple[int, Finding]]:
    """The lines of one order agree in what is true of the whole order."""
    first: dict[str, Row] = {}
    for row in rows:
        head = first.setdefault(row.values["order_ref"], row)
        for column in ("order_type", "customer_code", "contract"):
            if head.values[column] != row.values[column]:
                message = say(
                    "Line %(line)s has %(value)s for the same order. Make them agree.",
                    line=head.line,
                    value=head.cells[column] or "-",
                )
                yield row.line, Finding(column, message)


def _of_a_rule(check: Callable[[], None], columns: Mapping[str, str]) -> Iterator[Finding]:
    """Turn the refusal of another slice's rule into a finding beside its column."""
    try:
        check()
    except Refused as refusal:
        field = refusal.field or ""
        yield Finding(columns.get(field, field), refusal.message)


_CUSTOMER_COLUMNS = {"kind": "type", "credit_limit": "credit_limit_cny", "owner": "sales"}
_LINE_COLUMNS = {
    "order": "order_ref",
    "line": "line_no",
    "kind": "order_type",
    "customer": "customer_code",
    "tile": "sku",
    "price": "unit_price_cny_per_m2",
    "ordered_on": "order_date",
    "due_on": "due_date",
}

USERS = Table(
    name="users",
    columns={
        "user": code(),
        "name_en": text(80),
        "name_zh": text(80),
        "role": one_of(Role),
        "regions": listed(30),
    },
    key=("user",),
    make=_user,
    check_row=lambda row, _context: _of_a_rule(lambda: check_user(_user(row)), {"login": "user"}),
    check_table=_check_users,
)

CUSTOMERS = Table(
    name="customers",
    columns={
        "code": code(),
        "name": text(160),
        "type": one_of(CustomerKind),
        "region": text(20),
        "tier": text(10),
        "credit_limit_cny": _MONEY,
        "payment_days": whole(0, 3650),
        "sales": named("salespeople", "users.csv"),
        "phone": text(40, required=False),
        "address": text(400, required=False),
    },
    key=("code",),
    make=_customer,
    needs=("users",),
    may_be_absent=True,
    check_row=lambda row, _context: _of_a_rule(
        lambda: check_customer(_customer(row)), _CUSTOMER_COLUMNS
    ),
)

CONTRACTS = Table(
    name="contracts",
    columns={
        "contract": code(),
        "customer_code": named("customers", "customers.csv"),
        "site": text(200),
        "signed_on": optional(day),
        "deposit_percent": _PERCENT,
        "retention_percent": _PERCENT,
        "phases": listed(120),
        "late_penalty_per_day": _SHARE,
        "late_penalty_cap": _SHARE,
    },
    key=("contract",),
    make=_contract,
    needs=("customers",),
    may_be_absent=True,
    check_row=lambda row, _context: _of_a_rule(
        lambda: check_contract(_contract(row)), {"number": "contract", "customer": "customer_code"}
    ),
)

ORDERBOOK = Table(
    name="orderbook",
    columns={
        "order_ref": code(),
        "line_no": whole(1, 100_000),
        "order_type": one_of(OrderKind),
        "customer_code": optional(named("customers", "customers.csv"), ""),
        "customer_name": text(160, required=False),
        "region": text(20),
        "contract": optional(named("contracts", "contracts.csv"), ""),
        "phase": text(120, required=False),
        "sku": named("tiles", "tiles.csv"),
        "quantity": decimal(4, above=True, most=Decimal(10) ** 8),
        "unit": one_of(Unit),
        "unit_price_cny_per_m2": decimal(4, most=1_000_000),
        "order_date": day,
        "due_date": day,
        "homogeneity": one_of(Homogeneity),
        "priority": whole(1, 9),
    },
    key=("order_ref", "line_no"),
    make=_line,
    needs=("tiles", "users"),
    reads=("customers", "contracts"),
    may_be_absent=True,
    check_row=_check_line,
    check_table=_check_book,
)
