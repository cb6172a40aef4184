"""The command line's arguments made into values; what is wrong is said in words of the asker."""

import argparse
import os
from pathlib import Path

from scheduler.limits import WORKERS
from scheduler.parsing import shown

DIGITS = 18  # of a number at most


def whole(text: str) -> int:
    """Read a whole number of at most 18 digits."""
    digits = text.strip().removeprefix("-").removeprefix("+")
    if len(digits) > DIGITS or not digits.isascii() or not digits.isdigit():
        rule = f"must be a whole number of at most {DIGITS} digits"
        raise argparse.ArgumentTypeError(f"{rule}; it is {shown(text)}")
    return int(text)


def count(text: str) -> int:
    """Read a whole number of at least 0."""
    number = whole(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"must be at least 0; it is {number}")
    return number


def workers(text: str) -> int:
    """Read how many threads may work at once."""
    number = whole(text)
    if not 1 <= number <= WORKERS:
        raise argparse.ArgumentTypeError(f"must be from 1 to {WORKERS}; it is {number}")
    return number


def seconds(text: str) -> float:
    """Read a number of seconds, from 0 to below a billion."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < 10**9:
        rule = "must be a number from 0 to below a billion"
        raise argparse.ArgumentTypeError(f"{rule}; it is {shown(text)}")
    return number


def new_file(text: str) -> Path:
    """Read the name of a file to write: it may be there, its folder must."""
    path = Path(text)
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"cannot be written: there is no folder {path.parent}")
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"cannot be written: {path} is a folder")
    if not os.access(path.parent, os.W_OK):
        raise argparse.ArgumentTypeError(f"cannot be written: {path.parent} may not be changed")
    return path
