"""What a signal to stop does where there is no answer yet: the command ends in a sentence.

Imports nothing slow, so that signals are heeded while the rest is being loaded.
"""

import os
import signal
from types import FrameType

STOPPING = (signal.SIGTERM, signal.SIGINT)
STDERR = 2
SAID = b"Stopped before there was an answer.\n"


def heed(*, is_loading: bool) -> None:
    """End in a sentence at SIGTERM or SIGINT, with 128 and the signal's number.

    While modules are loading at once, for a library could swallow an exception; later the command
    puts away what it was writing.
    """
    for number in STOPPING:
        signal.signal(number, _end_at_once if is_loading else _end)


def _end(number: int, _frame: FrameType | None) -> None:
    os.write(STDERR, SAID)
    raise SystemExit(128 + number)


def _end_at_once(number: int, _frame: FrameType | None) -> None:
    os.write(STDERR, SAID)
    os._exit(128 + number)
