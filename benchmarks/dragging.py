"""How long the board waits for the answer to a drag: `python -m benchmarks.dragging`.

Starts the demo plant in a folder of its own, signs in as its planner, edits a copy of the plan in
force, and asks so often: what if this firing stood there (the ghost), put it there (the drop), and
undo it. Prints the median and the 95th percentile in milliseconds, measured from outside, and how
many steps gave way. The same firings and places are drawn each time, from the seed.
"""

import argparse
import json
import os
import random
import re
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request

from benchmarks.web_while_solving import Visitor, demo, percentiles

HOUR = 3_600_000
MOST_HOURS = 72  # a drag goes so far at most, to either side
QUARTER = 900_000
_JSON = {"Content-Type": "application/json", "Accept": "application/json"}
_TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]+)"')
WARM_ROUNDS = 3


class Hand(Visitor):
    """A planner's hand on a draft."""

    number = ""
    token = ""

    def begin(self) -> int:
        """Make a draft of the plan in force; gives how many steps it has."""
        self.token = _TOKEN.findall(self.get("/planning/"))[0]
        force = json.loads(self.get("/planning/plans/PL-00001/bars"))
        self.number = self.act(f"/planning/plans/{force['plan']}/copy", {})["plan"]
        return len(self.bars()["lot"])

    def act(self, path: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Send a wish; gives the answer, whatever it is."""
        request = Request(  # noqa: S310 - our own address
            self.address + path,
            data=json.dumps(asked).encode(),
            headers={**_JSON, "X-CSRFToken": self.token},
        )  # fmt: skip
        try:
            with self.open(request) as answer:
                return dict(json.loads(answer.read()))
        except HTTPError as error:
            return dict(json.loads(error.read()))

    def bars(self) -> dict[str, Any]:
        """The firings of the draft: lot, line, start."""
        told = json.loads(self.get(f"/planning/plans/{self.number}/bars"))
        lots, lines, stages = told["lots"]["code"], told["lines"]["code"], told["lines"]["stage"]
        rows = zip(
            told["bars"]["lot"], told["bars"]["line"], told["bars"]["start"],
            told["bars"]["started"], strict=True,
        )  # fmt: skip
        found = [
            (lots[lot], lines[line], start)
            for lot, line, start, begun in rows
            if stages[line] == "firing" and begun is None
        ]
        return {"lot": found, "count": len(told["bars"]["lot"])}


def measure(hand: Hand, rounds: int, seed: int) -> dict[str, list[float]]:
    """Ask, drop and undo so often; gives the seconds of each, and how many steps gave way."""
    drawn = random.Random(seed)
    found: dict[str, list[float]] = {"what if": [], "put": [], "undo": [], "steps": []}
    firings = hand.bars()["lot"]
    version = json.loads(hand.get(f"/planning/plans/{hand.number}/draft"))["version"]
    for number in range(rounds + WARM_ROUNDS):
        lot, line, start = drawn.choice(firings)
        at = start + drawn.randint(-MOST_HOURS, MOST_HOURS) * HOUR
        wish = {"kind": "put", "bars": f"{lot} firing", "line": line, "at": at // QUARTER * QUARTER}
        times, told = [], {}
        query = urlencode(wish)
        for path, body in (
            (f"try?{query}", None),
            ("edits", {**wish, "bars": [wish["bars"]]}),
            ("undo", {}),
        ):
            begun = time.perf_counter()
            if body is None:
                hand.get(f"/planning/plans/{hand.number}/{path}")
            else:
                told = hand.act(
                    f"/planning/plans/{hand.number}/{path}", {**body, "version": version}
                )
                version = told.get("draft", {"version": version})["version"]
            times.append(time.perf_counter() - begun)
            if path == "edits" and number >= WARM_ROUNDS:
                found["steps"].append(len(told.get("effects", {}).get("moved", [])))
        if number >= WARM_ROUNDS:
            for name, seconds in zip(("what if", "put", "undo"), times, strict=True):
                found[name].append(seconds)
    return found


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.dragging", description=__doc__)
    parser.add_argument("--rounds", type=int, default=60, help="drags")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with TemporaryDirectory(prefix="tileplan-drag-") as folder, demo(Path(folder)) as address:
        rows = [
            line.split("\t") for line in (Path(folder) / "sign-ins.txt").read_text().splitlines()
        ]
        login, password = next((row[0], row[1]) for row in rows if row[2] == "planner")
        hand = Hand(address)
        hand.post("/sign-in", "/sign-in", login=login, password=password)
        firings = hand.begin()
        found = measure(hand, max(given.rounds, 2), given.seed)
        bars = hand.bars()["count"]
    print(
        f"{bars} bars, {firings} firings, {max(given.rounds, 2)} drags, {os.cpu_count()} processors"
    )
    for name in ("what if", "put", "undo"):
        half, most = percentiles(found[name])
        print(f"{name:<8} p50 {1000 * half:7.1f} ms   p95 {1000 * most:7.1f} ms")
    half, most = percentiles(found["steps"])
    print(f"steps that gave way: p50 {half:.0f}, p95 {most:.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
