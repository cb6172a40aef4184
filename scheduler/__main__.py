"""Runs the command line: `python -m scheduler`."""

import sys

from scheduler import stopping

stopping.heed(is_loading=True)

from scheduler.cli import main  # noqa: E402 - it takes a second, in which a signal may come

stopping.heed(is_loading=False)
sys.exit(main())
