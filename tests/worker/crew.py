"""Run by the tests in a process of its own: a supervisor over children of one kind."""

import sys

from tileplan.supervisor import Child, Supervisor

PARENT = """
import subprocess, sys, time
sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
grandchild = subprocess.Popen(sleep, start_new_session=True, **quiet)
print("up", grandchild.pid, flush=True)
time.sleep(600)
"""
STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", os.getpid(), flush=True)
time.sleep(600)
"""
DYING = """
import os
print("up", os.getpid(), flush=True)
os._exit(3)
"""
KINDS = {"parent": PARENT, "stubborn": STUBBORN, "dying": DYING}


def main() -> None:
    """The first child is the vital one, as web is."""
    children = [
        Child(kind, [sys.executable, "-c", KINDS[kind]], is_vital=number == 0)
        for number, kind in enumerate(sys.argv[1:])
    ]
    sys.exit(Supervisor(children).run())


main()
