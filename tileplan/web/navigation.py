"""The menu: what this person may open, in the order in which work flows."""

from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_login import current_user

from tileplan.kernel.words import Text, say


@dataclass(frozen=True)
class Entry:
    """A place in the menu; `endpoint` names its page, `icon` its Bootstrap icon."""

    label: Text
    endpoint: str
    permission: str
    icon: str


ENTRIES = (
    Entry(say("Orders"), "orders.index", "orders.see", "receipt"),
    Entry(say("Contracts"), "contracts.index", "contracts.see", "file-earmark-text"),
    Entry(say("Customers"), "customers.index", "customers.see", "people"),
    Entry(say("Where is my order"), "tracking.index", "tracking.see", "geo-alt"),
    Entry(say("Plan"), "planning.board", "plan.see", "bar-chart-steps"),
    Entry(say("Demand"), "planning.pool", "plan.see", "inboxes"),
    Entry(say("Runs"), "planning.runs", "plan.see", "lightning-charge"),
    Entry(say("Work orders"), "production.index", "work.see", "clipboard-check"),
    Entry(say("Requirements"), "purchasing.index", "purchasing.see", "cart3"),
    Entry(say("Stock lots"), "stock.index", "stock.see", "boxes"),
    Entry(say("Tiles"), "catalog.index", "catalog.see", "grid-3x3-gap"),
    Entry(say("Materials"), "materials.index", "materials.see", "droplet-half"),
    Entry(say("Plant"), "plant.index", "plant.see", "building-gear"),
    Entry(say("Users"), "accounts.users", "users.see", "person-gear"),
    Entry(say("Operations"), "operations.index", "operations.see", "heart-pulse"),
)


@dataclass(frozen=True)
class Link:
    """An entry with its address, ready to be drawn."""

    label: Text
    url: str
    icon: str
    is_current: bool


def entries() -> list[Entry]:
    """The entries that the signed-in person may open."""
    return [
        entry
        for entry in ENTRIES
        if current_user.is_authenticated
        and current_user.may(entry.permission)
        and entry.endpoint in current_app.view_functions
    ]


def menu() -> list[Link]:
    """The menu of the signed-in person; the current page is the one whose address begins this one."""
    links = [(entry, url_for(entry.endpoint)) for entry in entries()]
    begun = [url for _, url in links if request.path.startswith(url)]
    current = max(begun, key=len, default="")
    return [Link(entry.label, url, entry.icon, url == current) for entry, url in links]


def home() -> str:
    """The first page of the signed-in person's work."""
    allowed = entries()
    preferred = next((e for e in allowed if e.endpoint == _FIRST.get(current_user.role)), None)
    return url_for((preferred or allowed[0]).endpoint)


_FIRST = {
    "planner": "planning.board",
    "supervisor": "production.index",
    "warehouse": "stock.index",
    "purchasing": "purchasing.index",
    "admin": "accounts.users",
}
