"""Lots in, plan out: the plant's scheduler, pure of web, database and queue.

`reading.read_problem` → `solve.solve` → `plan.Plan`, judged by `referee.faults`.
"""
