"""What scripts ask of the board, under one name."""

from flask import Blueprint

pages = Blueprint("board", __name__, url_prefix="/planning")
