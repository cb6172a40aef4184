"""Where the pages of planning hang."""

from flask import Blueprint

pages = Blueprint("planning", __name__, url_prefix="/planning")
