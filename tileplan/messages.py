"""What lies in the broker's folder: read so that nothing strange or half written harms a worker."""

import base64
import json
import logging
import os
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import filesystem

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/json"


def read_table(path: Path) -> list[Any] | None:
    """Return an exchange table, or None where there is none that can be read."""
    try:
        rows = json.loads(path.read_bytes())
        return [filesystem.exchange_queue_t(*map(_text, row)) for row in rows]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        log.warning("an exchange table cannot be read and is made anew: %s: %s", path, error)
        return None


def _text(part: Any) -> str:
    if not isinstance(part, str):
        raise TypeError(f"{part!r} is no text")
    return part


def move_aside(path: Path, folder: Path, name: str = "") -> None:
    """Keep for people what no worker can read, under a name that is still free."""
    aside = folder / "corrupt" / (name or path.name)
    if os.path.lexists(aside):
        aside = aside.with_name(f"{uuid.uuid4().hex}_{aside.name}")
    path.rename(aside)


def keep_names(folder: Path) -> None:
    """Have the disk keep what was renamed in a folder."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def read_message(path: Path) -> dict[str, Any] | None:
    """Return a taken file's message; folders, pipes and locked files are none."""
    try:
        return _readable(path.read_bytes()) if path.is_file() else None
    except OSError:
        return None


def _readable(content: bytes) -> dict[str, Any] | None:
    """Return a message that a worker can take, or None: a broken one must not kill the worker."""
    try:
        message = json.loads(content.decode())
        properties, headers = message["properties"], message["headers"]
        delivery = properties["delivery_info"]
        for part in (properties["delivery_tag"], delivery["exchange"], delivery["routing_key"]):
            _text(part)
        body = json.loads(_plain(message["body"], properties))
        is_fit = message["content-type"] == CONTENT_TYPE and _is_task(headers, body)
    except (ValueError, KeyError, TypeError, AttributeError, LookupError, RecursionError):
        return None
    return message if is_fit else None


def _plain(body: str, properties: dict[str, Any]) -> str | bytes:
    """A message's body as it was before it was wrapped for the way."""
    if properties.get("body_encoding") == "base64":
        return base64.b64decode(body, validate=True)
    return body


def _is_task(headers: dict[str, Any], body: Any) -> bool:
    """True where Celery can take it apart; what names no task it drops by itself."""
    if "task" not in headers:
        return True
    arguments, named, extra = body
    has_names = isinstance(headers["task"], str) and isinstance(headers["id"], str)
    return (
        has_names
        and isinstance(arguments, list)
        and isinstance(named, dict)
        and isinstance(extra, dict)
    )
