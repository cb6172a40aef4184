"""`python -m tileplan`: the command line without an installed script."""

import sys

from tileplan.cli import main

if __name__ == "__main__":
    sys.exit(main())
