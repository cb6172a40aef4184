"""The pages of the floor, under one name, and the lines that somebody sees there."""

from flask import Blueprint
from flask_login import current_user

from tileplan.production import queries, rules

pages = Blueprint("production", __name__, url_prefix="/production")


def my_lines() -> list[str]:
    """The lines of the person at the page, in the plant's order."""
    own = rules.lines_of(current_user.permissions, current_user.areas)
    return [line for line in queries.known_lines() if own is None or line in own]
