"""The command line for operators and for checks: one module a subject, settings from Config only."""

import argparse
import json
import sys
from collections.abc import Sequence
from typing import NoReturn

from sqlalchemy.exc import DatabaseError

from tileplan.cli import checking, loading, people, plans, running, tables
from tileplan.config import BadSettings
from tileplan.kernel.errors import Problem

SUBJECTS = (tables, loading, plans, checking, people, running)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 is well, 1 is refused or faulty, 2 is asked or set up wrongly."""
    arguments = _parser().parse_args(argv)
    try:
        answer = arguments.run(arguments)
    except BadSettings as error:
        return _fail(arguments, f"settings: {error}", 2)
    except Problem as problem:
        return _fail(arguments, problem.message, 1)
    except DatabaseError as error:
        return _fail(arguments, f"the database refused: {str(error.orig).strip()}", 1)
    except KeyboardInterrupt:
        return 130
    answer.write(as_json=arguments.json)
    return int(answer.code)


class _Parser(argparse.ArgumentParser):
    """Says in one line what was asked wrongly."""

    def error(self, message: str) -> NoReturn:
        """End with 2; the whole usage is one question away."""
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="tileplan", description="Orders, plan and work orders of a ceramic tile plant."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for subject in SUBJECTS:
        subject.add_to(commands)
    for command in commands.choices.values():
        command.add_argument("--json", action="store_true", help="answer as JSON")
    return parser


def _fail(arguments: argparse.Namespace, message: str, code: int) -> int:
    line = " ".join(message.split())
    print(f"tileplan: {line}", file=sys.stderr)
    if arguments.json:
        print(json.dumps({"error": line}, ensure_ascii=False))
    return code
