"""The roles and what each may do, what a password must be, and how often one may be guessed."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from math import ceil

from tileplan.kernel.errors import Refused
from tileplan.kernel.words import Text, say


class Role(StrEnum):
    """What somebody does in the factory."""

    SALES = "sales"
    SALES_MANAGER = "sales_manager"
    PLANNER = "planner"
    SUPERVISOR = "supervisor"
    WAREHOUSE = "warehouse"
    PURCHASING = "purchasing"
    FINANCE = "finance"
    QUALITY = "quality"
    ADMIN = "admin"


ROLE_LABELS: dict[Role, Text] = {
    Role.SALES: say("Sales"),
    Role.SALES_MANAGER: say("Sales manager"),
    Role.PLANNER: say("Planner"),
    Role.SUPERVISOR: say("Supervisor"),
    Role.WAREHOUSE: say("Warehouse"),
    Role.PURCHASING: say("Purchasing"),
    Role.FINANCE: say("Finance"),
    Role.QUALITY: say("Quality"),
    Role.ADMIN: say("Administrator"),
}

_EVERYBODY = frozenset({"home.see", "catalog.see"})

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.SALES: _EVERYBODY
    | {
        "customers.see", "customers.edit", "contracts.see", "contracts.edit",
        "orders.see", "orders.edit", "orders.prices", "stock.see", "tracking.see",
    },
    Role.SALES_MANAGER: _EVERYBODY
    | {
        "customers.see", "customers.edit", "contracts.see", "contracts.edit", "contracts.sign",
        "orders.see", "orders.edit", "orders.review", "orders.prices",
        "stock.see", "plan.see", "tracking.see",
    },
    Role.PLANNER: _EVERYBODY
    | {
        "orders.see", "stock.see", "plant.see", "plant.edit", "materials.see",
        "plan.see", "plan.edit", "plan.publish", "work.see", "purchasing.see", "tracking.see",
    },
    Role.SUPERVISOR: _EVERYBODY | {"plant.see", "work.see", "work.do"},
    Role.WAREHOUSE: _EVERYBODY | {"stock.see", "work.see", "materials.see"},
    Role.PURCHASING: _EVERYBODY | {"materials.see", "purchasing.see"},
    Role.FINANCE: _EVERYBODY
    | {"customers.see", "contracts.see", "orders.see", "orders.prices", "tracking.see"},
    Role.QUALITY: _EVERYBODY | {"stock.see", "work.see", "plant.see", "materials.see"},
    Role.ADMIN: _EVERYBODY | {"users.see", "users.edit", "plant.see", "materials.see", "operations.see"},
}  # fmt: skip

# Whose lists are limited to their own customers and orders.
SCOPED = frozenset({Role.SALES})


def permissions_of(role: Role) -> frozenset[str]:
    """Everything that a role may do."""
    return PERMISSIONS[role]


def role_named(name: str) -> Role:
    """The role written as `sales` or `sales_manager`, or a refusal that lists them all."""
    try:
        return Role(name)
    except ValueError:
        raise Refused(
            say(
                "There is no role %(name)s; there are: %(roles)s.", name=name, roles=", ".join(Role)
            ),
            field="role",
        ) from None


@dataclass(frozen=True)
class NewUser:
    """A person to be added or brought up to date; `regions` are separated by semicolons."""

    login: str
    name_en: str
    name_zh: str
    role: str
    regions: str = ""


class Nobody:
    """Whoever asks without having signed in."""

    is_authenticated = False
    is_active = False
    is_anonymous = True
    language: str | None = None
    permissions: frozenset[str] = frozenset()
    scope_owner: int | None = 0  # ids begin at 1: nobody owns a row

    def get_id(self) -> str | None:
        """Nothing: there is no row."""
        return None

    def may(self, permission: str) -> bool:  # noqa: ARG002 - the answer is the same for all
        """False, whatever is asked."""
        return False


_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


def check_user(row: NewUser) -> None:
    """Refuse a person who could not sign in or be told apart."""
    if not _LOGIN.fullmatch(row.login):
        raise Refused(
            say(
                "A sign-in name has 2 to 40 small letters, digits, dots or dashes, such as li.wei."
            ),
            field="login",
        )
    for field in ("name_en", "name_zh"):
        if not getattr(row, field).strip():
            raise Refused(say("Please fill this in."), field=field)
    role_named(row.role)


SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 128


def check_password(password: str, login: str) -> None:
    """Refuse a password that is short, endless or the sign-in name itself."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Refused(
            say(
                "A password has %(least)s to %(most)s characters; a sentence is easy to remember.",
                least=SHORTEST_PASSWORD,
                most=LONGEST_PASSWORD,
            ),
            field="password",
        )
    if not password.casefold().replace(login.casefold(), ""):
        raise Refused(say("The password must not be the sign-in name."), field="password")
    if len(set(password)) < 4:
        raise Refused(say("The password must not be one character repeated."), field="password")


# A sign-in ends by itself after a shift, however busy the browser is.
SIGNED_IN_FOR = timedelta(hours=12)


@dataclass(frozen=True)
class Limit:
    """So many wrong passwords within so long stop further tries."""

    most: int
    within: timedelta


PER_ACCOUNT_AND_ADDRESS = Limit(5, timedelta(minutes=15))
# Many people share one address.
PER_ADDRESS = Limit(100, timedelta(minutes=15))
PER_ACCOUNT = Limit(100, timedelta(days=1))
# Whoever signed in from an address so lately is not kept out of it by strangers' guesses elsewhere.
KNOWN_FOR = timedelta(days=30)
# Failures older than every limit are forgotten.
REMEMBERED = PER_ACCOUNT.within


class TooOften(Refused):
    """Wrong passwords were tried too often: the next try has to wait (429)."""


def too_often(wait: timedelta) -> TooOften:
    """The refusal of a further try, with the time that is really to be waited."""
    minutes = max(1, ceil(wait / timedelta(minutes=1)))
    if minutes <= 120:
        sentence = say(
            "Too many wrong tries. Wait %(minutes)s min, or ask your administrator.",
            minutes=minutes,
        )
    else:
        sentence = say(
            "Too many wrong tries. Wait %(hours)s h, or ask your administrator.",
            hours=ceil(minutes / 60),
        )
    return TooOften(sentence)


def is_local(path: str) -> bool:
    """True for a path on this site that a browser cannot read as another host's address."""
    return (
        path.startswith("/")
        and not path.startswith(("//", "/\\"))
        and not any(ord(character) < 33 or character == "\\" for character in path)
    )
