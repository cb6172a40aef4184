"""The cheapest tree that grows from a root to every node (Chu and Liu 1965, Edmonds 1967)."""

import numpy as np
from numpy.typing import NDArray


def cheapest_tree(cost: NDArray[np.int64]) -> int:
    """Give the cost of the cheapest tree; `cost[i, j]` leads from i to j, the last row is the root.

    Every node takes its cheapest way in; a ring of such ways becomes one node, whose ways in cost
    what they cost more than the way they replace.
    """
    size = cost.shape[1]
    if not size:
        return 0
    ways = np.full((size + 1, size + 1), np.iinfo(np.int64).max // 4, dtype=np.int64)
    ways[:, :size] = cost
    alive = list(range(size))
    total = 0
    while alive:
        table = ways[np.ix_([*alive, size], alive)]
        np.fill_diagonal(table, np.iinfo(np.int64).max // 4)
        best = table.argmin(axis=0)
        ring = _ring(best.tolist(), len(alive))
        least = table.min(axis=0)
        if not ring:
            return total + int(least.sum())
        total += int(least[ring].sum())
        nodes = [alive[i] for i in ring]
        keep, gone = nodes[0], nodes[1:]
        # A way into the ring saves the way into the node where it comes in.
        ways[:, keep] = (ways[:, nodes] - least[ring]).min(axis=1)
        ways[keep, :] = ways[nodes, :].min(axis=0)
        alive = [node for node in alive if node not in gone]
    return total


def _ring(before: list[int], root: int) -> list[int]:
    """Give a ring of nodes that lead to each other, or nothing."""
    state = [0] * len(before)
    for begin in range(len(before)):
        path, node = [], begin
        while node != root and not state[node]:
            state[node] = begin + 1
            path.append(node)
            node = before[node]
        if node != root and state[node] == begin + 1:
            return path[path.index(node) :]
    return []
