"""Engines side by side on the same problems: ours, ATCS dispatch, plain CP-SAT and PyJobShop."""
