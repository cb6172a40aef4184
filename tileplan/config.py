"""The settings, read once from TILEPLAN_*; nothing else reads the environment."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import available_timezones

MINIMUM_SECRET = 32
_SCHEMES = {
    "TILEPLAN_PUBLIC_URL": ("http://", "https://"),
    "TILEPLAN_DATABASE_URL": ("sqlite:///", "postgresql://", "postgresql+psycopg://"),
    "TILEPLAN_BROKER_URL": ("safefs://", "redis://", "rediss://", "amqp://", "amqps://"),
}


class BadSettings(Exception):
    """Settings that tileplan cannot run with; the message names each one and how to mend it."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """One frozen set of settings for web, worker and command line."""

    data_dir: Path
    database_url: str
    broker_url: str
    secret_key: str
    production: bool = False
    plant_timezone: str = "Asia/Shanghai"
    currency: str = "CNY"
    solver_seconds: int = 60
    solver_memory_mb: int = 2048
    port: int = 8000
    lease_seconds: int = 30
    trusted_proxies: int = 0
    secure_cookies: bool = False
    public_url: str = ""

    @property
    def is_embedded(self) -> bool:
        """True where the database is a SQLite file and no server is needed."""
        return self.database_url.startswith("sqlite")

    @classmethod
    def from_env(
        cls, environ: Mapping[str, str] | None = None, *, data_dir: str = "tileplan-data"
    ) -> "Config":
        """Read TILEPLAN_*, with the embedded defaults in one data folder."""
        env = os.environ if environ is None else environ
        folder = Path(env.get("TILEPLAN_DATA_DIR") or data_dir).expanduser().resolve()
        production = env.get("TILEPLAN_ENV", "") == "production"
        faults = [*_shape_faults(env), *(_production_faults(env) if production else [])]
        if faults:
            raise BadSettings("; ".join(faults))
        folder.mkdir(parents=True, exist_ok=True)
        return cls(
            data_dir=folder,
            database_url=env.get("TILEPLAN_DATABASE_URL") or f"sqlite:///{folder}/tileplan.db",
            broker_url=env.get("TILEPLAN_BROKER_URL") or f"safefs://{folder}/broker",
            secret_key=env.get("TILEPLAN_SECRET_KEY") or _kept_secret(folder / "secret-key"),
            production=production,
            plant_timezone=env.get("TILEPLAN_PLANT_TIMEZONE", "Asia/Shanghai"),
            currency=env.get("TILEPLAN_CURRENCY", "CNY"),
            solver_seconds=_whole(env, "TILEPLAN_SOLVER_SECONDS", 60),
            solver_memory_mb=_whole(env, "TILEPLAN_SOLVER_MEMORY_MB", 2048),
            port=_whole(env, "TILEPLAN_PORT", _whole(env, "PORT", 8000)),
            lease_seconds=_whole(env, "TILEPLAN_LEASE_SECONDS", 30),
            trusted_proxies=_whole(env, "TILEPLAN_TRUSTED_PROXIES", 0),
            public_url=env.get("TILEPLAN_PUBLIC_URL", "").rstrip("/"),
            secure_cookies=env.get("TILEPLAN_SECURE_COOKIES", "1" if production else "") == "1",
        )


def _shape_faults(env: Mapping[str, str]) -> list[str]:
    """Name every setting that nothing could be made of."""
    faults = []
    zone = env.get("TILEPLAN_PLANT_TIMEZONE", "")
    if zone and zone not in available_timezones():
        faults.append(f"TILEPLAN_PLANT_TIMEZONE must be a zone such as Asia/Shanghai, not {zone!r}")
    for name, schemes in _SCHEMES.items():
        url = env.get(name, "")
        if url and not url.startswith(schemes):
            faults.append(f"{name} must begin with one of {', '.join(schemes)}")
    return faults


def _production_faults(env: Mapping[str, str]) -> list[str]:
    """Name every setting that production must not run without."""
    faults = []
    if len(env.get("TILEPLAN_SECRET_KEY", "")) < MINIMUM_SECRET:
        faults.append(
            f"TILEPLAN_SECRET_KEY must be at least {MINIMUM_SECRET} characters: "
            'python3 -c "import secrets; print(secrets.token_hex(32))" makes one'
        )
    faults.extend(
        f"{name} must be set in production"
        for name in ("TILEPLAN_DATABASE_URL", "TILEPLAN_BROKER_URL", "TILEPLAN_DATA_DIR")
        if not env.get(name)
    )
    return faults


def _whole(env: Mapping[str, str], name: str, default: int) -> int:
    """Read a whole number, or say which setting is not one."""
    value = env.get(name, "")
    if not value:
        return default
    if not value.isdigit():
        raise BadSettings(f"{name} must be a whole number, not {value!r}")
    return int(value)


def _kept_secret(path: Path) -> str:
    """Return the secret kept in the data folder, made at the first start and readable by its owner only."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32))
    return path.read_text().strip()
