"""What clashes, as the scheduler proved it, in sentences that every reader gets in their language."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import reduce
from typing import Any

from tileplan.kernel import clock
from tileplan.kernel.words import Text, say
from tileplan.planning.translate.names import PLANT_STAGES
from tileplan.plant.rules import stage_label

_PINNED = say("lot %(lot)s pinned in %(stage)s")
_PINNED_TO = say("lot %(lot)s pinned in %(stage)s on %(resource)s")
_PINNED_AT = say("lot %(lot)s pinned in %(stage)s from %(start)s")
_PINNED_TO_AT = say("lot %(lot)s pinned in %(stage)s on %(resource)s from %(start)s")
_FROZEN = say("work fixed at its hour: lot %(lot)s in %(stage)s on %(resource)s from %(start)s")
_RELEASE = say("lot %(lot)s has its material from %(start)s on")
_FROZEN_TIME = say("nothing else may start before %(end)s")
_CLOSURE = say("%(resource)s is closed from %(start)s to %(end)s")


def clash_words(clashes: Sequence[Mapping[str, Any]], epoch: datetime) -> Text:
    """Name the wishes of every clash; their minutes count from `epoch`."""
    named = [reduce(_beside, (_wish(one, epoch) for one in clash["wishes"])) for clash in clashes]
    return reduce(_besides, named)


def _beside(one: Text, other: Text) -> Text:
    return say("%(one)s; %(other)s", one=one, other=other)


def _besides(one: Text, other: Text) -> Text:
    return say("%(one)s. Besides: %(other)s", one=one, other=other)


def _wish(wish: Mapping[str, Any], epoch: datetime) -> Text:
    """Name one wish: what it is about, where and from when."""
    parts: dict[str, object] = {key: wish[key] for key in ("lot", "resource") if key in wish}
    parts |= {key: _moment(epoch, wish[key]) for key in ("start", "end") if key in wish}
    if "stage" in wish:
        parts["stage"] = stage_label(PLANT_STAGES[wish["stage"]])
    return say(_sentence(wish).msgid, **parts)


def _sentence(wish: Mapping[str, Any]) -> Text:
    pins = {
        (False, False): _PINNED,
        (True, False): _PINNED_TO,
        (False, True): _PINNED_AT,
        (True, True): _PINNED_TO_AT,
    }
    others = {
        "frozen": _FROZEN,
        "release": _RELEASE,
        "frozen time": _FROZEN_TIME,
        "closure": _CLOSURE,
    }
    return others.get(wish["kind"]) or pins["resource" in wish, "start" in wish]


def _moment(epoch: datetime, minute: int) -> str:
    return f"{(epoch + timedelta(minutes=minute)).astimezone(clock.plant_zone()):%m-%d %H:%M}"
