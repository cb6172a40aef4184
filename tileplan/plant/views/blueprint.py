"""The pages of the plant, under one name."""

from flask import Blueprint

pages = Blueprint("plant", __name__, url_prefix="/plant")
