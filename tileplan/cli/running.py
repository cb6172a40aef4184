"""`tileplan up` and the processes behind it: serve, worker and beat."""

import argparse
import fcntl
import http.client
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from waitress import create_server

from tileplan import schema, worker
from tileplan.app import create_app
from tileplan.cli.answer import Answer, progress
from tileplan.config import BadSettings, Config
from tileplan.demo import filling, people
from tileplan.kernel import db
from tileplan.kernel.errors import Refused
from tileplan.kernel.words import say
from tileplan.supervisor import Child, Supervisor

DEMO_FOLDER = "demo-data"
_WEB_UP_SECONDS = 60.0


def add_to(commands: Any) -> None:
    """Offer the commands."""
    command = commands.add_parser("up", help="run web, worker and periodic jobs together")
    command.add_argument("--demo", action="store_true", help="with the demo plant, in ./demo-data")
    command.add_argument("--host", default="127.0.0.1", help="address to listen on")
    command.set_defaults(run=up)
    command = commands.add_parser("serve", help="run the web part alone (waitress)")
    command.add_argument("--host", default="127.0.0.1", help="address to listen on")
    command.set_defaults(run=serve)
    command = commands.add_parser("worker", help="run one worker alone")
    command.add_argument("--processes", type=int, default=2, help="jobs at the same time")
    command.set_defaults(run=work)
    command = commands.add_parser("beat", help="ring for the periodic jobs; run one of these")
    command.set_defaults(run=beat)


def up(arguments: argparse.Namespace) -> Answer:
    """Run everything under the small supervisor until Ctrl-C."""
    config = _settings(arguments)
    logging.basicConfig(level=logging.WARNING, format="tileplan: %(message)s")
    with _alone_in(config.data_dir):
        _refuse_taken_port(arguments.host, config.port)
        _prepare(arguments, config)
        supervisor = Supervisor(_children(arguments, config))
        code = supervisor.run(lambda: _greet(arguments, config))
    return Answer({"stopped": True}, ["stopped"], code)


def _settings(arguments: argparse.Namespace) -> Config:
    config = Config.from_env(data_dir=DEMO_FOLDER) if arguments.demo else Config.from_env()
    if arguments.demo and config.production:
        raise BadSettings(
            "a production database gets no demo people: leave out --demo or TILEPLAN_ENV"
        )
    return config


def _prepare(arguments: argparse.Namespace, config: Config) -> None:
    engine = db.make_engine(config.database_url)
    try:
        if arguments.demo or schema.is_empty(engine):
            schema.upgrade(engine)
        if not schema.is_newest(engine):
            raise Refused(say("The database has an older schema. Run: tileplan upgrade"))
        db.bind(engine)
        if arguments.demo:
            filling.fill(config, progress)
    finally:
        engine.dispose()


def _children(arguments: argparse.Namespace, config: Config) -> list[Child]:
    """Web, worker and beat; a worker that lost its supervisor drops its work at once."""
    me = [sys.executable, "-m", "tileplan"]
    settings = {"TILEPLAN_DATA_DIR": str(config.data_dir)}
    (config.data_dir / "beat.pid").unlink(missing_ok=True)
    return [
        Child("web", [*me, "serve", "--host", arguments.host], settings, is_vital=True),
        Child("worker", [*me, "worker"], settings, signal.SIGQUIT),
        Child("beat", [*me, "beat"], settings, signal.SIGTERM),
    ]


def _greet(arguments: argparse.Namespace, config: Config) -> None:
    """Print the address once it answers, and who may sign in to the demo."""
    until = time.monotonic() + _WEB_UP_SECONDS
    while not _answers(arguments.host, config.port):
        if time.monotonic() > until:
            progress("the web part does not answer yet; look above for the reason")
            return
        time.sleep(0.1)
    print(f"\n  tileplan: http://{arguments.host}:{config.port}\n")
    if arguments.demo:
        kept = config.data_dir / filling.SIGN_INS
        for person in people.one_per_role(people.sign_ins(kept)):
            print(f"    {person.login:<12} {person.password}   {person.name_zh} · {person.name_en}")
        print(f"\n  All sign-ins 全部登录: {kept}")
    print("  Ctrl-C ends everything. 按 Ctrl-C 全部停止。\n", flush=True)


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Hold the data folder: two supervisors in one would restart each other's work."""
    with (folder / "up.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                say("tileplan is already running in %(folder)s.", folder=folder)
            ) from None
        yield


def _refuse_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused(
                say(
                    "Cannot listen on %(host)s:%(port)s (%(why)s). Another one: make run PORT=8001",
                    host=host,
                    port=port,
                    why=os.strerror(error.errno or 0),
                )
            ) from None


def serve(arguments: argparse.Namespace) -> Answer:
    """Run the web part until told to stop."""
    config = Config.from_env()
    server = create_server(
        create_app(config), host=arguments.host, port=config.port, threads=8, ident="tileplan"
    )
    # Raised inside waitress's loop, this ends it after the answers in hand.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server.run()
    return Answer({"stopped": True})


def work(arguments: argparse.Namespace) -> Answer:
    """Run a worker until told to stop."""
    code = worker.work(Config.from_env(), processes=arguments.processes)
    return Answer({"stopped": True}, [], code)


def beat(_arguments: argparse.Namespace) -> Answer:
    """Ring for the periodic jobs until told to stop."""
    worker.ring_the_hours(Config.from_env())
    return Answer({"stopped": True})
