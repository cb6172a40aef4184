"""What is true of customers: how they buy, and what may be written about one."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tileplan.kernel.errors import Refused
from tileplan.kernel.money import check_decimals
from tileplan.kernel.words import Text, say


class CustomerKind(StrEnum):
    """How a customer buys."""

    RETAIL = "retail"
    DEALER = "dealer"
    PROJECT = "project"


KIND_LABELS: dict[CustomerKind, Text] = {
    CustomerKind.RETAIL: say("Retail customer"),
    CustomerKind.DEALER: say("Dealer"),
    CustomerKind.PROJECT: say("Project customer"),
}

# The short names of ISO 3166-2:CN.
REGION_NAMES: dict[str, Text] = {
    "BJ": say("Beijing"), "TJ": say("Tianjin"), "HE": say("Hebei"),
    "SX": say("Shanxi"), "NM": say("Inner Mongolia"), "LN": say("Liaoning"),
    "JL": say("Jilin"), "HL": say("Heilongjiang"), "SH": say("Shanghai"),
    "JS": say("Jiangsu"), "ZJ": say("Zhejiang"), "AH": say("Anhui"),
    "FJ": say("Fujian"), "JX": say("Jiangxi"), "SD": say("Shandong"),
    "HA": say("Henan"), "HB": say("Hubei"), "HN": say("Hunan"),
    "GD": say("Guangdong"), "GX": say("Guangxi"), "HI": say("Hainan"),
    "CQ": say("Chongqing"), "SC": say("Sichuan"), "GZ": say("Guizhou"),
    "YN": say("Yunnan"), "XZ": say("Tibet"), "SN": say("Shaanxi"),
    "GS": say("Gansu"), "QH": say("Qinghai"), "NX": say("Ningxia"),
    "XJ": say("Xinjiang"), "HK": say("Hong Kong"), "MO": say("Macao"),
    "TW": say("Taiwan"),
}  # fmt: skip
TIERS = ("A", "B", "C")
LONGEST_TERMS = 365
# How long the columns are: a longer text would be cut by one database and refused by the other.
LONGEST = {"code": 40, "name": 160, "region": 20, "tier": 10, "phone": 40, "address": 400}


@dataclass(frozen=True, kw_only=True)
class NewCustomer:
    """A customer to be added or brought up to date; `owner` is the sign-in name of the salesperson."""

    code: str
    name: str
    kind: str
    region: str
    tier: str
    credit_limit: Decimal
    payment_days: int
    owner: str
    phone: str
    address: str


def region_choices(
    own: Collection[str], shared_out: Collection[str], current: str
) -> list[tuple[str, str]]:
    """The regions to choose from, one's own first; a plant that has shared out none takes any."""
    there = set(shared_out or REGION_NAMES) | ({current} - {""})
    codes = sorted(there, key=lambda code: (code not in own, code))
    return [("", say("Please choose")), *((code, region_name(code)) for code in codes)]


def region_name(code: str) -> str:
    """A region's short name, and the full one where we know it."""
    if code not in REGION_NAMES:
        return code
    return say("%(code)s %(name)s", code=code, name=REGION_NAMES[code])


def check_customer(row: NewCustomer) -> None:
    """Refuse a customer whom nobody could find again or be paid by."""
    for field in ("name", "region"):
        if not getattr(row, field).strip():
            raise Refused(say("Please fill this in."), field=field)
    for field, most in LONGEST.items():
        if len(getattr(row, field)) > most:
            raise Refused(say("Too long: at most %(most)s characters.", most=most), field=field)
    kind_named(row.kind)
    check_decimals(row.credit_limit, 2, field="credit_limit")
    if row.credit_limit < 0:
        raise Refused(say("The credit limit can't be less than 0."), field="credit_limit")
    if not 0 <= row.payment_days <= LONGEST_TERMS:
        raise Refused(
            say("Payment days go from 0 to %(most)s.", most=LONGEST_TERMS), field="payment_days"
        )


def kind_named(name: str) -> CustomerKind:
    """The kind written as `dealer`, or a refusal that lists them all."""
    try:
        return CustomerKind(name)
    except ValueError:
        raise Refused(
            say(
                "There is no kind %(name)s; there are: %(kinds)s.",
                name=name,
                kinds=", ".join(CustomerKind),
            ),
            field="kind",
        ) from None
