"""The engines compared; a run imports only its own.

Each module has `plan(problem, ask)`.
"""

OURS = "tileplan"
OPPONENTS = ("atcs", "cpsat", "pyjobshop")
