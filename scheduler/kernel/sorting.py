"""Sorts whole numbers in place (heapsort): numba's own sort needs memory of its own."""

from collections.abc import MutableSequence

from scheduler.kernel.compiled import compiled


@compiled
def sort(keys: MutableSequence[int], count: int) -> None:
    """Sort the first `count` keys."""
    for root in range(count // 2 - 1, -1, -1):
        _sink(keys, root, count)
    for last in range(count - 1, 0, -1):
        _exchange(keys, 0, last)
        _sink(keys, 0, last)


@compiled
def _exchange(keys: MutableSequence[int], one: int, other: int) -> None:
    keys[one], keys[other] = keys[other], keys[one]


@compiled
def _sink(keys: MutableSequence[int], root: int, count: int) -> None:
    """Let a key sink below the greater of its children until it is the greatest."""
    at = root
    while 2 * at + 1 < count:
        child = 2 * at + 1
        if child + 1 < count and keys[child] < keys[child + 1]:
            child += 1
        if keys[at] >= keys[child]:
            return
        _exchange(keys, at, child)
        at = child
