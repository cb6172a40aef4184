"""`tileplan user add`: the first administrator, and anybody else."""

import argparse
import getpass
import sys
from typing import Any

from tileplan.accounts import service
from tileplan.accounts.rules import NewUser, Role
from tileplan.cli.answer import Answer, opened
from tileplan.config import Config
from tileplan.kernel.db import transaction
from tileplan.kernel.errors import Refused
from tileplan.kernel.words import say


def add_to(commands: Any) -> None:
    """Offer the command."""
    command = commands.add_parser("user", help="people who may sign in")
    actions = command.add_subparsers(required=True, metavar="ACTION")
    add = actions.add_parser(
        "add", help="add a person; the password is asked for, never an argument"
    )
    add.add_argument("login")
    add.add_argument("--role", required=True, help=", ".join(Role))
    add.add_argument("--name-en", default="", help="default: the sign-in name")
    add.add_argument("--name-zh", default="", help="default: the sign-in name")
    add.add_argument(
        "--regions", default="", help="a salesperson's regions or a supervisor's lines: GD;GX"
    )
    add.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input"
    )
    add.add_argument("--json", action="store_true", help="answer as JSON")
    add.set_defaults(run=add_user)


def add_user(arguments: argparse.Namespace) -> Answer:
    """Add one person with a first password."""
    login = arguments.login
    row = NewUser(
        login,
        arguments.name_en.strip() or login,
        arguments.name_zh.strip() or login,
        arguments.role,
        arguments.regions,
    )
    with opened(Config.from_env(), makes_tables=True), transaction():
        person = service.add(row, _password(arguments), by=None)
        facts = {"login": person.login, "role": str(person.role)}
    return Answer(facts, [f"{facts['login']} may sign in as {facts['role']}."])


def _password(arguments: argparse.Namespace) -> str:
    if arguments.password_stdin or not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Once more: "):
        raise Refused(say("The two passwords differ."))
    return first
