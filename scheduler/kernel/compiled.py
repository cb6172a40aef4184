"""Compiles functions where numba is installed, and makes the rows that they work on.

Compiled, rows are arrays of records; interpreted, they are lists of dataclasses, which Python
reads quickest. What is compiled is kept on disk, under a name that hangs on the whole source.
"""

import os
import shutil
from collections.abc import Callable, Iterable, MutableSequence, Sequence
from dataclasses import fields
from hashlib import sha256
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np

try:
    numba: Any = import_module("numba")
except ImportError:  # the plan is the same, only later
    numba = None

IS_COMPILED: bool = numba is not None and not numba.config.DISABLE_JIT

F = TypeVar("F", bound=Callable[..., Any])
R = TypeVar("R")


def _digest() -> str:
    """Name the source: numba itself does not see that a function called elsewhere has changed."""
    source = sorted(Path(__file__).parent.glob("*.py"))
    return sha256(b"".join(path.read_bytes() for path in source)).hexdigest()[:16]


def _places() -> list[Path]:
    """Give the folders in which compiled code may be kept, the nearest first."""
    home = Path("~/.cache").expanduser()
    return [
        Path(__file__).parent / "__pycache__" / "compiled",
        home / "tileplan" / "compiled",
    ]


def _cache() -> Path | None:
    """Give the folder for this very source; None where nothing may be written."""
    for place in _places():
        folder = place / _digest()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return None


CACHE = _cache() if IS_COMPILED else None
if CACHE is not None and not numba.config.CACHE_DIR:
    numba.config.CACHE_DIR = str(CACHE)


def forget_older() -> None:
    """Delete what was compiled from other sources than this one."""
    if CACHE is not None:
        for folder in CACHE.parent.iterdir():
            if folder != CACHE:
                shutil.rmtree(folder, ignore_errors=True)


def compiled(function: F) -> F:
    """Compile a function at its first call, or leave it as it is."""
    # Nothing here allocates, and counting references to rows would take most of the time.
    return _compiled(function, is_inlined=False)


def inlined(function: F) -> F:
    """Compile a small function into those that call it: passing the rows would cost more."""
    return _compiled(function, is_inlined=True)


def _compiled(function: F, *, is_inlined: bool) -> F:
    if not IS_COMPILED:
        return function
    keep = CACHE is not None
    options: dict[str, Any] = {"forceinline": is_inlined, "_nrt": False}
    made = numba.njit(cache=keep, error_model="numpy", **options)
    return cast(F, made(function))


def numbers(values: Iterable[int]) -> MutableSequence[int]:
    """Make a row of whole numbers."""
    return (
        cast(MutableSequence[int], np.array(list(values), dtype=np.int64))
        if IS_COMPILED
        else list(values)
    )


def rows(kind: type[R], items: Iterable[R]) -> Sequence[R]:
    """Make rows of one kind, a dataclass of whole numbers."""
    names = [field.name for field in fields(cast(Any, kind))]
    listed = list(items)
    if not IS_COMPILED:
        return listed
    read = attrgetter(*names)
    layout = np.dtype([(name, np.int64) for name in names])
    return cast(Sequence[R], np.array([read(item) for item in listed], dtype=layout))


def blank(kind: type[R], count: int) -> Sequence[R]:
    """Make rows of zeros, to be written on."""
    width = len(fields(cast(Any, kind)))
    return rows(kind, (kind(*[0] * width) for _ in range(count)))


def column(of: Sequence[Any], name: str) -> list[int]:
    """Give one number of every row to plain Python."""
    if IS_COMPILED:
        return cast(list[int], cast(Any, of)[name].tolist())
    return [getattr(row, name) for row in of]
