"""How much slower the pages answer while the worker plans: `python -m benchmarks.web_while_solving`.

Starts the demo plant (web, worker, periodic jobs) in a folder of its own, signs in as its planner,
asks for the same pages in turn, first with nothing else to do and then during a run, and prints the
median and the 95th percentile of each in milliseconds. Run it on a machine with nothing else to do.
"""

import argparse
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("/", "/orders/", "/planning/", "/planning/pool", "/production/", "/stock/", "/catalog/")
SOLVING_SECONDS = 600  # stopped as soon as everything is measured
PATIENCE_SECONDS = 300.0
WARM_ROUNDS = 3  # the first answers fill caches; users meet the later ones
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)"[^>]*? value="([^"]*)"')

Times = dict[str, list[float]]


class Visitor:
    """Somebody signed in who asks for pages."""

    def __init__(self, address: str) -> None:
        """Come with an empty jar of cookies."""
        self.address = address
        self._opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        """Ask for a page to its last byte; raises for any answer but a good one."""
        with self.open(self.address + path) as answer:
            return str(answer.read().decode())

    def open(self, request: str | Request) -> Any:
        """Send a request as whoever is signed in."""
        return self._opener.open(request, timeout=60)

    def post(self, page: str, path: str, **typed: str) -> str:
        """Fill in a form that stands on a page and send it; returns where that leads."""
        kept = dict(_HIDDEN.findall(self.get(page)))
        sent = urlencode({**kept, **typed}).encode()
        with self._opener.open(self.address + path, data=sent, timeout=60) as answer:
            return str(answer.geturl()).removeprefix(self.address)

    def times(self, rounds: int) -> Times:
        """Ask for every page so often; gives the seconds of each answer."""
        found: Times = {page: [] for page in PAGES}
        for _ in range(rounds):
            for page in PAGES:
                begun = time.perf_counter()
                self.get(page)
                found[page].append(time.perf_counter() - begun)
        return found


@contextmanager
def demo(folder: Path) -> Iterator[str]:
    """Run the demo plant there; gives its address once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT),
        "TILEPLAN_DATA_DIR": str(folder), "TILEPLAN_PORT": str(port),
    }  # fmt: skip
    with (folder / "up.log").open("w") as log:
        up = subprocess.Popen(
            [sys.executable, "-m", "tileplan", "up", "--demo"],
            cwd=folder, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            _wait_for(f"http://127.0.0.1:{port}", up)
            yield f"http://127.0.0.1:{port}"
        finally:
            up.send_signal(signal.SIGINT)
            up.wait()


def _wait_for(address: str, up: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and up.poll() is None:
        try:
            Visitor(address).get("/healthz")
        except (URLError, OSError):
            time.sleep(0.5)
        else:
            return
    sys.exit("The demo plant did not come up; run `make run` to see why.")


def measure(folder: Path, rounds: int) -> tuple[Times, Times]:
    """Measure the pages, first alone and then while the worker plans."""
    with demo(folder) as address:
        visitor = Visitor(address)
        people = [line.split("\t") for line in (folder / "sign-ins.txt").read_text().splitlines()]
        login, password = next((row[0], row[1]) for row in people if row[2] == "planner")
        visitor.post("/sign-in", "/sign-in", login=login, password=password)
        visitor.times(WARM_ROUNDS)
        alone = visitor.times(rounds)
        run = visitor.post("/planning/runs", "/planning/runs", seconds=str(SOLVING_SECONDS))
        until = time.monotonic() + PATIENCE_SECONDS
        while not _is_searching(visitor, run):
            if time.monotonic() > until:
                sys.exit(f"The run did not begin; {folder / 'up.log'} may say why.")
            time.sleep(0.5)
        meanwhile = visitor.times(rounds)
        if not _is_searching(visitor, run):
            sys.exit("The run ended before everything was measured.")
        visitor.post(run, f"{run}/stop")
        return alone, meanwhile


def _is_searching(visitor: Visitor, run: str) -> bool:
    told = visitor.get(f"{run}/progress")
    return '"is_live":true' in told and '"total":null' not in told


def table(alone: Times, meanwhile: Times) -> str:
    """Write both measurements beside each other, and how many times slower each page was."""
    heads = ("page", "alone p50", "p95", "solving p50", "p95", "x p50", "x p95")
    lines = [f"{heads[0]:<18}" + "".join(f"{head:>12}" for head in heads[1:])]
    rows = [(page, alone[page], meanwhile[page]) for page in PAGES]
    rows.append(("all pages", [*chain(*alone.values())], [*chain(*meanwhile.values())]))
    for name, before, during in rows:
        first, then = percentiles(before), percentiles(during)
        times = "".join(f"{1000 * value:>12.1f}" for value in (*first, *then))
        ratios = "".join(f"{b / a:>12.2f}" for a, b in zip(first, then, strict=True))
        lines.append(f"{name:<18}{times}{ratios}")
    return "\n".join(lines)


def percentiles(seconds: list[float]) -> tuple[float, float]:
    """Give the median and the 95th percentile."""
    cuts = statistics.quantiles(seconds, n=20, method="inclusive")
    return cuts[9], cuts[18]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.web_while_solving", description=__doc__)
    parser.add_argument("--rounds", type=int, default=30, help="times each page is asked for")
    given = parser.parse_args()
    with TemporaryDirectory(prefix="tileplan-web-") as folder:
        alone, meanwhile = measure(Path(folder), max(given.rounds, 2))
    print(f"milliseconds, {max(given.rounds, 2)} answers each, {os.cpu_count()} processors")
    print(table(alone, meanwhile))
    return 0


if __name__ == "__main__":
    sys.exit(main())
