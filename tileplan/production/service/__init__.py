"""What is done with work: a plan is published and issued, the floor starts, pauses and finishes."""

from tileplan.production.service.breakdown import report_down, report_up
from tileplan.production.service.floor import act
from tileplan.production.service.issue import Issued, publish, release
from tileplan.production.service.outcome import Finished, finish

__all__ = ["Finished", "Issued", "act", "finish", "publish", "release", "report_down", "report_up"]
