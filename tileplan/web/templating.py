"""What every template may say: dates, areas, money and names in the reader's language."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from flask import Flask, url_for
from flask_babel import format_date, format_datetime, format_decimal
from flask_login import current_user
from jinja2 import StrictUndefined

from tileplan.kernel.documents import JournalEntry
from tileplan.kernel.units import Packing
from tileplan.kernel.words import say
from tileplan.kernel.workflow import Workflow
from tileplan.web import language, navigation

# Journal lines that are no step of a workflow.
NOTED = {
    "hand_over": say("Handed over"),
    "place": say("Written"),
    "edit": say("Changed"),
    "load": say("Loaded from a file"),
    "amend": say("Contract amended"),
    "report": say("Reported"),
    "add": say("Added"),
    "set_password": say("Password set"),
    "deactivate": say("Deactivated"),
    "activate": say("Activated"),
    "issue": say("Issued from a plan"),
    "carry": say("Carried over to a new plan"),
    "serve": say("Lot given to its orders"),
}


def install(app: Flask, currency: str) -> None:
    """Give templates their filters and words."""
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.filters.update(
        said=language.translated,
        own_name=language.own_name,
        trade=language.trade_word,
        day=_day,
        moment=_moment,
        number=_number,
        area=_area,
        money=_money,
    )
    env.globals.update(
        static=lambda name: url_for("static", filename=name),
        may=_may,
        language=language.language,
        languages=language.LANGUAGES,
        menu=navigation.menu,
        quantity=_quantity,
        action_name=_action_name,
        new_key=lambda: uuid4().hex,
        currency=currency,
    )


def _day(value: date | None) -> str:
    return "" if value is None else str(format_date(value, "yyyy-MM-dd"))


def _moment(value: datetime | None) -> str:
    return "" if value is None else str(format_datetime(value, "MM-dd HH:mm"))


def _number(value: Decimal | int | None) -> str:
    return "" if value is None else str(format_decimal(value))


def _area(value: Decimal | None) -> str:
    return "" if value is None else f"{format_decimal(value, format='#,##0.00')} m²"


def _money(value: Decimal | None) -> str:
    return "" if value is None else str(format_decimal(value, format="#,##0.00"))


def _may(permission: str) -> bool:
    return bool(current_user.may(permission))


def _action_name(workflow: Workflow[Any] | None, entry: JournalEntry) -> str:
    """What a journal line says was done: the workflow's words, else the action as written."""
    arrows = workflow.arrows if workflow else ()
    label = next((arrow.label for arrow in arrows if arrow.action == entry.action), None)
    return NOTED.get(entry.action, say(entry.action)) if label is None else label


def _quantity(packing: Packing, pieces: int) -> dict[str, str]:
    """A number of pieces as people read it: m², and boxes with loose pieces."""
    boxes, loose = packing.boxes(pieces)
    return {
        "area": _area(packing.area(pieces)),
        "boxes": _number(boxes),
        "loose": _number(loose) if loose else "",
        "pieces": _number(pieces),
    }
