"""The compiled heart: times and prices on numbered rows, each rule in one place.

Its functions take plain rows of whole numbers, so that numba can compile them; without numba the
same source runs interpreted and gives the same plan. `build` makes the rows from a shop.
"""
