"""Adapters: public scheduling problems said as plants, so that the same engine plans them."""

from collections.abc import Callable

from benchmarks.classic import hfsp, smtwt_sdst, upms_sdst
from scheduler.problem import Problem

Read = Callable[[str, str], Problem]  # the file's text, the problem's name

FAMILIES: dict[str, Read] = {
    "hfsp": hfsp.read,
    "upms_sdst": upms_sdst.read,
    "smtwt_sdst": smtwt_sdst.read,
}
