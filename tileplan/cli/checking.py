"""`tileplan check`: what must always be true of the stored data."""

import argparse
from typing import Any

from tileplan.cli.answer import Answer, opened
from tileplan.config import Config
from tileplan.kernel.db import transaction
from tileplan.operations import queries


def add_to(commands: Any) -> None:
    """Offer the command."""
    command = commands.add_parser(
        "check", help="check the data's invariants; exit code 1 on findings"
    )
    command.set_defaults(run=check)


def check(_arguments: argparse.Namespace) -> Answer:
    """Check every invariant in one read-only transaction."""
    with opened(Config.from_env()), transaction(writing=False):
        results = queries.results()
    findings = [result for result in results if result.rows]
    data = {
        "checked": [result.invariant.id for result in results],
        "findings": [
            {
                "id": finding.invariant.id,
                "says": str(finding.invariant.sentence),
                "rows": list(finding.rows),
                "is_more": finding.is_more,
            }
            for finding in findings
        ],
    }
    lines = [f"{len(results)} invariants checked, {len(findings)} broken."]
    for finding in findings:
        lines.append(f"{finding.invariant.id}: not true that: {finding.invariant.sentence}")
        lines.extend(f"    {row}" for row in finding.rows)
        lines.extend(["    and more"] if finding.is_more else [])
    return Answer(data, lines, code=1 if findings else 0)
