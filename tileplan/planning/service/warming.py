"""Has the scheduler compiled before anybody waits for it; without a compiler nothing is to be done."""

import fcntl
import logging
import subprocess
import sys
from pathlib import Path

from tileplan.planning.service.solver import be_polite

log = logging.getLogger(__name__)

LOCK = "warming.lock"


def warm_up(folder: Path) -> bool:
    """Compile and keep what is not yet; False where another process does so in this data folder.

    What is compiled already makes this a fraction of a second.
    """
    with (folder / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        done = subprocess.run(
            [sys.executable, "-m", "scheduler", "warm"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            preexec_fn=be_polite,
        )
    if done.returncode:
        log.warning("the scheduler is not compiled beforehand: %s", done.stderr.strip())
    return True
