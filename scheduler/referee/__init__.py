"""The independent judge of plans: it shares no code with decoder, price or calendars.

It reads the problem's and the plan's dataclasses and nothing else of the scheduler.
"""

from scheduler.referee.fault import Fault
from scheduler.referee.verdict import faults

__all__ = ["Fault", "faults"]
