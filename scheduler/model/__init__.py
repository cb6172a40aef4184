"""The models given to OR-Tools; no other part of the scheduler imports it."""
