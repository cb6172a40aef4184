"""The broker: only a doorbell. Without a server it is a folder, on which no message is lost by a race.

kombu's own filesystem transport opens a file and then writes it, so that a reader may take it empty,
and rewrites its exchange table in place. Here every file appears whole or not at all.
"""

import fcntl
import json
import logging
import os
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty
from typing import Any

from celery import Celery
from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem, virtual

from tileplan.config import BadSettings, Config
from tileplan.kernel import jobs
from tileplan.messages import keep_names, move_aside, read_message, read_table

log = logging.getLogger(__name__)

SCHEME = "safefs://"
TRANSPORT_ALIASES["safefs"] = "tileplan.broker:Transport"

_EXCHANGE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")

POLL_SECONDS = 0.2
_FORGOTTEN_SECONDS = 3600.0
# How long a broker that did not answer is left alone, so that it slows down one request and not all.
_SILENT_SECONDS = 5.0


class Channel(filesystem.Channel):
    """A folder of messages: written beside and moved in, moved out and then read."""

    @property
    def folder(self) -> Path:
        """Where everything of this broker lies."""
        return Path(self.transport_options["folder"])

    @property
    def control_folder(self) -> Path:
        """Where the exchange tables lie."""
        return self.folder / "control"

    @property
    def data_folder_in(self) -> str:
        """Where messages wait."""
        return str(self.folder / "queue")

    def _table(self, exchange: str) -> Path:
        """The file that says which queues an exchange feeds."""
        if exchange and not _EXCHANGE.fullmatch(exchange):
            raise ChannelError(f"an exchange cannot be called {exchange!r}")
        return self.control_folder / f"{exchange}.exchange"

    def get_table(self, exchange: str) -> list[Any]:
        """Which queues an exchange feeds; tables are replaced whole, so reading needs no lock."""
        table = read_table(self._table(exchange))
        if table is not None:
            return table
        if not self._bound_here(exchange):
            return []
        with self._alone():
            return self._mended(exchange)

    def _bound_here(self, exchange: str) -> list[Any]:
        """What this process itself has bound: kombu binds once, and never again by itself."""
        kind = self.typeof(exchange)  # type: ignore[no-untyped-call]
        return [
            filesystem.exchange_queue_t(
                *(part or "" for part in kind.prepare_bind(*key, arguments))
            )
            for key, arguments in self.state.bindings.items()
            if key.exchange == exchange
        ]

    def _mended(self, exchange: str) -> list[Any]:
        """Read a table under the lock; one that is gone or broken is made of what is known here."""
        path = self._table(exchange)
        table = read_table(path)
        if table is None:
            if path.is_dir():
                move_aside(path, self.folder)
            table = self._bound_here(exchange)
            self._replace(path, json.dumps(table))
        return table

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        bound = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._alone():
            table = self._mended(exchange)
            if bound not in table:
                self._replace(self._table(exchange), json.dumps([bound, *table]))

    def _delete(
        self, queue: str, exchange: str, routing_key: str, pattern: str, *_: Any, **__: Any
    ) -> None:
        self._purge(queue)
        bound = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._alone():
            table = self._mended(exchange)
            if bound in table:
                left = [entry for entry in table if entry != bound]
                self._replace(self._table(exchange), json.dumps(left))

    def _put(  # type: ignore[override]  # the two classes above differ in its words
        self, queue: str, payload: dict[str, Any], **_: Any
    ) -> None:
        name = f"{time.monotonic_ns():020d}_{uuid.uuid4().hex}.{queue}.msg"
        self._replace(self.folder / "queue" / name, json.dumps(payload))

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:  # noqa: ARG002
        for name in self._names():
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = self.folder / "taken" / f"{uuid.uuid4().hex}_{name}"
            try:
                (self.folder / "queue" / name).rename(taken)
            except FileNotFoundError:
                continue  # another worker was faster
            message = read_message(taken)
            if message is not None:
                taken.unlink()
                return message
            log.error("a broken message was moved aside: %s", name)
            move_aside(taken, self.folder, name)
        raise Empty

    def _names(self) -> list[str]:
        """The files that wait, the oldest first; a folder that was wiped is made anew."""
        try:
            return sorted(path.name for path in (self.folder / "queue").iterdir())
        except FileNotFoundError:
            _prepared(self.folder)
            return []
        except NotADirectoryError as error:
            raise ChannelError(f"the broker needs its folder {self.folder}: {error}") from error

    def _purge(self, queue: str) -> int:
        names = [name for name in self._names() if name.partition(".")[2] == f"{queue}.msg"]
        for name in names:
            with suppress(FileNotFoundError, IsADirectoryError):
                (self.folder / "queue" / name).unlink()
        return len(names)

    def _size(self, queue: str) -> int:
        return sum(name.partition(".")[2] == f"{queue}.msg" for name in self._names())

    def _replace(self, path: Path, content: str) -> None:
        """Write a file whole or not at all, whatever happens meanwhile, a full disk or no current."""
        beside = self.folder / "control" / f"{uuid.uuid4().hex}.tmp"
        if not (beside.parent.is_dir() and path.parent.is_dir()):
            _prepared(self.folder)
        try:
            with beside.open("w") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
            keep_names(path.parent)
        except OSError as error:
            with suppress(OSError):
                beside.unlink()
            raise ChannelError(f"cannot write {path}: {error}") from error

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the one lock under which exchange tables change."""
        _prepared(self.folder)
        with (self.folder / "control" / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    """Celery's way to a folder of messages."""

    Channel = Channel
    default_port = 0
    driver_type = "safefs"
    driver_name = "safefs"

    def __init__(self, client: Any, **options: Any) -> None:
        super().__init__(client, **options)  # type: ignore[no-untyped-call]
        # kombu shares what is bound between all folders of a process.
        self.state = virtual.BrokerState()  # type: ignore[no-untyped-call]

    def driver_version(self) -> str:
        """The version that kombu asks for in its reports."""
        return "1"


def connect(config: Config, name: str = "tileplan", *, makes_folder: bool = True) -> Celery:
    """Make a Celery application that speaks to this config's broker; it keeps no results."""
    app = Celery(name, set_as_current=False)
    url, options = config.broker_url, dict[str, Any]()
    if url.startswith(SCHEME):
        folder = Path(url.removeprefix(SCHEME))
        if makes_folder:
            _require(folder)
        options = {"folder": str(folder), "polling_interval": POLL_SECONDS}
        # A folder has no host; without one named, kombu warns at every connection.
        url = f"{SCHEME}localhost//"
    app.conf.update(
        broker_url=url,
        broker_transport_options=options,
        task_serializer="json",
        accept_content=["json"],
        result_backend=None,
        task_ignore_result=True,
        task_default_queue="tileplan",
        worker_send_task_events=False,
        worker_enable_remote_control=False,
        timezone="UTC",
    )
    return app


def _require(folder: Path) -> None:
    """Make the folders, or say in one line why there can be none."""
    try:
        _prepared(folder)
    except OSError as error:
        raise BadSettings(f"the broker needs {folder} to be a folder of its own: {error}") from None


def make_bell(config: Config) -> None:
    """Let the jobs of this process ring for a worker; a dead broker is noticed within a second."""
    # Without its broker the web part goes on: the jobs wait in the database.
    app = connect(config, "tileplan-bell", makes_folder=False)
    quick = {"max_retries": 0, "connect_retries_timeout": 1}
    if config.broker_url.startswith(("redis", "valkey")):
        quick |= {"socket_timeout": 1, "socket_connect_timeout": 1, "retry_on_timeout": False}
    app.conf.broker_transport_options = {**app.conf.broker_transport_options, **quick}
    app.conf.broker_connection_timeout = 1
    silent_until = [0.0]

    def ring(task: str, body: dict[str, Any]) -> None:
        if time.monotonic() < silent_until[0]:
            raise ConnectionError("the broker did not answer a moment ago")
        try:
            app.send_task(task, kwargs=body, retry=False, ignore_result=True)
        except Exception:
            silent_until[0] = time.monotonic() + _SILENT_SECONDS
            raise

    jobs.set_bell(ring)


def _prepared(folder: Path) -> str:
    """Make the folders, for this user only, and clear what killed processes left behind long ago."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for part in ("queue", "taken", "corrupt", "control"):
        (folder / part).mkdir(exist_ok=True, mode=0o700)
    before = time.time() - _FORGOTTEN_SECONDS
    for left in [*(folder / "taken").iterdir(), *(folder / "control").glob("*.tmp")]:
        try:
            if left.stat().st_mtime < before:
                left.unlink()
        except (FileNotFoundError, IsADirectoryError):
            continue
    return str(folder)
