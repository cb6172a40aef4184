"""Where the pages of orders hang."""

from flask import Blueprint

pages = Blueprint("orders", __name__, url_prefix="/orders")
