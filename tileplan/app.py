"""The assembly: one Flask application out of every slice's pages."""

import gc

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from tileplan import paths
from tileplan.accounts import views as accounts
from tileplan.broker import make_bell
from tileplan.catalog import views as catalog
from tileplan.config import Config
from tileplan.contracts import views as contracts
from tileplan.customers import views as customers
from tileplan.kernel import clock, db
from tileplan.materials import views as materials
from tileplan.operations import views as operations
from tileplan.orders import views as orders
from tileplan.planning import api as board
from tileplan.planning import views as planning
from tileplan.plant import views as plant
from tileplan.production import views as production
from tileplan.purchasing import views as purchasing
from tileplan.stock import views as stock
from tileplan.tracking import views as tracking
from tileplan.web import access, assets, errors, headers, language, requests, templating, views

SLICES = (
    accounts, catalog, customers, plant, materials, stock, contracts, orders,
    planning, board, production, purchasing, tracking, operations,
)  # fmt: skip

_MEGABYTE = 1024 * 1024


def create_app(config: Config | None = None) -> Flask:
    """Make the web application; without a config it reads TILEPLAN_*."""
    config = config or Config.from_env()
    clock.set_plant_zone(config.plant_timezone)
    db.bind(db.make_engine(config.database_url))
    make_bell(config)
    app = Flask("tileplan", template_folder=str(paths.TEMPLATES), static_folder=str(paths.STATIC))
    app.config.update(_settings(config))
    app.extensions["tileplan"] = config
    if config.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=config.trusted_proxies, x_proto=config.trusted_proxies
        )
    _install(app, config)
    # What stands for good need not be searched for garbage in the midst of a page: up to 0.2 s each.
    gc.freeze()
    return app


def _settings(config: Config) -> dict[str, object]:
    return {
        "SECRET_KEY": config.secret_key,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": config.secure_cookies,
        "MAX_CONTENT_LENGTH": 16 * _MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": _MEGABYTE,
        "MAX_FORM_PARTS": 4000,
        "WTF_CSRF_TIME_LIMIT": 12 * 3600,
        "SEND_FILE_MAX_AGE_DEFAULT": 300,
    }


def _install(app: Flask, config: Config) -> None:
    headers.install(app, is_secure=config.secure_cookies)
    language.install(app, config.plant_timezone)
    templating.install(app, config.currency)
    errors.install(app)
    CSRFProtect(app)  # before the transaction: a forged request is answered before anything is read
    requests.install(app)
    accounts.install(app)
    for pages in (views.pages, assets.pages, *(module.pages for module in SLICES)):
        app.register_blueprint(pages)
    access.public(app.view_functions["static"])
    access.refuse_open_routes(app)
