"""Where templates, static files, migrations and translations lie, in a checkout and in a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_HOME = _PACKAGE if (_PACKAGE / "templates").is_dir() else _PACKAGE.parent

TEMPLATES = _HOME / "templates"
STATIC = _HOME / "static"
MIGRATIONS = _HOME / "migrations"
TRANSLATIONS = _PACKAGE / "translations"
DEMO_PLANT = _PACKAGE / "demo" / "plant"
