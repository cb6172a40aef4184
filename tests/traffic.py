"""What a page in a real browser still asks for: it has settled once it asks for nothing any more."""

import time
from typing import Any

from playwright.sync_api import Page

_PATIENCE_SECONDS = 20.0
_LOOK_MILLISECONDS = 15
# So many looks in a row without a request: what a script asks for next, it asks for at once.
_QUIET_LOOKS = 3


class Traffic:
    """The open requests of a page; "networkidle" would wait half a second after the last of them."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._open: set[Any] = set()
        page.on("request", self._begin)
        page.on("requestfinished", self._end)
        page.on("requestfailed", self._end)

    def _begin(self, request: Any) -> None:
        self._open.add(request)

    def _end(self, request: Any) -> None:
        self._open.discard(request)

    def visit(self, address: str) -> int:
        """Go there and wait until everything has come; returns the status."""
        self._open.clear()
        answer = self._page.goto(address)
        self.settle()
        return answer.status if answer else 0

    def settle(self) -> None:
        """Wait until the page asks for nothing any more."""
        until, quiet = time.monotonic() + _PATIENCE_SECONDS, 0
        while quiet < _QUIET_LOOKS:
            assert time.monotonic() < until, f"{self._page.url} still asks for {self._open}"
            self._page.wait_for_timeout(_LOOK_MILLISECONDS)
            quiet = 0 if self._open else quiet + 1
