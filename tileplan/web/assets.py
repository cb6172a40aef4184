"""Scripts and styles of installed packages, served from where they lie; nothing from another host."""

from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Response, send_from_directory
from flask.typing import ResponseReturnValue

from tileplan.web.access import public

pages = Blueprint("assets", __name__, url_prefix="/assets")

_A_DAY = 86_400


@pages.get("/plotly.min.js")
@public
def plotly() -> ResponseReturnValue:
    """The script of the installed plotly."""
    return _file("plotly", "package_data", "plotly.min.js")


@pages.get("/bootstrap/<path:name>")
@public
def bootstrap(name: str) -> ResponseReturnValue:
    """The styles, scripts and icon font of the installed Bootstrap-Flask."""
    return _file("flask_bootstrap", "static/bootstrap5", name)


def _file(package: str, folder: str, name: str) -> Response:
    place = Path(str(files(package).joinpath(folder)))
    return send_from_directory(place, name, max_age=_A_DAY)
